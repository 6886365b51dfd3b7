"""What a measure is: one entry of the catalogue, from which its figures and every word about it follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import pandas as pd

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings
    from qa_analysis.store.data import Data

Condition: TypeAlias = "Callable[[pd.DataFrame, Data], pd.Series[bool]]"
Kind = Literal["share", "part", "count", "value"]
Cells = Literal["all", "with rows", "ever with rows", "counted"]

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_WORDS = {"good": "Good or better", "failing": "Inadequate", "shoots": "Requires improvement"}


@dataclass(frozen=True)
class Population:
    """The rows of one cleaned table that a measure is counted of.

    Parameters
    ----------
    table
        The name of the cleaned table. A quarter in which it has no rows at all takes its figures from history.
    one, many
        What a row is called: “moderated audit”, “moderated audits”.
    rows
        From the table and the data, which of its rows are meant; without it all are.
    whole
        What they are out of all rows, in the documentation: “graded audits”, where charts say “audits”.
    made
        From the data and the quarters to show, the rows that are meant where they are not those of the table itself:
        re-audits beside the audits that they name, or actions in their state at each quarter's end.

    Examples
    --------
    >>> checked = Population("audits", "moderated audit", "moderated audits", lambda audits, _: audits["moderated"])
    >>> checked.many
    'moderated audits'
    """

    table: str
    one: str
    many: str
    rows: Condition | None = None
    whole: str = ""
    made: Callable[[Data, Sequence[pd.Period]], pd.DataFrame] | None = None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A measure: what it counts and of whom, how that is shown, and what it is called.

    Its table has `quarter` (or `month`; periods), `level_of_need` where its rows have one (text; `All`, the whole
    service, first: every row, with a level or without), the columns of `by` where they are several, `category` (text),
    `count`, `denominator`, `percent`, `ci_low`, `ci_high` (0–100, unrounded), `value` and `note`, as far as it has
    them. Every quarter appears, with every level and category, whether there are rows or not, but for `cells`.

    Parameters
    ----------
    name
        As in `figures.csv`.
    title
        What it is in a table of its own. Here and below `{good}`, `{failing}` and `{shoots}` stand for what the
        grades are called.
    counts, out_of
        What is counted, and out of what, in the documentation; out of the population's name for many, if not given.
    of
        The rows that are counted.
    where
        From the population's table and the data, which rows count: the measure is their share.
    by
        The columns that make its category, joined by `joined`. With `where` it is the share within each category;
        without, the share that each category of the last column has within those of the columns before.
    kind
        `share`: a percentage with Wilson's interval; `part`: one without, where these are all there are; `count`: no
        percentage; `value`: whatever `table` says.
    table
        Makes the table of what is not counted in this way, from the population's rows, the data and the quarters.
        Where it has a `count` and a `denominator`, share and interval follow by its kind.
    keeps
        Further columns of that table which a page needs; they are not in `figures.csv`.
    cells
        Which cells have a row: all, those that have rows, those that have some in any quarter, those with a count.
    monthly
        Whether it is by month, too (counted, whatever `table` says), or only.
    interval
        For a value, how its interval is made.
    headline
        Its name among the headline figures.
    said
        What is said of one and of many that count: “had its grade changed”, “had their grade changed”. `{category}`
        stands for the category that a chart is about.
    public
        What of it goes to the public; `public_words` is its name there.

    Raises
    ------
    ValueError
        If the entry is incomplete, or says two things.

    Examples
    --------
    >>> audits = Population("audits", "audit", "audits")
    >>> Measure(name="audits_planned", title="Planned", counts="audits", of=audits, kind="share")
    Traceback (most recent call last):
    ValueError: The measure audits_planned: a share needs a condition (where), categories (by) or a table.
    """

    name: str
    title: str
    of: Population
    counts: str = ""
    out_of: str = ""
    where: Condition | None = None
    by: Sequence[str] = ()
    joined: str = ": "
    kind: Kind = "share"
    table: Callable[[pd.DataFrame, Data, Sequence[pd.Period]], pd.DataFrame] | None = None
    keeps: Sequence[str] = ()
    cells: Cells = "all"
    monthly: Literal["", "too", "only"] = ""
    interval: str = ""
    headline: str = ""
    said: tuple[str, str] = ("", "")
    public: Literal["", "whole service", "by level of need"] = ""
    public_words: str = ""

    def __post_init__(self) -> None:
        for wrong, says in self._rules():
            if wrong:
                raise ValueError(f"The measure {self.name}: {says}.")

    def _rules(self) -> list[tuple[bool, str]]:
        """Return what would make the entry incomplete or contradict itself, and whether it does."""
        ordinary = self.table is None
        is_share = self.kind in ("share", "part")
        texts = [self.by, self.keeps, self.said]
        return [
            (not _NAME.fullmatch(str(self.name)), "its name is made of small letters, digits and underscores"),
            (not isinstance(self.of, Population), "`of` says of whom it is counted, as a Population"),
            (not self.title, "it has no title"),
            (any(isinstance(each, str) for each in texts), "`by`, `keeps` and `said` are lists of texts"),
            (
                ordinary and is_share and self.where is None and not self.by,
                f"a {self.kind} needs a condition (where), categories (by) or a table",
            ),
            (ordinary and self.kind == "value", "a value needs a table that makes it"),
            (not ordinary and self.where is not None, "it has a condition and a table; one of them makes it"),
            (self.kind == "count" and self.where is not None, "a count has no condition; its population has"),
            (bool(self.interval) and self.kind != "value", "its interval follows from its kind"),
            (bool(self.headline) and self.kind == "share" and not all(self.said), "a headline share needs `said`"),
            (bool(self.headline) and bool(self.by), "a headline figure has no categories"),
            (bool(self.public_words) and not self.public, "it has words for the public and is not public"),
        ]

    def called(self, text: str, settings: Settings, **more: str) -> str:
        """Return one of the entry's texts with what the grades are called, and with what else it needs."""
        words = {"good": settings.good_words, "failing": settings.failing_words, "shoots": settings.shoots_words}
        return text.format(**words, **more)


def in_the_documentation(measures: Sequence[Measure]) -> str:
    """Return the measures as a table in Markdown: what each counts, out of what, and its interval."""
    head = "| measure | counts | out of | interval |\n|---|---|---|---|\n"
    rows = (f"| `{each.name}` | {each.counts} | {_out_of(each)} | {_interval(each)} |\n" for each in measures)
    return head + "".join(row.format(**_WORDS) for row in rows)


def _out_of(measure: Measure) -> str:
    return measure.out_of or ((measure.of.whole or measure.of.many) if measure.kind in ("share", "part") else "")


def _interval(measure: Measure) -> str:
    return measure.interval or ("Wilson" if measure.kind == "share" else "none")
