"""What a notebook's cells say: charts, tables and sentences that look the same in JupyterLab and on the page.

The HTML is in `pieces.html.j2`; here its values are found. A verb returns a `Block`, and what has nothing to show
returns `nothing()`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup

from qa_analysis.contract.quarters import months_named, quarter_name, quarter_slug
from qa_analysis.page.templating import anchor_of, piece
from qa_analysis.text import day, escape, plural

if TYPE_CHECKING:
    import pandas as pd

    from qa_analysis.charts.style import Chart
    from qa_analysis.page.tables import Steps
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
    """Return a chart under its headline, with the table it was drawn from folded beneath it, where one is given.

    The table's caption is the chart's subtitle where none is given. Where there was nothing to draw, the sentence
    beside the chart says why.
    """
    if chart is None:
        return nothing()
    from qa_analysis.charts.style import svg

    rows = [] if table is None or table.empty else [show_table(table, caption or chart.subtitle or chart.title)]
    beneath = folded("Show the figures", *rows).html if rows else ""
    drawing = Markup(svg(chart))
    lines = [] if beneath else ["\t".join(" ".join(cell.split()) for cell in row) for row in chart.printed]
    printed = "\n".join(lines)  # for the Word copy
    return Block(
        piece("chart", title=chart.title, subtitle=chart.subtitle, drawing=drawing, table=beneath, printed=printed)
    )


def show_table(table: pd.DataFrame, caption: str) -> Block:
    """Return a table that is printed as `tables.printed` says, or a sentence where it has no rows.

    It scrolls inside itself where it is too wide; the caption is also the name of the scrolling region.
    """
    if table.empty:
        said = piece("paragraphs", lines=[f"There is nothing to show in the table “{caption}”."])
        return Block(said, page={"part": "empty"})
    from qa_analysis.page.tables import printed

    return Block(piece("table", columns=printed(table), rows=len(table), caption=caption))


def say(*sentences: str | None) -> Block:
    r"""Return sentences as a paragraph; a line break in the text begins another one, and None is passed over.

    Examples
    --------
    >>> print(say("66 audits were completed.", None, "EH & CIC: <8>.\n\nTwo.").html)
    <p>66 audits were completed. EH &amp; CIC: &lt;8&gt;.</p>
    <p>Two.</p>
    """
    return Block(piece("paragraphs", lines=_lines(sentences)))


def bullets(items: Iterable[str | tuple[str, ...]]) -> Block:
    """Return a list of points; one in parts has its first, such as a theme, set bold, and those after two as tags.

    A tag stands in a frame at the end of its point: what the figures say of it, such as “✓ agrees with the audits”.
    """
    points = list(items)
    return Block(piece("bullets", points=points)) if points else nothing()


def lead(*sentences: str | None) -> Block:
    """Return the sentence that a section begins with: what was found, set apart from the rest."""
    lines = _lines(sentences)
    return Block(piece("lead", lines=lines)) if lines else nothing()


def side_by_side(blocks: Iterable[Block]) -> Block:
    """Return pieces of the page beside one another where the window is wide, else one below the other."""
    shown = _shown(blocks)
    return Block(piece("beside", pieces=shown)) if shown else nothing()


def folded(summary: str, *blocks: Block, printed: bool = False, anchor: str = "") -> Block:
    """Return pieces of the page folded beneath a summary, or nothing where all are nothing or empty tables.

    On paper they are left out, or with `printed` all there. Links lead to the `anchor`.

    Examples
    --------
    >>> folded("Notes", bullets([])).page, folded("Notes", bullets(["One."])).html.striptags()
    ({'part': 'nothing'}, 'Notes One.')
    """
    shown = _shown(block for block in blocks if block.page.get("part") != "empty")
    if not shown:
        return nothing()
    return Block(piece("folded", summary=summary, pieces=shown, printed=printed, anchor=anchor))


def titled(title: str, blocks: Iterable[Block]) -> Block:
    """Return pieces of the page under a heading of the third level, or nothing where all are nothing.

    Examples
    --------
    >>> titled("Notes", [nothing()]).page, titled("Notes", [say("One.")]).html.striptags()
    ({'part': 'nothing'}, 'Notes One.')
    """
    shown = _shown(blocks)
    if not shown:
        return nothing()
    heading = piece("heading", level=3, anchor=f"part-{anchor_of(title)}", label=title)
    return Block(piece("together", pieces=[heading, *shown]))


def steps_by_date(steps: pd.DataFrame, quarter: pd.Period, *, printed: bool = False) -> Block:
    """Return the rows of `metrics.actions.steps_by_date` in groups, late ones first, and those not due soon in folds.

    On paper they are left out, as every action is there, or with `printed` they stand in it too.
    """
    if steps.empty:
        return nothing()
    from qa_analysis.page.tables import printed_steps

    def table(groups: Sequence[Steps]) -> Block:
        return Block(piece("steps", groups=groups, caption="Steps still to do, by date"))

    late, soon, *others = printed_steps(steps, quarter)
    now = [group for group in (late, soon) if group.rows]
    rest = [
        folded(f"{group.name}: {plural(len(group.rows), 'step')}", table([group]), printed=printed)
        for group in others
        if group.rows
    ]
    return Block(piece("by_date", pieces=_shown([*([table(now)] if now else []), *rest]), printed=printed))


def actions_table(states: pd.DataFrame, caption: str) -> Block:
    """Return actions as a table: a group of rows for each row of `metrics.actions.action_states`, one row a step."""
    if states.empty:
        return nothing()
    from qa_analysis.page.tables import printed_actions

    return Block(piece("actions", actions=printed_actions(states), caption=caption))


def commentary(texts: Iterable[str]) -> Block:
    """Return the analyst's own words in a box that says whose they are; a line break begins a new paragraph."""
    lines = [line for text in texts for line in _lines([text])]
    return Block(piece("commentary", lines=lines)) if lines else nothing()


