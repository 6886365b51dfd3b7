"""Matrices: numbers in a grid, the darker the more; blue, and orange for what is told apart from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import eq, gt, lt
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from qa_analysis.charts import colours, drawing, rows
from qa_analysis.charts.colours import BLUE, GREY, ORANGE
from qa_analysis.charts.drawing import LINE, widest, wrapped, write
from qa_analysis.charts.style import SIZE, WIDTH, Chart, house_style, new_chart, worded
from qa_analysis.contract.levels import ALL
from qa_analysis.contract.quarters import quarter_name
from qa_analysis.text import listed, plural

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings

LABEL, CELL = 88, 62  # points: no row label and no cell is wider
SPACE = 6  # points between the heads and the cells, and between two bands
DARKEST_FROM = 4  # a number lower than this is never as dark as a number can be

Numbers = npt.NDArray[Any]
Rule = Callable[[int, int], bool]  # about the places of two grades on the scale, best first


@house_style()
def moderation_chart(outcomes: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return a grid of the grades that auditors gave, in rows, and the grades after moderation.

    `outcomes` is the measure `moderation_outcome`; of several quarters the newest is shown.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> pairs = pd.DataFrame({"first_grade": "Good", "final_grade": ["Good", "Inadequate"], "count": [6, 2]})
    >>> moderation_chart(pairs, load_settings(Path())).title
    '2 of 8 graded Good were lowered'
    """
    table = rows.one_level(rows.newest(outcomes))
    counts = _pairs(table, settings)
    moderated = int(counts.to_numpy().sum())
    if not moderated:
        return None
    where = rows.scope_and_period(table, settings)
    what = f"by the auditor’s grade and the grade after moderation, {where}"
    return worded(
        _before_and_after(counts, eq, ("Kept", "Changed"), "Auditor’s grade", "After moderation"),
        _changed(counts),
        f"Moderated audits, {where}",
        f"Grid of {plural(moderated, 'moderated audit')} {what}. {_pairs_told(counts)}",
    )


