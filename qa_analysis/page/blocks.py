"""What a notebook's cells say: charts, tables and sentences that look the same in JupyterLab and on the page.

The HTML is in `pieces.html.j2`; here its values are found. A verb returns a `Block`, and what has nothing to show
returns `nothing()`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup

from qa_analysis.contract.quarters import months_named, quarter_name, quarter_slug
from qa_analysis.metrics.cautions import BEFORE
from qa_analysis.page.templating import piece
from qa_analysis.text import day, escape

if TYPE_CHECKING:
    import pandas as pd

    from qa_analysis.charts.style import Chart
    from qa_analysis.store.data import Data

PAGE = "application/vnd.qa-analysis.page+json"
"""The MIME type under which a cell tells the exporter what its HTML is: the page's opening or its closing."""

_PREFIX = 12  # characters of a checksum
_AS_IT_IS = ",:/()"  # may stand in a link unencoded; so a table of figures is a fifth smaller than in base 64


@dataclass(frozen=True, repr=False)
class Block:
    """A piece of the page: HTML made by this package, with every text in it escaped."""

    html: Markup
    page: Mapping[str, object] = field(default_factory=dict)

    def __repr__(self) -> str:
        return self.html.striptags()

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        bundle: dict[str, object] = {"text/html": str(self.html), "text/plain": repr(self)}
        return bundle | ({PAGE: dict(self.page)} if self.page else {})


def nothing() -> Block:
    """Return what is nothing on the page, and in JupyterLab a short grey line that says so."""
    return Block(piece("nothing"), page={"part": "nothing"})


def show(chart: Chart | None, table: pd.DataFrame | None = None, caption: str | None = None) -> Block:
    """Return a chart under its headline, with the table it was drawn from folded beneath it.

    The table's caption is the chart's subtitle where none is given. Where there was nothing to draw, the sentence
    beside the chart says why.
    """
    if chart is None:
        return nothing()
    from qa_analysis.charts.style import svg

    caption = caption or chart.subtitle or chart.title
    folded = "" if table is None or table.empty else show_table(table, caption).html
    drawing = Markup(svg(chart))
    return Block(piece("chart", title=chart.title, subtitle=chart.subtitle, drawing=drawing, table=folded))


def show_table(table: pd.DataFrame, caption: str) -> Block:
    """Return a table that is printed as `tables.printed` says, or a sentence where it has no rows.

    It scrolls inside itself where it is too wide; the caption is also the name of the scrolling region.
    """
    if table.empty:
        said = piece("paragraphs", lines=[f"There is nothing to show in the table “{caption}”."])
        return Block(said, page={"part": "empty"})
    from qa_analysis.page.tables import printed

    return Block(piece("table", columns=printed(table), rows=len(table), caption=caption))


def folded(summary: str, block: Block, anchor: str = "") -> Block:
    """Return a piece of the page folded beneath a summary, or nothing where it is nothing or an empty table.

    Links lead to its `anchor`.

    Examples
    --------
    >>> folded("Notes", bullets([])).page, folded("Notes", bullets(["One."])).html.striptags()
    ({'part': 'nothing'}, 'Notes One.')
    """
    if block.page.get("part") in ("nothing", "empty"):
        return nothing()
    return Block(piece("folded", summary=summary, inner=block.html, anchor=anchor))


def say(*sentences: str | None) -> Block:
    r"""Return sentences as a paragraph; a line break in the text begins another one, and None is passed over.

    Examples
    --------
    >>> print(say("66 audits were completed.", None, "EH & CIC: <8>.\n\nTwo.").html)
    <p>66 audits were completed. EH &amp; CIC: &lt;8&gt;.</p>
    <p>Two.</p>
    """
    return Block(piece("paragraphs", lines=_lines(sentences)))


def bullets(items: Iterable[str | tuple[str, str]], limit: int | None = None) -> Block:
    """Return a list of points; a point given as a pair has its first part, such as a theme, set bold.

    Where there are more than `limit`, the first are shown, with a line beneath that says how many more there are.
    """
    points = list(items)
    shown = points[:limit]
    return Block(piece("bullets", points=shown, left=len(points) - len(shown))) if points else nothing()


def actions_table(states: pd.DataFrame, caption: str) -> Block:
    """Return actions as a table: a group of rows for each row of `metrics.actions.action_states`, one row a step."""
    if states.empty:
        return nothing()
    from qa_analysis.page.tables import printed_actions

    return Block(piece("actions", actions=printed_actions(states), caption=caption))


