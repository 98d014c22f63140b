"""Known mistakes of translation: what is changed in the reference, and what to tell the student."""

from autograder.grade.mistakes import Mistake

EMBEDDING = [
    Mistake(
        name="vectors_in_their_own_order",
        edits={
            "weight[row] = vectors[position[word]]": "weight[row] = vectors[row % len(vectors)]"
        },
        explanation="Row i holds the i-th pretrained vector. The two lists of words have "
        "different orders: look up where the word of row i stands in known_words.",
    ),
    Mistake(
        name="rows_shifted_by_one",
        edits={
            "for row, word in enumerate(words):": "for row, word in enumerate(words[1:]):",
        },
        explanation="Every vector stands one row too early. Row i belongs to words[i], with the "
        "special tokens counted.",
    ),
    Mistake(
        name="unknown_words_at_zero",
        edits={
            "weight = vectors.std() * torch.randn(len(words), vectors.shape[1])": (
                "weight = torch.zeros(len(words), vectors.shape[1])"
            )
        },
        explanation="All words without a pretrained vector have the same row, zero, so the model "
        "cannot tell them apart at first. Draw a random row for each of them.",
    ),
    Mistake(
        name="one_row_for_all_unknown_words",
        edits={
            "torch.randn(len(words), vectors.shape[1])": (
                "torch.randn(1, vectors.shape[1]).repeat(len(words), 1)"
            )
        },
        explanation="One random row is drawn and used for every word without a vector. Each needs "
        "its own, or the model cannot tell them apart.",
    ),
    Mistake(
        name="unknown_words_with_deviation_one",
        edits={"vectors.std() * torch.randn": "torch.randn"},
        explanation="The random rows have the standard deviation 1. They should be as large as "
        "the pretrained vectors are, or they drown those or drown in them.",
    ),
    Mistake(
        name="unknown_words_from_zero_to_one",
        edits={"torch.randn(": "torch.rand("},
        explanation="The random rows are drawn between 0 and 1, so they all point in much the same "
        "direction. A normal distribution with mean 0 is asked for.",
    ),
    Mistake(
        name="pad_has_a_vector",
        edits={"    weight[PAD] = 0\n": ""},
        explanation="The row of PAD is not zero. PAD is no word, and what fills up a row should "
        "bring nothing in.",
    ),
    Mistake(
        name="pad_is_trained",
        edits={"freeze=freeze, padding_idx=PAD": "freeze=freeze"},
        explanation="A gradient reaches the row of PAD, so that it does not stay zero in training. "
        "Tell the embedding which of its rows is the padding.",
    ),
    Mistake(
        name="always_frozen",
        edits={"freeze=freeze, ": ""},
        explanation="The embedding is never trained. nn.Embedding.from_pretrained freezes its rows "
        "unless it is told not to; hand on the argument freeze.",
    ),
    Mistake(
        name="never_frozen",
        edits={"freeze=freeze": "freeze=False"},
        explanation="The embedding is trained even where freeze=True asks that it stay as it is.",
    ),
    Mistake(
        name="freeze_turned_round",
        edits={"freeze=freeze": "freeze=not freeze"},
        explanation="The embedding is frozen where it should be trained and trained where it "
        "should be frozen. A parameter with requires_grad=True is one that is trained.",
    ),
]

