"""A result whose every text would like to be more than text."""

from __future__ import annotations

from report_results import Result, case, question, result, written

HOSTILE = (
    '=HYPERLINK("http://x")#import "@preview/x:1.0.0" #read("/etc/passwd") *b* _i_ `c` $x$ <l> @r '
    "</script><b>\x00\x07\x1b[31m\u202eevil\u202c\ud800 \\ \\u{1F600} [red]markup[/red] "
    "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301 \u674e\u660e \U0001f600"
)
HOSTILE_ANSWER = (
    '#import "x"\n\n#read("/etc/passwd")\n\n```{=typst}\n#panic("raw")\n```\n\n'
    '`#panic("inline")`{=typst} $#read("x")$ $\\text{#read("y")}$ $\\unknown{z}$ $"$\n\n'
    '$\\operatorname{\\text{"#panic("op")"}}$ $\\mathop{\\text{a"; #read("data.json"); "b}x}$ '
    "$\\sqrt{}$ $\\left\\{\\mathbf{}\\right)$\n\n"
    '\\#eval("1") '
    "<script>alert(1)</script> <!-- comment -->\n\n![picture](/etc/passwd) [link](javascript:x)\n\n"
    "$$ \\begin{matrix} 1 & 2 $$\n\n| a | b |\n|---|---|\n| c |\n\n"
    '"]) #{while true {}} //\n/* unclosed ``` ' + HOSTILE
)


def hostile(name: str = HOSTILE) -> Result:
    """Text that would like to be markup, a formula or a command wherever a student reaches."""
    long = "x" * 3000
    source = f'def f():\n    """{HOSTILE}"""\n    return "{long}"\n' + "\t" * 40 + "# deep\n"
    cases = [
        case(HOSTILE, "failed", message=HOSTILE + long, detail=HOSTILE,
             diagnosis={"mistake": "m", "explanation": HOSTILE, "explains": 1, "failed": 2,
                        "question": HOSTILE}),
        case("long", "error", message="word " * 2000, hidden=False, visibility="visible"),
    ]  # fmt: skip
    value = result(
        name,
        [
            question(
                "SimpleCNN", cases, "failed", title=HOSTILE, message=HOSTILE,
                code=[{"file": HOSTILE, "line": 9, "name": HOSTILE, "source": source}],
                metrics={HOSTILE: float("nan"), "test_accuracy": float("inf")}, optional=True,
                output=f"\r{HOSTILE}\n" * 200 + long,
            )
        ],
        [
            written("a", HOSTILE, HOSTILE, HOSTILE_ANSWER),
            written("b", "Deep", "Deep?", "> " * 3000 + "quote $" + "{" * 3000 + "}" * 3000 + "$"),
            written("c", "Long", "Long?", "word#" * 200_000 + long),
        ],
    )  # fmt: skip
    value["title"] = HOSTILE
    value["submission"] |= {"files": [HOSTILE, long], "notes": [HOSTILE]}
    return value