def evidence_list(statements: pd.DataFrame, caution: str | None = None) -> Block:
    """Return what the audits themselves say, in a box that is told apart from findings that people wrote.

    Each of the `statements` (see `metrics.evidence.evidence`) has its own `caution` or an empty text; the box has one
    more where any of them compares with the quarter before.
    """
    if statements.empty:
        return nothing()
    compared = statements["sentence"].str.contains(BEFORE, regex=False).any()
    points = zip(statements["sentence"], statements["caution"], strict=True)
    return Block(piece("evidence", compared=compared, caution=caution, points=points))


def commentary(texts: Iterable[str]) -> Block:
    """Return the analyst's own words in a box that says whose they are; a line break begins a new paragraph."""
    lines = [line for text in texts for line in _lines([text])]
    return Block(piece("commentary", lines=lines)) if lines else nothing()


def quotes(feedback: pd.DataFrame, limit: int | None = None) -> Block:
    """Return the `quote` of each row, grouped by its `source`, with its `score` and `score_out_of`.

    Where there are more than `limit`, the first of everyone are shown, then the second, and so on, so that each voice
    is heard; a line beneath says how many more there are.
    """
    import pandas as pd

    if feedback.empty:
        return nothing()
    everyone = feedback.reset_index(drop=True)
    turn = everyone.groupby("source", sort=False).cumcount().sort_values(kind="stable")
    shown = everyone.loc[turn.index[:limit]]
    scores = zip(shown["score"], shown["score_out_of"], strict=True)
    said = shown.assign(score=["" if pd.isna(score) else f"{score:g}/{out_of:g}" for score, out_of in scores])
    voices = [
        (source, zip(each["quote"], each["score"], strict=True)) for source, each in said.groupby("source", sort=False)
    ]
    return Block(piece("quotes", voices=voices, left=len(feedback) - len(shown)))


def appendix(lists: Mapping[str, tuple[Block, bool]]) -> Block:
    """Return under their names the whole lists of those that were cut short in their sections, as is said of each."""
    cut = [(name, whole.html) for name, (whole, was_cut) in lists.items() if was_cut]
    return Block(piece("appendix", lists=cut)) if cut else say("No list on this page was cut short.")


def together(blocks: Iterable[Block]) -> Block:
    """Return several pieces of the page as one, for a cell that shows as many as the data have."""
    shown = [block.html for block in blocks if block.page.get("part") != "nothing"]
    return Block(piece("together", pieces=shown)) if shown else nothing()


def opening(data: Data, quarter: pd.Period, title: str, *, external: bool = False) -> Block:
    """Return the head of a page: whose it is, its title (the page's only first-level heading), quarter and data cut.

    Where the data are the fictional example's, a banner says so. A page that is `external`, for the public, has no
    protective marking, and names neither the board nor the day of the newest audit, which is one child's.
    """
    is_example, named = data.is_example, f"{title}, {quarter_name(quarter)} – {data.settings.organisation}"
    marking = "" if external else data.settings.protective_marking
    about = _of_page(data, quarter, external)
    return Block(
        piece("opening", **about, title=title, months=months_named(quarter), marking=marking, is_example=is_example),
        page={"part": "opening", "title": named, "marking": marking, "is_example": is_example},
    )


def closing(data: Data, quarter: pd.Period, figures: pd.DataFrame | None = None, *, external: bool = False) -> Block:
    """Return the foot of a page: quarter, data cut, input files, version and the page's figures to download.

    Nothing in it comes from the clock, so the same input gives the same page. One that is `external`, for the public,
    has no protective marking, and says nothing of the raw files.
    """
    from qa_analysis.store.figures import figures_csv

    csv = "" if figures is None else quote(figures_csv(figures), safe=_AS_IT_IS)
    inputs = zip(data.inputs["file"], data.inputs["sha256"].str[:_PREFIX], strict=True)
    about = _of_page(data, quarter, external) | {"slug": quarter_slug(quarter), "version": version("qa-analysis")}
    return Block(piece("closing", **about, inputs=inputs, csv=csv), page={"part": "closing"})


def _of_page(data: Data, quarter: pd.Period, external: bool) -> dict[str, object]:
    """Return what the head of a page and its foot both say."""
    import pandas as pd

    cut = "No audits" if pd.isna(data.data_cut) else f"Newest audit in the data: {day(data.data_cut)}"
    return {"settings": data.settings, "quarter": quarter_name(quarter), "cut": cut, "external": external}


def _lines(sentences: Iterable[str | None]) -> list[Markup]:
    text = Markup(" ").join(escape(sentence) for sentence in sentences if sentence)
    return [line.strip() for line in text.splitlines() if line.strip()]