@house_style()
def reaudits_chart(reaudits: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return a grid of the grades of earlier audits, in rows, and the grades at the re-audit.

    `reaudits` is the measure `reaudit_outcome`; `quarter` and `level_of_need` may be left out.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> pairs = pd.DataFrame({"first_grade": "Inadequate", "final_grade": ["Good", "Inadequate"], "count": [5, 1]})
    >>> reaudits_chart(pairs, load_settings(Path())).title
    '5 of 6 re-audited records improved'
    """
    table = rows.one_level(rows.newest(reaudits))
    counts = _pairs(table, settings)
    again = int(counts.to_numpy().sum())
    if not again:
        return None
    what = f"by the grade of the earlier audit and of the re-audit, {rows.scope_and_period(table, settings)}"
    return worded(
        _before_and_after(counts, gt, ("Improved", "Same or worse"), "Earlier grade", "At the re-audit"),
        f"{_number(counts, gt)} of {plural(again, 're-audited record')} improved",
        f"Re-audited records {what}",
        f"Grid of {plural(again, 're-audited record')} {what}. {_pairs_told(counts)}",
    )


@house_style()
def inadequate_by_month_chart(inadequate: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return a grid of months and levels of need with the number of audits graded Inadequate in each cell.

    `inadequate` is the measure `inadequate` by month. A nought is shown as 0, a month without graded audits as a dash.
    A sum of all levels is as dark as it is large among the sums: beside its parts it would always be the darkest.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> months = pd.PeriodIndex(["2025-08", "2025-09"], freq="M")
    >>> cells = pd.DataFrame({"month": months, "level_of_need": "EH", "count": [2, 0], "denominator": [9, 8]})
    >>> inadequate_by_month_chart(cells, load_settings(Path())).title
    '2 of 17 audits were Inadequate'
    """
    if not rows.has_counts(inadequate):
        return None
    cells = inadequate.set_index(["level_of_need", "month"])[["count", "denominator"]].fillna(0).astype(int)
    counts, audits = (cells[column].unstack(fill_value=0) for column in cells)
    order = [*rows.levels_of(inadequate), *[ALL] * (ALL in counts.index)]
    depths = counts.div(
        counts.groupby(counts.index == ALL).transform("max").max(axis="columns").clip(lower=1), axis="index"
    )
    counts, audits = counts.loc[order].rename(settings.level_name), audits.loc[order].rename(settings.level_name)
    texts = counts.astype(str) + " of " + audits.astype(str)
    months = sorted(set(inadequate["month"]))
    each = " ".join(
        f"{name}: {listed(f'{text} in {month:%B}' for month, text in row.items())}."
        for name, row in texts.where(audits > 0, "no graded audits").iterrows()
    )
    words, period = settings.failing_words, rows.span(f"{month:%B %Y}" for month in months)
    heads = [f"{month:%b}\n{month:%Y}" for month in months]
    return worded(
        grid(
            texts.where(audits > 0, "–").set_axis(heads, axis=1),
            -depths.loc[order].to_numpy(),
            bold=settings.level_name(ALL),
        ),
        _failing_told(inadequate, words),
        f"Deep-dive audits graded {words}, of those graded, by month and level of need, {period}",
        f"Grid of audits graded {words} by month and level of need, {period}. {each}",
    )


@house_style()
def counts_chart(counts: pd.DataFrame, settings: Settings, *, what: str = "findings", limit: int = 12) -> Chart | None:
    """Return a grid of themes and quarters with the number of findings, or of `what` else, in each cell.

    `counts` are as `metrics.themes.theme_counts` returns them: the first column is what is counted by, then `quarter`
    and `count`. At most the first `limit` of them are shown.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> quarters = pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")
    >>> counts = pd.DataFrame({"theme": "Visits", "quarter": quarters, "count": [2, 1]})
    >>> counts_chart(counts, load_settings(Path())).title
    'Most often: Visits, 3 findings in 2 of 2 quarters'
    """
    by, quarters = str(counts.columns[0]), rows.quarters_of(counts)
    everything = counts.groupby([by, "quarter"], sort=False)["count"].sum().unstack(fill_value=0)
    if not everything.to_numpy().sum():
        return None
    everything = everything.astype(int).rename(settings.level_name)
    table = everything.iloc[:limit][quarters[-6:]]
    cut = f", the {len(table)} most frequent of {len(everything)}" if len(everything) > len(table) else ""
    each = " ".join(f"{name}: {listed(map(str, row))}." for name, row in table.iterrows())
    of_all, names = f"{what} by {by.replace('_', ' ')}", [quarter_name(quarter) for quarter in quarters[-6:]]
    heads = [f"{name[-2:]}\n{name[:-3].removeprefix('20')}" for name in names]
    return worded(
        grid(table.astype(str).set_axis(heads, axis=1), table.to_numpy()),
        _most_often(everything, what),
        f"Number of {of_all} and quarter{cut}, {rows.quarters_span(counts)}",
        f"Grid of the number of {of_all}{cut}, for {listed(names)}. {each}",
    )


def grid(
    texts: pd.DataFrame,
    numbers: Numbers,
    *,
    key: Mapping[str, drawing.Look] | None = None,
    corner: str = "",
    over: str = "",
    bold: str = "",
) -> Chart:
    """Return a grid of texts on colours; columns that do not fit beside one another go on beneath, as many on each.

    The index of `texts` has the labels, its columns are the heads, which may have two lines. `numbers` make the cells
    dark: blue above 0, orange below, as `key` tells. `corner` stands over the labels, `over` over all columns; one
    label is `bold`.
    """
    labels = [wrapped(label, LABEL, label == bold) for label in texts.index]
    heads = [str(head).split("\n") for head in texts]
    left = max(widest([corner]), *(widest(lines, bold=True) for lines in labels)) + 8
    needed = max(widest([*texts.to_numpy().ravel()]) + 8, *(widest(lines) + 2 for lines in heads))
    bands = -(-len(heads) // max(1, int((WIDTH - left) // needed)))
    across = -(-len(heads) // bands)
    width, height = min((WIDTH - left) / across, max(CELL, needed)), max(map(len, labels)) * LINE + 10
    head, tall = (max(map(len, heads)) + bool(over)) * LINE + SPACE, height * len(labels) + SPACE
    top = drawing.key_height(key or {})
    chart = new_chart(top + bands * (head + tall))
    chart.printed = [
        [corner, *(" ".join(lines) for lines in heads)],
        *([str(label), *cells] for label, cells in zip(texts.index, texts.to_numpy().tolist(), strict=True)),
    ]
    drawing.draw_key(chart, key or {})
    for band in range(bands):
        under, part = top + head + band * (head + tall), slice(band * across, (band + 1) * across)
        write(chart, left, under - head + LINE / 2, over, color=GREY)
        write(chart, 0, under - SPACE - LINE / 2, corner, color=GREY)
        for place, lines in enumerate(heads[part]):
            middle = under - SPACE - len(lines) * LINE / 2
            write(chart, left + (place + 0.5) * width, middle, lines, ha="center", color=GREY)
        for row, lines in enumerate(labels):
            write(chart, 0, under + (row + 0.5) * height, lines, bold=texts.index[row] == bold)
        ax = drawing.axes_at(chart, left, under, width * len(heads[part]), height * len(labels))
        _draw_cells(ax, texts.iloc[:, part].to_numpy(), _depths(numbers)[:, part])
    return chart


def _depths(numbers: Numbers) -> Numbers:
    """Return how dark each number is, from −1 to 1: the largest most, and any but 0 so that it is seen."""
    depths: Numbers = 0.15 + 0.85 * np.abs(numbers) / max(DARKEST_FROM, np.abs(numbers).max())
    return depths * np.sign(numbers)


def _draw_cells(ax: Axes, texts: npt.NDArray[Any], depths: Numbers) -> None:
    sns.heatmap(
        depths, annot=texts, fmt="", vmin=-1, vmax=1, cmap=colours.WORSE_TO_BETTER, cbar=False, linewidths=2,
        linecolor="white", xticklabels=False, yticklabels=False, ax=ax,
        annot_kws={"fontsize": SIZE, "va": "center_baseline"},
    )  # fmt: skip
    for text, colour, depth in zip(ax.texts, ax.collections[0].get_facecolor(), depths.ravel(), strict=True):
        text.set_color(colours.text_colour(colour) if depth else GREY)


def _pairs(outcomes: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return how many records have each pair of grades: a row for each first grade that there is, best first."""
    found = {(row["first_grade"], row["final_grade"]): rows.whole(row["count"]) for row in outcomes.to_dict("records")}
    scale, firsts = settings.grade_names, rows.in_grade_order((first for first, _ in found), settings)
    counts = pd.DataFrame([[found.get((first, final), 0) for final in scale] for first in firsts], firsts, scale)
    return counts[counts.any(axis=1)]


def _held(counts: pd.DataFrame, how: Rule) -> npt.NDArray[np.bool_]:
    """Return for which pairs a rule holds; it holds for none whose first grade is not on the scale."""
    scale = list(counts)
    return np.array(
        [[grade in scale and how(scale.index(grade), final) for final in range(len(scale))] for grade in counts.index]
    )


def _number(counts: pd.DataFrame, how: Rule) -> int:
    return int(counts.to_numpy()[_held(counts, how)].sum())


def _before_and_after(counts: pd.DataFrame, how: Rule, key: tuple[str, str], corner: str, over: str) -> Chart:
    """Return the grid of pairs of grades, blue where a rule holds, with the sum of each row."""
    signs = np.where(_held(counts, how), 1, -1) * counts.index.isin(counts.columns)[:, None]
    texts = counts.set_axis(drawing.short_names(list(counts)), axis=1).assign(All=counts.sum(axis=1)).astype(str)
    looks = {key[0]: drawing.square(BLUE), key[1]: drawing.square(ORANGE)}
    return grid(texts, np.pad(signs * counts, ((0, 0), (0, 1))), key=looks, corner=corner, over=over)


def _pairs_told(counts: pd.DataFrame) -> str:
    """Return for each first grade how many there were and what they became."""
    sentences = []
    for first, row in zip(counts.index, counts.to_numpy(), strict=True):
        finals = [rows.graded_words(count, str(final)) for final, count in zip(counts, row, strict=True) if count]
        graded = f"graded {first}" if first in counts else first.lower()
        sentences.append(f"Of {row.sum()} first {graded}, {listed(finals)} afterwards.")
    return " ".join(sentences)


def _changed(counts: pd.DataFrame) -> str:
    """Return which first grade was changed most often, how often and which way; of equal ones the best."""
    raised, lowered = ((counts.to_numpy() * _held(counts, rule)).sum(axis=1) for rule in (gt, lt))
    changed = raised + lowered
    if not changed.any():
        return "No grade was changed"
    row = int(changed.argmax())
    way = "raised" if not lowered[row] else "lowered" if not raised[row] else "changed"
    number, of = int(changed[row]), int(counts.to_numpy()[row].sum())
    return f"{number} of {of} graded {counts.index[row]} {rows.were(number, way, of=of)}"


def _failing_told(inadequate: pd.DataFrame, words: str) -> str:
    """Return how many of all months' audits had a failing grade."""
    whole_service = inadequate[inadequate["level_of_need"] == ALL]
    count, of = (inadequate if whole_service.empty else whole_service)[["count", "denominator"]].sum().astype(int)
    return f"{count} of {plural(of, 'audit')} {rows.were_graded(count, words, of=of)}"


def _most_often(counts: pd.DataFrame, what: str) -> str:
    """Return what was counted most often; those that share the first place are named together."""
    totals = counts.sum(axis=1)
    first, number = counts[totals == totals.max()], totals.max()
    said = f"{number} {what if number != 1 else what.removesuffix('s')}"
    if len(first) > 3:
        return f"{len(first)} come first, with {said} each"
    if len(first) > 1:
        return f"Most often: {listed(first.index)}, {said} each"
    quarters = f"{(first > 0).to_numpy().sum()} of {plural(counts.shape[1], 'quarter')}"
    return f"Most often: {first.index[0]}, {said} in {quarters}"
