"""What of a signed-off quarter is another now: figures beside those that were signed off, and audits beside audits.

A figure is another where a count is; a change of rounding alone is none. What follows from earlier quarters, too, such
as a change since the quarter before, is not compared: it is told where those quarters are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from qa_analysis.contract.levels import ALL
from qa_analysis.metrics.catalogue import HEADLINES, MEASURES
from qa_analysis.metrics.share import COUNTS

if TYPE_CHECKING:
    from collections.abc import Iterator

RESTATED = "restated"  # the note of a headline figure that is another than the one signed off
KEYS = ["month", "measure", "level_of_need", "category"]
NUMBERS = [*COUNTS, "percent", "value"]
AUDIT = ["audit", "level_of_need", "overall_grade", "final_grade", "moderated"]
OF_EARLIER_QUARTERS = (
    "change", "change_that_shows", "control_chart", "grades_change", "good_or_better_at_earlier_mix",
)  # fmt: skip
OF_TEAMS = tuple(each.name for each in MEASURES if "team" in each.by)  # no record of a sign-off names a team
_HEADLINE_KEYS = {("", each.name, ALL, "") for each in HEADLINES}
FEW = 5  # audits; how fewer were changed is told of all together
_NEAR = 1e-6  # of a number: what differs by less was worked out by another version of a library


class Printed(NamedTuple):
    """A figure as it is printed: its number, what it is out of, and the percentage where there is no count."""

    number: float = np.nan
    of: float = np.nan
    percent: float = np.nan


class Audits(NamedTuple):
    """How many audits of the quarter were added, taken out, graded again and moderated since."""

    added: int
    taken_out: int
    graded_again: int
    moderated: int


@dataclass(frozen=True)
class Restated:
    """What is another of a quarter's figures: the headlines as they were and are, and how many others."""

    headlines: Mapping[str, tuple[Printed, Printed]]
    smaller: int

    def __bool__(self) -> bool:
        return bool(self.headlines) or self.smaller > 0


def restated(was: pd.DataFrame, now: pd.DataFrame) -> Restated:
    """Return which figures of a quarter are others now than those signed off.

    Parameters
    ----------
    was, now
        The quarter's figures (`KEYS` as text, `NUMBERS`), as they were signed off and as they are.

    Examples
    --------
    >>> was = pd.DataFrame({"measure": ["inadequate"], "level_of_need": "All", "count": 12, "denominator": 66})
    >>> was = was.reindex(columns=[*KEYS, *NUMBERS]).assign(month="", category="")
    >>> found = restated(was, was.assign(count=13))
    >>> found.headlines["inadequate"][0].number, found.headlines["inadequate"][1].number, found.smaller
    (12.0, 13.0, 0)
    >>> bool(restated(was, was))
    False
    """
    then, since = _compared(was), _compared(now)
    keys = then.index.union(since.index, sort=False)
    before, after = then.reindex(keys).to_numpy(float), since.reindex(keys).to_numpy(float)
    different = ~np.isclose(before, after, rtol=_NEAR, atol=_NEAR, equal_nan=True).all(axis=1)
    changed = zip(keys[different].tolist(), before[different].tolist(), after[different].tolist(), strict=True)
    headlines = {key[1]: (Printed(*old[:3]), Printed(*new[:3])) for key, old, new in changed if key in _HEADLINE_KEYS}
    return Restated(headlines, int(different.sum()) - len(headlines))


def headline_rows(table: pd.DataFrame) -> pd.Series[bool]:
    """Return which rows of a table of figures are headline figures of the whole service and a whole quarter."""
    return pd.Series([key in _HEADLINE_KEYS for key in table[KEYS].itertuples(index=False, name=None)], table.index)


def _compared(figures: pd.DataFrame) -> pd.DataFrame:
    """Return what is compared of figures: counts, and of those without a count the percentage as printed, and value."""
    own = figures[~figures["measure"].isin([*OF_EARLIER_QUARTERS, *OF_TEAMS])].set_index(KEYS)[NUMBERS].astype(float)
    counted = own["count"].notna()
    return own.assign(percent=np.floor(own["percent"].mask(counted) + 0.5), value=own["value"].mask(counted))


def changed_audits(was: pd.DataFrame, now: pd.DataFrame) -> Audits:
    """Return how many audits of a quarter were added, taken out, graded again and moderated since.

    Parameters
    ----------
    was, now
        One row an audit (`AUDIT`, as text), as they were signed off and as they are.

    Examples
    --------
    >>> was = pd.DataFrame([["a", "EH", "Good", "Good", "no"], ["b", "CL", "Good", "Good", "no"]], columns=AUDIT)
    >>> now = pd.DataFrame([["b", "CL", "Good", "Inadequate", "yes"], ["c", "CL", "Good", "Good", "no"]], columns=AUDIT)
    >>> changed_audits(was, now)
    Audits(added=1, taken_out=1, graded_again=0, moderated=1)
    """
    both = was.merge(now, on="audit", how="outer", suffixes=("_was", "_now"), indicator="there")
    stayed = both[both["there"] == "both"]
    moderated = stayed["moderated_was"] != stayed["moderated_now"]
    graded = pd.concat([stayed[f"{name}_was"] != stayed[f"{name}_now"] for name in AUDIT[2:4]], axis=1).any(axis=1)
    there = both["there"].value_counts()
    return Audits(
        int(there["right_only"]), int(there["left_only"]), int((graded & ~moderated).sum()), int(moderated.sum())
    )


def causes(audits: Audits) -> Iterator[tuple[int, str]]:
    """Yield how many audits were changed how, put together where fewer than five would be told of.

    Examples
    --------
    >>> list(causes(Audits(6, 0, 1, 1))), list(causes(Audits(0, 0, 0, 5)))
    ([(6, 'added'), (2, 'graded again or moderated')], [(5, 'moderated')])
    """
    pairs = (
        {"added": audits.added, "taken out": audits.taken_out},
        {"graded again": audits.graded_again, "moderated": audits.moderated},
    )
    for pair in pairs:
        if any(0 < number < FEW for number in pair.values()):
            yield sum(pair.values()), " or ".join(pair)
        else:
            yield from ((number, what) for what, number in pair.items() if number)
