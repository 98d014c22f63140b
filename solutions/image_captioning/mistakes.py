"""Known mistakes of image_captioning: what is changed in the reference, and what to say."""

from autograder.grade.mistakes import Mistake

SHIFT = "captions_in, captions_out = captions[:, :-1], captions[:, 1:]"
MASK = "mask = captions_out != self.null"
PROJECT = 'h0, proj_cache = fc_forward(features, p["W_proj"], p["b_proj"])'
EMBED = 'word_embedding_forward(captions_in, p["W_embed"])'
RECUR = 'recur(x.swapaxes(0, 1), h0, p["Wx"], p["Wh"], p["b"])'
SCORES = 'temporal_fc_forward(h.swapaxes(0, 1), p["W_vocab"], p["b_vocab"])'
SOFTMAX = "loss, dscores = temporal_softmax_loss(scores, captions_out, mask)"
VOCAB_BACK = (
    '        dh, grads["W_vocab"], grads["b_vocab"] = temporal_fc_backward(dscores, vocab_cache)\n'
)
RECUR_BACK = 'grads["Wx"], grads["Wh"], grads["b"] = recur_back(dh.swapaxes(0, 1), recur_cache)\n'
EMBED_BACK = '        grads["W_embed"] = word_embedding_backward(dx.swapaxes(0, 1), embed_cache)\n'
PROJECT_BACK = '        _, grads["W_proj"], grads["b_proj"] = fc_backward(dh0, proj_cache)\n'

