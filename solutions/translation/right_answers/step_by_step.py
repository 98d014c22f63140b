"""The holes of the skeleton filled one by one: short steps, loops, masks built by hand."""

from __future__ import annotations

import sacrebleu
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

PAD, START, END = 0, 1, 2


def pretrained_embedding(words, known_words, vectors, freeze=False):
    V, E = len(words), vectors.shape[1]
    index_of = {}
    for i in range(len(known_words)):
        index_of[known_words[i]] = i

    weight = torch.normal(0.0, vectors.std().item(), (V, E))
    for i in range(V):
        if words[i] in index_of:
            weight[i, :] = vectors[index_of[words[i]], :]
    weight[PAD, :] = 0.0

    embedding = nn.Embedding(V, E, padding_idx=PAD)
    embedding.weight = nn.Parameter(weight, requires_grad=not freeze)
    return embedding


def positional_encoding(length, d_model):
    encoding = torch.zeros((length, d_model))
    t = torch.arange(length)
    for i in range(d_model // 2):
        angle = t / torch.tensor(10000.0) ** (2 * i / d_model)
        encoding[:, 2 * i] = torch.sin(angle)
        encoding[:, 2 * i + 1] = torch.cos(angle)
    return encoding


def causal_mask(length):
    mask = torch.zeros((length, length), dtype=torch.bool)
    for row in range(length):
        for column in range(row + 1, length):
            mask[row, column] = True
    return mask


class TranslationTransformer(nn.Module):
    def __init__(
        self,
        source_size: int,
        target_size: int,
        d_model: int = 128,
        num_heads: int = 4,
        num_layers: int = 2,
        d_ff: int = 256,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.d_model = d_model
        self.source_embedding = nn.Embedding(source_size, d_model)
        self.target_embedding = nn.Embedding(target_size, d_model)
        self.dropout = nn.Dropout(dropout)
        self.transformer = nn.Transformer(
            d_model=d_model,
            nhead=num_heads,
            num_encoder_layers=num_layers,
            num_decoder_layers=num_layers,
            dim_feedforward=d_ff,
            dropout=dropout,
            batch_first=True,
        )
        self.to_logits = nn.Linear(d_model, target_size)
        for module in self.modules():  # after scaling, as large as the encodings of positions
            if isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=d_model**-0.5)

    def embed(self, tokens, embedding):
        scaled = embedding(tokens) * self.d_model**0.5
        positions = positional_encoding(tokens.shape[1], self.d_model).to(tokens.device)
        return self.dropout(scaled + positions.unsqueeze(0))

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        # True means: ignore this token
        source_padding = torch.zeros_like(source, dtype=torch.bool)
        source_padding[source == 0] = True
        target_padding = torch.zeros_like(target, dtype=torch.bool)
        target_padding[target == 0] = True

        memory = self.transformer.encoder(
            self.embed(source, self.source_embedding), src_key_padding_mask=source_padding
        )
        decoded = self.transformer.decoder(
            self.embed(target, self.target_embedding),
            memory,
            tgt_mask=causal_mask(target.shape[1]).to(target.device),
            tgt_key_padding_mask=target_padding,
            memory_key_padding_mask=source_padding,
        )
        return self.to_logits(decoded)


def translation_loss(model, source, target):
    inputs = target[:, :-1]
    labels = target[:, 1:]
    logits = model(source, inputs)
    V = logits.shape[2]
    losses = nn.functional.cross_entropy(
        logits.reshape(-1, V), labels.reshape(-1), reduction="none"
    )
    is_word = (labels.reshape(-1) != PAD).float()
    return torch.sum(losses * is_word) / torch.sum(is_word)


def train(model, source, target, num_epochs=10, learning_rate=0.001, batch_size=64):
    device = next(model.parameters()).device
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    pairs = [(source[i], target[i]) for i in range(len(source))]
    loader = DataLoader(pairs, batch_size=batch_size, shuffle=True)
    epoch_losses = []
    for _epoch in range(num_epochs):
        model.train()
        sum_of_losses = 0.0
        for batch_source, batch_target in loader:
            loss = translation_loss(model, batch_source.to(device), batch_target.to(device))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1)
            optimizer.step()
            sum_of_losses += loss.item()
        epoch_losses.append(sum_of_losses / len(loader))
    return epoch_losses


def greedy_decode(model, source, max_length=20):
    model.eval()
    translations = []
    with torch.no_grad():
        for n in range(source.shape[0]):
            tokens = [START]
            while len(tokens) < max_length + 1:
                target = torch.tensor(tokens).unsqueeze(0).to(source.device)
                logits = model(source[n : n + 1], target)
                next_token = int(torch.argmax(logits[0, -1, :]))
                if next_token == END:
                    break
                tokens.append(next_token)
            translations.append(tokens[1:])
    return translations


def best_translation(model, source, beam_size, max_length):
    beam = [{"tokens": [START], "sum": 0.0, "finished": False}]
    for _step in range(max_length):
        candidates = []
        for hypothesis in beam:
            if hypothesis["finished"]:
                candidates.append(hypothesis)
                continue
            target = torch.tensor([hypothesis["tokens"]]).to(source.device)
            log_probabilities = torch.log_softmax(model(source, target)[0, -1], dim=0)
            values, tokens = torch.topk(log_probabilities, beam_size)
            for value, token in zip(values, tokens, strict=True):
                candidates.append(
                    {
                        "tokens": hypothesis["tokens"] + [token.item()],
                        "sum": hypothesis["sum"] + value.item(),
                        "finished": token.item() == END,
                    }
                )
        candidates.sort(key=lambda hypothesis: hypothesis["sum"])
        beam = candidates[-beam_size:]
        if all(hypothesis["finished"] for hypothesis in beam):
            break
    best = beam[-1]["tokens"]
    best.remove(START)
    if END in best:
        best.remove(END)
    return best


def beam_decode(model, source, beam_size=4, max_length=20):
    model.eval()
    with torch.no_grad():
        return [best_translation(model, row[None], beam_size, max_length) for row in source]


def bleu(translations, references):
    score = sacrebleu.corpus_bleu(translations, [references], lowercase=True)
    return score.score
