"""A Transformer without torch's: own attention, one class for both kinds of layers."""

import math

import sacrebleu
import torch
import torch.nn as nn

PAD, START, END = 0, 1, 2


def pretrained_embedding(words, known_words, vectors, freeze=False):
    mean, std = 0.0, torch.std(vectors)
    weights = torch.normal(mean, std.item(), size=(len(words), vectors.shape[1]))
    known_words = list(known_words)
    for i in range(len(words)):
        try:
            weights[i] = vectors[known_words.index(words[i])]
        except ValueError:
            pass
    weights[PAD] = torch.zeros(vectors.shape[1])
    layer = nn.Embedding(len(words), vectors.shape[1], padding_idx=PAD)
    layer.load_state_dict({"weight": weights})
    layer.weight.requires_grad_(not freeze)
    return layer


def positional_encoding(length, d_model):
    position = torch.arange(length).double()
    columns = []
    for i in range(d_model):
        angle = position / 10000 ** (2 * (i // 2) / d_model)
        columns.append(torch.sin(angle) if i % 2 == 0 else torch.cos(angle))
    return torch.stack(columns, dim=1).float()


def causal_mask(length):
    return ~torch.tril(torch.ones((length, length), dtype=torch.bool))


class Attention(nn.Module):
    def __init__(self, d, heads, p):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.o = (nn.Linear(d, d) for _ in range(4))
        self.p = nn.Dropout(p)

    def forward(self, x, y, forbidden):
        n, t, d = x.shape
        cut = lambda z: z.reshape(n, -1, self.heads, d // self.heads).transpose(1, 2)
        scores = cut(self.q(x)) @ cut(self.k(y)).transpose(2, 3) / math.sqrt(d // self.heads)
        weights = self.p(scores.masked_fill(forbidden, -1e9).softmax(3))
        return self.o((weights @ cut(self.v(y))).transpose(1, 2).reshape(n, t, d))


class Layer(nn.Module):
    def __init__(self, d, heads, d_ff, p, crossed):
        super().__init__()
        self.own = Attention(d, heads, p)
        self.cross = Attention(d, heads, p) if crossed else None
        self.net = nn.Sequential(nn.Linear(d, d_ff), nn.GELU(), nn.Linear(d_ff, d))
        self.norms = nn.ModuleList(nn.LayerNorm(d) for _ in range(2 + crossed))
        self.p = nn.Dropout(p)

    def forward(self, x, forbidden, memory=None, away=None):
        h = self.norms[0](x)
        x = x + self.p(self.own(h, h, forbidden))
        if self.cross is not None:
            x = x + self.p(self.cross(self.norms[2](x), memory, away))
        return x + self.p(self.net(self.norms[1](x)))


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
        self.embed = nn.ModuleList(nn.Embedding(s, d_model) for s in (source_size, target_size))
        for e in self.embed:
            nn.init.normal_(e.weight, 0, d_model**-0.5)
        make = lambda crossed: Layer(d_model, num_heads, d_ff, dropout, crossed)
        self.encoder = nn.ModuleList(make(False) for _ in range(num_layers))
        self.decoder = nn.ModuleList(make(True) for _ in range(num_layers))
        self.p = nn.Dropout(dropout)
        self.read = nn.LayerNorm(d_model)
        self.head = nn.Sequential(nn.LayerNorm(d_model), nn.Linear(d_model, target_size))

    def start(self, which, x):
        e = self.embed[which](x)
        return self.p(e * e.shape[2] ** 0.5 + positional_encoding(x.shape[1], e.shape[2]).to(e))

    def forward(self, source, target):
        pad = (source == PAD)[:, None, None, :]
        x = self.start(0, source)
        for layer in self.encoder:
            x = layer(x, pad)
        x, y = self.read(x), self.start(1, target)
        later = causal_mask(target.shape[1]).to(target.device) | (target == PAD)[:, None, None, :]
        for layer in self.decoder:
            y = layer(y, later, x, pad)
        return self.head(y)


def translation_loss(model, source, target):
    total, count = 0.0, 0
    logits = model(source, target[:, :-1])
    for t in range(target.shape[1] - 1):
        wanted = target[:, t + 1]
        real = wanted != PAD
        if real.any():
            step = nn.functional.cross_entropy(logits[real, t], wanted[real], reduction="sum")
            total, count = total + step, count + int(real.sum())
    return total / count


def train(model, source, target, num_epochs=10, learning_rate=0.001, batch_size=64):
    device = next(iter(model.parameters())).device
    adam = torch.optim.Adam(model.parameters(), lr=learning_rate)
    history = []
    for _epoch in range(num_epochs):
        model.train()
        perm = torch.randperm(source.shape[0])
        s, t = source[perm], target[perm]
        losses = []
        for a, b in zip(torch.split(s, batch_size), torch.split(t, batch_size), strict=True):
            loss = translation_loss(model, a.to(device), b.to(device))
            adam.zero_grad()
            loss.backward()
            norm = sum(float((p.grad**2).sum()) for p in model.parameters() if p.grad is not None)
            if norm > 1:
                for p in model.parameters():
                    if p.grad is not None:
                        p.grad.div_(norm**0.5)
            adam.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history


def greedy_decode(model, source, max_length=20):
    model.eval()
    with torch.no_grad():
        out = torch.full((source.shape[0], 1), START, dtype=torch.long, device=source.device)
        for _ in range(max_length):
            out = torch.cat([out, model(source, out)[:, -1].argmax(1, keepdim=True)], 1)
    result = []
    for row in out[:, 1:].tolist():
        kept = []
        for token in row:
            if token == END:
                break
            kept.append(token)
        result.append(kept)
    return result


def beam_decode(model, source, beam_size=4, max_length=20):
    model.eval()
    answers = []
    for n in range(len(source)):
        beams = [(0.0, (START,))]
        for _ in range(max_length):
            found = []
            for score, tokens in beams:
                if tokens[-1] == END:
                    found.append((score, tokens))
                    continue
                with torch.no_grad():
                    prefix = torch.tensor([list(tokens)], device=source.device)
                    log_p = torch.log_softmax(model(source[n : n + 1], prefix)[0, -1], 0)
                for token in range(len(log_p)):
                    found.append((score + log_p[token].item(), (*tokens, token)))
            beams = sorted(found, reverse=True)[:beam_size]
        best = list(max(beams)[1])[1:]
        answers.append(best[:-1] if best and best[-1] == END else best)
    return answers


def bleu(translations, references):
    metric = sacrebleu.BLEU(lowercase=True, effective_order=False)
    return round(metric.corpus_score(translations, [references]).score, 6)