LOSS = [
    Mistake(
        name="asks_for_the_word_it_reads",
        edits={SOFTMAX: SOFTMAX.replace("captions_out", "captions_in")},
        explanation="The scores of a step are compared with the word that the step has read. The "
        "model is to know the next word; compare with the captions without their first word.",
    ),
    Mistake(
        name="reads_the_word_it_is_asked_for",
        edits={EMBED: EMBED.replace("captions_in", "captions_out")},
        explanation="The model reads the very word that it is asked for, so there is nothing to "
        "be learned. It reads the captions without their last word.",
    ),
    Mistake(
        name="mask_of_the_words_that_are_read",
        edits={MASK: "mask = captions_in != self.null"},
        explanation="Whether a step counts is decided by the word that it reads, so the step "
        "after <END>, which is asked for <NULL>, counts as well. Decide by the word to be known.",
    ),
    Mistake(
        name="null_counts",
        edits={MASK: "mask = np.ones(captions_out.shape, dtype=bool)"},
        explanation="The model is also asked for every <NULL> behind the end of a caption. These "
        "steps must count neither in the loss nor in the gradients; that is what the mask is for.",
    ),
    Mistake(
        name="end_does_not_count",
        edits={MASK: "mask = (captions_out != self.null) & (captions_out != self.end)"},
        explanation="The steps that are asked for <END> do not count, so the model never learns "
        "to come to an end. Only <NULL> is left out.",
    ),
    Mistake(
        name="mask_turned_around",
        edits={MASK: "mask = captions_out == self.null"},
        explanation="The mask is true where a caption is over and false where its words are. It "
        "tells which steps count.",
    ),
    Mistake(
        name="null_taken_for_zero",
        edits={MASK: "mask = captions_out != 0"},
        explanation="The word with the index 0 is left out, whatever it is. The index of <NULL> "
        "stands in word_to_idx, and in the attribute null.",
    ),
    Mistake(
        name="loss_divided_twice",
        edits={SOFTMAX: SOFTMAX + "\n        loss = loss / len(captions)"},
        explanation="The loss is divided by the number of captions twice. temporal_softmax_loss "
        "has done it already.",
    ),
    Mistake(
        name="loss_per_word",
        edits={
            SOFTMAX: SOFTMAX + "\n        loss, dscores = (part * len(captions) / mask.sum() "
            "for part in (loss, dscores))"
        },
        explanation="The loss is a mean over words. It is to be summed over the words of a "
        "caption and divided by the number of captions, as temporal_softmax_loss gives it.",
    ),
    Mistake(
        name="features_left_out",
        edits={PROJECT: PROJECT + "\n        h0 = np.zeros_like(h0)"},
        explanation="The loss does not depend on the features: the network starts from a state of "
        "zeros, and so describes an image that it has not seen. The first state is the projection "
        "of the features.",
    ),
    Mistake(
        name="tanh_of_the_projection",
        edits={PROJECT: PROJECT + "\n        h0 = np.tanh(h0)"},
        explanation="The projected features go through tanh before they become the first state. "
        "Step 1 is a fully connected layer and nothing else.",
    ),
    Mistake(
        name="bias_of_the_projection_left_out",
        edits={PROJECT: PROJECT.replace('p["b_proj"]', '0 * p["b_proj"]')},
        explanation="The first state is made without b_proj. Step 1 has a bias.",
    ),
    Mistake(
        name="time_and_batch_swapped",
        edits={
            RECUR: RECUR.replace("x.swapaxes(0, 1)", "x"),
            SCORES: SCORES.replace("h.swapaxes(0, 1)", "h"),
            RECUR_BACK: RECUR_BACK.replace("dh.swapaxes(0, 1)", "dh"),
            EMBED_BACK: EMBED_BACK.replace("dx.swapaxes(0, 1)", "dx"),
        },
        explanation="The recurrent layer gets its sequences with the batch first, and takes each "
        "caption for a step in time. It reads and gives time first: swap the two axes before and "
        "after it, and likewise on the way back.",
    ),
    Mistake(
        name="axes_reshaped",
        edits={
            RECUR: RECUR.replace(
                "x.swapaxes(0, 1)", "x.reshape(x.shape[1], x.shape[0], x.shape[2])"
            )
        },
        explanation="The word vectors are brought into the order time first with reshape, which "
        "keeps the numbers where they are and mixes the captions up. The axes must be swapped: "
        "np.swapaxes or np.transpose.",
    ),
    Mistake(
        name="states_reshaped",
        edits={
            SCORES: SCORES.replace(
                "h.swapaxes(0, 1)", "h.reshape(h.shape[1], h.shape[0], h.shape[2])"
            )
        },
        explanation="The states are brought into the order batch first with reshape, which keeps "
        "the numbers where they are and mixes the captions up. The axes must be swapped: "
        "np.swapaxes or np.transpose.",
    ),
    Mistake(
        name="gradient_of_the_states_reshaped",
        edits={
            RECUR_BACK: RECUR_BACK.replace(
                "dh.swapaxes(0, 1)", "dh.reshape(dh.shape[1], dh.shape[0], dh.shape[2])"
            )
        },
        explanation="The loss is right, but on the way back the gradient of the states is brought "
        "into the order time first with reshape, which mixes the captions up. Swap the axes as on "
        "the way forward.",
    ),
    Mistake(
        name="gradient_of_the_vectors_reshaped",
        edits={
            EMBED_BACK: EMBED_BACK.replace(
                "dx.swapaxes(0, 1)", "dx.reshape(dx.shape[1], dx.shape[0], dx.shape[2])"
            )
        },
        explanation="The gradient of the word vectors goes to the wrong words: it is brought into "
        "the order batch first with reshape. Swap the axes as on the way forward.",
    ),
    Mistake(
        name="gradient_of_the_embedding_missing",
        edits={EMBED_BACK: ""},
        explanation="There is no gradient for W_embed, so the word vectors would keep their first "
        "random values. They are parameters too; word_embedding_backward is provided.",
    ),
    Mistake(
        name="gradient_of_the_embedding_zero",
        edits={EMBED_BACK: '        grads["W_embed"] = np.zeros_like(p["W_embed"])\n'},
        explanation="The gradient of W_embed is zero, so the word vectors would keep their first "
        "random values. The recurrent layer hands a gradient back to each vector that it has read.",
    ),
    Mistake(
        name="repeated_words_overwrite",
        edits={
            EMBED_BACK: '        grads["W_embed"] = np.zeros_like(p["W_embed"])\n'
            '        grads["W_embed"][captions_in] = dx.swapaxes(0, 1)\n'
        },
        explanation="A word that is read several times keeps only its last gradient in W_embed. "
        "The gradients of all its uses are to be added; word_embedding_backward does it.",
    ),
    Mistake(
        name="gradient_of_the_projection_missing",
        edits={PROJECT_BACK: ""},
        explanation="There are no gradients for W_proj and b_proj, so the model would never learn "
        "what the features mean. The recurrent layer hands a gradient back to its first state.",
    ),
    Mistake(
        name="gradient_of_the_projection_zero",
        edits={PROJECT_BACK: PROJECT_BACK.replace("(dh0,", "(0 * dh0,")},
        explanation="The gradients of W_proj and b_proj are zero, so the model would never learn "
        "what the features mean. The recurrent layer hands a gradient back to its first state.",
    ),
    Mistake(
        name="first_step_taken_for_the_first_state",
        edits={PROJECT_BACK: PROJECT_BACK.replace("(dh0,", "(dh[:, 0],")},
        explanation="The gradients of the projection are computed from what the scores of the "
        "first step hand back. The first state acts through all steps; use the gradient that the "
        "recurrent layer gives for it.",
    ),
    Mistake(
        name="scores_for_their_gradient",
        edits={VOCAB_BACK: VOCAB_BACK.replace("(dscores,", "(scores,")},
        explanation="The loss is right, but the way back starts from the scores instead of their "
        "gradient, so every gradient is wrong. temporal_softmax_loss returns the gradient beside "
        "the loss.",
    ),
    Mistake(
        name="gradients_of_cell_swapped",
        edits={
            RECUR_BACK: 'grads["Wh"], grads["Wx"], grads["b"] = recur_back(dh.swapaxes(0, 1), '
            "recur_cache)\n"
        },
        explanation="The gradients of Wx and Wh stand under each other's name. The recurrent "
        "layer returns them in the order dx, dh0, dWx, dWh, db.",
    ),
    Mistake(
        name="lstm_run_as_rnn",
        edits={'"lstm": (lstm_forward, lstm_backward)': '"lstm": (rnn_forward, rnn_backward)'},
        explanation="For the cell type lstm, the functions of the RNN are called; their states "
        "are four times as long as they should be. Look at cell_type in both directions.",
    ),
]