POSITIONS = [
    Mistake(
        name="sines_before_all_cosines",
        edits={
            "torch.stack([angles.sin(), angles.cos()], dim=2).flatten(start_dim=1)": (
                "torch.cat([angles.sin(), angles.cos()], dim=1)"
            )
        },
        explanation="The first half of each vector holds the sines and the second half the "
        "cosines. In the definition they take turns: number 2 i is a sine, number 2 i + 1 the "
        "cosine of the same angle.",
    ),
    Mistake(
        name="cosine_before_sine",
        edits={"[angles.sin(), angles.cos()]": "[angles.cos(), angles.sin()]"},
        explanation="Sine and cosine have changed places: position 0 should be encoded by "
        "0, 1, 0, 1, ...",
    ),
    Mistake(
        name="sines_only",
        edits={"[angles.sin(), angles.cos()]": "[angles.sin(), angles.sin()]"},
        explanation="Every number is a sine. The odd numbers of each vector should be cosines.",
    ),
    Mistake(
        name="exponent_without_the_two",
        edits={"torch.arange(0, d_model, 2)": "torch.arange(0, d_model // 2)"},
        explanation="The waves grow too slowly from one to the next: the exponent is "
        "2 i / d_model, and yours is half as large.",
    ),
    Mistake(
        name="cosine_of_another_wave",
        edits={
            "angles.cos()]": (
                "(positions * torch.exp((even + 1) * (-math.log(10_000) / d_model))).cos()]"
            )
        },
        explanation="The cosines belong to other wavelengths than the sines beside them. Number "
        "2 i and number 2 i + 1 share the exponent 2 i / d_model.",
    ),
    Mistake(
        name="waves_get_shorter",
        edits={"(-math.log(10_000) / d_model)": "(math.log(10_000) / d_model)"},
        explanation="The angles grow with i instead of shrinking: the position is divided by "
        "10000^(2 i / d_model), not multiplied with it.",
    ),
    Mistake(
        name="base_of_one_thousand",
        edits={"math.log(10_000)": "math.log(1_000)"},
        explanation="The longest wave is too short. The base of the powers is 10000.",
    ),
    Mistake(
        name="positions_from_one",
        edits={"torch.arange(length)[:, None]": "torch.arange(1, length + 1)[:, None]"},
        explanation="The positions are counted from 1. The first has the number 0, so its sines "
        "are 0 and its cosines 1.",
    ),
    Mistake(
        name="positions_as_fractions",
        edits={"torch.arange(length)[:, None]": "torch.arange(length)[:, None] / length"},
        explanation="The positions are divided by the length, so the same position is encoded "
        "otherwise in a longer sentence.",
    ),
]

MASK = [
    Mistake(
        name="causal_mask_turned_round",
        edits={".triu(diagonal=1)": ".tril()"},
        explanation="True and False have changed places: yours says where a position may look. "
        "nn.Transformer wants True where it must not.",
    ),
    Mistake(
        name="causal_mask_shuts_the_diagonal",
        edits={"diagonal=1": "diagonal=0"},
        explanation="A position may not look at itself in your mask, so the first may look at "
        "nothing at all, and its attention weights are NaN.",
    ),
    Mistake(
        name="causal_mask_on_the_past",
        edits={".triu(diagonal=1)": ".tril(diagonal=-1)"},
        explanation="Your mask forbids the look at earlier positions and allows that at later "
        "ones. Row t is for the position that looks, column s for the one that is looked at.",
    ),
    Mistake(
        name="causal_mask_lets_the_next_through",
        edits={"diagonal=1": "diagonal=2"},
        explanation="Each position may look at the one right after it, which is what the model "
        "has to predict there. Start one diagonal earlier.",
    ),
    Mistake(
        name="causal_mask_empty",
        edits={
            "torch.ones(length, length, dtype=torch.bool)": (
                "torch.zeros(length, length, dtype=torch.bool)"
            )
        },
        explanation="Nothing is forbidden in your mask.",
    ),
]

