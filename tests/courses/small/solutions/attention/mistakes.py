"""Known mistakes of attention."""

from autograder.grade.mistakes import Mistake

MISTAKES = {
    "attention": [
        Mistake(
            name="scores_not_scaled",
            edits={" / q.shape[-1] ** 0.5": ""},
            explanation="The scores are not divided by the square root of the feature size.",
        ),
        Mistake(
            name="softmax_over_queries",
            edits={"dim=-1": "dim=-2"},
            explanation="The weights sum to one over the queries, not over the keys.",
        ),
    ],
    "Gate": [
        Mistake(
            name="gate_detached",
            edits={
                "torch.sigmoid(self.linear(x)) * x": "torch.sigmoid(self.linear(x)).detach() * x"
            },
            explanation="The gate is cut off from the graph, so its layer never learns.",
        ),
    ],
}
