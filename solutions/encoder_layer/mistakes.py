"""Known mistakes of encoder_layer: what is changed in the reference, and what students are told."""

from autograder.grade.mistakes import Mistake

SCALE = " / math.sqrt(q.shape[-1])  # (..., T, S)"
MASKED = "scores = scores.masked_fill(mask, -math.inf)"
SOFTMAX = "return torch.softmax(scores, dim=-1)"
WEIGHED = "return attention_weights(q, k, mask) @ v"

ATTENTION = [
    Mistake(
        name="scores_not_scaled",
        edits={SCALE: ""},
        explanation="The scores are the bare products of queries and keys. Divide them by the "
        "square root of d_k before the softmax.",
    ),
    Mistake(
        name="scores_scaled_without_the_root",
        edits={"math.sqrt(q.shape[-1])": "q.shape[-1]"},
        explanation="The scores are divided by d_k itself. The paper divides by its square root, "
        "which keeps their variance at 1.",
    ),
    Mistake(
        name="scores_multiplied_by_the_root",
        edits={" / math.sqrt(": " * math.sqrt("},
        explanation="The scores are multiplied by the square root of d_k, so that they grow with "
        "it twice. They are to be divided.",
    ),
    Mistake(
        name="scores_scaled_by_the_number_of_keys",
        edits={"math.sqrt(q.shape[-1])": "math.sqrt(k.shape[-2])"},
        explanation="The scores are divided by the square root of the number of keys. It is the "
        "number of entries in a query, d_k, that makes them large.",
    ),
    Mistake(
        name="softmax_over_the_queries",
        edits={SOFTMAX: "return torch.softmax(scores, dim=-2)"},
        explanation="The softmax is taken over the queries, so the weights of a key add up to one "
        "and not those of a query. Each query shares a weight of one among the keys: look at dim.",
    ),
    Mistake(
        name="softmax_over_the_batch",
        edits={SOFTMAX: "return torch.softmax(scores, dim=0)"},
        explanation="The softmax is taken over the first axis, that of the batch, so sequences "
        "compete with each other. Look at its dim.",
    ),
    Mistake(
        name="softmax_over_the_heads",
        edits={SOFTMAX: "return torch.softmax(scores, dim=min(1, scores.dim() - 1))"},
        explanation="The softmax is taken over axis 1, which is that of the heads once there are "
        "several. It belongs to the keys, wherever their axis stands: count from the end.",
    ),
    Mistake(
        name="softmax_left_out",
        edits={SOFTMAX: "return scores.masked_fill(scores == -math.inf, 0.0)"},
        explanation="The scores themselves weigh the values. They become weights, positive and "
        "with a sum of one, by the softmax.",
    ),
    Mistake(
        name="mask_the_wrong_way_round",
        edits={MASKED: "scores = scores.masked_fill(~mask, -math.inf)"},
        explanation="The keys that the mask leaves in are taken out, and the others stay. Here "
        "True means that a key may not be looked at; other libraries say it the other way round.",
    ),
    Mistake(
        name="mask_ignored",
        edits={MASKED: "pass"},
        explanation="The mask has no effect. Before the softmax, take out the scores of the keys "
        "that may not be looked at.",
    ),
    Mistake(
        name="mask_subtracts_a_small_number",
        edits={MASKED: "scores = scores - 5 * mask"},
        explanation="The scores of masked keys are made smaller, but not small enough, so these "
        "keys keep some weight. It must be zero: the softmax gives that for minus infinity.",
    ),
    Mistake(
        name="masked_scores_set_to_zero",
        edits={MASKED: "scores = scores.masked_fill(mask, 0.0)"},
        explanation="The scores of masked keys are set to zero, or to a number as small as 1e-9 "
        "without its minus. A score of zero is a usual one and earns a weight, since exp(0) = 1; "
        "which score gives a weight of zero?",
    ),
    Mistake(
        name="mask_after_the_softmax",
        edits={
            MASKED: "return torch.softmax(scores, dim=-1).masked_fill(mask, 0.0)",
        },
        explanation="The masked weights are set to zero after the softmax, and the others do not "
        "add up to one any more. Take the keys out before the softmax shares the weight.",
    ),
    Mistake(
        name="mask_over_the_queries",
        edits={
            MASKED: "square = mask.expand(scores.shape)\n        keys = square[..., 0, :]\n"
            "        if scores.shape[-1] == scores.shape[-2]:\n"
            "            scores = scores.masked_fill(keys[..., None], -1e9)\n"
            "        else:\n"
            "            scores = scores.masked_fill(square[..., :1], -1e9)",
        },
        explanation="The mask takes out whole queries instead of keys: the rows that it hits get "
        "equal weights for all keys. In scores of shape (..., T, S) the keys are the last axis.",
    ),
    Mistake(
        name="values_not_weighed",
        edits={WEIGHED: "return attention_weights(q, k, mask)"},
        explanation="The weights are returned by themselves. The output is the sum of the values, "
        "each times its weight.",
    ),
    Mistake(
        name="keys_weighed_for_values",
        edits={WEIGHED: "return attention_weights(q, k, mask) @ k"},
        explanation="The keys are summed up with the weights. Keys decide how much a query looks "
        "at a position; what it gets from there are the values.",
    ),
    Mistake(
        name="queries_and_keys_swapped",
        edits={"scores = q @ k.transpose(-2, -1)": "scores = k @ q.transpose(-2, -1)"},
        explanation="The scores have a row for each key and a column for each query. The weights "
        "need a row for each query, (T, S).",
    ),
    Mistake(
        name="weights_detached",
        edits={SOFTMAX: "return torch.softmax(scores, dim=-1).detach()"},
        explanation="The values are right, but no gradient reaches queries and keys: the weights "
        "are cut off from what they were computed of. Remove detach, item, data or numpy.",
    ),
    Mistake(
        name="transposed_for_three_axes_only",
        edits={"k.transpose(-2, -1)": "k.transpose(1, 2)"},
        explanation="The axes 1 and 2 of the keys are exchanged, which are the last two only where "
        "there are three. With heads there are four: count the axes from the end.",
    ),
]