TRANSFORMER = [
    Mistake(
        name="embedding_not_scaled",
        edits={"math.sqrt(embedding.embedding_dim) * embedding(tokens)": "embedding(tokens)"},
        explanation="The embeddings are added to the encodings of positions as they are. They are "
        "multiplied by sqrt(d_model) first.",
    ),
    Mistake(
        name="embedding_divided",
        edits={
            "math.sqrt(embedding.embedding_dim) * embedding(tokens)": (
                "embedding(tokens) / math.sqrt(embedding.embedding_dim)"
            )
        },
        explanation="The embeddings are divided by sqrt(d_model). They are multiplied by it.",
    ),
    Mistake(
        name="positions_multiplied",
        edits={"vectors + encoding.to(vectors)": "vectors * encoding.to(vectors)"},
        explanation="The encodings of positions are multiplied with the embeddings. Add them.",
    ),
    Mistake(
        name="no_logits_but_probabilities",
        edits={"return self.output(states)": "return self.output(states).softmax(dim=2)"},
        explanation="The model returns probabilities. Logits are asked for: the loss applies the "
        "softmax itself, and a second one flattens everything.",
    ),
    Mistake(
        name="source_and_target_swapped",
        edits={
            "            self.embed(source, self.source_embedding),\n"
            "            self.embed(target, self.target_embedding),\n": (
                "            self.embed(target, self.target_embedding),\n"
                "            self.embed(source, self.source_embedding),\n"
            )
        },
        explanation="The Transformer gets the English rows as its source. Its first argument is "
        "what is read as a whole, its second what is written.",
    ),
    Mistake(
        name="batch_axis_second",
        edits={", batch_first=True": ""},
        explanation="nn.Transformer takes the first axis for time unless batch_first=True says "
        "that it is the batch, so it mixes the sentences of a batch.",
    ),
    Mistake(
        name="decoder_of_six_layers",
        edits={
            "d_model, num_heads, num_layers, num_layers, d_ff, dropout, batch_first=True": (
                "d_model, num_heads, num_layers, dim_feedforward=d_ff, dropout=dropout, "
                "batch_first=True"
            )
        },
        explanation="The decoder has the 6 layers that nn.Transformer makes where it is not told "
        "how many; num_layers is meant for both halves.",
    ),
    Mistake(
        name="d_ff_not_handed_on",
        edits={
            "num_layers, num_layers, d_ff, dropout, ": "num_layers, num_layers, dropout=dropout, "
        },
        explanation="The feed-forward networks have nn.Transformer's 2048 hidden units. Hand on "
        "d_ff.",
    ),
    Mistake(
        name="dropout_not_handed_on",
        edits={"d_ff, dropout, batch_first=True": "d_ff, batch_first=True"},
        explanation="Inside the Transformer, numbers are dropped with its own probability of 0.1 "
        "whatever the argument dropout says. Hand it on.",
    ),
    Mistake(
        name="dropout_on_the_logits_in_evaluation",
        edits={
            "return self.output(states)": (
                "return self.output(functional.dropout(states, self.dropout.p))"
            )
        },
        explanation="The same sentences get other logits each time, in evaluation mode too. "
        "functional.dropout always drops unless it is told that the model is not training; "
        "nn.Dropout knows.",
    ),
    Mistake(
        name="target_detached",
        edits={
            "self.embed(target, self.target_embedding),": (
                "self.embed(target, self.target_embedding).detach(),"
            )
        },
        explanation="No gradient reaches the English embedding: something cuts its vectors off.",
    ),
    Mistake(
        name="encoder_left_out",
        edits={
            "        states = self.transformer(\n": "        states = self.transformer.decoder(\n",
            "            self.embed(source, self.source_embedding),\n"
            "            self.embed(target, self.target_embedding),\n": (
                "            self.embed(target, self.target_embedding),\n"
                "            self.embed(source, self.source_embedding),\n"
            ),
            "            src_key_padding_mask=source == PAD,\n": "",
        },
        explanation="The decoder looks at the French embeddings themselves; the encoder's layers "
        "are not used.",
    ),
    Mistake(
        name="causal_mask_on_the_source",
        edits={
            "tgt_mask=causal_mask(target.shape[1]).to(target.device)": (
                "src_mask=causal_mask(source.shape[1]).to(target.device),\n"
                "            tgt_mask=causal_mask(target.shape[1]).to(target.device)"
            )
        },
        explanation="The encoder may not look ahead either in your model. The whole French "
        "sentence is known from the start: only the target needs the causal mask.",
    ),
]

