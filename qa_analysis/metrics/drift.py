"""Drift: how far moderators move the auditors' grades, quarter by quarter and auditor by auditor.

A *step* is one grade of the scale. Steps are counted from the auditor's grade to the moderator's, so that a mean above
0 says that grades were lowered on balance (the auditors were the more generous), and one below 0 that they were raised.
Only audits with both grades count.

Auditors are told apart by letters. The letters come from a shuffle that is keyed with the audits themselves: the same
audits give the same letters, and nobody can work a letter out from a name, a reference, the order of rows or the
number of audits without having the data. They change when audits are added, so the letters of two sets of data do not
belong together. A letter hides the name, not the person: who knows how many audits a colleague did may know the row.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence

import pandas as pd

from qa_analysis.matching import fold
from qa_analysis.metrics.share import ALL, levels

OTHERS, NOT_RECORDED = "Others", "Not recorded"
FEWEST_AUDITS = 5

_COUNTS = ["audits", "raised", "upheld", "lowered"]
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def moderation_drift(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Grades raised, upheld and lowered by moderation, and the mean steps between, by quarter and level of need.

    Parameters
    ----------
    audits
        With `quarter`, `level_of_need`, `overall_grade` and `moderated_grade` (the same ordered categories, best
        first).
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `audits`, `raised`, `upheld`, `lowered` (int; audits with both
        grades) and `mean_steps` (float; grades lowered on average, below 0 for raised; NaN without audits).

    Examples
    --------
    >>> drift = moderation_drift(_example(), list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR")))
    >>> drift.loc[drift["level_of_need"] == "All", ["audits", "raised", "upheld", "lowered", "mean_steps"]]
       audits  raised  upheld  lowered  mean_steps
    0       4       1       1        2        0.25
    """
    rows = _with_steps(audits)
    rows = pd.concat([rows.assign(level_of_need=ALL), rows.astype({"level_of_need": "str"})])
    cells = pd.MultiIndex.from_product([quarters, levels(audits)], names=["quarter", "level_of_need"])
    return _summed(rows, ["quarter", "level_of_need"]).reindex(cells).reset_index().pipe(_typed)


def drift_by_auditor(
    audits: pd.DataFrame, quarters: Sequence[pd.Period], level: str = ALL, fewest: int = FEWEST_AUDITS
) -> pd.DataFrame:
    """Grades raised, upheld and lowered by moderation, and the mean steps between, for each auditor by letter.

    Parameters
    ----------
    audits
        As for `moderation_drift`, with `audit_id` and `auditor` (text; missing where it was not recorded). Give all
        audits, and choose by `quarters` and `level`: the letters belong to the audits given.
    quarters
        The quarters whose audits count, taken together.
    level
        The code of a level of need, or `All`.
    fewest
        Auditors with fewer audits than this that have both grades are put together as `Others`; where that is one
        auditor alone, the auditor with the next fewest audits is put there too, and where there is no other, the row
        is left out.

    Returns
    -------
    DataFrame
        `auditor` (text: a letter, `Others`, `Not recorded`), `auditors` (int; how many the row stands for), `audits`,
        `raised`, `upheld`, `lowered` (int) and `mean_steps` (float), in the order of the letters.

    Examples
    --------
    >>> drift = drift_by_auditor(_example(), list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR")), fewest=2)
    >>> drift[["auditors", "audits", "raised", "upheld", "lowered", "mean_steps"]]
       auditors  audits  raised  upheld  lowered  mean_steps
    0         2       4       1       1        2        0.25
    >>> drift["auditor"].tolist()
    ['Others']
    """
    rows = _with_steps(audits)
    rows = rows[rows["quarter"].isin(quarters) & ((level == ALL) | (rows["level_of_need"] == level))]
    who = rows["auditor"].map(fold, na_action="ignore")
    letters = who.map(auditor_letters(audits))
    rare = _rare(letters.value_counts(), fewest)
    names = letters.mask(letters.isin(rare), OTHERS).fillna(NOT_RECORDED).astype("str")
    rows = rows.assign(auditor=names)[~(names.eq(OTHERS) & (len(rare) == 1))]
    summed = _summed(rows, ["auditor"])
    summed.insert(0, "auditors", who.groupby(names).nunique().reindex(summed.index).clip(lower=1))
    last = {OTHERS: 1, NOT_RECORDED: 2}
    order = sorted(summed.index, key=lambda name: (last.get(name, 0), len(name), name))
    return summed.loc[order].reset_index().pipe(_typed).astype({"auditors": "int64", "auditor": "str"})


