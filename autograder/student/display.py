"""Where a card goes: to the notebook's front end if there is one, else to standard output."""

import sys


def show(html: str, plain: str) -> None:
    """Shows one thing in two forms; the front end picks. Plain Python prints ``plain``.

    Both forms go into one output, so that a notebook that is opened elsewhere still has the text.
    """
    shell = sys.modules.get("IPython")
    if shell is None or shell.get_ipython() is None:
        print(plain)
        return
    from IPython.display import display

    display({"text/html": html, "text/plain": plain}, raw=True)