MASKS = [
    Mistake(
        name="causal_mask_left_out",
        edits={
            "            tgt_mask=causal_mask(target.shape[1]).to(target.device),\n": "",
        },
        explanation="The decoder looks at later English tokens, so in training it copies the "
        "token that it should predict. Give the causal mask to the Transformer as tgt_mask.",
    ),
    Mistake(
        name="source_padding_read_by_the_encoder",
        edits={"            src_key_padding_mask=source == PAD,\n": ""},
        explanation="The encoder's layers look at PAD as at a token, so a sentence is read "
        "otherwise in a batch with longer ones. nn.Transformer has an argument for it.",
    ),
    Mistake(
        name="source_padding_read_by_the_decoder",
        edits={"            memory_key_padding_mask=source == PAD,\n": ""},
        explanation="The decoder looks at the encoder's outputs for PAD. src_key_padding_mask does "
        "not reach that attention: it has an argument of its own.",
    ),
    Mistake(
        name="padding_masks_turned_round",
        edits={
            "            src_key_padding_mask=source == PAD,\n"
            "            tgt_key_padding_mask=target == PAD,\n"
            "            memory_key_padding_mask=source == PAD,\n": (
                "            src_key_padding_mask=source != PAD,\n"
                "            tgt_key_padding_mask=target != PAD,\n"
                "            memory_key_padding_mask=source != PAD,\n"
            )
        },
        explanation="The padding masks are turned round: True says that a token is left out, so "
        "the model sees PAD and nothing else.",
    ),
    Mistake(
        name="padding_mask_of_end",
        edits={
            "            src_key_padding_mask=source == PAD,\n"
            "            tgt_key_padding_mask=target == PAD,\n"
            "            memory_key_padding_mask=source == PAD,\n": (
                "            src_key_padding_mask=source == END,\n"
                "            tgt_key_padding_mask=target == END,\n"
                "            memory_key_padding_mask=source == END,\n"
            )
        },
        explanation="The masks leave out END instead of PAD.",
    ),
    Mistake(
        name="positions_left_out",
        edits={"vectors + encoding.to(vectors)": "vectors"},
        explanation="The encodings of positions are not added, so the model does not know in which "
        "order the tokens stand.",
    ),
    Mistake(
        name="position_in_the_batch",
        edits={
            "positional_encoding(tokens.shape[1], embedding.embedding_dim)": (
                "positional_encoding(tokens.shape[0], embedding.embedding_dim)[:, None]"
            )
        },
        explanation="What is encoded is the place of a sentence in its batch, not that of a token "
        "in its sentence. The encoding of position t belongs to column t.",
    ),
    Mistake(
        name="positions_missing_in_the_target",
        edits={
            "self.embed(target, self.target_embedding),": (
                "self.dropout(math.sqrt(self.output.in_features) * self.target_embedding(target)),"
            )
        },
        explanation="The English tokens do not get the encodings of their positions.",
    ),
    Mistake(
        name="positions_missing_in_the_source",
        edits={
            "self.embed(source, self.source_embedding),": (
                "self.dropout(math.sqrt(self.output.in_features) * self.source_embedding(source)),"
            )
        },
        explanation="The French tokens do not get the encodings of their positions.",
    ),
    Mistake(
        name="last_state_for_all",
        edits={
            "return self.output(states)": ("return self.output(states[:, -1:].expand_as(states))")
        },
        explanation="All positions get the logits of the last one. The output layer is applied to "
        "each position's own state.",
    ),
]

