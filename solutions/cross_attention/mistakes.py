"""Known mistakes of cross_attention: what is changed in the reference, and what to say."""

from autograder.grade.mistakes import Mistake

DRAW = "positions[torch.randint(len(positions), (), generator=generator)]"
GIVE = "return images[torch.stack(chosen)].flatten(start_dim=1)"
MATCH = "positions = (labels == digit).nonzero().flatten()"

PICK = [
    Mistake(
        name="first_image_of_each_class",
        edits={DRAW: "positions[0]"},
        explanation="The first image of each class is taken, whatever the seed is. The choice "
        "within a class has to be random.",
    ),
    Mistake(
        name="global_random_state",
        edits={DRAW: "positions[torch.randint(len(positions), ())]"},
        explanation="The images are drawn from the global random state, and the seed is not used: "
        "calling the function again gives others. Let the seed decide.",
    ),
    Mistake(
        name="seed_fixed",
        edits={"manual_seed(seed)": "manual_seed(0)"},
        explanation="Every seed gives the same images, since the generator always starts from the "
        "same number. Use the seed that the function is given.",
    ),
    Mistake(
        name="classes_ignored",
        edits={MATCH: "positions = torch.arange(len(labels))"},
        explanation="The images are drawn from all classes, so that a row can hold any digit. Look "
        "at the labels before you draw.",
    ),
    Mistake(
        name="position_within_the_class",
        edits={DRAW: "torch.randint(len(positions), (), generator=generator)"},
        explanation="A position among the images of one class is used as a position among all "
        "images. Find out where the images of the class stand, and draw from these places.",
    ),
    Mistake(
        name="last_image_left_out",
        edits={DRAW: DRAW.replace("len(positions)", "max(1, len(positions) - 1)")},
        explanation="The last image of a class can never be picked. Look up whether the upper end "
        "of your random numbers belongs to them.",
    ),
    Mistake(
        name="first_image_left_out",
        edits={
            DRAW: "positions[torch.randint(min(1, len(positions) - 1), len(positions), (), "
            "generator=generator)]"
        },
        explanation="The first image of a class can never be picked. Positions are counted from "
        "zero.",
    ),
    Mistake(
        name="classes_in_order_of_appearance",
        edits={"for digit in range(CLASSES):": "for digit in dict.fromkeys(labels.tolist()):"},
        explanation="There is one image of each class, but the rows are in the order in which the "
        "classes first occur among the labels. Row c belongs to class c.",
    ),
    Mistake(
        name="rows_in_order_of_position",
        edits={GIVE: "return images[torch.stack(chosen).sort().values].flatten(start_dim=1)"},
        explanation="There is one image of each class, but the rows are in the order that the "
        "images have in the data, as a mask gives them. Row c belongs to class c.",
    ),
    Mistake(
        name="zero_left_out",
        edits={"for digit in range(CLASSES):": "for digit in range(1, CLASSES):"},
        explanation="There are nine vectors: the class 0 is missing. The digits run from 0 to 9.",
    ),
    Mistake(
        name="images_not_vectorised",
        edits={GIVE: "return images[torch.stack(chosen)]"},
        explanation="The images are picked but keep their rows and columns. The vector of an image "
        "has one axis of 784 pixels.",
    ),
    Mistake(
        name="pixels_column_by_column",
        edits={GIVE: "return images[torch.stack(chosen)].transpose(2, 3).flatten(start_dim=1)"},
        explanation="The pixels of an image are written column by column. They are asked for line "
        "by line; otherwise the image is mirrored when it is shown.",
    ),
    Mistake(
        name="grey_values_divided_again",
        edits={GIVE: GIVE + " / 255"},
        explanation="The grey values are divided by 255, but those of the images are in [0, 1] "
        "already. The vectors hold the values as they are.",
    ),
    Mistake(
        name="vectors_normalised",
        edits={GIVE: "return nn_normalise(images[torch.stack(chosen)].flatten(start_dim=1))",
               "CLASSES = 10": "nn_normalise = torch.nn.functional.normalize\nCLASSES = 10"},
        explanation="Each vector is divided by its length. The vectors hold the grey values as "
        "they are; how bright an image is belongs to what is studied here.",
    ),
]  # fmt: skip

