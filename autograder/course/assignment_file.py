"""The TOML file of an assignment as a model: every key with its type, default and meaning."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, field

from autograder.course.hand_in import HandInTable
from autograder.course.tables import Names, Positive, Share, Table, Visibility

RepairFeedback: TypeAlias = Literal["nothing", "function", "line", "kind"]


class ChooseTable(Table, frozen=True):
    """Optional questions of a problem among which students choose; the best ones count."""

    best: Annotated[
        int, Meta(ge=1, description="How many count: those that earned the most points.")
    ]
    points: Annotated[Positive, Meta(description="What each of them is worth.")]


class EntryTable(Table, frozen=True):
    """A problem in an assignment, with its points."""

    name: Annotated[str, Meta(description="The problem: a folder in `solutions/`.")]
    points: Annotated[
        Positive | None,
        Meta(
            description="The points of the problem in all, autograded and written, split over its "
            "questions in round steps. Without it: the points of the cases and criteria."
        ),
    ] = None
    questions: Annotated[
        dict[str, Positive],
        Meta(
            description="Question = its points, autograded or written. The rest of `points` is "
            "split over the other questions."
        ),
    ] = field(default_factory=dict)
    leave_out: Annotated[
        Names,
        Meta(description="Questions, autograded or written, that this assignment does not ask."),
    ] = ()
    choose: Annotated[
        ChooseTable | None,
        Meta(
            description="How many of the optional questions count, as part of `points`. "
            "Without it: all of them, as extra points outside the total."
        ),
    ] = None
    folder: Annotated[
        str | None,
        Meta(
            description="The folder of the problem in the zip that students hand in, such as `P5`; "
            "`--pack` renames it, and grading looks into both. Without it: the problem's name."
        ),
    ] = None


class VisibilityTable(Table, frozen=True):
    """When students see a case in Gradescope."""

    public: Annotated[Visibility, Meta(description="For public cases.")] = "visible"
    hidden: Annotated[Visibility, Meta(description="For hidden cases.")] = "after_published"


class FeedbackTable(Table, frozen=True):
    """What students are told besides the results of the cases."""

    repair: Annotated[
        RepairFeedback,
        Meta(
            description="What students are told of a small change that makes a failed question "
            "right: `nothing`, the `function`, the `line`, or the line and its `kind` of error; "
            "never the corrected text."
        ),
    ] = "line"


class AssignmentFile(Table, frozen=True):
    """What is released and graded as one: `autograder/assignments/<assignment>.toml`."""

    title: Annotated[str, Meta(description="The title that students and reports show.")]
    problems: Annotated[tuple[EntryTable, ...], Meta(description="The problems, in order.")] = ()
    hand_in: Annotated[HandInTable, Meta(description="The hand-in rules.")] = HandInTable()
    visibility: Annotated[
        VisibilityTable, Meta(description="When students see a case in Gradescope.")
    ] = VisibilityTable()
    feedback: Annotated[
        FeedbackTable, Meta(description="What students are told besides the results.")
    ] = FeedbackTable()
    grades: Annotated[
        dict[str, Share],
        Meta(description="Grade = the share of all points, written ones included, that earns it."),
    ] = field(default_factory=dict)