LOSS = [
    Mistake(
        name="target_not_shifted",
        edits={"target[:, 1:].flatten()": "target[:, :-1].flatten()"},
        explanation="The model is asked for the token that it has just read. It should predict the "
        "one that follows: the labels stand one column further than the input.",
    ),
    Mistake(
        name="target_shifted_backwards",
        edits={
            "model(source, target[:, :-1])": "model(source, target[:, 1:])",
            "target[:, 1:].flatten()": "target[:, :-1].flatten()",
        },
        explanation="The model reads each row without START and is asked for the token before. "
        "Input and labels have changed places.",
    ),
    Mistake(
        name="pad_is_predicted",
        edits={", ignore_index=PAD": ""},
        explanation="The PAD behind the sentences counts in the mean, so the loss depends on how "
        "long the longest row of the batch is. Leave those positions out.",
    ),
    Mistake(
        name="end_is_not_predicted",
        edits={"ignore_index=PAD": "ignore_index=END"},
        explanation="END is left out instead of PAD. A model that is never asked for END never "
        "learns to stop.",
    ),
    Mistake(
        name="loss_summed",
        edits={"ignore_index=PAD": 'ignore_index=PAD, reduction="sum"'},
        explanation="The losses of all tokens are summed. Their mean is asked for.",
    ),
    Mistake(
        name="loss_per_sentence",
        edits={
            "return functional.cross_entropy(": (
                "return 1 / len(source) * functional.cross_entropy("
            ),
            "ignore_index=PAD": 'ignore_index=PAD, reduction="sum"',
        },
        explanation="The sum of the losses is divided by the number of sentences. Divide by the "
        "number of tokens that are predicted.",
    ),
    Mistake(
        name="pad_in_the_number_of_tokens",
        edits={
            "return functional.cross_entropy(": (
                "return 1 / target[:, 1:].numel() * functional.cross_entropy("
            ),
            "ignore_index=PAD": 'ignore_index=PAD, reduction="sum"',
        },
        explanation="PAD adds no loss, but it is counted among the tokens that the sum is divided "
        "by. Only what is predicted counts.",
    ),
    Mistake(
        name="softmax_before_the_loss",
        edits={"logits.flatten(end_dim=1)": "logits.softmax(dim=2).flatten(end_dim=1)"},
        explanation="The logits go through a softmax before the cross-entropy, which applies one "
        "itself.",
    ),
    Mistake(
        name="labels_of_other_positions",
        edits={"logits.flatten(end_dim=1)": "logits.transpose(0, 1).flatten(end_dim=1)"},
        explanation="Logits and labels are flattened in different orders, so a prediction is "
        "compared with the label of another position.",
    ),
    Mistake(
        name="predictions_fed_back",
        edits={
            "logits = model(source, target[:, :-1])": (
                "logits = model(source, model(source, target[:, :-1]).argmax(dim=2))"
            )
        },
        explanation="The model reads its own predictions. Under teacher forcing it reads the right "
        "tokens, whatever it would have said.",
    ),
    Mistake(
        name="logits_detached",
        edits={"logits.flatten(end_dim=1)": "logits.detach().requires_grad_().flatten(end_dim=1)"},
        explanation="The value of the loss is right, but no gradient reaches the model: the logits "
        "are cut off from it.",
    ),
]

