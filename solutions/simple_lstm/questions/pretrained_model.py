"""Cases for a model with pretrained vectors: its embedding before and after steps of training."""

import torch

from checks import expect_close, rng, run_beside, test_case
from oracle import with_sound_network
from support import draw_tokens, network_with, roles

OK_FORMAT = False
name = "pretrained_model"

ROWS, LENGTH, HIDDEN = 12, 5, 6


def look(pretrained_model, matrix, tokens, labels, arguments, options):
    """Make a model and train it for three steps; return what it was before and is afterwards."""
    import torch

    model = pretrained_model(matrix, *arguments, **options)
    given, before = matrix.clone(), {k: v.clone() for k, v in model.state_dict().items()}
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(3):
        optimizer.zero_grad()
        torch.nn.functional.binary_cross_entropy(model(tokens), labels).backward()
        optimizer.step()
    after = {key: value.clone() for key, value in model.state_dict().items()}
    return {
        "before": before, "after": after, "kept": torch.equal(matrix, given)
    }  # fmt: skip


def draw_matrix():
    """Return random vectors for a vocabulary of twelve words."""
    return torch.from_numpy(rng("matrix").normal(size=(ROWS, LENGTH))).float()


def study(pretrained_model, *arguments, **options):
    """Return the matrix, what ``look`` finds for a model made of it, and the tokens."""
    matrix, tokens = draw_matrix(), draw_tokens(4, 3, words=8)
    labels = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
    arguments = arguments or (HIDDEN,)
    found = run_beside(look, pretrained_model, matrix, tokens, labels, arguments, options)
    return matrix, found, tokens


def embedding_in(state, matrix):
    """Return the parameter of the embedding."""
    found = [value for value in state.values() if value.shape == matrix.shape]
    assert found, "the model has no embedding with the shape of the matrix"
    return found[0]


def others_in(state, matrix):
    """Return all other parameters."""
    return [value for value in state.values() if value.shape != matrix.shape]


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The embedding of a new model must have the rows of the matrix.",
)
def starts_from_the_matrix(pretrained_model):
    matrix = draw_matrix()
    state = pretrained_model(matrix, HIDDEN).state_dict()
    expect_close(embedding_in(state, matrix), matrix, name="the embedding")


@test_case(
    points=0.75,
    hidden=True,
    failure_message="With freeze=True, training must not change one bit of the embedding. Check "
    "which object has the flag that you set, and how the flag is spelt.",
)
def keeps_a_frozen_embedding(pretrained_model, SimpleLSTM):
    def check():
        matrix, found, _ = study(pretrained_model, freeze=True)
        before, after = (embedding_in(found[when], matrix) for when in ("before", "after"))
        expect_close(before, matrix, name="the embedding before training")
        changed = int((before != after).any(dim=1).sum())
        assert not changed, f"{changed} of {ROWS} rows have changed"

    with_sound_network(SimpleLSTM, check)


@test_case(
    points=0.5,
    hidden=True,
    failure_message="With freeze=True, all parameters except the embedding must be trained.",
)
def trains_the_other_layers_when_frozen(pretrained_model, SimpleLSTM):
    def check():
        matrix, found, _ = study(pretrained_model, freeze=True)
        pairs = zip(*(others_in(found[when], matrix) for when in ("before", "after")), strict=True)
        still = sum(torch.equal(*pair) for pair in pairs)
        assert not still, f"{still} parameters keep their numbers in training"

    with_sound_network(SimpleLSTM, check)


@test_case(
    points=0.75,
    hidden=True,
    failure_message="Without the argument freeze, training must change the rows of the words that "
    "occur, starting from the matrix.",
)
def fine_tunes_unless_it_is_frozen(pretrained_model, SimpleLSTM):
    def check():
        for options in ({}, {"freeze": False}):
            matrix, found, tokens = study(pretrained_model, **options)
            before, after = (embedding_in(found[when], matrix) for when in ("before", "after"))
            expect_close(before, matrix, name="the embedding before training")
            moved = (after - before).abs().amax(dim=1) > 0
            seen = torch.isin(torch.arange(ROWS), tokens)
            assert moved[seen].all(), "a word that occurs keeps its row"
            expect_close(after[~seen], before[~seen], name="the row of a word that does not occur")

    with_sound_network(SimpleLSTM, check)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="The model must have its own copy of the numbers: training has changed the "
    "matrix that pretrained_model was called with.",
)
def does_not_train_the_matrix(pretrained_model, SimpleLSTM):
    def check():
        matrix, found, _ = study(pretrained_model)
        expect_close(embedding_in(found["before"], matrix), matrix, name="the embedding")
        assert found["kept"], "the matrix has changed"

    with_sound_network(SimpleLSTM, check)


@test_case(
    points=0.25,
    hidden=True,
    failure_message="hidden_dim and num_layers must have the same meaning as in SimpleLSTM.",
)
def passes_the_sizes_on(pretrained_model, SimpleLSTM):
    matrix = draw_matrix()
    found = sorted(tuple(p.shape) for p in pretrained_model(matrix, 7, 2).parameters())
    right = sorted(tuple(p.shape) for p in SimpleLSTM(ROWS, LENGTH, 7, 2).parameters())
    assert found == right, f"the shapes of the parameters are {found}"


@test_case(
    points=0.25,
    hidden=True,
    failure_message="lstm_dropout_prob and dropout_prob must have the same meaning as in "
    "SimpleLSTM.",
)
def passes_the_dropout_on(pretrained_model, SimpleLSTM):
    def check():
        matrix, tokens = draw_matrix(), draw_tokens(4, 3, words=ROWS)
        sizes = (*matrix.shape, HIDDEN)
        for dropout in ((0.0, 1.0), (1.0, 0.0), (0.0, 0.0)):
            model = pretrained_model(matrix, HIDDEN, 2, *dropout)
            state = model.state_dict()
            values = {role: state[key] for key, role in roles(state, sizes).items()}
            same = network_with(SimpleLSTM, values, 2, sizes, dropout)
            expect_close(model(tokens), same(tokens), rtol=1e-4, atol=1e-5, name="the output")

    with_sound_network(SimpleLSTM, check)