DOT = "return query @ keys.T\n"
SCALED = "return (query @ keys.T) / query.shape[1] ** 0.5"
MULTIPLICATIVE = "return query @ W @ keys.T"
SOFTMAX = "return torch.softmax(similarity, dim=1)"

WEIGHTS = [
    Mistake(
        name="weights_add_up_over_the_queries",
        edits={SOFTMAX: "return torch.softmax(similarity, dim=0)"},
        explanation="The weights of a source add up to one over the queries. It is the attention "
        "of a query that is shared out: its weights add up to one over the sources.",
    ),
    Mistake(
        name="softmax_over_queries_and_sources",
        edits={SOFTMAX: "return torch.softmax(similarity.flatten(), 0).reshape(similarity.shape)"},
        explanation="All weights together add up to one. Each query has attention of its own to "
        "share out, so each row adds up to one.",
    ),
    Mistake(
        name="scores_for_weights",
        edits={SOFTMAX: "return similarity"},
        explanation="The scores are returned as weights. They may be negative and do not add up "
        "to one; the softmax is missing.",
    ),
    Mistake(
        name="scores_divided_by_their_sum",
        edits={SOFTMAX: "return similarity / similarity.sum(dim=1, keepdim=True)"},
        explanation="Each score is divided by the sum of the scores. That adds up to one, but "
        "weights come out negative or huge where scores have different signs; the exponential is "
        "missing.",
    ),
    Mistake(
        name="exponentials_not_divided",
        edits={SOFTMAX: "return torch.exp(similarity)"},
        explanation="The exponentials of the scores are returned. They still have to be divided "
        "by their sum over the sources.",
    ),
    Mistake(
        name="logistic_of_each_score",
        edits={SOFTMAX: "return torch.sigmoid(similarity)"},
        explanation="Each score goes through the logistic function by itself, so the weights of a "
        "query do not add up to one. The softmax compares the sources with each other.",
    ),
    Mistake(
        name="attention_log_softmax",
        edits={SOFTMAX: "return torch.log_softmax(similarity, dim=1)"},
        explanation="The logarithms of the weights are returned: all of them are negative. The "
        "exponential is missing at the end.",
    ),
    Mistake(
        name="hard_attention",
        edits={SOFTMAX: "return (similarity == similarity.amax(dim=1, keepdim=True)) * 1.0"},
        explanation="The source with the largest score gets all of the attention. The softmax "
        "leaves some of it to the others, by their scores.",
    ),
    Mistake(
        name="softmax_of_negative_scores",
        edits={SOFTMAX: "return torch.softmax(-similarity, dim=1)"},
        explanation="The weights fall where the scores rise. Look for a minus sign; a larger "
        "score means more attention.",
    ),
    Mistake(
        name="softmin_of_distances",
        edits={SOFTMAX: "return torch.softmax(-torch.cdist(query, keys) ** 2 / 2, dim=1)"},
        explanation="The weights come from the distances between queries and keys. That is "
        "another kind of attention; the three kinds of the handout use products.",
    ),
    Mistake(
        name="softmax_of_cosines",
        edits={
            SOFTMAX: "return torch.softmax(torch.nn.functional.normalize(query) "
            "@ torch.nn.functional.normalize(keys).T, dim=1)"
        },
        explanation="Queries and keys are divided by their lengths, so their scores are cosines. "
        "The three kinds of the handout use the vectors as they are.",
    ),
    Mistake(
        name="exponentials_overflow",
        edits={SOFTMAX: "e = torch.exp(similarity)\n    return e / e.sum(dim=1, keepdim=True)"},
        explanation="The formula is right, but the exponential of a large score is infinite, and "
        "infinity divided by infinity is no number. Which number can you take off all scores of a "
        "query without changing the weights?",
    ),
    Mistake(
        name="one_shift_for_all_queries",
        edits={
            SOFTMAX: "e = torch.exp(similarity - similarity.max())\n"
            "    return e / e.sum(dim=1, keepdim=True)"
        },
        explanation="The largest of all scores is taken off before the exponential. For a query "
        "whose scores are far below it, all exponentials are zero, and zero divided by zero is no "
        "number. Each query needs a shift of its own.",
    ),
    Mistake(
        name="attention_queries_squeezed",
        edits={SOFTMAX: "return torch.softmax(similarity, dim=1).squeeze()"},
        explanation="For a single query, or a single source, an axis is lost. Keep the axes of "
        "length one.",
    ),
    Mistake(
        name="attention_weights_detached",
        edits={SOFTMAX: "return torch.softmax(similarity.detach(), dim=1)"},
        explanation="The weights are right, but no gradient comes back through them. Look for "
        "detach, data, no_grad or a new tensor made of numbers.",
    ),
    Mistake(
        name="keys_detached",
        edits={
            "similarity = scores(query, keys, kind, W)": "similarity = scores("
            "query, keys.detach(), kind, W)"
        },
        explanation="The queries get a gradient, but the keys get none: they are cut off before "
        "the scores. Use them as they come in.",
    ),
    Mistake(
        name="sources_compared_with_queries",
        edits={
            "similarity = scores(query, keys, kind, W)": "similarity = scores(keys, query, kind, W)"
        },
        explanation="The scores have a row for each source and a column for each query. Exchange "
        "the two: the rows belong to the queries.",
    ),
    Mistake(
        name="divided_by_the_dimension",
        edits={SCALED: "return (query @ keys.T) / query.shape[1]"},
        explanation="The dot products are divided by D. The factor of scaled_dot is its square "
        "root.",
    ),
    Mistake(
        name="divided_by_the_square_of_the_dimension",
        edits={SCALED: "return (query @ keys.T) / query.shape[1] ** 2"},
        explanation="The dot products are divided by the square of D. The factor of scaled_dot is "
        "the square root.",
    ),
    Mistake(
        name="multiplied_by_the_root",
        edits={SCALED: "return (query @ keys.T) * query.shape[1] ** 0.5"},
        explanation="The dot products are multiplied by the square root of D, which makes the "
        "softmax sharper. The factor is there to keep the scores small.",
    ),
    Mistake(
        name="divided_by_the_root_of_the_sources",
        edits={SCALED: "return (query @ keys.T) / keys.shape[0] ** 0.5"},
        explanation="The dot products are divided by the square root of the number of sources. D "
        "is the length of a vector; look at which axis you read.",
    ),
    Mistake(
        name="divided_by_the_root_of_the_queries",
        edits={SCALED: "return (query @ keys.T) / query.shape[0] ** 0.5"},
        explanation="The dot products are divided by the square root of the number of queries. D "
        "is the length of a vector; look at which axis you read.",
    ),
    Mistake(
        name="divided_by_the_root_of_784",
        edits={SCALED: "return (query @ keys.T) / 28"},
        explanation="The dot products are divided by 28, which is right for images of 784 pixels "
        "only. Take D from the vectors.",
    ),
    Mistake(
        name="scaling_left_out",
        edits={SCALED: "return query @ keys.T  # as they are"},
        explanation="The scores of scaled_dot are those of dot: the factor is missing.",
    ),
    Mistake(
        name="dot_scaled_too",
        edits={DOT: "return query @ keys.T / query.shape[1] ** 0.5\n"},
        explanation="The scores of dot are those of scaled_dot. This kind has no factor.",
    ),
    Mistake(
        name="queries_divided_by_their_length",
        edits={SCALED: "return (query / query.norm(dim=1, keepdim=True)) @ keys.T"},
        explanation="Each query is divided by its own length. The factor of scaled_dot is the "
        "square root of the number of entries, the same for all.",
    ),
    Mistake(
        name="W_transposed",
        edits={MULTIPLICATIVE: "return query @ W.T @ keys.T"},
        explanation="The scores are those of the transposed W. In q W k the rows of W belong to "
        "the query, its columns to the key; with a symmetric W one cannot see the difference.",
    ),
    Mistake(
        name="W_ignored",
        edits={MULTIPLICATIVE: "return query @ keys.T  # W is not used"},
        explanation="The scores of multiplicative do not depend on W. It belongs between query "
        "and key.",
    ),
    Mistake(
        name="W_on_both_sides",
        edits={MULTIPLICATIVE: "return query @ W @ (keys @ W).T"},
        explanation="W is applied to the queries and to the keys. It stands in the score once.",
    ),
    Mistake(
        name="multiplicative_scaled_too",
        edits={MULTIPLICATIVE: "return query @ W @ keys.T / query.shape[1] ** 0.5"},
        explanation="The scores of multiplicative are divided by the square root of D. This kind "
        "has no factor beside W.",
    ),
    Mistake(
        name="diagonal_of_W_only",
        edits={MULTIPLICATIVE: "return (query * W.diagonal()) @ keys.T"},
        explanation="Only the diagonal of W is used. The score adds up the products of every "
        "number of the query with every number of the key.",
    ),
]