LOOP = [
    Mistake(
        name="gradients_of_pairs_never_cleared",
        edits={"            optimizer.zero_grad()\n": ""},
        explanation="Each step uses the sum of all gradients so far. They must be cleared before "
        "the next backward pass.",
    ),
    Mistake(
        name="gradients_of_pairs_cleared_too_late",
        edits={
            "            optimizer.zero_grad()\n": "",
            "            loss.backward()\n": (
                "            loss.backward()\n            optimizer.zero_grad()\n"
            ),
        },
        explanation="The gradients are cleared between the backward pass and the step, so the "
        "parameters never change.",
    ),
    Mistake(
        name="a_new_adam_for_each_epoch",
        edits={
            "        losses = []\n": (
                "        losses = []\n"
                "        optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)\n"
            )
        },
        explanation="Adam is made anew in every epoch and forgets its running means. Make it once.",
    ),
    Mistake(
        name="gradient_descent_for_adam",
        edits={"torch.optim.Adam(": "torch.optim.SGD("},
        explanation="The steps are those of plain gradient descent. Adam is asked for.",
    ),
    Mistake(
        name="learning_rate_left_at_its_default",
        edits={", lr=learning_rate": ""},
        explanation="The steps do not depend on learning_rate: hand it on to Adam.",
    ),
    Mistake(
        name="gradients_not_scaled_down",
        edits={"            nn.utils.clip_grad_norm_(model.parameters(), 1.0)\n": ""},
        explanation="Large gradients are used as they are. Where their norm exceeds 1 it is to be "
        "brought down to 1, between the backward pass that computes them and the step.",
    ),
    Mistake(
        name="each_gradient_clipped_by_itself",
        edits={
            "nn.utils.clip_grad_norm_(model.parameters(), 1.0)": (
                "nn.utils.clip_grad_value_(model.parameters(), 1.0)"
            )
        },
        explanation="Every single number of the gradients is cut at 1, which changes their "
        "direction. The norm of all of them is limited, by one common factor.",
    ),
    Mistake(
        name="all_gradients_scaled_to_one",
        edits={
            "nn.utils.clip_grad_norm_(model.parameters(), 1.0)": (
                "[p.grad.div_(p.grad.norm()) for p in model.parameters()]"
            )
        },
        explanation="Small gradients are scaled up to norm 1 too. Only those above 1 are changed.",
    ),
    Mistake(
        name="pairs_not_shuffled",
        edits={"torch.randperm(len(source))": "torch.arange(len(source))"},
        explanation="The pairs come in the same order in every epoch. Draw a new random order.",
    ),
    Mistake(
        name="pairs_shuffled_once",
        edits={
            "    epoch_losses = []\n": (
                "    epoch_losses = []\n    order = torch.randperm(len(source))\n"
            ),
            "in torch.randperm(len(source)).split": "in order.split",
        },
        explanation="The pairs are shuffled once before the first epoch. Each epoch needs a new "
        "order.",
    ),
    Mistake(
        name="pairs_drawn_with_repetition",
        edits={"torch.randperm(len(source))": "torch.randint(len(source), (len(source),))"},
        explanation="Pairs are drawn with repetition, so in an epoch some come twice and others "
        "not at all. A random permutation has each of them once.",
    ),
    Mistake(
        name="last_pairs_dropped",
        edits={
            ".split(batch_size):\n": (
                ".split(batch_size):\n            if len(batch) < batch_size:\n"
                "                continue\n"
            )
        },
        explanation="The last batch of an epoch is left out when it is shorter than the others.",
    ),
    Mistake(
        name="one_epoch_of_pairs",
        edits={"for _ in range(num_epochs):": "for _ in range(1):"},
        explanation="The training ends after one epoch, whatever num_epochs says.",
    ),
    Mistake(
        name="mode_left_as_it_is",
        edits={"    model.train()\n": ""},
        explanation="The model learns in evaluation mode, in which dropout does nothing: after a "
        "translation, that is the mode it is in. Put it into training mode first.",
    ),
    Mistake(
        name="last_loss_of_each_epoch",
        edits={"sum(losses) / len(losses)": "losses[-1]"},
        explanation="The number for an epoch is the loss of its last step. The mean over all of "
        "its steps is asked for.",
    ),
    Mistake(
        name="sum_of_each_epoch",
        edits={"sum(losses) / len(losses)": "sum(losses)"},
        explanation="The losses of an epoch's steps are summed. Divide by their number.",
    ),
    Mistake(
        name="pairs_stay_on_their_device",
        edits={
            "source[batch].to(device), target[batch].to(device)": "source[batch], target[batch]"
        },
        explanation="The batches stay where the data are. A model on an accelerator cannot read "
        "them; move each batch to the device of the model's parameters.",
    ),
]

