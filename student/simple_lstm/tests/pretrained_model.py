"""Public checks of pretrained_model; the grader has more."""

import torch

from checks import expect_close, expect_shape, rng, run_beside, test_case
from support import draw_tokens

OK_FORMAT = False
name = "pretrained_model"

ROWS, LENGTH, HIDDEN = 12, 5, 6


def look(pretrained_model, matrix, tokens, labels, arguments, options):
    """Make a model and train it for three steps; return what it was before and is afterwards."""
    import torch

    model = pretrained_model(matrix, *arguments, **options)
    given, before = matrix.clone(), {k: v.clone() for k, v in model.state_dict().items()}
    model.train()
    outputs = model(tokens)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(3):
        optimizer.zero_grad()
        torch.nn.functional.binary_cross_entropy(model(tokens), labels).backward()
        optimizer.step()
    after = {key: value.clone() for key, value in model.state_dict().items()}
    is_matrix_kept = torch.equal(matrix, given)
    return {
        "before": before, "after": after, "outputs": outputs.detach(), "kept": is_matrix_kept
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


@test_case(
    points=0.5,
    hidden=False,
    failure_message="The embedding of a new model must have the rows of the matrix, and the model "
    "must map tokens (B, T) to numbers (B, 1). Check SimpleLSTM first.",
)
def starts_from_the_matrix(pretrained_model):
    matrix, found, _ = study(pretrained_model)
    expect_shape(found["outputs"], (4, 1), "the output of the model", "(B, 1)")
    expect_close(embedding_in(found["before"], matrix), matrix, name="the embedding")
