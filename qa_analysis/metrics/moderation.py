"""Moderation: how many audits a second reader checked, and what became of the auditor's grade.

A moderated audit is *upheld* (the moderator kept the auditor's grade), *raised* or *lowered* (gave a better or a
worse one); *changed* is raised or lowered. Where the auditor gave no grade and the moderator did, the audit counts as
moderated, in every denominator here, and among the outcomes its first grade is `NOT_GRADED`; but no grade was kept
and none was changed. So `audits_moderated` is the denominator of the other shares, the outcomes add up to it, and
raised and lowered add up to changed.

*Drift* is how far moderators move the auditors' grades. A *step* is one grade of the scale, counted from the auditor's
grade to the moderator's, so that a mean above 0 says that grades were lowered on balance, and one below 0 that they
were raised. Auditors are told apart by letters. The letters come from a shuffle that is keyed with the audits
themselves: the same audits give the same letters, and nobody can work a letter out from a name, a reference, the order
of rows or the number of audits without having the data. They change when audits are added, so the letters of two sets
of data do not belong together. A letter hides the name, not the person: who knows how many audits a colleague did may
know the row.

The moderator sees the auditor's grade, and audits are not picked for moderation at random: kappa here describes how
near the two grades are, and is not reliability in the textbook sense.

The *line* is that between Good or better and less. A checked grade is *kept* here where it stays on its side of the
line, whatever grade it is then, and has *crossed* where it does not.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qa_analysis.contract.levels import ALL
from qa_analysis.metrics.audits import AUDITS
from qa_analysis.metrics.measure import Measure, Population
from qa_analysis.metrics.share import (
    NOT_RECORDED,
    SMALL,
    Floats,
    by_quarter_and_level,
    code_of,
    count_cells,
    levels,
    tally,
    truths,
)
from qa_analysis.text import fold

if TYPE_CHECKING:
    from qa_analysis.store.data import Data

NOT_GRADED = "Not graded"
TOO_FEW = "too few"
ONE_GRADE = "all one grade"
FEWEST_MODERATED = 20
FEWEST_CHANGES = 6
OTHERS = "Others"
FEWEST_AUDITS = 5
SIDES = GOOD_SIDE, BELOW = "good", "below"
CROSSINGS = KEPT, CROSSED, NOT_CHECKED = "kept", "crossed", "not checked"

_COUNTS = ["audits", "raised", "upheld", "lowered"]
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_SEED = 2025
_RESAMPLES = 2000


def quadratic_weighted_kappa(tables: npt.NDArray[Any]) -> Floats:
    """Return Cohen's kappa with quadratic weights of square tables of counts, or NaN where it is not defined.

    kappa = 1 − Σ w·observed / Σ w·expected, where w is the squared distance between two grades (in grades) and
    expected follows from the margins. Where all counts are in one cell of the diagonal both sums are 0.

    Parameters
    ----------
    tables
        Counts, in the last two dimensions: first grades in rows, final grades in columns, in the same order. Any
        dimensions before them are so many tables.

    Returns
    -------
    array of float
        One kappa for each table.

    References
    ----------
    Cohen J (1968). Weighted kappa: nominal scale agreement with provision for scaled disagreement or partial
    credit. Psychological Bulletin 70, 213–220.
    Fleiss JL, Cohen J (1973). The equivalence of weighted kappa and the intraclass correlation coefficient as
    measures of reliability. Educational and Psychological Measurement 33, 613–619.

    Examples
    --------
    >>> print(quadratic_weighted_kappa(np.array([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]])).round(3))
    0.332
    >>> quadratic_weighted_kappa(np.array([[[5, 0], [0, 0]], [[5, 0], [0, 5]]]))
    array([nan,  1.])
    """
    counts = np.asarray(tables, float)
    grades = np.arange(counts.shape[-1])
    distance = (grades[:, None] - grades) ** 2
    expected = counts.sum(-1)[..., :, None] * counts.sum(-2)[..., None, :]
    observed_distance = (distance * counts).sum((-2, -1)) * counts.sum((-2, -1))
    expected_distance = (distance * expected).sum((-2, -1))
    kappa = np.full(expected_distance.shape, np.nan)
    np.divide(observed_distance, expected_distance, out=kappa, where=expected_distance > 0)
    return np.asarray(1 - kappa[()])


def raised(audits: pd.DataFrame, _data: Data | None = None) -> pd.Series[bool]:
    """Tell in which audits the moderator gave a better grade than the auditor."""
    return audits["moderated_grade"] < audits["overall_grade"]  # the best grade is the smallest category


def lowered(audits: pd.DataFrame, _data: Data | None = None) -> pd.Series[bool]:
    """Tell in which audits the moderator gave a worse grade than the auditor."""
    return audits["moderated_grade"] > audits["overall_grade"]


def _grades(audits: pd.DataFrame, quarters: Sequence[pd.Period], of_levels: Sequence[str]) -> Floats:
    """Count audits with both grades: by quarter and level, first grades in rows, moderated grades in columns."""
    scale = list(audits["moderated_grade"].cat.categories)
    by = {"quarter": quarters, "level_of_need": of_levels, "overall_grade": scale, "moderated_grade": scale}
    codes = [code_of(audits[column], values) for column, values in by.items()]
    return count_cells(codes, by, np.ones(len(audits), bool)).astype(float)


def _kappa(moderated: pd.DataFrame, _data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return kappa for the whole service, with the 2.5% and 97.5% points of 2,000 resamples of the audits.

    `note` says “too few” under 20 audits with both grades, and “all one grade” where one of the readers gave one grade
    alone: kappa is then 0 or not defined, however near the two are. Then there are no numbers.

    Efron B, Tibshirani RJ (1993). An Introduction to the Bootstrap, chapter 13 (the percentile interval).
    """
    tables = _grades(moderated, quarters, [ALL])[:, 0]
    numbers, kappas = tables.sum((-2, -1)).astype("int64"), quadratic_weighted_kappa(tables)
    one_grade = np.any([tables.any(axis).sum(-1) < 2 for axis in (-2, -1)], axis=0)
    notes = np.select([numbers < FEWEST_MODERATED, one_grade], [TOO_FEW, ONE_GRADE], "")
    none = np.nan, np.nan
    limits = [none if note else _bootstrap(table) for note, table in zip(notes, tables, strict=True)]
    low, high = np.array(limits, float).reshape(-1, 2).T
    return pd.DataFrame(
        {
            "quarter": list(quarters), "level_of_need": ALL, "value": np.where(notes == "", kappas, np.nan),
            "ci_low": low, "ci_high": high, "note": pd.Series(notes, dtype="str"),
        }
    )  # fmt: skip


