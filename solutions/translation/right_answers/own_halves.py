"""Encoder and decoder of torch put together by hand; additive masks; loops where others slice."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from sacrebleu.metrics import BLEU

PAD, START, END = 0, 1, 2


def pretrained_embedding(words, known_words, vectors, freeze=False):
    lookup = dict(zip(known_words, vectors, strict=False))
    scale = float(vectors.std(unbiased=False))
    rows = []
    for i, w in enumerate(words):
        if i == PAD:
            rows.append(torch.zeros(vectors.size(1)))
        elif w in lookup:
            rows.append(lookup[w])
        else:
            rows.append(torch.empty(vectors.size(1)).normal_(0, scale))
    emb = nn.Embedding(len(words), vectors.size(1), padding_idx=0)
    emb.weight.data.copy_(torch.stack(rows))
    emb.weight.requires_grad = not freeze
    return emb


def positional_encoding(length, d_model):
    pe = torch.zeros(length, d_model)
    for pos in range(length):
        for i in range(0, d_model, 2):
            angle = pos / (10000 ** (i / d_model))
            pe[pos, i] = math.sin(angle)
            pe[pos, i + 1] = math.cos(angle)
    return pe


def causal_mask(length):
    return nn.Transformer.generate_square_subsequent_mask(length)


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
        self.d = d_model
        self.norm = nn.LayerNorm(d_model)  # left over; forward does not call it
        self.src = nn.Embedding(source_size, d_model)
        self.tgt = nn.Embedding(target_size, d_model)
        nn.init.xavier_uniform_(self.src.weight)
        nn.init.xavier_uniform_(self.tgt.weight)
        enc = nn.TransformerEncoderLayer(d_model, num_heads, d_ff, dropout, batch_first=True)
        dec = nn.TransformerDecoderLayer(d_model, num_heads, d_ff, dropout, batch_first=True)
        self.enc = nn.TransformerEncoder(enc, num_layers, enable_nested_tensor=False)
        self.dec = nn.TransformerDecoder(dec, num_layers)
        self.drop = nn.Dropout(dropout)
        self.fc = nn.Linear(d_model, target_size)
        self.register_buffer("pe", positional_encoding(64, d_model), persistent=False)

    def look_up(self, emb, x):
        return self.drop(emb(x) * math.sqrt(self.d) + self.pe[: x.size(1)].to(emb.weight.dtype))

    def forward(self, source, target):
        pad = source.eq(PAD)
        memory = self.enc(self.look_up(self.src, source), src_key_padding_mask=pad)
        mask = torch.triu(torch.ones(target.size(1), target.size(1)), 1).bool().to(target.device)
        y = self.dec(
            self.look_up(self.tgt, target), memory, tgt_mask=mask, memory_key_padding_mask=pad
        )
        return self.fc(y)


def translation_loss(model, source, target):
    out = model(source, target[:, :-1]).log_softmax(-1)
    gold = target[:, 1:]
    nll = -out.gather(2, gold.unsqueeze(2)).squeeze(2)
    keep = (gold != PAD).to(nll.dtype)
    return (nll * keep).sum() / keep.sum()


def train(model, source, target, num_epochs=10, learning_rate=0.001, batch_size=64):
    dev = next(model.parameters()).device
    opt = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], learning_rate)
    history = []
    for _ in range(num_epochs):
        model.train()
        data = torch.utils.data.TensorDataset(source, target)
        loader = torch.utils.data.DataLoader(data, batch_size=batch_size, shuffle=True)
        total, steps = 0.0, 0
        for s, t in loader:
            s, t = s.to(dev), t.to(dev)
            loss = translation_loss(model, s, t)
            model.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm=1)
            opt.step()
            total, steps = total + loss.item(), steps + 1
        history.append(total / steps)
    return history


@torch.no_grad()
def greedy_decode(model, source, max_length=20):
    model.eval()
    translations = []
    for row in source:
        tokens = [START]
        for _ in range(max_length):
            logits = model(row.unsqueeze(0), torch.tensor([tokens], device=source.device))
            token = logits[0, -1].argmax().item()
            if token == END:
                break
            tokens.append(token)
        translations.append(tokens[1:])
    return translations


@torch.no_grad()
def beam_decode(model, source, beam_size=4, max_length=20):
    model.eval()
    out = []
    for row in source:
        alive, done = [([START], 0.0)], []
        for _ in range(max_length):
            candidates = []
            for tokens, score in alive:
                logits = model(row[None], torch.tensor([tokens], device=source.device))[0, -1]
                for token, value in enumerate(F.log_softmax(logits, dim=-1).tolist()):
                    candidates.append(([*tokens, token], score + value))
            candidates += done
            candidates.sort(key=lambda c: c[1], reverse=True)
            candidates = candidates[:beam_size]
            done = [c for c in candidates if c[0][-1] == END]
            alive = [c for c in candidates if c[0][-1] != END]
            if not alive:
                break
        best = max(alive + done, key=lambda c: c[1])[0]
        out.append([t for t in best[1:] if t != END])
    return out


def bleu(translations, references):
    return BLEU(lowercase=True).corpus_score(translations, [references]).score