WEIGH = "return weights @ values"
OWN = "weights = attention_weights(query, keys, kind, W)  # (Q, S)"

ATTEND = [
    Mistake(
        name="keys_for_values",
        edits={WEIGH: "return weights @ keys"},
        explanation="The keys are added up, not the values. Keys decide how much, values decide "
        "what.",
    ),
    Mistake(
        name="mean_for_weighted_sum",
        edits={WEIGH: "return weights @ values / len(values)"},
        explanation="The weighted sum is divided by the number of sources. The weights add up to "
        "one, so the sum is a mean already.",
    ),
    Mistake(
        name="weights_not_used",
        edits={WEIGH: "return values.mean(dim=0).expand(len(query), -1) + 0 * weights[:, :1]"},
        explanation="All values count the same. Each of them has to be multiplied by its weight.",
    ),
    Mistake(
        name="value_of_the_largest_weight",
        edits={WEIGH: "return values[weights.argmax(dim=1)]"},
        explanation="Only the value with the largest weight is returned. All of them go into the "
        "sum, each by its weight.",
    ),
    Mistake(
        name="attend_ignores_the_kind",
        edits={OWN: "weights = attention_weights(query, keys)  # (Q, S)"},
        explanation="The sum is always that of the default kind: kind and W are not handed on to "
        "attention_weights.",
    ),
    Mistake(
        name="attend_with_one_kind",
        edits={OWN: 'weights = attention_weights(query, keys, "dot", W)  # (Q, S)'},
        explanation='The sum is that of the kind "dot", whichever kind is asked for.',
    ),
    Mistake(
        name="weights_by_the_values",
        edits={OWN: "weights = torch.softmax(torch.sin(values).sum(1).expand(len(query), -1), 1)"},
        explanation="The weights come from the values and do not depend on the queries. Query and "
        "keys decide about the weights.",
    ),
    Mistake(
        name="weights_shared_out_twice",
        edits={WEIGH: "return torch.softmax(weights, dim=1) @ values"},
        explanation="The weights go through another softmax, which makes them nearly equal. They "
        "are shares already.",
    ),
    Mistake(
        name="query_added_to_the_sum",
        edits={WEIGH: "return weights @ values + query.mean(dim=1, keepdim=True)"},
        explanation="Something of the query is added to the sum. Such a connection belongs to a "
        "Transformer's layer, not to the attention itself.",
    ),
    Mistake(
        name="sum_over_the_queries",
        edits={WEIGH: "return (weights @ values).sum(dim=0, keepdim=True).expand(len(query), -1)"},
        explanation="The sums of all queries are added up. Each query has its own weighted sum.",
    ),
    Mistake(
        name="values_detached",
        edits={WEIGH: "return weights @ values.detach()"},
        explanation="No gradient comes back to the values: they are cut off before the sum. Use "
        "them as they come in.",
    ),
    Mistake(
        name="sum_without_gradient_of_the_weights",
        edits={WEIGH: "return weights.detach() @ values"},
        explanation="No gradient comes back to queries and keys: the weights are cut off before "
        "the sum.",
    ),
    Mistake(
        name="attend_squeezed",
        edits={WEIGH: "return (weights @ values).squeeze()"},
        explanation="For a single query the axis of the queries is lost. Keep the axes of length "
        "one.",
    ),
]