def _bootstrap(table: Floats) -> tuple[float, float]:
    """Return the percentile interval of kappa; resamples in which it is not defined are left out."""
    random = np.random.default_rng(_SEED)
    number = int(table.sum())
    resamples = random.multinomial(number, table.ravel() / number, size=_RESAMPLES).reshape(-1, *table.shape)
    low, high = np.nanpercentile(quadratic_weighted_kappa(resamples), [2.5, 97.5])
    return float(low), float(high)


def _direction(moderated: pd.DataFrame, _data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the chance of changed grades being split at least as unevenly if raising and lowering were as likely.

    It is the p of an exact two-sided sign test; `note` says “too few” under 6 changes, where there is none.

    Siegel S, Castellan NJ (1988). Nonparametric Statistics for the Behavioral Sciences, 2nd edition, section 5.1.
    """
    from scipy.stats import binomtest

    of_levels = levels(moderated)
    tables = _grades(moderated, quarters, of_levels)
    ups, downs = (flat.sum((-2, -1)).astype("int64").ravel() for flat in (np.tril(tables, -1), np.triu(tables, 1)))
    enough = ups + downs >= FEWEST_CHANGES
    values = [
        binomtest(up, up + down).pvalue if told else np.nan for up, down, told in zip(ups, downs, enough, strict=True)
    ]
    return pd.DataFrame(
        {
            "quarter": [quarter for quarter in quarters for _ in of_levels], "level_of_need": of_levels * len(quarters),
            "value": np.array(values, float), "note": pd.Series(np.where(enough, "", TOO_FEW), dtype="str"),
        }
    )  # fmt: skip


def _by_side(data: Data, _quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the audits that the auditor graded, by the side of the line that they were on and what became of it."""
    audits = data.audits[data.audits["overall_grade"].notna()]
    first, final = (
        audits[grade].isin(data.settings.good_grades).to_numpy() for grade in ("overall_grade", "moderated_grade")
    )
    became = np.select([~truths(audits["moderated"]), first == final], [NOT_CHECKED, KEPT], CROSSED)
    return audits[["quarter", "level_of_need"]].assign(
        side=pd.Categorical(np.where(first, GOOD_SIDE, BELOW), SIDES), became=pd.Categorical(became, CROSSINGS)
    )


def _crossing(sides: pd.DataFrame, _data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the chance of a split at least as uneven if checks lowered as many grades across the line as they raised.

    It is the p of an exact McNemar test; `note` says “too few” where there is none: fewer than ten were checked on a
    side, or those below the line at less than half the rate of those above it, so that few could have been raised.

    McNemar Q (1947). Note on the sampling error of the difference between correlated proportions or percentages.
    Psychometrika 12, 153–157; exact by the binomial distribution of the grades that crossed.
    """
    from statsmodels.stats.contingency_tables import mcnemar

    by = by_quarter_and_level(sides, quarters)
    cells = tally(sides, {**by, "side": SIDES, "became": CROSSINGS})["count"].to_numpy().reshape(-1, 2, 3)
    (good, below), (checked_good, checked_below) = cells.sum(-1).T, cells[..., :2].sum(-1).T
    enough = np.minimum(checked_good, checked_below) >= SMALL
    enough &= 2 * checked_below * good >= checked_good * below  # in whole numbers
    finals = np.stack([cells[:, 0, :2], cells[:, 1, 1::-1]], axis=1)  # first grades in rows, final ones in columns
    values = [mcnemar(table, exact=True).pvalue if told else np.nan for table, told in zip(finals, enough, strict=True)]
    notes = pd.Series(np.where(enough, "", TOO_FEW), dtype="str")
    return tally(sides, by)[list(by)].assign(value=np.array(values, float), note=notes)


def _first_and_final(data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the audits moderated in these quarters with their two grades."""
    audits = data.audits[truths(data.audits["moderated"]) & data.audits["quarter"].isin(quarters)]
    first = audits["overall_grade"]
    if first.isna().any():
        first = first.cat.add_categories([NOT_GRADED]).fillna(NOT_GRADED)
    return audits[["quarter", "level_of_need"]].assign(first_grade=first, final_grade=audits["moderated_grade"])


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
        From `text.fold` of a reference to its letter.

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


BY_SIDE = Population(
    "audits", "audit", "audits", made=_by_side, whole="audits with a grade from the auditor on that side of the line"
)
MODERATED = Population("audits", "moderated audit", "moderated audits", lambda audits, _: audits["moderated"])
OUTCOMES = Population("audits", "moderated audit", "moderated audits", made=_first_and_final)
GIVEN_GOOD = Population(
    "audits", "moderated audit", "moderated audits",
    lambda audits, data: audits["moderated"] & audits["overall_grade"].isin(data.settings.good_grades),
    whole="moderated audits to which the auditor had given {good}",
)  # fmt: skip

GOOD = Population(
    "audits", "audit", "audits", lambda audits, _: audits["good_or_better"], whole="audits with a final grade {good}"
)

AUDITS_MODERATED = Measure(
    name="audits_moderated", title="Audits moderated, of those completed", counts="moderated audits", of=AUDITS,
    where=lambda audits, _: audits["moderated"], kind="part", public="whole service",
    public_words="Audits checked by a second reader",
)  # fmt: skip
CHANGED = Measure(
    name="moderation_changed", title="Grades changed by moderation, of the moderated audits",
    counts="moderated audits whose grade was raised or lowered", of=MODERATED,
    where=lambda audits, _: raised(audits) | lowered(audits), headline="Grades changed by moderation",
    said=("had its grade changed", "had their grade changed"),
    public="whole service", public_words="Grade changed by the second reader, of the audits that were checked",
)  # fmt: skip
GOOD_OR_BETTER_LOWERED = Measure(
    name="good_or_better_lowered", title="Grades of {good} that moderation did not let stand",
    counts="moderated audits whose grade after moderation is below {good}", of=GIVEN_GOOD,
    where=lambda audits, data: ~audits["moderated_grade"].isin(data.settings.good_grades),
)  # fmt: skip
MEASURES = (
    AUDITS_MODERATED,
    Measure(
        name="moderation_pending", title="Moderations still pending, of the audits completed",
        counts="audits marked as moderated without a grade after moderation", of=AUDITS,
        where=lambda audits, _: audits["moderation_pending"], kind="part",
    ),
    Measure(
        name="moderation_coverage", title="Audits moderated by the auditor's grade, of those with that grade",
        counts="moderated audits, by the auditor's grade", out_of="audits with that grade from the auditor", of=AUDITS,
        where=AUDITS_MODERATED.where, by=("overall_grade",), kind="part",
    ),
    Measure(
        name="good_or_better_not_moderated", title="Audits {good} without a second reader, of all of them",
        counts="audits with a final grade {good} that nobody moderated", kind="part",
        of=GOOD,
        where=lambda audits, _: ~audits["moderated"],
    ),
    GOOD_OR_BETTER_LOWERED,
    Measure(
        name="moderation_upheld", title="Grades upheld by moderation, of the moderated audits",
        counts="moderated audits whose grade was kept", of=MODERATED,
        where=lambda audits, _: audits["moderated_grade"] == audits["overall_grade"],
    ),
    CHANGED,
    Measure(
        name="moderation_raised", title="Grades raised by moderation, of the moderated audits",
        counts="moderated audits given a better grade", of=MODERATED, where=raised,
    ),
    Measure(
        name="moderation_lowered", title="Grades lowered by moderation, of the moderated audits",
        counts="moderated audits given a worse grade", of=MODERATED, where=lowered,
    ),
    Measure(
        name="moderation_outcome",
        title="Grades before and after moderation, of the moderated audits with that first grade",
        counts="moderated audits with a first and a final grade, “Good → Requires improvement”",
        out_of="moderated audits with that first grade", of=OUTCOMES, by=("first_grade", "final_grade"), joined=" → ",
    ),
    Measure(
        name="moderation_both_grades", title="Moderated audits that the auditor graded too, of the moderated audits",
        counts="moderated audits that the auditor graded too: those that kappa is made from", of=MODERATED,
        where=lambda audits, _: audits["overall_grade"].notna(), kind="part",
    ),
    Measure(
        name="moderation_crossing",
        title="Auditors' grades by the line between {good} and less, of those on that side",
        counts="audits to which the auditor gave {good} (“good”) or less (“below”): kept on that side of the line when "
        "they were checked, crossed it, not checked",
        of=BY_SIDE, by=("side", "became"), kind="part",
    ),
    Measure(
        name="moderation_crossing_p", title="Direction of grades that crossed the line: p of an exact McNemar test",
        counts="`value`: p of an exact McNemar test of the grades that crossed the line (below)", of=BY_SIDE,
        table=_crossing, kind="value",
    ),
    Measure(
        name="moderation_kappa", title="Quadratic weighted kappa of the auditor's and the moderator's grades",
        counts="`value`: quadratic weighted kappa", of=MODERATED, table=_kappa, kind="value",
        interval="bootstrap",
    ),
    Measure(
        name="moderation_direction_p", title="Direction of changed grades: p of an exact sign test",
        counts="`value`: p of an exact sign test", of=MODERATED, table=_direction, kind="value",
    ),
)  # fmt: skip
