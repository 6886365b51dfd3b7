"""What a notebook's cells say: charts, tables and sentences that look the same in JupyterLab and on the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup

from qa_analysis.metrics.cautions import BEFORE
from qa_analysis.quarter import months_of, quarter_name, quarter_slug
from qa_analysis.words import day, escape

if TYPE_CHECKING:
    import pandas as pd

    from qa_analysis.charts.style import Chart
    from qa_analysis.store import Data

PAGE = "application/vnd.qa-analysis.page+json"
"""The MIME type under which a cell tells the exporter what its HTML is: the page's opening or its closing."""

NOTHING_SHOWN = "Nothing to show here; the page leaves it out."
EXAMPLE = "Fictional example data"
COUNTED = (
    "Counts beside the quarter before, which can go up or down by chance: the headlines say which changes are clear."
)
COUNTED_ALONE = "Counts of this quarter's audits."
_PREFIX = 12  # characters of a checksum
_AS_IT_IS = ",:/()"  # may stand in a link unencoded; so a table of figures is a fifth smaller than in base 64


@dataclass(frozen=True, repr=False)
class Block:
    """A piece of the page: HTML made by this package, with every text in it escaped."""

    html: Markup
    page: Mapping[str, object] = field(default_factory=dict)

    def __html__(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.html.striptags()

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        bundle: dict[str, object] = {"text/html": str(self.html), "text/plain": repr(self)}
        return bundle | ({PAGE: dict(self.page)} if self.page else {})


def nothing() -> Block:
    """Return what is nothing on the page, and in JupyterLab a short grey line that says so."""
    html = Markup('<p style="margin: 0; color: #767676">{}</p>').format(NOTHING_SHOWN)
    return Block(html, page={"part": "nothing"})


def show(chart: Chart | None, table: pd.DataFrame | None = None, caption: str | None = None) -> Block:
    """Return a chart under its headline, with the table it was drawn from folded beneath it.

    Parameters
    ----------
    chart
        A chart with `title` (the finding), `subtitle` (measure, population, period) and `alt`. None where there
        was nothing to draw: then nothing is shown, for the sentence beside it says why.
    table
        The chart's table, as `show_table` takes it.
    caption
        The table's caption; the chart's subtitle where not given.

    Examples
    --------
    >>> show(None)
    Nothing to show here; the page leaves it out.
    """
    if chart is None:
        return nothing()
    from qa_analysis.charts.style import svg

    folded = Markup()
    if table is not None and not table.empty:
        folded = Markup("<details><summary>Show the figures in a table</summary>\n{}</details>\n").format(
            show_table(table, caption or chart.subtitle or chart.title)
        )
    return Block(
        Markup(
            '<figure class="chart">\n<figcaption><p class="finding">{}</p><p class="subtitle">{}</p></figcaption>\n'
            '<div class="drawing" style="max-width: 31.5rem; background: #ffffff">{}</div>\n{}</figure>'
        ).format(escape(chart.title), escape(chart.subtitle), Markup(svg(chart)), folded)
    )


def show_table(table: pd.DataFrame, caption: str) -> Block:
    """Return a table with readable headings (see `tables.table_html`), or a sentence where it has no rows."""
    if table.empty:
        return say(f"There is nothing to show in the table “{caption}”.")
    from qa_analysis.tables import table_html

    return Block(table_html(table, caption))


def say(*sentences: str | None) -> Block:
    r"""Return sentences as a paragraph; a line break in the text begins another one, and None is passed over.

    Examples
    --------
    >>> print(say("66 audits were completed.", None, "EH & CIC: <8>.").html)
    <p>66 audits were completed. EH &amp; CIC: &lt;8&gt;.</p>
    >>> print(say("One.\n\nTwo.").html)
    <p>One.</p>
    <p>Two.</p>
    """
    text = Markup(" ").join(escape(sentence) for sentence in sentences if sentence)
    lines = (line.strip() for line in text.splitlines())
    return Block(Markup("\n").join(Markup("<p>{}</p>").format(line) for line in lines if line))


Point = str | tuple[str, str]


def bullets(items: Iterable[Point], limit: int | None = None) -> Block:
    """Return a list of points; a point given as a pair has its first part, such as a theme, set bold.

    Where there are more than `limit`, the first are shown, with a line beneath that says how many more there are.

    Examples
    --------
    >>> print(bullets(["Timely visits", ("Supervision", "More regular")]).html)
    <ul>
    <li>Timely visits</li>
    <li><strong>Supervision:</strong> More regular</li>
    </ul>
    """
    points = [
        Markup("<li><strong>{}:</strong> {}</li>\n").format(escape(item[0]), escape(item[1]))
        if isinstance(item, tuple)
        else Markup("<li>{}</li>\n").format(escape(item))
        for item in items
    ]
    if not points:
        return nothing()
    left = len(points[limit:]) if limit is not None else 0
    return Block(Markup("<ul>\n{}</ul>{}").format(Markup().join(points[:limit]), say(_more(left)) if left else ""))


def actions_table(states: pd.DataFrame, caption: str) -> Block:
    """Return actions as a table with a group of rows for each action, one row a step; nothing without any.

    Parameters
    ----------
    states
        As `metrics.actions.action_states` returns them: one row an action, with its steps as lists.
    caption
        What the table shows, with the day for which the states are told.
    """
    if states.empty:
        return nothing()
    from qa_analysis.tables import actions_html

    return Block(actions_html(states, caption))


def evidence_list(statements: pd.DataFrame, caution: str | None = None) -> Block:
    """Return what the audits themselves say, in a box that is told apart from findings that people wrote.

    Parameters
    ----------
    statements
        As `metrics.evidence.evidence` returns them: `sentence` and `caution` (text; empty where there is none).
    caution
        What a reader is warned of beside those that compare with the quarter before.

    Examples
    --------
    >>> import pandas as pd
    >>> statements = pd.DataFrame({"sentence": ["5 of 6 (83%) improved."], "caution": ["Only 6 re-audits."]})
    >>> print(evidence_list(statements).html)
    <div class="box evidence" role="group" aria-label="What the data show">
    <p class="box-title">What the data show</p>
    <p>Counts of this quarter&#39;s audits.</p>
    <ul>
    <li>5 of 6 (83%) improved. <span class="caution">Only 6 re-audits.</span></li>
    </ul>
    </div>
    """
    if statements.empty:
        return nothing()
    points = Markup().join(
        Markup("<li>{}{}</li>\n").format(
            escape(sentence), Markup(' <span class="caution">{}</span>').format(escape(its_own)) if its_own else ""
        )
        for sentence, its_own in zip(statements["sentence"], statements["caution"], strict=True)
    )
    compared = statements["sentence"].str.contains(BEFORE, regex=False).any()
    head = say(*((COUNTED, caution) if compared else (COUNTED_ALONE,))).html
    return _box("evidence", "What the data show", Markup("{}\n<ul>\n{}</ul>").format(head, points))


def commentary(texts: Iterable[str]) -> Block:
    """Return the analyst's own words in a box that says whose they are; a line break begins a new paragraph.

    Examples
    --------
    >>> print(commentary(["Staffing was stable."]).html)
    <div class="box commentary" role="group" aria-label="The analyst&#39;s commentary">
    <p class="box-title">The analyst&#39;s commentary</p>
    <p>Staffing was stable.</p>
    </div>
    """
    words = Markup("\n").join(block.html for block in map(say, texts) if block.html)
    return _box("commentary", "The analyst's commentary", words) if words else nothing()


def quotes(feedback: pd.DataFrame, limit: int | None = None) -> Block:
    """Return what people said, grouped by who said it, each with the score they gave; nothing where nobody did.

    Parameters
    ----------
    feedback
        Columns `quote` and `source` (text) and `score` (0 to 10, missing where none was given).
    limit
        How many quotes are shown at most: the first of everyone, then the second, and so on, so that each voice
        is heard. A line beneath says how many more there are.
    """
    if feedback.empty:
        return nothing()
    everyone = feedback.reset_index(drop=True)
    turn = everyone.groupby("source", sort=False).cumcount().sort_values(kind="stable")
    shown = everyone.loc[turn.index[:limit]]
    voices = (
        Markup("<div><dt>{}</dt>\n{}</div>\n").format(
            escape(source), Markup().join(map(_quote, said.to_dict("records")))
        )
        for source, said in shown.groupby("source", sort=False)
    )
    left = len(feedback) - len(shown)
    more = _more(left) if left else None
    return Block(Markup('<dl class="quotes">\n{}</dl>\n{}').format(Markup().join(voices), say(more)))


def appendix(lists: Mapping[str, tuple[Block, bool]]) -> Block:
    """Return in full the lists that were cut short in their sections, each under its name.

    Parameters
    ----------
    lists
        For each name the whole list, and whether it was cut short.

    Examples
    --------
    >>> print(appendix({"Strengths": (bullets(["a"]), False)}).html)
    <p>No list on this page was cut short.</p>
    """
    cut = [
        Markup("<h3>{}</h3>\n{}").format(escape(name), whole.html)
        for name, (whole, was_cut) in lists.items()
        if was_cut
    ]
    if not cut:
        return say("No list on this page was cut short.")
    return Block(Markup("\n").join(cut))


def together(blocks: Iterable[Block]) -> Block:
    """Return several pieces of the page as one, for a cell that shows as many as the data have."""
    shown = [block.html for block in blocks if block.page.get("part") != "nothing"]
    return Block(Markup("\n").join(shown)) if shown else nothing()


def opening(data: Data, quarter: pd.Period, title: str, *, external: bool = False) -> Block:
    """Return the head of a page: whose it is, its title (the page's only first-level heading), quarter and data cut.

    Where the data are the fictional example's, a banner says so.

    Parameters
    ----------
    external
        Whether the page may go to the public: then it has no protective marking, and names neither the board nor the
        day of the newest audit, which is one child's.
    """
    settings = data.settings
    protective = "" if external else settings.protective_marking
    html = Markup(
        '{banner}{marking}\n<p class="organisation">{organisation}</p>\n<h1>{title}</h1>\n'
        '<p class="period">{quarter} <span>({months})</span></p>{readers}'
    ).format(
        banner=example_banner() if data.is_example else Markup(),
        marking=marking(protective),
        organisation=escape(settings.organisation),
        title=escape(title),
        quarter=quarter_name(quarter),
        months=_months(quarter),
        readers=""
        if external
        else Markup('\n<p class="board">For the {}. {}.</p>').format(escape(settings.board), _cut(data.data_cut)),
    )
    return Block(
        html,
        page={
            "part": "opening",
            "title": f"{title}, {quarter_name(quarter)} – {settings.organisation}",
            "marking": protective,
            "is_example": data.is_example,
        },
    )


def closing(data: Data, quarter: pd.Period, figures: pd.DataFrame | None = None, *, external: bool = False) -> Block:
    """Return the foot of a page: quarter, data cut, input files, version and the page's figures to download.

    Nothing in it comes from the clock, so the same input gives the same page.

    Parameters
    ----------
    figures
        The page's figures, in the columns of `figures.csv`; they are embedded in the page.
    external
        Whether the page may go to the public: then it has no protective marking, and says nothing of the raw files.
    """
    download = Markup() if figures is None else _download(figures, quarter)
    made = f"Made with qa_analysis {version('qa-analysis')}"
    if external:
        html = Markup("{}<p>{}. {}.</p>").format(download, quarter_name(quarter), made)
        return Block(html, page={"part": "closing"})
    files = data.inputs[["file", "sha256"]].itertuples(index=False, name=None)
    inputs = (
        Markup("<li>{} <code>{}</code></li>\n").format(escape(name), escape(digest[:_PREFIX])) for name, digest in files
    )
    html = Markup(
        "{download}<p>{quarter}. {cut}. {made} from these files "
        '(with the start of their SHA-256 checksums):</p>\n<ul class="inputs">\n{inputs}</ul>\n{marking}'
    ).format(
        download=download,
        quarter=quarter_name(quarter),
        cut=_cut(data.data_cut),
        made=made,
        inputs=Markup().join(inputs),
        marking=marking(data.settings.protective_marking),
    )
    return Block(html, page={"part": "closing"})


def example_banner() -> Markup:
    """Return the banner of every page that is made from the fictional example data."""
    return Markup(
        '<p class="banner"><strong>{}.</strong> Nothing here describes a real child, family or service.</p>\n'
    ).format(EXAMPLE)


def marking(protective_marking: str) -> Markup:
    """Return the protective marking as it stands at the head and at the foot of a page; nothing where there is none."""
    return Markup('<p class="marking">{}</p>').format(escape(protective_marking)) if protective_marking else Markup()


def _download(figures: pd.DataFrame, quarter: pd.Period) -> Markup:
    from qa_analysis.metrics.figures import figures_csv

    embedded = quote(figures_csv(figures), safe=_AS_IT_IS)
    return Markup(
        '<p><a download="figures-{}.csv" href="data:text/csv;charset=utf-8,{}">'
        "Download the figures of the report (CSV)</a></p>\n"
    ).format(quarter_slug(quarter), embedded)


def _more(left: int) -> str:
    return f"{left:,} more {'is' if left == 1 else 'are'} in the appendix."


def _box(kind: str, title: str, content: Markup) -> Block:
    return Block(
        Markup(
            '<div class="box {kind}" role="group" aria-label="{title}">\n<p class="box-title">{title}</p>\n'
            "{content}\n</div>"
        ).format(kind=kind, title=title, content=content)
    )


def _quote(row: dict[Any, Any]) -> Markup:
    import pandas as pd

    score = "" if pd.isna(row["score"]) else Markup('\n<p class="score">Score {:g}/10</p>').format(row["score"])
    return Markup("<dd><blockquote><p>{}</p></blockquote>{}</dd>\n").format(escape(row["quote"]), score)


def _cut(data_cut: pd.Timestamp) -> str:
    import pandas as pd

    return "No audits" if pd.isna(data_cut) else f"Newest audit in the data: {day(data_cut)}"


def _months(quarter: pd.Period) -> str:
    first, *_, last = months_of(quarter)
    return f"{first:%B} to {last:%B %Y}" if first.year == last.year else f"{first:%B %Y} to {last:%B %Y}"
