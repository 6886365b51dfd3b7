"""What may be wrong with the raw files: issues, each a rule's code and its parts, and the sentences made of them.

The rules are in `rules.toml`, each once. A new one is an entry there, and the place that finds it: `issue(code, …)`.
"""

from __future__ import annotations

import json
import string
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from qa_analysis.text import quoted

OF_A_CELL = ("column", "value", "nearest")  # parts that every issue has
A_CELL, OWN_WORDS, IN_SETTINGS = "c", "w", "t"  # the conversions of what somebody wrote
_SHOWN_MOST = 60  # characters of a cell in a sentence

Show = Callable[[str, str], str]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule, as `rules.toml` describes it."""

    kind: str
    reason: str
    then: str = ""
    remedy: str = ""
    example: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def names(self) -> frozenset[str]:
        """The parts that its sentences need, those of a cell among them."""
        return frozenset(name for text in (self.reason, self.remedy) for _, name, _, _ in _pieces(text) if name)


@cache
def _pieces(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    return list(string.Formatter().parse(text))


def _rules() -> dict[str, Rule]:
    entries: dict[str, dict[str, Any]] = {}
    for kind, rules in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items():
        for code, entry in rules.items():
            like = entries[entry.pop("like")] if "like" in entry else {}
            entries[code] = like | entry | {"kind": kind}
    return {code: Rule(**entry) for code, entry in entries.items()}


RULES = _rules()


def issue(code: str, **parts: Any) -> dict[str, Any]:
    """Return an issue: a rule's code, and the parts that its sentences need, each a text or a column of texts.

    Raises
    ------
    TypeError
        If a part is missing, or one is given that no sentence needs.

    Examples
    --------
    >>> issue("impossible_year", year=1925)
    {'code': 'impossible_year', 'year': '1925'}
    >>> issue("impossible_year")
    Traceback (most recent call last):
    TypeError: the rule impossible_year needs the parts year
    """
    needed = RULES[code].names.difference(OF_A_CELL)
    if parts.keys() - OF_A_CELL != needed:
        raise TypeError(f"the rule {code} needs the parts {', '.join(sorted(needed)) or 'of a cell alone'}")
    return {"code": code} | {name: f"{part}" if isinstance(part, int) else part for name, part in parts.items()}


def as_it_stands(text: str, _: str) -> str:
    """Return what a cell or heading says, as it says it."""
    return text


def sentences(found: Mapping[str, str], show: Show | None = as_it_stands, *, then: bool = True) -> tuple[str, str]:
    """Return what is wrong, without a full stop, and what to do.

    Parameters
    ----------
    found
        `code` and parts; of a cell those that there are.
    show
        From what somebody wrote and its conversion (`A_CELL` or `OWN_WORDS`), what is shown of it; with None it is said
        as of all values and places.
    then
        Whether to say what is done about it, too.

    Examples
    --------
    >>> unknown = issue("unknown_value", value="Goood", nearest="Good", what="a grade", words="Good, RI")
    >>> sentences(unknown)[0], sentences(unknown, None)[0]
    ('“Goood” is not a grade; the nearest is “Good”', 'a value is not a grade')
    """
    rule, parts = RULES[found["code"]], {**dict.fromkeys(OF_A_CELL, ""), **found}
    what, remedy = ("".join(_filled(text, parts, show)) for text in (rule.reason, rule.remedy))
    return f"{what}: {rule.then}" if then and rule.then else what, remedy


def _filled(text: str, parts: Mapping[str, str], show: Show | None) -> Iterator[str]:
    for words, name, around, conversion in _pieces(text):
        yield words
        part = parts[name] if name else ""
        if around:
            yield around.replace("*", part) if part and show else ""
        elif conversion == IN_SETTINGS:
            yield json.dumps(show(part, OWN_WORDS), ensure_ascii=False) if show else "a value"
        elif conversion:
            short = f"{part[: _SHOWN_MOST - 1].rstrip()}…" if conversion == A_CELL and len(part) > _SHOWN_MOST else part
            yield quoted(show(short, conversion)) if show else "a value"
        else:
            yield part
