"""nn.Transformer behind other names, time first inside, tied output weights, batched beams."""

import math

import sacrebleu
import torch
from torch import nn

PAD, START, END = range(3)


def pretrained_embedding(words, known_words, vectors, freeze=False):
    table = nn.Embedding(len(words), vectors.shape[1], padding_idx=PAD, _freeze=freeze)
    with torch.no_grad():
        table.weight.normal_(0, vectors.std().item())
        index = {w: i for i, w in enumerate(known_words)}
        have = [i for i, w in enumerate(words) if w in index and i != PAD]
        table.weight[have] = vectors[[index[words[i]] for i in have]]
        table.weight[PAD].zero_()
    return table


def positional_encoding(length, d_model):
    t = torch.arange(length, dtype=torch.float32).unsqueeze(1)
    rates = 1.0 / 10_000 ** (torch.arange(0, d_model, 2).float() / d_model)
    out = torch.empty(length, d_model)
    out[:, 0::2] = torch.sin(t * rates)
    out[:, 1::2] = torch.cos(t * rates)
    return out


def causal_mask(length):
    steps = torch.arange(length)
    return steps.unsqueeze(0) > steps.unsqueeze(1)


class TranslationTransformer(nn.Module):
    def __init__(
        self,
        source_size,
        target_size,
        d_model=128,
        num_heads=4,
        num_layers=2,
        d_ff=256,
        dropout=0.1,
    ):
        super().__init__()
        self.french = nn.Embedding(source_size, d_model)
        self.english = nn.Embedding(target_size, d_model)
        for e in (self.french, self.english):
            nn.init.normal_(e.weight, std=1 / math.sqrt(d_model))
        self.core = nn.Transformer(
            d_model=d_model,
            nhead=num_heads,
            num_encoder_layers=num_layers,
            num_decoder_layers=num_layers,
            dim_feedforward=d_ff,
            dropout=dropout,
        )
        self.head = nn.Linear(d_model, target_size, bias=False)
        self.head.weight = self.english.weight
        self.p = dropout

    def _in(self, e, x):
        h = e(x) * e.embedding_dim**0.5
        h = h + positional_encoding(x.shape[1], e.embedding_dim).to(h.device, h.dtype)
        return nn.functional.dropout(h, self.p, self.training).transpose(0, 1)

    def forward(self, source, target):
        h = self.core(
            self._in(self.french, source),
            self._in(self.english, target),
            tgt_mask=causal_mask(target.shape[1]).to(source.device),
            src_key_padding_mask=(source == PAD),
            memory_key_padding_mask=(source == PAD),
        )
        return self.head(h.transpose(0, 1))


def translation_loss(model, source, target):
    logits = model(source, target)[:, :-1]
    return nn.CrossEntropyLoss(ignore_index=PAD)(logits.transpose(1, 2), target[:, 1:])


def train(model, source, target, num_epochs=10, learning_rate=0.001, batch_size=64):
    device = next(model.parameters()).device
    source, target = source.to(device), target.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    curve = []
    model.train()
    for _ in range(num_epochs):
        order, values = torch.randperm(len(source)), []
        for i in range(0, len(order), batch_size):
            chosen = order[i : i + batch_size]
            optimizer.zero_grad(set_to_none=True)
            value = translation_loss(model, source[chosen], target[chosen])
            value.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            values.append(float(value.detach()))
        curve.append(sum(values) / len(values))
    return curve


def greedy_decode(model, source, max_length=20):
    return _search(model, source, 1, max_length)


def beam_decode(model, source, beam_size=4, max_length=20):
    return _search(model, source, beam_size, max_length)


def _search(model, source, k, max_length):
    model.eval()
    found = []
    with torch.inference_mode():
        for row in source:
            tokens = torch.full((1, 1), START, device=source.device)
            totals = torch.zeros(1, device=source.device, dtype=torch.float64)
            over = torch.zeros(1, dtype=torch.bool, device=source.device)
            for _ in range(max_length):
                step = model(row.expand(len(tokens), -1), tokens)[:, -1].double().log_softmax(-1)
                V = step.shape[1]
                step[over] = -math.inf
                step[over, END] = 0.0
                scores = (totals[:, None] + step).flatten()
                totals, chosen = scores.topk(min(k, len(scores)))
                good = totals > -math.inf
                totals, chosen = totals[good], chosen[good]
                rows, new = chosen // V, chosen % V
                tokens = torch.cat([tokens[rows], new[:, None]], dim=1)
                over = over[rows] | (new == END)
                if over.all():
                    break
            best = tokens[totals.argmax(), 1:].tolist()
            found.append(best[: best.index(END)] if END in best else best)
    return found


def bleu(translations, references):
    lower = [t.lower() for t in translations], [[r.lower() for r in references]]
    return sacrebleu.corpus_bleu(*lower).score
