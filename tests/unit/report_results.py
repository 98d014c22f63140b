"""Results that stand for what the grader writes."""

from __future__ import annotations

import hashlib
from typing import Any

Result = dict[str, Any]
OUTCOMES = (
    "passed", "failed", "not_attempted", "error", "timeout", "out_of_memory", "forbidden",
    "skipped", "grader_error",
)  # fmt: skip

CODE = '''class SimpleCNN(nn.Module):
    """A convolution, a sigmoid, a pooling step and a linear layer with log-probabilities."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 32, kernel_size=3, padding=1)  # (N, 1, 28, 28) -> (N, 32, 28, 28)
        self.pool = nn.MaxPool2d(2, 2)
        self.linear = nn.Linear(32 * 14 * 14, 10)

    def forward(self, x: Tensor) -> Tensor:
        h = torch.relu(self.conv(x))
        h = self.pool(h)
        h = h.view(h.shape[0], -1)
        return torch.log_softmax(self.linear(h), dim=1)
'''

ANSWER = r"""The convolution has $32 \cdot (1 \cdot 3^2 + 1) = 320$ weights, the linear layer

$$ P = 10 \left( \frac{28}{2} \cdot \frac{28}{2} \cdot 32 + 1 \right) = 62730. $$

So **almost all** parameters are in the *linear* layer:

| layer | output | parameters |
|---|---|---|
| `Conv2d` | (N, 32, 28, 28) | 320 |
| `Linear` | (N, 10) | 62730 |

1. The pooling layer has none.
2. Its output keeps the channels, $C_{out} = C_{in}$.

```python
sum(p.numel() for p in model.parameters())
```
"""

MODEL_ANSWER = r"""Shirts (class 6) are the hardest: most errors go to T-shirt, pullover and coat,
which share the outline at $28 \times 28$ pixels. With $p_k = \frac{n_{kk}}{\sum_j n_{kj}}$ the
accuracy is $\bar p = \frac{1}{10} \sum_{k=0}^{9} p_k$."""


def case(name: str, outcome: str = "passed", **changes: Any) -> Result:
    """One test case; half of what ``changes`` leaves open follows from the outcome."""
    passed = outcome == "passed"
    return {
        "name": name,
        "hidden": True,
        "visibility": "after_published",
        "outcome": outcome,
        "points": 1.0 if passed else 0.0,
        "max_points": 1.0,
        "message": None if passed else "The result is not what the definition gives.",
        "detail": None if passed else "the result differs in 3 of 10 entries: 0.5, expected 0.25",
        "diagnosis": None,
    } | changes


def question(name: str, cases: list[Result], outcome: str = "passed", **changes: Any) -> Result:
    """One question whose score is the sum of its cases."""
    return {
        "name": name,
        "title": name.replace("_", " "),
        "outcome": outcome,
        "score": sum(item["points"] for item in cases),
        "max_score": sum(item["max_points"] for item in cases),
        "optional": False,
        "counted": True,
        "message": None,
        "cases": cases,
        "code": [],
        "figures": [],
        "metrics": {},
        "output": "",
        "repair": None,
    } | changes


def written(name: str, title: str, prompt: str, answer: str | None) -> Result:
    """One written question of two points."""
    return {
        "name": name,
        "title": title,
        "prompt": prompt,
        "max_points": 2.0,
        "answer": answer,
        "figures": [],
        "faults": [],
        "model_answer": MODEL_ANSWER,
        "criteria": [
            {
                "points": 1.0,
                "text": "names the class with the lowest $p_k$ and two it is taken for",
            },
            {"points": 1.0, "text": "explains it by what the pictures share"},
        ],
    }


def result(name: str, questions: list[Result], answers: list[Result]) -> Result:
    """One graded submission of one problem."""
    score = sum(item["score"] for item in questions)
    max_score = sum(item["max_score"] for item in questions)
    return {
        "schema": 1,
        "assignment": "dl22_a2",
        "title": "Deep Learning, Assignment 2",
        "submission": {
            "name": name,
            "sha256": hashlib.sha256(name.encode(errors="replace")).hexdigest(),
            "files": ["simple_cnn.py", "simple_cnn.ipynb"],
            "notes": [],
        },
        "seed": 20221014,
        "grades": {"FAIL": 0.0, "PASS": 0.5, "EXCELLENT": 0.85},
        "isolation": {"level": "strict", "layers": ["user", "namespaces", "seccomp", "landlock"]},
        "environment": {"python": "3.11.7", "torch": "2.14.1", "numpy": "2.4.6"},
        "score": score,
        "max_score": max_score,
        "problems": [
            {
                "name": "simple_cnn",
                "title": "A simple convolutional network",
                "score": score,
                "max_score": max_score,
                "data": {"fashion_mnist": "12k"},
                "questions": questions,
                "written": answers,
            }
        ],
        "times": {"SimpleCNN": 0.8, "total": 4.2},
    }