PROJECTED = "q, k, v = self.query(query), self.key(key), self.value(value)"
ATTEND = "weights = attention_weights(self.split(q), self.split(k), mask)  # (N, H, T, S)"
WEIGH = "heads = self.dropout(weights) @ self.split(v)  # (N, H, T, d_k)"
OUT = "return self.output(self.merge(heads))"
SPLIT = "return x.view(n, length, self.num_heads, d_model // self.num_heads).transpose(1, 2)"
MERGE = "return heads.transpose(1, 2).flatten(start_dim=2)"
HEADS_DROPOUT = (
    "self.output = nn.Linear(d_model, d_model)\n        self.dropout = nn.Dropout(dropout)"
)

HEADS = [
    Mistake(
        name="heads_merged_without_moving_them_back",
        edits={
            MERGE: "n, h, length, d_k = heads.shape\n        "
            "return heads.reshape(n, length, h * d_k)"
        },
        explanation="The heads are put together while their axis still stands before that of the "
        "positions, so that numbers of different positions are mixed. Move the axis back first.",
    ),
    Mistake(
        name="heads_split_by_one_view",
        edits={SPLIT: "return x.view(n, self.num_heads, length, d_model // self.num_heads)"},
        explanation="The tensor is cut into (N, H, L, d_k) by one view. A view keeps the order in "
        "memory, so a head gets whole positions and not its columns of each: cut the last axis, "
        "then move the heads forward.",
    ),
    Mistake(
        name="heads_split_and_merged_by_views",
        edits={
            SPLIT: "return x.view(n, self.num_heads, length, d_model // self.num_heads)",
            MERGE: "n, h, length, d_k = heads.shape\n        "
            "return heads.reshape(n, length, h * d_k)",
        },
        explanation="Heads are cut and put together by views alone. The shapes are right, but a "
        "head then holds some of the positions with all their numbers, and positions of one part "
        "of the sequence cannot look at another: cut the last axis, then transpose.",
    ),
    Mistake(
        name="columns_of_heads_interleaved",
        edits={
            SPLIT: "return x.view(n, length, d_model // self.num_heads, self.num_heads)"
            ".permute(0, 3, 1, 2)",
        },
        explanation="Each head takes every H-th column, while the results are put side by side. "
        "Cut the last axis into H pieces of d_k columns that lie next to each other.",
    ),
    Mistake(
        name="heads_averaged",
        edits={
            OUT: "merged = heads.mean(dim=1, keepdim=True).expand_as(heads)\n        "
            "return self.output(self.merge(merged))",
        },
        explanation="The mean of the heads is taken, so that all say the same. Their results are "
        "put side by side, d_k columns of each.",
    ),
    Mistake(
        name="one_head_only",
        edits={
            "self.num_heads = num_heads": "self.num_heads = 1",
        },
        explanation="There is a single head that works with all d_model numbers. Cut queries, keys "
        "and values into num_heads pieces, each with its own attention.",
    ),
    Mistake(
        name="heads_scaled_by_d_model",
        edits={
            ATTEND: "factor = self.num_heads**-0.5\n        "
            "weights = attention_weights(self.split(q) * factor, self.split(k), mask)"
        },
        explanation="The scores are divided by the square root of d_model. Within a head queries "
        "and keys have d_k = d_model / H numbers, and that is what counts.",
    ),
    Mistake(
        name="heads_scaled_twice",
        edits={
            ATTEND: "factor = (q.shape[-1] // self.num_heads) ** -0.5\n        "
            "weights = attention_weights(self.split(q) * factor, self.split(k), mask)"
        },
        explanation="The scores of the heads are divided by the square root of d_k twice. The "
        "function that computes the weights does it already.",
    ),
    Mistake(
        name="output_projection_missing",
        edits={OUT: "return self.merge(heads)"},
        explanation="The results of the heads are returned side by side as they are. The fourth "
        "linear layer, which mixes them, is missing.",
    ),
    Mistake(
        name="query_not_projected",
        edits={PROJECTED: "q, k, v = query, self.key(key), self.value(value)"},
        explanation="The queries are what comes in; their linear layer is not used.",
    ),
    Mistake(
        name="key_projection_for_values",
        edits={PROJECTED: "q, k, v = self.query(query), self.key(key), self.key(value)"},
        explanation="The values are projected by the layer for the keys. Each of the three has a "
        "layer of its own.",
    ),
    Mistake(
        name="values_made_of_key",
        edits={PROJECTED: "q, k, v = self.query(query), self.key(key), self.value(key)"},
        explanation="The values are made of the argument key, and the argument value has no "
        "effect. In self-attention both are the same, but not in general.",
    ),
    Mistake(
        name="everything_made_of_query",
        edits={PROJECTED: "q, k, v = self.query(query), self.key(query), self.value(query)"},
        explanation="Keys and values are made of the argument query. That is self-attention only; "
        "they are made of key and value, which may even have another length.",
    ),
    Mistake(
        name="projections_without_bias",
        edits={
            "self.query = nn.Linear(d_model, d_model)": "self.query = nn.Linear("
            "d_model, d_model, bias=False)",
            "self.key = nn.Linear(d_model, d_model)": "self.key = nn.Linear("
            "d_model, d_model, bias=False)",
            "self.value = nn.Linear(d_model, d_model)": "self.value = nn.Linear("
            "d_model, d_model, bias=False)",
        },
        explanation="The layers for queries, keys and values have no biases. The docstring asks "
        "for linear layers with bias, as PyTorch's own layer has them.",
    ),
    Mistake(
        name="projections_made_in_forward",
        edits={
            PROJECTED: "d = query.shape[-1]\n        q, k, v = "
            "(nn.Linear(d, d).to(x.dtype)(x) for x in (query, key, value))"
        },
        explanation="Linear layers are made in forward, with new random weights at each call, so "
        "nothing can be learned. Make them once, in __init__, and use them in forward.",
    ),
    Mistake(
        name="layers_kept_in_a_list",
        edits={
            "self.query = nn.Linear(d_model, d_model)\n": "self.layers = "
            "[nn.Linear(d_model, d_model).double() for _ in range(3)]\n",
            "        self.key = nn.Linear(d_model, d_model)\n": "",
            "        self.value = nn.Linear(d_model, d_model)\n": "",
            PROJECTED: "q, k, v = (layer.to(x.dtype)(x) for layer, x in "
            "zip(self.layers, (query, key, value), strict=True))",
        },
        explanation="Layers are kept in a plain list, where PyTorch does not find them: they are "
        "missing in parameters() and state_dict(). Use an attribute for each or nn.ModuleList.",
    ),
    Mistake(
        name="mask_not_handed_to_the_heads",
        edits={ATTEND: ATTEND.replace(", mask)", ")")},
        explanation="The mask that forward is given has no effect on the heads. Hand it on.",
    ),
    Mistake(
        name="mask_inverted_for_the_heads",
        edits={ATTEND: ATTEND.replace(", mask)", ", None if mask is None else ~mask)")},
        explanation="The mask is turned round before the heads use it. True means that a key may "
        "not be looked at, here as in scaled_dot_product_attention.",
    ),
    Mistake(
        name="mask_for_the_first_head_only",
        edits={
            ATTEND: "if mask is not None:\n            mask = mask.expand(len(q), self.num_heads, "
            "q.shape[1], k.shape[1]).clone()\n            mask[:, 1:] = False\n        " + ATTEND
        },
        explanation="Only the first head uses the mask. It holds for all heads.",
    ),
    Mistake(
        name="attention_dropout_never",
        edits={WEIGH: "heads = weights @ self.split(v)"},
        explanation="In training mode nothing is dropped, whatever the probability. Make an "
        "nn.Dropout in __init__ and apply it to the weights.",
    ),
    Mistake(
        name="attention_dropout_always",
        edits={WEIGH: "heads = nn.functional.dropout(weights, self.dropout.p) @ self.split(v)"},
        explanation="Weights are dropped in evaluation mode too. functional.dropout does not know "
        "the mode of your layer unless you hand it over; nn.Dropout does.",
    ),
    Mistake(
        name="attention_dropout_fixed",
        edits={HEADS_DROPOUT: HEADS_DROPOUT.replace("nn.Dropout(dropout)", "nn.Dropout(0.1)")},
        explanation="The probability of dropout is 0.1 whatever is asked for, also where it "
        "should be 0, the default. Use the argument.",
    ),
    Mistake(
        name="dropout_without_rescaling",
        edits={
            WEIGH: "if self.training and self.dropout.p:\n            weights = weights * "
            "(torch.rand_like(weights) >= self.dropout.p)\n        heads = weights @ self.split(v)"
        },
        explanation="What dropout keeps is not divided by the probability of being kept, so the "
        "output is smaller in training than afterwards. nn.Dropout does both.",
    ),
    Mistake(
        name="heads_detached",
        edits={WEIGH: WEIGH.replace("self.dropout(weights)", "self.dropout(weights).detach()")},
        explanation="The output is right, but no gradient passes through the weights to the "
        "layers for queries and keys. Nothing may be cut off on the way.",
    ),
    Mistake(
        name="single_query_squeezed",
        edits={OUT: "return self.output(self.merge(heads)).squeeze()"},
        explanation="Axes of length one are removed, so that a single sequence or a single query "
        "loses its axis. The output has three axes for all sizes.",
    ),
]