GREEDY = [
    Mistake(
        name="start_in_the_translation",
        edits={"rows = target[:, 1:].tolist()": "rows = target.tolist()"},
        explanation="START stands at the beginning of your translations. It is no part of them.",
    ),
    Mistake(
        name="end_in_the_translation",
        edits={"row[: row.index(END)] if END in row": "row[: row.index(END) + 1] if END in row"},
        explanation="END stands at the end of your translations. It is no part of them.",
    ),
    Mistake(
        name="words_behind_the_end",
        edits={
            "tokens.where(~ended, END)[:, None]": "tokens[:, None]",
            "return [row[: row.index(END)] if END in row else row for row in rows]": (
                "return [[token for token in row if token != END] for row in rows]"
            ),
        },
        explanation="A sentence that has ended gets further words while others go on. Cut each "
        "translation at its first END.",
    ),
    Mistake(
        name="first_end_ends_all",
        edits={"not ended.all()": "not ended.any()"},
        explanation="All sentences stop when the first of them ends. Go on until every one has "
        "ended, or max_length is reached.",
    ),
    Mistake(
        name="reads_only_the_last_token",
        edits={"model(source, target)[:, -1]": "model(source, target[:, -1:])[:, -1]"},
        explanation="The model reads nothing but the last token. It needs all tokens so far.",
    ),
    Mistake(
        name="looks_at_the_first_position",
        edits={"model(source, target)[:, -1]": "model(source, target)[:, 0]"},
        explanation="The next token is taken from the logits at the first position. Those at the "
        "last position are for the token that comes next.",
    ),
    Mistake(
        name="one_token_too_few",
        edits={"while target.shape[1] <= max_length": "while target.shape[1] < max_length"},
        explanation="A translation is stopped one token too early: START does not count for "
        "max_length.",
    ),
    Mistake(
        name="one_token_too_many",
        edits={"while target.shape[1] <= max_length": "while target.shape[1] <= max_length + 1"},
        explanation="A translation may have one token more than max_length.",
    ),
    Mistake(
        name="least_likely_token",
        edits={"[:, -1].argmax(dim=1)": "[:, -1].argmin(dim=1)"},
        explanation="The least likely token is taken at each step.",
    ),
    Mistake(
        name="tokens_drawn_at_random",
        edits={"[:, -1].argmax(dim=1)": "[:, -1].softmax(dim=1).multinomial(1)[:, 0]"},
        explanation="The tokens are drawn at random by their probabilities. Take the most likely "
        "one.",
    ),
    Mistake(
        name="begins_with_end",
        edits={"(len(source), 1), START": "(len(source), 1), END"},
        explanation="The first token that the model reads is END. In training every row begins "
        "with START.",
    ),
    Mistake(
        name="translates_in_training_mode",
        edits={"    model.eval()\n    target = torch.full": "    target = torch.full"},
        explanation="The model stays in training mode, so dropout makes translations random. Put "
        "it into evaluation mode.",
    ),
    Mistake(
        name="translates_with_gradients",
        edits={
            "    with torch.no_grad():\n        while": (
                "    with torch.enable_grad():\n        while"
            )
        },
        explanation="Gradients are recorded for every step of the translation, which nobody needs. "
        "Use torch.no_grad().",
    ),
]

