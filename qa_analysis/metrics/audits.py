"""Audits completed, against the plan where there is one, and the rows of the workbooks that could not be used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qa_analysis.contract.levels import ALL
from qa_analysis.contract.problems import rows_held_back
from qa_analysis.metrics.measure import Measure, Population
from qa_analysis.metrics.share import by_quarter_and_level, in_cells, tally, whole

if TYPE_CHECKING:
    from qa_analysis.store.data import Data

AUDITS = Population("audits", "audit completed", "audits completed")
LEFT_OUT = Population("audits_left_out", "audit that does not count", "audits that do not count")
HELD_BACK_ROWS = Population("issues", "row", "rows", lambda issues, _: rows_held_back(issues))


def _against_the_plan(audits: pd.DataFrame, data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the audits completed, of those planned where there is a plan.

    `All` has a plan where every level of need with audits in the quarter has one: 66 audits are not 66 of the 8
    planned for Early Help.
    """
    counts = tally(audits, by_quarter_and_level(audits, quarters))
    keys = ["quarter", "level_of_need"]
    plan = data.audit_plan[[*keys, "planned"]].astype({"level_of_need": "str", "planned": "Float64"})
    done = counts[(counts["level_of_need"] != ALL) & (counts["count"] > 0)]
    unplanned = done.merge(plan, on=keys, how="left").loc[lambda each: each["planned"].isna(), "quarter"]
    service = plan[~plan["quarter"].isin(unplanned)].assign(level_of_need=ALL)
    planned = pd.concat([service, plan]).groupby(keys, as_index=False)["planned"].sum()
    return counts.assign(denominator=whole(counts.merge(planned, on=keys, how="left")["planned"]))


def _held_back(rows: pd.DataFrame, _data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return how many rows are held back: all, those of each quarter by their own date, and those without one."""
    own = rows["quarter"]
    numbers = [[len(own), (own == quarter).sum(), own.isna().sum()] for quarter in quarters]
    by = {"quarter": quarters, "category": ["all", "of the quarter", "of no quarter"]}
    return in_cells(by, {"count": np.array(numbers, np.int64)})


MEASURES = (
    Measure(
        name="audits_completed", title="Audits completed, of those planned", counts="audits; also by month",
        out_of="audits planned, where the audit plan says so for every level that was audited",
        of=AUDITS, table=_against_the_plan, kind="part", monthly="too", headline="Audits completed",
        public="whole service", public_words="Audits completed",
    ),
    Measure(
        name="audits_not_graded", title="Audits without a grade, of those completed",
        counts="audits completed without a grade", of=AUDITS, where=lambda audits, _: ~audits["graded"], kind="part",
    ),
    Measure(
        name="audits_left_out", title="Audits that do not count in the programme, by their type or status",
        counts="audits that do not count by their type or status, each once, by its type first", of=LEFT_OUT,
        by=("left_out",), kind="count", cells="ever with rows",
    ),
    Measure(
        name="rows_held_back", title="Rows of the workbooks that could not be used",
        counts="rows of the workbooks that could not be used: all of them, those of the quarter by their own date, and "
        "those without a date that can be read",
        of=HELD_BACK_ROWS, table=_held_back, by=("category",), kind="count",
    ),
)  # fmt: skip
