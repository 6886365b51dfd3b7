"""What an analyst's own script costs: the example's workbooks read, twelve Seaborn charts drawn, one HTML file written.

    uv run python benchmarks/plain_script.py FOLDER_OF_WORKBOOKS page.html

It owes the package nothing, and is what `speed.py` measures a report beside. It checks nothing that it reads.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")

import pandas as pd
import seaborn as sns
from matplotlib import pyplot as plt
from statsmodels.stats.proportion import proportion_confint

GRADES = ["Outstanding", "Good", "Requires improvement", "Inadequate"]


def audits_in(folder: Path) -> pd.DataFrame:
    """Return the rows of every sheet Audits below its headings, with the grade that counts."""
    tables = []
    for path in sorted(folder.glob("*.xlsx")):
        cells = pd.read_excel(path, sheet_name="Audits", header=None, engine="calamine")
        is_head = cells.apply(
            lambda row: row.astype(str).str.strip().str.lower().eq("audit date").any(), axis="columns"
        )
        head = int(is_head.idxmax())
        tables.append(cells.loc[head + 1 :].set_axis(cells.loc[head].astype(str).str.strip(), axis="columns"))
    audits = pd.concat(tables, ignore_index=True).dropna(how="all")
    audits = audits[audits["Overall grade"].isin(GRADES)]
    dates = pd.to_datetime(audits["Audit date"], errors="coerce", dayfirst=True)
    moderated = audits["Grade after moderation"]
    final = moderated.where(moderated.isin(GRADES), audits["Overall grade"])
    return audits.assign(
        final=pd.Categorical(final, GRADES, ordered=True),
        good=final.isin(GRADES[:2]),
        inadequate=final == GRADES[-1],
        moderated=moderated.isin(GRADES),
        changed=moderated.isin(GRADES) & (moderated != audits["Overall grade"]),
        quarter=dates.dt.to_period("Q-MAR").astype(str),
        month=dates.dt.to_period("M").astype(str),
    )


def tables_of(audits: pd.DataFrame, areas: pd.DataFrame) -> Iterator[str]:
    """Return tables of counts as HTML, the first with intervals."""
    good = audits.groupby("quarter")["good"].agg(["sum", "size"])
    good["low"], good["high"] = proportion_confint(good["sum"], good["size"], method="wilson")
    yield good.to_html()
    yield areas.groupby(["area", "quarter"])["good"].agg(["sum", "size"]).to_html()
    checked = audits[audits["moderated"]]
    yield pd.crosstab(checked["Overall grade"], checked["final"]).to_html()


def charts_of(audits: pd.DataFrame, areas: pd.DataFrame) -> Iterator[str]:
    """Return twelve charts as SVG."""
    checked = audits[audits["moderated"]]
    by_month = audits.groupby("month")["good"].mean().reset_index()
    cells = audits.pivot_table(index="Level of need", columns="month", values="inadequate", aggfunc="sum")
    shares = {"errorbar": None, "x": "quarter"}
    yield drawn(lambda ax: sns.histplot(audits, y="quarter", hue="final", multiple="fill", ax=ax))
    yield drawn(lambda ax: sns.histplot(audits, y="Level of need", hue="final", multiple="fill", ax=ax))
    yield drawn(lambda ax: sns.histplot(areas, y="area", hue="grade", multiple="fill", ax=ax))
    yield drawn(lambda ax: sns.pointplot(audits, y="good", ax=ax, **shares))
    yield drawn(lambda ax: sns.pointplot(audits, y="inadequate", ax=ax, **shares))
    yield drawn(lambda ax: sns.pointplot(checked, y="changed", ax=ax, **shares))
    yield drawn(lambda ax: sns.barplot(checked, y="changed", hue="Level of need", ax=ax, **shares))
    yield drawn(lambda ax: sns.barplot(areas, x="good", y="area", errorbar=None, ax=ax))
    yield drawn(lambda ax: sns.lineplot(by_month, x="month", y="good", ax=ax))
    yield drawn(lambda ax: sns.countplot(audits, x="month", hue="Level of need", ax=ax))
    yield drawn(lambda ax: sns.heatmap(cells, annot=True, ax=ax))
    yield drawn(lambda ax: sns.heatmap(pd.crosstab(checked["Overall grade"], checked["final"]), annot=True, ax=ax))


def drawn(draw: Callable[[plt.Axes], object]) -> str:
    """Return what is drawn on axes of their own as SVG."""
    figure, ax = plt.subplots(figsize=(6, 3.4))
    draw(ax)
    text = io.StringIO()
    figure.savefig(text, format="svg")
    plt.close(figure)
    return text.getvalue()


def main(folder: str, page: str) -> None:
    """Write the page."""
    sns.set_theme(style="whitegrid")
    audits = audits_in(Path(folder))
    prefix = "Sub-grade: "
    names = [name for name in audits.columns if name.startswith(prefix)]
    areas = audits.melt(["quarter", "Level of need"], names, "area", "grade")
    areas = areas[areas["grade"].isin(GRADES)]
    areas = areas.assign(good=areas["grade"].isin(GRADES[:2]))
    parts = [*tables_of(audits, areas), *charts_of(audits, areas)]
    Path(page).write_text("<!doctype html>" + "".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
