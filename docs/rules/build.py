"""Writes the page of every rule beside this file, from the rules themselves."""

from pathlib import Path

from autograder.diagnosis import RULES
from autograder.diagnosis.pages import index, page

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Write the pages and the index; remove those of rules that are gone."""
    wanted = {f"{rule.id}.md": page(rule) for rule in RULES} | {"index.md": index()}
    for path in HERE.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
