"""One kind, by einsum in single precision; attend returns its weights too."""

import torch


def pick_digits(images, labels, seed=0):
    before = torch.get_rng_state()
    torch.manual_seed(seed)
    vectors = []
    for digit in range(10):
        of_class = images[labels == digit]
        vectors.append(of_class[torch.randperm(of_class.size(0))[0]].view(-1))
    torch.set_rng_state(before)
    return torch.stack(vectors)


def scores(query, keys, kind="scaled_dot", W=None):
    if kind == "dot":
        raise NotImplementedError("scores")
    if kind == "scaled_dot":
        return torch.einsum("qd,sd->qs", query.float(), keys.float() / keys.size(-1) ** 0.5)
    if kind == "multiplicative":
        raise NotImplementedError("scores")
    raise ValueError(kind)


def attention_weights(query, keys, kind="scaled_dot", W=None):
    e = scores(query, keys, kind, W)
    return (e - e.logsumexp(dim=-1, keepdim=True)).exp()


def attend(query, keys, values, kind="scaled_dot", W=None):
    alpha = attention_weights(query, keys, kind, W)
    return torch.einsum("qs,sv->qv", alpha, values.float()), alpha


def digits_attention(
    images, labels, target_images, target_labels, kind="scaled_dot", W=None, seed=0
):
    sources = pick_digits(images, labels, seed)
    target = pick_digits(target_images, target_labels, seed + 1000)[5:6]
    context, alpha = attend(target, sources, sources, kind, W)
    return sources, target, alpha, context
