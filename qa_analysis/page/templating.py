"""All HTML is in the templates beside this module: one environment, in which every text is escaped."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from qa_analysis.text import escape, legible

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).with_name("templates")


def render(template: str, **values: object) -> str:
    """Return a page made from one of the templates; what is not `Markup` is escaped (see `text.escape`)."""
    return _environment().get_template(template).render(values)


def piece(name: str, **values: object) -> Markup:
    """Return a piece of a page, made by one of the macros in `pieces.html.j2`; escaped likewise."""
    macro = getattr(_environment().get_template("pieces.html.j2").module, name)
    return Markup(macro(**values))


def anchor_of(heading: str) -> str:
    """Return the id that a heading of a page has, unless an earlier one is called so, too.

    Examples
    --------
    >>> anchor_of("Our response: actions")
    'our-response-actions'
    """
    return re.sub(r"\W+", "-", heading.casefold()).strip("-") or "section"


def css_string(text: str) -> Markup:
    r"""Return text as a string of a style sheet, in which nothing can end the string or the sheet.

    Examples
    --------
    >>> print(css_string('OFFICIAL "</style>'))
    "OFFICIAL \22 \3c \2f style\3e "
    """
    letters = (letter if re.fullmatch(r"[\w .,·-]", letter) else f"\\{ord(letter):x} " for letter in legible(text))
    return Markup('"{}"').format(Markup("".join(letters)))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        finalize=escape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["css_string"] = css_string
    return environment
