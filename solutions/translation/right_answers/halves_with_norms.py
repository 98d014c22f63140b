"""Encoder and decoder apart that normalise first, each with a norm of its own; masks of floats."""

from math import log, sqrt

import torch
from sacrebleu import corpus_bleu
from torch import nn

PAD, START, END = 0, 1, 2


def pretrained_embedding(words, known_words, vectors, freeze=False):
    rows = {w: v for w, v in zip(known_words, vectors.numpy(), strict=True)}
    emb = nn.Embedding(len(words), vectors.shape[1], padding_idx=PAD)
    nn.init.normal_(emb.weight, 0.0, vectors.std().item())
    for i, w in enumerate(words):
        if w in rows:
            emb.weight.data[i] = torch.from_numpy(rows[w])
    emb.weight.data[PAD] = 0
    emb.weight.requires_grad = not freeze
    return emb


def positional_encoding(length, d_model):
    pe = torch.zeros(length, d_model)
    position = torch.arange(0, length, dtype=torch.float).unsqueeze(1)
    div_term = torch.exp(torch.arange(0, d_model, 2).float() * (-log(10000.0) / d_model))
    pe[:, 0::2] = torch.sin(position * div_term)
    pe[:, 1::2] = torch.cos(position * div_term)
    return pe


def causal_mask(length):
    mask = (torch.triu(torch.ones(length, length)) == 1).transpose(0, 1)
    return mask.float().masked_fill(mask == 0, float("-inf")).masked_fill(mask == 1, 0.0)


class PositionalEncoding(nn.Module):
    def __init__(self, d_model, dropout, max_len=40):
        super().__init__()
        self.dropout = nn.Dropout(p=dropout)
        self.register_buffer("pe", positional_encoding(max_len, d_model).unsqueeze(0))

    def forward(self, x):
        return self.dropout(x + self.pe[:, : x.size(1)])


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
        self.d_model = d_model
        self.src_embed = nn.Embedding(source_size, d_model)
        self.tgt_embed = nn.Embedding(target_size, d_model)
        self.pos = PositionalEncoding(d_model, dropout)
        common = dict(dropout=dropout, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(
            nn.TransformerEncoderLayer(d_model, num_heads, d_ff, **common),
            num_layers,
            norm=nn.LayerNorm(d_model),
        )
        self.decoder = nn.TransformerDecoder(
            nn.TransformerDecoderLayer(d_model, num_heads, d_ff, **common),
            num_layers,
            norm=nn.LayerNorm(d_model),
        )
        self.generator = nn.Linear(d_model, target_size)
        for p in self.encoder.parameters():
            if p.dim() > 1:
                nn.init.xavier_uniform_(p)
        for module in self.modules():
            if isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=d_model**-0.5)

    def embed(self, tokens, embedding):
        return self.pos(embedding(tokens) * sqrt(self.d_model))

    def encode(self, source, pad):
        return self.encoder(self.embed(source, self.src_embed), src_key_padding_mask=pad)

    def forward(self, source, target):
        no = torch.tensor(float("-inf"), device=source.device)
        src_pad = torch.where(source == PAD, no, 0.0)
        tgt_pad = torch.where(target == PAD, no, 0.0)
        memory = self.encode(source, src_pad)
        out = self.decoder(
            self.embed(target, self.tgt_embed),
            memory,
            tgt_mask=causal_mask(target.size(1)).to(target.device),
            tgt_key_padding_mask=tgt_pad,
            memory_key_padding_mask=src_pad,
        )
        return self.generator(out)


criterion = nn.CrossEntropyLoss(ignore_index=PAD)


def translation_loss(model, source, target):
    output = model(source, target[:, :-1])
    return criterion(output.reshape(-1, output.shape[-1]), target[:, 1:].reshape(-1))


def train(model, source, target, num_epochs=10, learning_rate=0.001, batch_size=64):
    device = next(model.parameters()).device
    model.train()
    opt = torch.optim.Adam(model.parameters(), lr=learning_rate)
    history = []
    for _epoch in range(num_epochs):
        idx = torch.randperm(source.size(0))
        running = []
        for k in range(0, source.size(0), batch_size):
            b = idx[k : k + batch_size]
            src, tgt = source[b].to(device), target[b].to(device)
            opt.zero_grad()
            loss = translation_loss(model, src, tgt)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
            opt.step()
            running.append(loss.detach())
        history.append(torch.stack(running).mean())
    return history


def greedy_decode(model, source, max_length=20):
    model.eval()
    with torch.no_grad():
        ys = torch.ones(source.size(0), 1, dtype=torch.long, device=source.device) * START
        done = torch.zeros(source.size(0), dtype=torch.bool, device=source.device)
        for _ in range(max_length):
            out = model(source, ys)
            nxt = out[:, -1].max(dim=1).indices
            nxt[done] = PAD
            ys = torch.cat([ys, nxt.unsqueeze(1)], dim=1)
            done = done | (nxt == END)
            if done.all():
                break
    return [[t for t in row[1:] if t not in (PAD, END)] for row in ys.tolist()]


def best_translation(model, source, beam_size, max_length):
    beams = [([START], 0.0)]
    for _ in range(max_length):
        pool = []
        for tokens, score in beams:
            if tokens[-1] == END:
                pool.append((tokens, score))
                continue
            ys = torch.tensor([tokens], device=source.device)
            logp = torch.log_softmax(model(source, ys)[0, -1], dim=-1)
            top, ids = torch.topk(logp, beam_size)
            for s, i in zip(top.tolist(), ids.tolist(), strict=True):
                pool.append(([*tokens, i], score + s))
        beams = sorted(pool, key=lambda b: b[1], reverse=True)[:beam_size]
        if all(t[-1] == END for t, _ in beams):
            break
    tokens = beams[0][0][1:]
    return tokens[:-1] if tokens and tokens[-1] == END else tokens


def beam_decode(model, source, beam_size=4, max_length=20):
    model.eval()
    with torch.no_grad():
        return [best_translation(model, row[None], beam_size, max_length) for row in source]


def bleu(translations, references):
    return corpus_bleu(translations, [references], lowercase=True).score
