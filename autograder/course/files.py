"""The TOML files of a problem as models: every key with its type, default and meaning."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from autograder.course.tables import (
    Count,
    Names,
    NotNegative,
    Positive,
    Table,
)


class LimitsTable(Table, frozen=True):
    """What one case may use. A question inherits the limits of its problem."""

    cpu_seconds: Annotated[
        Positive | None,
        Meta(description="CPU time of one case, in seconds; 10 if the problem does not set it."),
    ] = None
    memory_mb: Annotated[
        Count | None,
        Meta(description="Memory of one case, in MB; 2048 if the problem does not set it."),
    ] = None
    device: Annotated[
        Literal["cpu", "cuda"] | None,
        Meta(
            description="Where the student's code may compute; the CPU if the problem does not "
            "set it. `cuda` gives its workers a GPU."
        ),
    ] = None
    import_seconds: Annotated[
        Positive | None,
        Meta(
            description="CPU time for importing the student's modules, in seconds; "
            "10 if the problem does not set it."
        ),
    ] = None


class ForbiddenTable(Table, frozen=True):
    """What students write themselves. A question adds its own entries to its problem's."""

    imports: Annotated[Names, Meta(description="Modules that must not be imported.")] = ()
    names: Annotated[
        Names,
        Meta(description="Dotted names that must not be used; `*` at the end matches the rest."),
    ] = ()


class QuestionTable(Table, frozen=True):
    """One autograded question. Its cases, with their points, are in `questions/<name>.py`."""

    name: Annotated[str, Meta(description="The name of the question and of its test file.")]
    title: Annotated[str, Meta(description="The title that students and reports show.")]
    judged_by: Annotated[
        str, Meta(description="How the cases judge, in a few words, for the handout's table.")
    ] = "hidden cases"
    modules: Annotated[
        Names,
        Meta(description="The modules that the cases import. Without it: all of the problem's."),
    ] = ()
    objects: Annotated[
        Names,
        Meta(
            description="The functions and classes that the report shows. "
            "Without it: the one with the question's name."
        ),
    ] = ()
    needs: Annotated[
        Names,
        Meta(description="Questions that must earn points first; else this one is skipped."),
    ] = ()
    optional: Annotated[
        bool,
        Meta(
            description="Whether a student may leave it out. Its points are extra, outside the "
            "total, unless the assignment says with `choose` how many of these questions count."
        ),
    ] = False
    limits: Annotated[LimitsTable, Meta(description="Limits of this question.")] = LimitsTable()
    forbidden: Annotated[
        ForbiddenTable, Meta(description="What else is forbidden in this question.")
    ] = ForbiddenTable()


class ProblemFile(Table, frozen=True):
    """All that makes a problem, in `solutions/<problem>/problem.toml`."""

    title: Annotated[str, Meta(description="The title that students and reports show.")]
    modules: Annotated[
        Names, Meta(description="Modules with solution blocks; students get their skeletons.")
    ] = ()
    provided: Annotated[
        Names, Meta(description="Files that students get as they are and do not edit.")
    ] = ()
    outputs: Annotated[
        Names,
        Meta(
            description="Text files that the student's code writes and the student hands in. Those "
            "of the reference are in the problem's folder and never in a package."
        ),
    ] = ()
    may_hand_in: Annotated[
        Names,
        Meta(
            description="Patterns of further files that a student may hand in, such as "
            "`*.safetensors`."
        ),
    ] = ()
    builds_on: Annotated[
        Names, Meta(description="Problems whose modules the modules of this one import.")
    ] = ()
    stand_ins: Annotated[
        dict[str, str],
        Meta(
            description="Module of this problem = our replacement, which reveals no solution, "
            "for problems that build on this one."
        ),
    ] = field(default_factory=dict)
    notebook: Annotated[
        str | None, Meta(description="The notebook master, `<name>.nb.py` in percent format.")
    ] = None
    preload: Annotated[
        Names, Meta(description="Modules that are imported once, before any submission.")
    ] = ()
    written: Annotated[
        Names, Meta(description="Written questions, in order: the files `written/<name>.md`.")
    ] = ()
    data: Annotated[
        dict[str, Names],
        Meta(description="Dataset = its sizes, best first; grading uses the first one available."),
    ] = field(default_factory=dict)
    limits: Annotated[LimitsTable, Meta(description="Limits of every question.")] = LimitsTable()
    forbidden: Annotated[
        ForbiddenTable, Meta(description="What is forbidden in every question.")
    ] = ForbiddenTable()
    questions: Annotated[
        tuple[QuestionTable, ...], Meta(description="The autograded questions, in order.")
    ] = ()


class Edit(Struct, frozen=True, forbid_unknown_fields=True):
    """One replacement in the reference."""

    old: Annotated[
        str, Meta(description="Text of the reference that occurs exactly once in the block.")
    ]
    new: Annotated[str, Meta(description="The text that replaces it.")]
    block: Annotated[
        str | None,
        Meta(
            description="The function or method whose solution blocks hold `old`. "
            "Without it: the mistake's `block`."
        ),
    ] = None


class MistakeTable(Struct, frozen=True, forbid_unknown_fields=True):
    """A wrong variant of the reference, with what to tell a student who made this mistake."""

    name: Annotated[str, Meta(description="A name that no other mistake of the problem has.")]
    title: Annotated[str, Meta(description="The mistake in a few words, for the student.")]
    explanation: Annotated[
        str,
        Meta(description="For the student: what is wrong, why, and where to look."),
    ]
    edits: Annotated[tuple[Edit, ...], Meta(description="The changes of the reference.")]
    module: Annotated[
        str | None,
        Meta(description="The module that is changed. Without it: the problem's first."),
    ] = None
    block: Annotated[
        str | None,
        Meta(
            description="The function or method whose solution blocks the edits change. "
            "Without it: the whole module."
        ),
    ] = None
    public: Annotated[
        bool,
        Meta(
            description="Whether it is enough that a public case catches it: only a shape or a "
            "type is wrong, and that costs points once, in the public case for it."
        ),
    ] = False


class MistakesFile(Table, frozen=True):
    """Known mistakes of one question: `solutions/<problem>/mistakes/<question>.toml`."""

    mistakes: Annotated[tuple[MistakeTable, ...], Meta(description="The known mistakes.")]


Direction = Literal["at_least", "at_most"]


class Threshold(Table, frozen=True):
    """A calibrated threshold: `[<metric>.<size>]` in `solutions/<problem>/calibration.toml`.

    `python -m autograder calibrate PROBLEM` writes this file.
    """

    mean: Annotated[float, Meta(description="The mean of the reference over the seeds.")]
    deviation: Annotated[NotNegative, Meta(description="The standard deviation over the seeds.")]
    seeds: Annotated[Count, Meta(description="How many runs were measured.")]
    threshold: Annotated[float, Meta(description="What a submission must reach.")]
    direction: Annotated[
        Direction,
        Meta(description="Whether a value must be at least (accuracy) or at most (loss) this."),
    ]
