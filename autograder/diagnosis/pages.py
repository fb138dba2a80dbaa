"""A page for each rule, built from the rule itself; docs/rules holds them."""

from autograder.diagnosis.examine import RULES
from autograder.diagnosis.rule import Level, Rule

_NEEDS = {
    "S": "the text of the notebook",
    "M": "the layers",
    "C": "what was given to compile",
    "D": "the training rows",
    "H": "the curves of the training",
    "A": "weights and activations",
    "K": "the text of Keras's own error",
}
_LEVELS = {
    Level.ERROR: "an **error**: it follows from what was seen",
    Level.WARNING: "a **warning**: it is likely, and worth a look before anything else",
    Level.HINT: "a **hint**: often right as it is",
}


def page(rule: Rule) -> str:
    """The page of a rule, as Markdown."""
    needs = ", ".join(_NEEDS[letter] for letter in rule.needs)
    lines = [
        f"# {rule.id}: {rule.title.rstrip('.')}",
        "",
        f"This is {_LEVELS[rule.level]}.",
        "",
        f"**Why it matters.** {rule.why}",
        "",
        f"**What to look at.** {rule.look}",
        "",
        f"**What the rule looks at**: {needs}. Where that is not known the rule says nothing.",
    ]
    if rule.symptom:
        lines += ["", "It is a symptom: what causes it is told first, if a rule sees it."]
    if rule.hides:
        said = ", ".join(f"[{id}]({id}.md)" for id in rule.hides)
        lines += ["", f"Where it speaks, {said} would say the same less well and are left out."]
    return "\n".join([*lines, "", f"Source: {rule.source}.", ""])


def index() -> str:
    """The table of all rules, as Markdown."""
    lines = ["# Rules", "", "Built from the rules by `python docs/rules/build.py`.", ""]
    lines += ["| rule | level | what it says |", "|---|---|---|"]
    lines += [f"| [{one.id}]({one.id}.md) | {one.level} | {one.title} |" for one in RULES]
    return "\n".join([*lines, ""])