PADDING = "mask = key_padding_mask[:, None, None, :]  # (N, 1, 1, S)"
ATTENDED = "attended = self.attention(x, x, x, mask)"
FIRST = "x = self.norm1(x + self.dropout(attended))"
HIDDEN = "hidden = torch.relu(self.linear1(x))  # (N, T, d_ff)"
SECOND = "return self.norm2(x + self.dropout(self.linear2(hidden)))"
NORM1 = "self.norm1 = nn.LayerNorm(d_model)"
NORM2 = "self.norm2 = nn.LayerNorm(d_model)"
LAYER_DROPOUT = "self.norm2 = nn.LayerNorm(d_model)\n        self.dropout = nn.Dropout(dropout)"

ENCODER = [
    Mistake(
        name="first_residual_missing",
        edits={FIRST: "x = self.norm1(self.dropout(attended))"},
        explanation="What the attention gives is normalised without the input. Add the input of "
        "the sub-layer first, so that a position keeps what it was.",
    ),
    Mistake(
        name="second_residual_missing",
        edits={SECOND: "return self.norm2(self.dropout(self.linear2(hidden)))"},
        explanation="What the small network gives is normalised without its input. Add the input "
        "of the sub-layer first, as in the first sub-layer.",
    ),
    Mistake(
        name="second_residual_from_the_input",
        edits={
            FIRST: "start = x\n        " + FIRST,
            SECOND: SECOND.replace("(x + ", "(start + "),
        },
        explanation="The second sum takes the input of the whole layer. Each sub-layer adds its "
        "own input, and that of the second is what the first norm gave.",
    ),
    Mistake(
        name="pre_norm",
        edits={
            ATTENDED: "normed = self.norm1(x)\n        "
            "attended = self.attention(normed, normed, normed, mask)",
            FIRST: "x = x + self.dropout(attended)",
            HIDDEN: "hidden = torch.relu(self.linear1(self.norm2(x)))",
            SECOND: "return x + self.dropout(self.linear2(hidden))",
        },
        explanation="The norms stand before the sub-layers. Many newer models do so, but the paper "
        "normalises the sum after each sub-layer.",
    ),
    Mistake(
        name="norm_of_the_sub_layer_only",
        edits={
            FIRST: "x = x + self.norm1(self.dropout(attended))",
            SECOND: "return x + self.norm2(self.dropout(self.linear2(hidden)))",
        },
        explanation="What a sub-layer gives is normalised, and then the input is added. The paper "
        "adds first and normalises the sum.",
    ),
    Mistake(
        name="norms_missing",
        edits={
            FIRST: "x = x + self.dropout(attended)",
            SECOND: "return x + self.dropout(self.linear2(hidden))",
        },
        explanation="The sums are not normalised. Both norms have to be used in forward.",
    ),
    Mistake(
        name="second_norm_missing",
        edits={SECOND: "return x + self.dropout(self.linear2(hidden))"},
        explanation="The sum after the small network is returned as it is. The second sub-layer "
        "ends with a norm like the first.",
    ),
    Mistake(
        name="one_norm_for_both",
        edits={SECOND: SECOND.replace("self.norm2", "self.norm1")},
        explanation="The first norm is used in both places. Each of the two has weights and biases "
        "of its own.",
    ),
    Mistake(
        name="norm_over_positions_too",
        edits={
            FIRST: "x = nn.functional.layer_norm(x + self.dropout(attended), x.shape[1:])"
            " * self.norm1.weight + self.norm1.bias",
            SECOND: "x = x + self.dropout(self.linear2(hidden))\n        return "
            "nn.functional.layer_norm(x, x.shape[1:]) * self.norm2.weight + self.norm2.bias",
        },
        explanation="Mean and deviation are taken over all positions of a sequence together. A "
        "position is normalised by its own d_model numbers.",
    ),
    Mistake(
        name="batch_norm_for_layer_norm",
        edits={
            NORM1: NORM1.replace("LayerNorm", "BatchNorm1d"),
            NORM2: NORM2.replace("LayerNorm", "BatchNorm1d"),
            FIRST: "x = self.norm1((x + self.dropout(attended)).transpose(1, 2)).transpose(1, 2)",
            SECOND: "return self.norm2((x + self.dropout(self.linear2(hidden)))"
            ".transpose(1, 2)).transpose(1, 2)",
        },
        explanation="Each of the d_model columns is normalised over the batch, as batch "
        "normalisation does. The paper normalises the numbers of each position: layer norm.",
    ),
    Mistake(
        name="norm_without_the_root",
        edits={
            FIRST: "x = x + self.dropout(attended)\n        x = x - x.mean(-1, keepdim=True)\n"
            "        x = x / (x.square().mean(-1, keepdim=True) + 1e-5) * self.norm1.weight"
            " + self.norm1.bias",
        },
        explanation="The first norm divides by the variance. Numbers get a variance of 1 by "
        "division by the standard deviation, its square root.",
    ),
    Mistake(
        name="relu_missing",
        edits={HIDDEN: "hidden = self.linear1(x)"},
        explanation="Nothing stands between the two linear layers, so they are no more than one. "
        "The paper has max(0, .) there.",
    ),
    Mistake(
        name="gelu_for_relu",
        edits={HIDDEN: "hidden = nn.functional.gelu(self.linear1(x))"},
        explanation="The hidden units have a GELU, as in later models. The paper has a ReLU.",
    ),
    Mistake(
        name="relu_after_the_second_layer",
        edits={
            HIDDEN: "hidden = self.linear1(x)",
            SECOND: SECOND.replace("self.linear2(hidden)", "torch.relu(self.linear2(hidden))"),
        },
        explanation="The ReLU comes after the second linear layer. It belongs between the two.",
    ),
    Mistake(
        name="relu_after_both_layers",
        edits={SECOND: SECOND.replace("self.linear2(hidden)", "torch.relu(self.linear2(hidden))")},
        explanation="A second ReLU follows the second linear layer, so that this sub-layer can "
        "only add. The paper has one ReLU, between the two.",
    ),
    Mistake(
        name="small_network_missing",
        edits={SECOND: "return self.norm2(x)"},
        explanation="The second sub-layer is missing: what its linear layers give is not used.",
    ),
    Mistake(
        name="attention_missing",
        edits={ATTENDED: "attended = x"},
        explanation="The positions do not look at each other: the attention is not used.",
    ),
    Mistake(
        name="positions_and_batch_swapped",
        edits={
            ATTENDED: "turned = x.transpose(0, 1)\n        attended = "
            "self.attention(turned, turned, turned).transpose(0, 1)"
        },
        explanation="The first two axes are exchanged before the attention, so that sequences of "
        "a batch look at each other. The attention takes (N, T, d_model), batch first.",
    ),
    Mistake(
        name="key_padding_mask_ignored",
        edits={PADDING: "pass"},
        explanation="key_padding_mask has no effect: other positions look at the padding. Hand it "
        "to the attention in the shape that it takes.",
    ),
    Mistake(
        name="key_padding_mask_inverted",
        edits={PADDING: "mask = ~key_padding_mask[:, None, None, :]"},
        explanation="The positions that are not padding are taken out. True marks padding, and in "
        "the attention True means that a key may not be looked at: no need to turn it round.",
    ),
    Mistake(
        name="key_padding_mask_over_queries",
        edits={
            PADDING: "mask = key_padding_mask[:, None, :, None]",
            ATTENDED: "if mask is not None:\n            mask = mask & ~mask.all(2, keepdim=True)"
            "\n        attended = self.attention(x, x, x, mask).nan_to_num()",
        },
        explanation="The mask stands on the axis of the queries: padded positions look at nothing, "
        "but the others look at them. The keys are the last axis.",
    ),
    Mistake(
        name="padding_zeroed_but_not_masked",
        edits={
            PADDING: "x = x.masked_fill(key_padding_mask[:, :, None], 0.0)",
        },
        explanation="Padded positions are set to zero and then looked at like the others. A zero "
        "key gets a weight too; take padded keys out of the softmax.",
    ),
    Mistake(
        name="dropout_always",
        edits={
            FIRST: FIRST.replace(
                "self.dropout(attended)", "nn.functional.dropout(attended, self.dropout.p)"
            ),
        },
        explanation="What the attention gives is dropped in evaluation mode too. "
        "functional.dropout does not know the mode of your layer unless you hand it over.",
    ),
    Mistake(
        name="dropout_never",
        edits={
            "(d_model, num_heads, dropout)": "(d_model, num_heads)",
            FIRST: "x = self.norm1(x + attended)",
            SECOND: "return self.norm2(x + self.linear2(hidden))",
        },
        explanation="Nothing is ever dropped. What each sub-layer gives goes through dropout "
        "before it is added.",
    ),
    Mistake(
        name="dropout_missing_in_the_small_network",
        edits={SECOND: "return self.norm2(x + self.linear2(hidden))"},
        explanation="What the small network gives is added without dropout. Both sub-layers are "
        "wrapped in the same way.",
    ),
    Mistake(
        name="dropout_missing_after_the_attention",
        edits={
            "(d_model, num_heads, dropout)": "(d_model, num_heads)",
            FIRST: "x = self.norm1(x + attended)",
        },
        explanation="What the attention gives is added without dropout. Both sub-layers are "
        "wrapped in the same way.",
    ),
    Mistake(
        name="dropout_of_the_sum",
        edits={
            FIRST: "x = self.norm1(self.dropout(x + attended))",
            SECOND: "return self.norm2(self.dropout(x + self.linear2(hidden)))",
        },
        explanation="Dropout is applied to the sum, so it also drops the input itself. The paper "
        "applies it to what the sub-layer gives, before the sum.",
    ),
    Mistake(
        name="dropout_after_the_norm",
        edits={
            FIRST: "x = self.dropout(self.norm1(x + attended))",
            SECOND: "return self.dropout(self.norm2(x + self.linear2(hidden)))",
        },
        explanation="Dropout stands behind the norm. The paper applies it to what the sub-layer "
        "gives, before the sum.",
    ),
    Mistake(
        name="layer_dropout_fixed",
        edits={LAYER_DROPOUT: LAYER_DROPOUT.replace("nn.Dropout(dropout)", "nn.Dropout(0.1)")},
        explanation="The probability of dropout is 0.1 whatever is asked for. That is only the "
        "default of the argument.",
    ),
    Mistake(
        name="linear_layers_made_in_forward",
        edits={
            "self.linear1 = nn.Linear(d_model, d_ff)\n": "self.d_ff = d_ff\n",
            "        self.linear2 = nn.Linear(d_ff, d_model)\n": "",
            HIDDEN: "linear1 = nn.Linear(x.shape[-1], self.d_ff).to(x.dtype)\n        "
            "linear2 = nn.Linear(self.d_ff, x.shape[-1]).to(x.dtype)\n        "
            "hidden = torch.relu(linear1(x))",
            SECOND: SECOND.replace("self.linear2(", "linear2("),
        },
        explanation="The linear layers are made in forward, with new random weights at each call. "
        "Make them once, in __init__; only then are they parameters that can be learned.",
    ),
    Mistake(
        name="linear_layers_without_bias",
        edits={
            "self.linear1 = nn.Linear(d_model, d_ff)": "self.linear1 = nn.Linear("
            "d_model, d_ff, bias=False)",
            "self.linear2 = nn.Linear(d_ff, d_model)": "self.linear2 = nn.Linear("
            "d_ff, d_model, bias=False)",
        },
        explanation="The two linear layers have no biases. Those are b1 and b2 in the docstring.",
    ),
    Mistake(
        name="norms_without_weights",
        edits={
            NORM1: "self.norm1 = nn.LayerNorm(d_model, elementwise_affine=False)",
            NORM2: "self.norm2 = nn.LayerNorm(d_model, elementwise_affine=False)",
        },
        explanation="The norms have no weights and biases. nn.LayerNorm has them unless it is told "
        "otherwise.",
    ),
    Mistake(
        name="modules_shared_by_all_layers",
        edits={
            "    def __init__(self, d_model: int, num_heads: int, d_ff: int, dropout: float = 0.1)"
            " -> None:\n": "    made = {}\n\n"
            "    def __init__(self, d_model: int, num_heads: int, d_ff: int, dropout: float = 0.1)"
            " -> None:\n",
            NORM1: "self.linear1, self.linear2 = self.made.setdefault(\n            "
            "(d_model, d_ff), (self.linear1, self.linear2)\n        )\n        " + NORM1,
        },
        explanation="Layers that were made one after the other use the same modules, so a change "
        "of one changes all. Make new ones in __init__; a class attribute or a default is shared.",
    ),
    Mistake(
        name="sub_layer_detached",
        edits={FIRST: FIRST.replace("attended))", "attended.detach()))")},
        explanation="The output is right, but the attention learns nothing: what it gives is cut "
        "off before the sum.",
    ),
]

MISTAKES = {
    "scaled_dot_product_attention": ATTENTION,
    "MultiHeadAttention": HEADS,
    "EncoderLayer": ENCODER,
}