START = 'h, _ = fc_forward(features, p["W_proj"], p["b_proj"])'
FIRST = "word = np.full(len(features), self.start)"
READ = 'x = p["W_embed"][word]  # (N, W)'
RNN_STEP = 'h, _ = rnn_step_forward(x, h, p["Wx"], p["Wh"], p["b"])'
LSTM_STEP = 'h, c, _ = lstm_step_forward(x, h, c, p["Wx"], p["Wh"], p["b"])'
SCORE = 'scores, _ = fc_forward(h, p["W_vocab"], p["b_vocab"])'
TAKE = "word = scores.argmax(axis=1)"
WRITE = "captions[:, t] = np.where(over, self.null, word)"
OVER = "            over |= word == self.end\n"

SAMPLE = [
    Mistake(
        name="sampled_word_never_fed_back",
        edits={READ: 'x = p["W_embed"][np.full(len(features), self.start)]'},
        explanation="Every step reads <START> again. The word that a step has taken is what the "
        "next step reads.",
    ),
    Mistake(
        name="hidden_state_never_updated",
        edits={
            RNN_STEP: 'scored, _ = rnn_step_forward(x, h, p["Wx"], p["Wh"], p["b"])',
            LSTM_STEP: 'scored, c, _ = lstm_step_forward(x, h, c, p["Wx"], p["Wh"], p["b"])',
            SCORE: SCORE.replace("(h,", "(scored,"),
        },
        explanation="Every step starts from the state that the features give, so the network "
        "forgets all words but the last. The state after a step is the one before the next.",
    ),
    Mistake(
        name="cell_state_never_updated",
        edits={LSTM_STEP: LSTM_STEP.replace("h, c, _", "h, _, _")},
        explanation="The cell state of the LSTM is zero at every step. It is handed on from step "
        "to step, as the hidden state is.",
    ),
    Mistake(
        name="cell_state_starts_from_the_features",
        edits={"c = np.zeros_like(h)": "c = h"},
        explanation="The cell state of the LSTM starts from the projected features. It starts at "
        "zero, as in lstm_forward; otherwise the model samples as it was not trained.",
    ),
    Mistake(
        name="largest_score_for_its_word",
        edits={TAKE: "word = scores.max(axis=1).astype(int)"},
        explanation="The captions hold the highest scores themselves. What is asked for is the "
        "word at which the highest score stands: argmax, not max.",
    ),
    Mistake(
        name="least_likely_word",
        edits={TAKE: "word = scores.argmin(axis=1)"},
        explanation="The word with the lowest score is taken. Scores are logits: the higher, the "
        "more likely.",
    ),
    Mistake(
        name="argmax_over_the_batch",
        edits={TAKE: "word = scores.argmax(axis=0)[: len(features)]"},
        explanation="The highest score is looked for along the batch, which gives an image for "
        "each word instead of a word for each image. Check the axis of argmax.",
    ),
    Mistake(
        name="drawn_at_random",
        edits={TAKE: "word = (scores + np.random.gumbel(size=scores.shape)).argmax(axis=1)"},
        explanation="The words are drawn at random with their probabilities, so the same image "
        "gets other words each time. The docstring asks for the word with the highest score.",
    ),
    Mistake(
        name="leading_null",
        edits={
            "for t in range(max_length):": "for t in range(1, max_length):",
        },
        explanation="Column 0 stays <NULL> and all words stand one column too late. The first "
        "word that is taken goes into column 0.",
    ),
    Mistake(
        name="start_in_column_0",
        edits={
            "for t in range(max_length):": "captions[:, 0] = self.start\n"
            "        for t in range(1, max_length):",
        },
        explanation="Column 0 holds <START>, and the words stand one column later. The first "
        "word that is taken goes into column 0; <START> is only read.",
    ),
    Mistake(
        name="starts_by_reading_null",
        edits={FIRST: "word = np.full(len(features), self.null)"},
        explanation="The first word that is read is <NULL>, or the index 0. In training, every "
        "caption begins with <START>; begin with it here too.",
    ),
    Mistake(
        name="starts_by_reading_zeros",
        edits={READ: 'x = p["W_embed"][word] * (t > 0)'},
        explanation="The first step reads a vector of zeros. In training, it reads the vector of "
        "<START>; read that here too.",
    ),
    Mistake(
        name="starts_without_the_image",
        edits={START: START + "\n        h = np.zeros_like(h)"},
        explanation="The first state is zero, so every image gets the same caption. The first "
        "state is the projection of the features, as in loss.",
    ),
    Mistake(
        name="tanh_of_the_first_state",
        edits={START: START + "\n        h = np.tanh(h)"},
        explanation="The projected features go through tanh before they become the first state, "
        "which loss does not do. A model must sample as it was trained.",
    ),
    Mistake(
        name="bias_of_the_scores_left_out",
        edits={SCORE: 'scores = h @ p["W_vocab"]'},
        explanation="The words are scored without b_vocab. The scores are those of loss, bias "
        "included.",
    ),
    Mistake(
        name="scores_of_the_state_before",
        edits={
            TAKE: TAKE + '\n            x = p["W_embed"][word]',
            READ: "x = x if t else " + READ.removeprefix("x = "),
            SCORE: "scores = scores",
            "over = np.zeros(len(features), dtype=bool)": "over = np.zeros(len(features), "
            'dtype=bool)\n        scores = h @ p["W_vocab"] + p["b_vocab"]',
            OVER: OVER + '            scores = h @ p["W_vocab"] + p["b_vocab"]\n',
        },
        explanation="A word is taken from the scores of the state before the step, so the first "
        "word does not depend on <START>. First the step, then its scores.",
    ),
    Mistake(
        name="stops_with_the_first_end",
        edits={
            OVER: OVER + "            if over.any():\n                break\n",
        },
        explanation="As soon as one caption of the batch has its <END>, all captions stop. Only "
        "the one that has ended is over.",
    ),
    Mistake(
        name="end_not_handled",
        edits={WRITE: "captions[:, t] = word"},
        explanation="After <END> the caption goes on with words. A caption is over with its "
        "<END>; the rest of its row is <NULL>. (This costs no points.)",
    ),
    Mistake(
        name="end_left_out",
        edits={WRITE + "\n" + OVER: "over |= word == self.end\n            " + WRITE + "\n"},
        explanation="The captions end without their <END>: it is replaced by <NULL>. <END> is a "
        "word of the caption, and only what follows it is <NULL>.",
    ),
    Mistake(
        name="max_length_ignored",
        edits={
            "captions = np.full((len(features), max_length), self.null)": "max_length = 30\n"
            "        captions = np.full((len(features), max_length), self.null)"
        },
        explanation="The captions always have 30 columns. Their number is the argument "
        "max_length, and 30 is its default only.",
    ),
    Mistake(
        name="lstm_sampled_as_rnn",
        edits={LSTM_STEP: RNN_STEP},
        explanation="For the cell type lstm, the step of the RNN is taken; its state is four "
        "times as long as it should be. Look at cell_type.",
    ),
]