BEAM = [
    Mistake(
        name="beam_of_one",
        edits={"key=lambda entry: -entry[0])[:beam_size]": "key=lambda entry: -entry[0])[:1]"},
        explanation="Only the best beginning is kept, so the search is greedy. Keep beam_size.",
    ),
    Mistake(
        name="probabilities_summed",
        edits={"torch.log_softmax(logits, dim=1)": "torch.softmax(logits, dim=1)"},
        explanation="Probabilities are added up, which favours long translations. The probability "
        "of a sentence is a product: add the logarithms.",
    ),
    Mistake(
        name="logits_summed",
        edits={"torch.log_softmax(logits, dim=1).topk": "logits.topk"},
        explanation="Logits are added up. Logits of different positions cannot be compared before "
        "log_softmax has turned them into log-probabilities.",
    ),
    Mistake(
        name="end_for_nothing",
        edits={
            "(total + steps[row, i].item(), [*tokens, following[row, i].item()])": (
                "(total + steps[row, i].item() * (following[row, i].item() != END), "
                "[*tokens, following[row, i].item()])"
            )
        },
        explanation="END costs nothing in your sums, so translations end too early. Its "
        "log-probability belongs to the sum like that of any token.",
    ),
    Mistake(
        name="last_step_alone",
        edits={"(total + steps[row, i].item(),": "(steps[row, i].item(),"},
        explanation="The beginnings are compared by the log-probability of their last token. Add "
        "it to the sum of those before.",
    ),
    Mistake(
        name="mean_in_place_of_the_sum",
        edits={"key=lambda entry: -entry[0])": "key=lambda entry: -entry[0] / len(entry[1]))"},
        explanation="The sums are divided by the number of tokens, which favours long "
        "translations. That is a known variation, but the largest sum is asked for.",
    ),
    Mistake(
        name="worst_beginnings_kept",
        edits={"key=lambda entry: -entry[0])": "key=lambda entry: entry[0])"},
        explanation="The least likely beginnings are kept: the order is turned round.",
    ),
    Mistake(
        name="worst_of_the_beam_returned",
        edits={"for token in beam[0][1] if": "for token in beam[-1][1] if"},
        explanation="The least likely of the kept translations is returned.",
    ),
    Mistake(
        name="finished_translations_dropped",
        edits={
            "finished = [(total, tokens) for total, tokens in beam if tokens[-1] == END]": (
                "finished = []"
            )
        },
        explanation="A translation that has ended is lost at the next step. It keeps its place "
        "among the best while its sum is large enough.",
    ),
    Mistake(
        name="finished_translations_extended",
        edits={
            "growing = [(total, tokens) for total, tokens in beam if tokens[-1] != END]": (
                "growing = list(beam)"
            ),
            "finished = [(total, tokens) for total, tokens in beam if tokens[-1] == END]": (
                "finished = []"
            ),
        },
        explanation="Translations that have ended are extended by further tokens. They stay as "
        "they are.",
    ),
    Mistake(
        name="start_in_the_best_translation",
        edits={"if token not in (START, END)]": "if token != END]"},
        explanation="START stands at the beginning of the translations. It is no part of them.",
    ),
    Mistake(
        name="end_in_the_best_translation",
        edits={"if token not in (START, END)]": "if token != START]"},
        explanation="END stands at the end of the translations. It is no part of them.",
    ),
    Mistake(
        name="beam_needs_a_large_vocabulary",
        edits={".topk(min(beam_size, logits.shape[1]))": ".topk(beam_size)"},
        explanation="A beam that is wider than the vocabulary fails: there are no more extensions "
        "of one beginning than there are tokens.",
    ),
    Mistake(
        name="one_step_too_many",
        edits={"for _ in range(max_length):": "for _ in range(max_length + 1):"},
        explanation="A translation may have one token more than max_length.",
    ),
]

SCORE = [
    Mistake(
        name="references_nested_the_other_way",
        edits={"[list(references)]": "[[text] for text in references]"},
        explanation="sacrebleu takes a list of sets of references, each with one sentence for "
        "every translation; you give one set for every sentence, so it reads only the first "
        "translations or fails.",
    ),
    Mistake(
        name="translations_and_references_swapped",
        edits={"list(translations), [list(references)]": "list(references), [list(translations)]"},
        explanation="The references are scored against the translations. BLEU is not symmetric: "
        "it counts which n-grams of a translation are right.",
    ),
    Mistake(
        name="case_is_minded",
        edits={", lowercase=True": ""},
        explanation="Upper and lower case are told apart. sacrebleu has an argument for that.",
    ),
    Mistake(
        name="bleu_as_a_fraction",
        edits={", lowercase=True).score": ", lowercase=True).score / 100"},
        explanation="The score runs from 0 to 1. It should run from 0 to 100.",
    ),
    Mistake(
        name="mean_of_sentence_scores",
        edits={
            "return sacrebleu.corpus_bleu(list(translations), [list(references)], "
            "lowercase=True).score": (
                "return sum(sacrebleu.sentence_bleu(said, [right], lowercase=True).score "
                "for said, right in zip(translations, references)) / len(references)"
            )
        },
        explanation="The sentences' own scores are averaged. BLEU counts the n-grams of all "
        "sentences first and makes one score of them.",
    ),
]

MISTAKES = {
    "pretrained_embedding": EMBEDDING,
    "positional_encoding": POSITIONS,
    "causal_mask": MASK,
    "TranslationTransformer": TRANSFORMER,
    "masks": MASKS,
    "translation_loss": LOSS,
    "train": LOOP,
    "greedy_decode": GREEDY,
    "beam_decode": BEAM,
    "bleu": SCORE,
}