def _rare(audits: pd.Series[int], fewest: int) -> list[str]:
    """Return the letters to put together: those with too few audits, and never one of several alone.

    Examples
    --------
    >>> _rare(pd.Series({"A": 9, "B": 7, "C": 3}), 5), _rare(pd.Series({"A": 9, "B": 7}), 5)
    (['C', 'B'], [])
    """
    ordered = audits.sort_index().sort_values(kind="stable")
    number = int((ordered < fewest).sum())
    return [str(letter) for letter in ordered.index[: max(number, 2) if number else 0]]


def auditor_letters(audits: pd.DataFrame) -> dict[str, str]:
    """Return a letter for each auditor's folded reference: A to Z, then AA, AB and so on.

    The auditors are shuffled by a hash of their reference that is keyed with every audit's ID and auditor.

    Parameters
    ----------
    audits
        With `audit_id` and `auditor` (text).

    Returns
    -------
    dict
        From `matching.fold` of a reference to its letter.

    Examples
    --------
    >>> letters = auditor_letters(_example())
    >>> sorted(letters), sorted(letters.values())
    (['audr07', 'audr12'], ['A', 'B'])
    """
    pairs = sorted(zip(audits["audit_id"].astype(str), audits["auditor"].astype(str), strict=True))
    key = hashlib.sha256(repr(pairs).encode()).digest()
    names = {fold(name) for name in audits["auditor"].dropna()}
    shuffled = sorted(names, key=lambda name: hmac.digest(key, name.encode(), "sha256"))
    return dict(zip(shuffled, _letters(len(shuffled)), strict=True))


def _letters(number: int) -> Iterable[str]:
    firsts = ["", *_LETTERS]
    return [first + second for first in firsts for second in _LETTERS][:number]


def _with_steps(audits: pd.DataFrame) -> pd.DataFrame:
    """Return the audits with both grades, each with its steps and whether it was raised, upheld or lowered."""
    both = audits.dropna(subset=["overall_grade", "moderated_grade"])
    steps = both["moderated_grade"].cat.codes.astype("int64") - both["overall_grade"].cat.codes
    return both.assign(steps=steps, audits=1, raised=steps < 0, upheld=steps == 0, lowered=steps > 0)


def _summed(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    sums = rows.groupby(by, observed=True)[[*_COUNTS, "steps"]].sum()
    return sums.assign(mean_steps=sums["steps"] / sums["audits"]).drop(columns="steps")


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(**{name: table[name].fillna(0).astype("int64") for name in _COUNTS})


def _example() -> pd.DataFrame:
    """Return four moderated audits of two auditors, for the examples."""
    grades = pd.CategoricalDtype(["Good", "Fair", "Weak"], ordered=True)
    quarter = pd.period_range("2026Q2", "2026Q2", freq="Q-MAR")
    return pd.DataFrame({
        "audit_id": ["1", "2", "3", "4"],
        "quarter": quarter.repeat(4),
        "level_of_need": pd.Categorical(["EH"] * 4, categories=["EH"], ordered=True),
        "auditor": ["AUD-R12", "AUD-R12", "aud-r12 ", "AUD-R07"],
        "overall_grade": pd.Categorical(["Good", "Fair", "Weak", "Good"], dtype=grades),
        "moderated_grade": pd.Categorical(["Fair", "Weak", "Fair", "Good"], dtype=grades),
    })  # fmt: skip