BLEU = [
    Mistake(
        name="repeated_words_count_in_full",
        module="bleu_utils.py",
        edits={
            "(reference & sample).total()": "sum(n for word, n in sample.items() "
            "if word in reference)"
        },
        explanation="A sample that repeats one right word gets the full score. A word counts at "
        "most as often as it stands in the reference.",
    ),
    Mistake(
        name="different_words_only",
        module="bleu_utils.py",
        edits={"(reference & sample).total()": "len(reference & sample)"},
        explanation="Each word counts once, however often reference and sample both have it. A "
        "word counts as often as the sample has it, up to the number in the reference.",
    ),
    Mistake(
        name="divided_by_the_reference",
        module="bleu_utils.py",
        edits={".total() / s *": ".total() / r *"},
        explanation="The right words are divided by the number of words of the reference. That is "
        "recall; precision divides by the number of words of the sample.",
    ),
    Mistake(
        name="brevity_penalty_left_out",
        module="bleu_utils.py",
        edits={" * np.exp(min(0, 1 - r / s))": ""},
        explanation="A sample of one right word gets the score 1. Samples that are shorter than "
        "the reference are multiplied by the brevity penalty.",
    ),
    Mistake(
        name="long_samples_penalised",
        module="bleu_utils.py",
        edits={"np.exp(min(0, 1 - r / s))": "np.exp(1 - max(r, s) / min(r, s))"},
        explanation="Samples that are longer than the reference are penalised too. Their wrong "
        "words lower the precision already; the penalty is for short ones only.",
    ),
    Mistake(
        name="penalty_rewards_long_samples",
        module="bleu_utils.py",
        edits={"np.exp(min(0, 1 - r / s))": "np.exp(1 - r / s)"},
        explanation="The penalty is greater than 1 for samples that are longer than the "
        "reference. It is 1 for them.",
    ),
    Mistake(
        name="special_words_counted",
        module="bleu_utils.py",
        edits={" if word not in SPECIAL": ""},
        explanation="<START>, <END>, <NULL> and <UNK> are counted as words, and two captions "
        "always have some of them in common. Leave them out on both sides first.",
    ),
    Mistake(
        name="always_the_same_split",
        module="bleu_utils.py",
        edits={
            "sample_minibatch(data, split, batch_size)": 'sample_minibatch(data, "val", batch_size)'
        },
        explanation="The captions always come from the validation part. The split is an argument "
        "of evaluate_model.",
    ),
    Mistake(
        name="scores_added_up",
        module="bleu_utils.py",
        edits={"float(np.mean(": "float(np.sum("},
        explanation="The scores of the captions are added up. evaluate_model returns their mean, "
        "which does not depend on how many captions were drawn.",
    ),
    Mistake(
        name="reference_and_sample_swapped",
        module="bleu_utils.py",
        edits={"zip(references, samples, strict": "zip(samples, references, strict"},
        explanation="evaluate_model takes the caption of the data for the sample and the sample "
        "for the reference. BLEU is not symmetric: look at the order of the arguments.",
    ),
    Mistake(
        name="letters_for_words",
        module="bleu_utils.py",
        edits={
            "in caption.split() if": 'in "".join(w for w in caption.split() if w not in SPECIAL) if'
        },
        explanation="Letters are compared instead of words. Going through a string gives its "
        "letters; split it at its spaces first.",
    ),
]

MISTAKES = {
    "loss": LOSS,
    "sample": SAMPLE,
    "BLEU": BLEU,
}