def quotes(feedback: pd.DataFrame, shown: int) -> Block:
    """Return the `quote` of each row with its `source`, and its `score` out of `score_out_of`.

    Of more than are `shown` the others are in a fold. The first of everyone come first, then the second, and so on, so
    that each voice is heard.
    """
    import pandas as pd

    if feedback.empty:
        return nothing()
    turn = feedback.groupby("source", sort=False, dropna=False).cumcount().reset_index(drop=True)
    said = feedback.iloc[turn.sort_values(kind="stable").index]
    scores = zip(said["score"], said["score_out_of"], strict=True)
    printed = ["" if pd.isna(score) else f"{score:g}/{out_of:g}" for score, out_of in scores]
    each = list(zip(said["quote"], said["source"].astype("str").fillna(""), printed, strict=True))
    parts = [Block(piece("quotes", said=some)) for some in (each[:shown], each[shown:])]
    return cut_short(parts, len(each) - shown, "comment")


def cut_short(parts: Sequence[Block], left: int, noun: str) -> Block:
    """Return the first part of a list, and in a fold that opens on paper the second, in which so many are `left`."""
    first, others = parts
    return together([first, folded(plural(left, f"more {noun}"), others, printed=True)] if left > 0 else [first])


def together(blocks: Iterable[Block]) -> Block:
    """Return several pieces of the page as one, for a cell that shows as many as the data have."""
    shown = _shown(blocks)
    return Block(piece("together", pieces=shown)) if shown else nothing()


def _shown(blocks: Iterable[Block]) -> list[Markup]:
    return [block.html for block in blocks if block.html and block.page.get("part") != "nothing"]


def opening(data: Data, quarter: pd.Period, title: str, state: str = "", *, external: bool = False) -> Block:
    """Return the head of a page: whose it is, its title (the page's only first-level heading), quarter and data cut.

    Its `state` says by whom it was signed off, if anybody; without it whether it is a draft.

    Where the data are the fictional example's, a banner says so. A page that is `external`, for the public, has no
    protective marking, and names neither the board nor the day of the newest audit, which is one child's.
    """
    from qa_analysis.sentences import signed_off
    from qa_analysis.store.signed_off import signed_off as record

    is_example, named = data.is_example, f"{title}, {quarter_name(quarter)} – {data.settings.organisation}"
    marking = "" if external else data.settings.protective_marking
    about = _of_page(data, quarter, external)
    said = state or signed_off.state(record(data.project, quarter))
    is_draft = said == signed_off.DRAFT
    return Block(
        piece(
            "opening", **about, title=title, months=months_named(quarter), marking=marking, is_example=is_example,
            state=said, is_draft=is_draft,
        ),
        page={
            "part": "opening", "title": named, "marking": marking, "is_example": is_example,
            "state": said if is_draft else "",
        },
    )  # fmt: skip


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

    cut = "No audits" if pd.isna(data.data_cut) else f"Newest audit: {day(data.data_cut)}"
    return {"settings": data.settings, "quarter": quarter_name(quarter), "cut": cut, "external": external}


def _lines(sentences: Iterable[str | None]) -> list[Markup]:
    text = Markup(" ").join(escape(sentence) for sentence in sentences if sentence)
    return [line.strip() for line in text.splitlines() if line.strip()]
