"""Small tables in the shapes that metrics give."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from qa_analysis.contract.settings import Settings, load_settings

Q2 = pd.Period("2026Q2", freq="Q-MAR")


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load_settings(Path("a folder without settings"))


@pytest.fixture(scope="session")
def hostile(settings: Settings) -> Settings:
    """Ten grades, eight levels of need, and names that are long and look like markup or formulas."""
    values: dict[str, Any] = settings.model_dump()
    values["grades"] = [
        {"name": str(n), "good": n >= 7, "failing": n <= 3, "shoots": n in (4, 5, 6)} for n in range(10, 0, -1)
    ]
    values["levels_of_need"] = [
        {"code": f"L{n}", "name": f"Service {n}, a name of more than forty characters <script>$x^2$</script>"}
        for n in range(8)
    ]
    return Settings.model_validate(values)


@pytest.fixture
def grades() -> Callable[..., pd.DataFrame]:
    """Make a table of grades from the counts of each grade, by quarter and level of need."""

    def make(counts: Mapping[tuple[pd.Period, str], Sequence[int]], scale: Sequence[str]) -> pd.DataFrame:
        rows = [
            {
                "quarter": quarter, "level_of_need": level, "category": grade, "count": count, "denominator": sum(row),
                "percent": 100 * count / sum(row) if sum(row) else float("nan"),
            }
            for (quarter, level), row in counts.items()
            for grade, count in zip(scale, row, strict=True)
        ]  # fmt: skip
        return pd.DataFrame(rows)

    return make


@pytest.fixture
def shares() -> Callable[..., pd.DataFrame]:
    """Make a table of shares by quarter, the last of them 2025-26 Q2; limits are ten points either side."""

    def make(*pairs: tuple[int, int]) -> pd.DataFrame:
        table = pd.DataFrame(pairs, columns=["count", "denominator"]).astype("Int64")
        table["quarter"] = pd.period_range(end=Q2, periods=len(pairs), freq="Q-MAR")
        table["percent"] = [100 * count / of if of else float("nan") for count, of in pairs]
        limits = {"ci_low": (table["percent"] - 10).clip(lower=0), "ci_high": (table["percent"] + 10).clip(upper=100)}
        return table.assign(level_of_need="All", note=pd.Series(dtype="str"), **limits)

    return make


@pytest.fixture
def by_month() -> Callable[..., pd.DataFrame]:
    """Make a table by month, from April 2025, and level of need, with a row for the whole service."""

    def make(counts: Mapping[str, Sequence[tuple[int, int]]]) -> pd.DataFrame:
        rows = [
            {"month": pd.Period("2025-04", "M") + place, "level_of_need": level, "count": count, "denominator": of}
            for level, pairs in counts.items()
            for place, (count, of) in enumerate(pairs)
        ]
        table = pd.DataFrame(rows)
        service = table.groupby("month", as_index=False)[["count", "denominator"]].sum().assign(level_of_need="All")
        table = pd.concat([service, table], ignore_index=True)
        return table.assign(percent=100 * table["count"] / table["denominator"])

    return make


@pytest.fixture
def pairs() -> Callable[..., pd.DataFrame]:
    """Make a table of first and final grades from a matrix with a row for each first grade."""

    def make(matrix: Mapping[str, Sequence[int]], scale: Sequence[str]) -> pd.DataFrame:
        rows = [
            {"quarter": Q2, "level_of_need": "All", "first_grade": first, "final_grade": final, "count": count}
            for first, row in matrix.items()
            for final, count in zip(scale, row, strict=True)
        ]
        return pd.DataFrame(rows)

    return make


@pytest.fixture
def points() -> Callable[..., pd.DataFrame]:
    """Make a table for the control chart, months ending in September 2025, without mean and limits."""

    def make(*pairs: tuple[int, int]) -> pd.DataFrame:
        table = pd.DataFrame(pairs, columns=["count", "denominator"])
        table["month"] = pd.period_range(end="2025-09", periods=len(pairs), freq="M")
        table["percent"] = [100 * count / of if of else float("nan") for count, of in pairs]
        nothing = {name: float("nan") for name in ("mean", "limit_low", "limit_high")}
        return table.assign(**nothing, signal=pd.Series(dtype="str"))

    return make
