"""The first screen: the tiles of `sentences.glance` with their pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from qa_analysis.page.blocks import Block, bullets
from qa_analysis.page.templating import anchor_of, render
from qa_analysis.sentences import audits, signed_off, verdicts
from qa_analysis.sentences import glance as said

if TYPE_CHECKING:
    from qa_analysis.page.report import Report

SQUARES = 64  # of more, a bar takes the place of unit squares
BOARD = (said.grades, said.first_service, said.trust, said.families, said.actions, said.questions)
SERVICE = (said.grades, said.waiting, said.trust, said.families)


class Shown(NamedTuple):
    """A tile, where its link leads, and the drawings of its shares by measure."""

    tile: said.Tile
    anchor: str
    drawings: dict[str, Markup]


def glance(report: Report) -> Block:
    """Return the bottom line, a tile a question, and a line of what is in no figure or in doubt."""
    tiles = [make(report) for make in (BOARD if report.whole_service else SERVICE)]
    shown = [Shown(tile, anchor_of(tile.more[1]), _drawings(report, tile)) for tile in tiles]
    said_of = (signed_off.headlines_changed, audits.held_back, audits.in_doubt, audits.odd)
    doubts = filter(None, [of(report) for of in said_of])
    bottom = verdicts.bottom_line(report.verdicts, report.settings)
    html = render("glance.html.j2", bottom=bottom, tiles=shown, doubts=" ".join(doubts), most=SQUARES)
    return Block(Markup(html), page={"part": "glance"})


def rules(report: Report) -> Block:
    """Return by which rules the answers were given."""
    return bullets(verdicts.rules(report))


def _drawings(report: Report, tile: said.Tile) -> dict[str, Markup]:
    """Return the small line of each share of a tile, all on one scale."""
    if not tile.shares:
        return {}
    from qa_analysis.charts.sparkline import sparkline, top_of
    from qa_analysis.charts.style import svg

    tables = {share.measure: report.figures(share.measure) for share in tile.shares}
    top = top_of(tables.values())
    charts = {name: sparkline(table, report.settings, name, top) for name, table in tables.items()}
    return {name: Markup(svg(chart)) for name, chart in charts.items() if chart}
