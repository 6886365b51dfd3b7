"""The services, one for each level of need: their part of the audits, one beside the others, and their teams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qa_analysis.contract.levels import ALL
from qa_analysis.metrics.audits import AUDITS
from qa_analysis.metrics.change import OF_ONE_SERVICE, few
from qa_analysis.metrics.grades import GOOD_OR_BETTER, GRADED, INADEQUATE
from qa_analysis.metrics.measure import Measure
from qa_analysis.metrics.moderation import TOO_FEW
from qa_analysis.metrics.share import (
    COUNTS,
    NOT_RECORDED,
    by_quarter_and_level,
    difference,
    floats,
    levels,
    share,
    tally,
    truths,
    with_share,
    with_the_one_before,
)

if TYPE_CHECKING:
    from qa_analysis.store.data import Data


def _mix(graded: pd.DataFrame, _data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    counts = tally(graded, by_quarter_and_level(graded, quarters))
    whole = counts[counts["level_of_need"] == ALL].set_index("quarter")["count"]
    return counts[counts["level_of_need"] != ALL].assign(denominator=lambda each: each["quarter"].map(whole))


def _at_earlier_mix(graded: pd.DataFrame, _data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the share Good or better of each quarter as it would be at the mix of the quarter before.

    It is directly standardised: Σ (N_l / N) · (x_l / n_l) over the levels of need l, where x_l of n_l graded audits of
    this quarter are Good or better, and N_l of N graded audits of the quarter before were of that level. It answers
    what the share would be if the levels had kept their part of the audits. There is none where a level that was
    audited the quarter before has no graded audit in this one, or there was no quarter before.

    Fleiss JL, Levin B, Paik MC (2003). Statistical Methods for Rates and Proportions, 3rd edition, chapter 19.
    """
    every = with_the_one_before(quarters)
    cells = share(graded, {"quarter": every, "level_of_need": levels(graded)[1:]}, graded["good_or_better"], False)
    good, number = (cells[name].to_numpy().reshape(len(every), -1) for name in ("percent", "denominator"))
    shares = []
    for quarter in quarters:
        weights = number[every.index(quarter - 1)]
        some = weights > 0
        shares.append(np.average(good[every.index(quarter)][some], weights=weights[some]) if some.any() else np.nan)
    return pd.DataFrame({"quarter": list(quarters), "percent": np.array(shares, float)})


def _and_the_others(data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return for each level of need the shares of its graded audits, and those of all that are not of that level."""
    graded = data.audits[truths(data.audits["graded"])]
    tables = []
    for flag in (GOOD_OR_BETTER.name, INADEQUATE.name):
        shares = share(graded, by_quarter_and_level(graded, quarters), where=graded[flag], interval=False)
        whole = shares[shares["level_of_need"] == ALL].set_index("quarter")
        own = shares[shares["level_of_need"] != ALL]
        others = with_share(pd.DataFrame({name: own["quarter"].map(whole[name]) - own[name] for name in COUNTS}), False)
        tables.append(own.join(others[[*COUNTS, "percent"]].add_prefix("other_")).assign(category=flag))
    return pd.concat(tables, ignore_index=True)


def _of_the_others(shares: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    others = shares[shares["category"] == measure.name]
    return others[["quarter", "level_of_need"]].assign(**{name: others[f"other_{name}"] for name in COUNTS})


def _beside_the_others(shares: pd.DataFrame, _data: Data, _quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the two shares of each level of need less those of all the others; NaN where either has no audits."""
    numbers = [*COUNTS, *(f"other_{name}" for name in COUNTS)]
    low, high = difference(*(floats(shares[name]) for name in numbers), alpha=OF_ONE_SERVICE)
    too_few = few(shares, ["denominator", "other_denominator"])
    return shares[["quarter", "level_of_need", "category"]].assign(
        value=shares["percent"] - shares["other_percent"], ci_low=np.where(too_few, np.nan, low),
        ci_high=np.where(too_few, np.nan, high), note=np.where(too_few, TOO_FEW, ""),
    )  # fmt: skip


def alphabetical(team: str) -> tuple[bool, str]:
    """Return what teams are sorted by: their names, the one that was not recorded last."""
    return team == NOT_RECORDED, team.casefold()


def _by_team(data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Count the audits of each team that has any, all of them and by their final grade; one without a name is last."""
    audits = data.audits[data.audits["quarter"].isin(quarters)]
    rows = audits.assign(team=audits["team"].astype("str").fillna(NOT_RECORDED))
    teams = {"team": sorted(rows["team"].unique(), key=alphabetical)}
    every = {"quarter": quarters, "level_of_need": levels(rows)[1:], **teams}
    grades = tally(rows, {**every, "final_grade": list(audits["final_grade"].cat.categories)})
    audited = tally(rows, every).rename(columns={"count": "audits"})
    return audited[audited["audits"] > 0].merge(grades, how="left")


def _team_audits(found: pd.DataFrame, _data: Data, _quarters: Sequence[pd.Period]) -> pd.DataFrame:
    teams = found.drop_duplicates(["quarter", "level_of_need", "team"], ignore_index=True)
    return teams[["quarter", "level_of_need", "team"]].assign(count=teams["audits"])


def _team_grades(found: pd.DataFrame, _data: Data, _quarters: Sequence[pd.Period]) -> pd.DataFrame:
    return found.drop(columns="audits")


BESIDE = replace(GRADED, rows=None, made=_and_the_others)
OF_TEAMS = replace(AUDITS, made=_by_team)
MEASURES = (
    Measure(
        name="mix_of_services", title="Graded audits of each level of need, of those of the whole service",
        counts="graded audits of a level of need", out_of="graded audits of the whole service", of=GRADED, table=_mix,
        kind="part",
    ),
    Measure(
        name="good_or_better_at_earlier_mix", title="Share {good} at the mix of the quarter before",
        counts="`percent`: the share {good} at the mix of the quarter before (below)", of=GRADED,
        table=_at_earlier_mix, kind="value",
    ),
    Measure(
        name="good_or_better_other_services", title="Audits graded {good} of all services but this one",
        counts="graded audits of all other levels of need that are {good}", out_of="graded audits of all other levels",
        of=BESIDE, table=lambda shares, _data, _quarters: _of_the_others(shares, GOOD_OR_BETTER),
    ),
    Measure(
        name="inadequate_other_services", title="Audits graded {failing} of all services but this one",
        counts="graded audits of all other levels of need that are {failing}",
        out_of="graded audits of all other levels", of=BESIDE,
        table=lambda shares, _data, _quarters: _of_the_others(shares, INADEQUATE),
    ),
    Measure(
        name="grades_beside_other_services",
        title="Grades of a service beside those of all the others, in percentage points",
        counts="`value`: percentage points between a level of need and all the others, of {good} and {failing}, with "
        "the interval that a verdict is made by",
        of=BESIDE, table=_beside_the_others, by=("category",), kind="value", interval="Newcombe; 99%",
    ),
    Measure(
        name="team_audits", title="Audits completed by team", counts="audits of a team: a team has too few for shares",
        of=OF_TEAMS, table=_team_audits, by=("team",), kind="count",
    ),
    Measure(
        name="team_grade", title="Final grades by team", counts="audits of a team with each final grade, “team: grade”",
        of=OF_TEAMS, table=_team_grades, by=("team", "final_grade"), kind="count",
    ),
)  # fmt: skip
