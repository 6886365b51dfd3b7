"""The claims of the reference quarter that data can check: the figures of the example bear each of them out."""

from __future__ import annotations

import pandas as pd
import pytest

from qa_analysis.contract.quarters import parse_quarter
from qa_analysis.store.data import Data
from qa_analysis.store.figures import figure_table

QUARTER = parse_quarter("2025-26 Q2")


@pytest.fixture(scope="module")
def table(example_data: Data) -> pd.DataFrame:
    return figure_table(example_data, QUARTER)


def counted(
    table: pd.DataFrame, measure: str, level: str = "All", quarter: pd.Period = QUARTER, **where: object
) -> list:
    """Return the counts and denominators of a measure, of a category or month where one is given."""
    month = where.get("month")
    rows = table[(table["measure"] == measure) & (table["level_of_need"] == level) & (table["quarter"] == quarter)]
    rows = rows[rows["month"].isna() if month is None else rows["month"] == pd.Period(str(month))]
    rows = rows[rows["category"] == where["category"]] if "category" in where else rows
    return rows[["count", "denominator"]].astype(int).to_numpy().tolist()


def test_every_sub_grade_of_early_help_is_moving_up(table: pd.DataFrame) -> None:
    now, before = (counted(table, "sub_grade_good_or_better", "EH", each) for each in (QUARTER, QUARTER - 1))
    graded = [(here, then) for here, then in zip(now, before, strict=True) if here[1]]
    assert len(graded) == 7
    assert all(here[0] * then[1] > then[0] * here[1] for here, then in graded)


def test_the_counts_that_the_findings_name(table: pd.DataFrame) -> None:
    assert counted(table, "green_shoots") == [[22, 32]]
    assert counted(table, "green_shoots", quarter=QUARTER - 1) == [[14, 28]]
    assert counted(table, "inadequate", month="2025-09") == [[0, 21]]
    assert counted(table, "reaudits_improved") == [[5, 6]]
    assert [counted(table, "inadequate", "H&P", each)[0][0] for each in (QUARTER, QUARTER - 1)] == [5, 7]
    assert [counted(table, "inadequate", "CIC", each)[0][0] for each in (QUARTER, QUARTER - 1)] == [3, 4]
    assert [counted(table, "inadequate", "CL", month=each)[0][0] for each in ("2025-08", "2025-09")] == [0, 0]
    assert counted(table, "grade", "EH", category="Outstanding") == [[1, 8]]