def all_passed(name: str = "alice") -> Result:
    """A submission in which everything is right, with code, figures, metrics and answers."""
    prose = "What are the shapes and parameter counts of each layer? Use $(N, C, H, W)$."
    code = [{"file": "simple_cnn.py", "line": 31, "name": "SimpleCNN", "source": CODE * 4}]
    figures = [
        {"file": f"figures/{key}.png", "sha256": "0" * 64, "caption": caption}
        for key, caption in (
            ("confusion", "Confusion matrix on the 2,000 held-out images"),
            ("per_class", "Accuracy per class"),
            ("wrong", "Twelve images that were classified wrongly"),
        )
    ]
    return result(
        name,
        [
            question(
                "SimpleCNN",
                [
                    case("gives_one_row_of_ten_log_probabilities_per_image", hidden=False,
                         visibility="visible"),
                    *(case(f"agrees_with_torch_for_batch_size_{n}") for n in range(1, 8)),
                ],
                title="The network",
                code=code,
            ),
            question(
                "mnist_train",
                [case("learns_from_every_image"), case("reaches_the_accuracy", max_points=4.0,
                                                       points=4.0)],
                title="Training",
                figures=figures,
                metrics={"test_accuracy": 0.8512, "final_loss": 0.4123},
                output="epoch 1: loss 0.612\nepoch 2: loss 0.471\n",
            ),
            question(
                "own_architecture",
                [case("beats_the_network"), case("is_small", max_points=0.0, points=0.0)],
                title="An architecture of your own",
                optional=True,
                max_score=0.0,
                metrics={"test_accuracy": 0.9025, "test_loss": 0.31},
            ),
        ],
        [
            written("layers", "Interpret the layer table", prose, ANSWER),
            written("confusion", "Read the confusion matrix", "Which class is hardest, and why?",
                    "Class 6 has $p_6 = 0.52$; it is taken for 0, 2 and 4."),
        ],
    )  # fmt: skip


def mixed(name: str = "bob") -> Result:
    """Every outcome once, a diagnosis, a whole question that failed, no written answer."""
    cases = [case(f"shows_the_outcome_{outcome}", outcome) for outcome in OUTCOMES[:-1]]
    cases[1]["diagnosis"] = {
        "mistake": "relu_for_sigmoid",
        "explanation": "Your network uses ReLU where the handout asks for a sigmoid.",
        "explains": 1,
        "failed": 1,
        "question": None,
    }
    cases[3] |= {"message": "simple_cnn.py, line 44: RuntimeError: shape '[8, -1]' is invalid."}
    cases[3]["hidden"], cases[3]["visibility"] = False, "visible"
    code = [{"file": "simple_cnn.py", "line": 31, "name": "SimpleCNN", "source": CODE}]
    open_case = case("is_graded_again", "grader_error", message="The grader could not finish.")
    value = result(
        name,
        [
            question("SimpleCNN", cases, "failed", title="The network", code=code),
            question("mnist_test", [case("counts_images"), open_case], "grader_error",
                     title="Accuracy"),
            question("mnist_train", [case("learns", "skipped", message=None, detail=None)],
                     "skipped", title="Training",
                     message="This question needs The network, which failed."),
        ],
        [written("layers", "Interpret the layer table", "What are the shapes?", None)],
    )  # fmt: skip
    value["submission"]["notes"] = ["The archive has a folder too many; its content was used."]
    return value


def corrupt(name: str = "carol") -> Result:
    """A submission that could not be read: no code, every question with the same sentence."""
    sentence = "The archive is damaged and cannot be opened; please pack and hand it in again."
    questions = [
        question(key, [case("exists", "error", message=sentence, detail=None)], "error",
                 message=sentence)
        for key in ("SimpleCNN", "mnist_test")
    ]  # fmt: skip
    value = result(name, questions, [written("layers", "Interpret", "What are the shapes?", None)])
    value["submission"] |= {"files": [], "notes": [sentence]}
    return value