PICK_TARGET = "target = pick_digits(target_images, target_labels, seed)[TARGET]"
WEIGHTS_LINE = "weights = attention_weights(query, sources, kind, W)[0]"
SUM_LINE = "weighted_sum = attend(query, sources, sources, kind, W)[0]"

DIGITS = [
    Mistake(
        name="target_among_the_sources",
        edits={PICK_TARGET: "target = sources[TARGET]"},
        explanation="The target is the five among the sources, so it is compared with itself. Take "
        "it from the images for the target.",
    ),
    Mistake(
        name="target_from_the_images_of_the_sources",
        edits={PICK_TARGET: "target = pick_digits(images, labels, seed + 1)[TARGET]"},
        explanation="The target comes from the images for the sources, and may be one of them. "
        "Take it from the images for the target.",
    ),
    Mistake(
        name="fifth_digit_for_a_five",
        edits={PICK_TARGET: PICK_TARGET.replace("[TARGET]", "[TARGET - 1]")},
        explanation="The target is a four: the rows are counted from zero, so the five stands in "
        "row 5.",
    ),
    Mistake(
        name="sources_from_the_images_of_the_target",
        edits={"sources = pick_digits(images, labels, seed)": "sources = pick_digits("
               "target_images, target_labels, seed + 1)"},
        explanation="The sources come from the images for the target. Look at which of the four "
        "first arguments you use.",
    ),
    Mistake(
        name="sources_always_the_same",
        edits={"sources = pick_digits(images, labels, seed)": "sources = pick_digits("
               "images, labels)"},
        explanation="The sources are the same for every seed: it is not handed on to pick_digits.",
    ),
    Mistake(
        name="digits_ignore_the_kind",
        edits={WEIGHTS_LINE: "weights = attention_weights(query, sources)[0]",
               SUM_LINE: "weighted_sum = attend(query, sources, sources)[0]"},
        explanation="The result is always that of the default kind: kind and W are not handed on.",
    ),
    Mistake(
        name="weights_of_another_kind",
        edits={WEIGHTS_LINE: "weights = attention_weights(query, sources)[0]"},
        explanation="The weights are those of the default kind, while the sum is that of the kind "
        "that was asked for. Hand kind and W on to both.",
    ),
    Mistake(
        name="sum_of_another_kind",
        edits={SUM_LINE: "weighted_sum = attend(query, sources, sources)[0]"},
        explanation="The sum is that of the default kind, while the weights are those of the kind "
        "that was asked for. Hand kind and W on to both.",
    ),
    Mistake(
        name="sum_of_other_sources",
        edits={SUM_LINE: "other = pick_digits(images, labels, seed + 1)\n"
               "    weighted_sum = attend(query, other, other, kind, W)[0]"},
        explanation="The sum is taken over other images than those that are returned as sources. "
        "Draw them once, and use them for everything.",
    ),
    Mistake(
        name="sources_attend_to_the_target",
        edits={WEIGHTS_LINE: "weights = attention_weights(sources, query, kind, W)[:, 0]"},
        explanation="All weights are one: each source attends to the target, which is its only "
        "choice. The target is the query, and the sources are the keys.",
    ),
    Mistake(
        name="five_attends_to_the_five_only",
        edits={SUM_LINE: "weighted_sum = sources[TARGET] * weights[TARGET]"},
        explanation="The sum holds the five among the sources only. All ten sources go into it, "
        "each by its weight.",
    ),
    Mistake(
        name="sum_divided_by_the_number_of_classes",
        edits={SUM_LINE: SUM_LINE + " / CLASSES"},
        explanation="The weighted sum is divided by ten. The weights add up to one, so it is a "
        "mean already, and the image would be too dark.",
    ),
    Mistake(
        name="weights_as_percentages",
        edits={WEIGHTS_LINE: WEIGHTS_LINE + " * 100"},
        explanation="The weights are percentages. Return them as attention_weights gives them.",
    ),
]  # fmt: skip

MISTAKES = {
    "pick_digits": PICK,
    "attention_weights": WEIGHTS,
    "attend": ATTEND,
    "digits_attention": DIGITS,
}
