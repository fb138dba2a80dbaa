"""Markdown and code of a notebook as HTML for one page that loads nothing.

Lessons are the instructor's and may hold HTML; a student's markdown was made harmless before it
reached the graded notebook (`sanitise`). Either way nothing that runs or loads is left here: what
a picture on another machine shows is told by its alternative text.
"""

from collections.abc import Mapping

from bs4 import BeautifulSoup, Tag
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_REMOVED = (
    *("script", "style", "iframe", "frame", "object", "embed", "applet", "link", "meta", "base"),
    *("form", "input", "button", "textarea", "select", "audio", "video", "source", "track"),
)
_LOADING = ("srcset", "background", "poster", "ping", "formaction", "action", "data", "longdesc")


class Outline:
    """Gives every heading of a page a level that never skips one, below the page's own title.

    >>> outline = Outline()
    >>> [outline.level(n) for n in (1, 3, 3, 2, 1)]
    [2, 3, 3, 3, 2]
    """

    def __init__(self) -> None:
        self._above: list[int] = []
        self._ids: set[str] = set()

    def level(self, written: int) -> int:
        """The level of a heading that was written as ``written``, 1 to 6."""
        while self._above and self._above[-1] >= written:
            self._above.pop()
        self._above.append(written)
        return min(len(self._above) + 1, len(HEADINGS))

    def below(self, deeper: int) -> int:
        """The level of a heading ``deeper`` levels below the last one of the lesson."""
        return min(len(self._above) + 1 + deeper, len(HEADINGS))

    def new(self, id: str) -> bool:
        """Whether no heading before had this id."""
        known = id in self._ids
        self._ids.add(id)
        return not known


def prose(source: str, outline: Outline, attachments: Mapping[str, object] | None = None) -> str:
    """The HTML of markdown, its headings fitted into the page's."""
    renderer = IPythonRenderer(
        escape=False,
        attachments=dict(attachments or {}),
        embed_images=False,
        path="",
        anchor_link_text="",
        exclude_anchor_links=True,
    )
    soup = BeautifulSoup(MarkdownWithMath(renderer=renderer).render(source), "html.parser")
    for heading in soup.find_all(HEADINGS):
        heading.name = f"h{outline.level(int(heading.name[1]))}"
        if not outline.new(str(heading.get("id"))):
            del heading["id"]
    return _still(soup)


def report(html: str, outline: Outline) -> str:
    """A report of ours (h3 and h4) below the lesson's last heading."""
    soup = BeautifulSoup(html, "html.parser")
    for heading in soup.find_all(HEADINGS):
        heading.name = f"h{outline.below(max(1, int(heading.name[1]) - 2))}"
    return _still(soup)


def code(source: str) -> str:
    """Python code with its words marked by classes, which the page's style gives colours."""
    return str(Highlight2HTML(pygments_lexer="ipython3")(source))


def _still(soup: BeautifulSoup) -> str:
    """Without anything that runs, loads or asks."""
    for element in soup.find_all(_REMOVED):
        element.decompose()
    for element in soup.find_all(True):
        for name in list(element.attrs):
            if name.startswith("on") or name in _LOADING:
                del element[name]
    for picture in soup.find_all(["img", "image"]):
        _picture(soup, picture)
    for link in soup.find_all("a"):
        link["rel"] = "noopener noreferrer"
    for table in soup.find_all("table"):
        table.wrap(soup.new_tag("div", attrs={"class": "wide", "tabindex": "0", "role": "group"}))
    return str(soup)


def _picture(soup: BeautifulSoup, picture: Tag) -> None:
    told = str(picture.get("alt") or "").strip()
    if str(picture.get("src", "")).startswith("data:image/"):
        picture["alt"] = told or "A picture without a description"
        return
    picture.replace_with(soup.new_string(told or "[a picture that is not part of this page]"))
