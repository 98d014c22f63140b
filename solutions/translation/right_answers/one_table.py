"""One table of embeddings for both languages, topk(beam_size), own layers."""

import math
import re

import sacrebleu
import torch
import torch.nn.functional as F
from torch import nn

PAD, START, END = 0, 1, 2


def pretrained_embedding(words, known_words, vectors, freeze=False):
    weights = torch.randn(len(words), vectors.shape[-1]).mul_(vectors.std())
    for vector, word in zip(vectors, known_words, strict=True):
        if word in words:
            weights[list(words).index(word)] = vector
    weights[PAD].fill_(0)
    layer = nn.Embedding(*weights.shape, padding_idx=PAD, _weight=weights)
    for parameter in layer.parameters():
        parameter.requires_grad_(not freeze)
    return layer


def positional_encoding(length, d_model):
    angles = torch.outer(
        torch.arange(length).float(), 10_000 ** -(torch.arange(0, d_model, 2) / d_model)
    )
    return torch.view_as_real(torch.polar(torch.ones_like(angles), math.pi / 2 - angles)).flatten(1)


def causal_mask(length):
    return torch.full((length, length), True).triu(1)


class Block(nn.Module):
    def __init__(self, d_model, num_heads, d_ff, dropout, crosses):
        super().__init__()
        self.attentions = nn.ModuleList(
            nn.MultiheadAttention(d_model, num_heads, dropout) for _ in range(1 + crosses)
        )
        self.first, self.second = nn.Linear(d_model, d_ff), nn.Linear(d_ff, d_model)
        self.norms = nn.ModuleList(nn.LayerNorm(d_model, eps=1e-6) for _ in range(2 + crosses))
        self.drop = nn.Dropout(dropout)

    def forward(self, x, mask, pad, memory=None, memory_pad=None):
        given = [(x, mask, pad), (memory, None, memory_pad)]
        for attention, norm, (y, m, p) in zip(self.attentions, self.norms, given, strict=False):
            y = x if y is given[0][0] else y
            out, _ = attention(x, y, y, key_padding_mask=p, attn_mask=m, need_weights=False)
            x = norm(x + self.drop(out))
        return self.norms[-1](x + self.drop(self.second(self.drop(F.relu(self.first(x))))))


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
        self.table = nn.Embedding(source_size + target_size, d_model)
        nn.init.normal_(self.table.weight, std=d_model**-0.5)
        self.french = source_size
        args = d_model, num_heads, d_ff, dropout
        self.readers = nn.ModuleList(Block(*args, crosses=False) for _ in range(num_layers))
        self.writers = nn.ModuleList(Block(*args, crosses=True) for _ in range(num_layers))
        self.drop = nn.Dropout(dropout)
        self.bias = nn.Parameter(torch.zeros(target_size))

    def embed(self, tokens):
        e = self.table(tokens).transpose(0, 1)
        p = positional_encoding(len(e), e.shape[2]).to(e.device)
        return self.drop(math.sqrt(e.shape[2]) * e + p[:, None])

    def forward(self, source, target):
        pad = torch.zeros(source.shape, device=source.device).masked_fill(source == PAD, -math.inf)
        later = torch.zeros(2 * target.shape[1:], device=target.device)
        later = later.masked_fill(causal_mask(target.shape[1]).to(target.device), -math.inf)
        x = self.embed(source)
        for layer in self.readers:
            x = layer(x, None, pad)
        y = self.embed(target + self.french)
        for layer in self.writers:
            y = layer(y, later, None, x, pad)
        return F.linear(y.transpose(0, 1), self.table.weight[self.french :], self.bias)


def translation_loss(model, source, target):
    log_p = F.log_softmax(model(source, target[:, :-1]), dim=-1)
    wanted = target[:, 1:]
    return F.nll_loss(log_p[wanted != PAD], wanted[wanted != PAD])


def train(model, source, target, num_epochs=10, learning_rate=0.001, batch_size=64):
    place = next(model.parameters()).device
    optimizer = torch.optim.Adam(model.parameters(), learning_rate)
    result = []
    for _ in range(num_epochs):
        model.train()
        mixed = torch.randperm(len(target))
        total, steps = torch.zeros(()), 0
        while steps * batch_size < len(mixed):
            now = mixed[steps * batch_size : (steps + 1) * batch_size]
            loss = translation_loss(model, source[now].to(place), target[now].to(place))
            gradients = torch.autograd.grad(loss, list(model.parameters()), allow_unused=True)
            norm = math.sqrt(sum(g.square().sum().item() for g in gradients if g is not None))
            for parameter, gradient in zip(model.parameters(), gradients, strict=True):
                parameter.grad = None if gradient is None else gradient / max(norm, 1.0)
            optimizer.step()
            total, steps = total + loss.detach().cpu(), steps + 1
        result.append((total / steps).item())
    return result


@torch.inference_mode()
def greedy_decode(model, source, max_length=20):
    was = model.training
    model.eval()
    said = source.new_full((len(source), 1), START)
    for _ in range(max_length):
        said = torch.hstack([said, model(source, said)[:, -1:].argmax(-1)])
    model.train(was)
    texts = [" ".join(map(str, row)) for row in said[:, 1:].tolist()]
    before_end = [re.split(rf"(?:^|\s){END}(?:\s|$)", text)[0] for text in texts]
    return [[int(word) for word in text.split()] for text in before_end]


def best_translation(model, source, beam_size, max_length):
    beam, sums = torch.full((1, 1), START), torch.zeros(1)
    for _ in range(max_length):
        ended = (beam == END).any(dim=1)
        if ended.all():
            break
        steps = model(source.expand(len(beam), -1), beam)[:, -1].log_softmax(-1).cpu()
        steps, words = steps.topk(beam_size)
        steps[ended], words[ended] = -math.inf, END
        steps[ended, 0] = 0.0
        totals = (sums[:, None] + steps).flatten()
        sums, chosen = totals.topk(beam_size)
        beam = torch.cat([beam[chosen // beam_size], words.flatten()[chosen, None]], dim=1)
    best = beam[sums.argmax(), 1:].tolist()
    return best[: best.index(END)] if END in best else best


def beam_decode(model, source, beam_size=4, max_length=20):
    model.eval()
    with torch.no_grad():
        return [best_translation(model, row[None], beam_size, max_length) for row in source]


def bleu(translations, references):
    result = sacrebleu.corpus_bleu(translations, [references], lowercase=True)
    return round(result.score, 2)
