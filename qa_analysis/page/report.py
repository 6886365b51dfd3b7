"""The report of a quarter, as a notebook's cells call it: `report = qa.report()`, then one plain call a cell."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from qa_analysis.contract.levels import ALL, at_level, chosen_level, names_level
from qa_analysis.contract.quarters import quarter_name
from qa_analysis.metrics import actions as states
from qa_analysis.metrics.share import SMALL
from qa_analysis.metrics.verdicts import Verdicts, verdicts_of
from qa_analysis.page import blocks as page
from qa_analysis.page.blocks import Block, together
from qa_analysis.sentences import feedback, findings, sentence, signed_off
from qa_analysis.store import figures as in_figures
from qa_analysis.store.data import chosen_quarter, load
from qa_analysis.store.signed_off import signed_off as signed_off_record
from qa_analysis.text import count_of, fold

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings
    from qa_analysis.metrics.measure import Measure
    from qa_analysis.store.data import Data
    from qa_analysis.store.signed_off import Since

By = Literal["quarter", "month", "level_of_need"]

EVERY_ACTION = "State at the quarter's end; a date under “Done” says that a step was done after it"


@dataclass(frozen=True)
class Figure:
    """One figure: its `count`, 0 where there is none; what it is `of`, where anybody knows; its `percent`, too."""

    count: int = 0
    of: int | None = None
    percent: float | None = None

    @property
    def share(self) -> str:
        """Return it as it stands in a sentence: “8 of 45 (18%)”; of more than were planned “40 (28 planned)”."""
        return f"{self.count} ({self.of} planned)" if self._beyond_plan else count_of(self.count, self.of or 0)

    @property
    def _beyond_plan(self) -> bool:
        return bool(self.of) and self.count > (self.of or 0)  # of nothing but planned audits can more be done

    def beside(self, other: Figure) -> str:
        """Return it as it stands beside another one: with a per cent where neither is of fewer than ten.

        Examples
        --------
        >>> Figure(8, 45).beside(Figure(3, 10)), Figure(8, 45).beside(Figure(3, 9)), Figure(3, 9).beside(Figure())
        ('8 of 45 (18%)', '8 of 45', '3 of 9')
        >>> Figure(40, 28).share, Figure(9, 8).beside(Figure(28, 28))
        ('40 (28 planned)', '9 (8 planned)')
        """
        few = any(each.of in range(1, SMALL) for each in (self, other))
        return f"{self.count} of {self.of}" if few and not self._beyond_plan else self.share


@dataclass(frozen=True, eq=False, repr=False)
class Report:
    """A report of a quarter: all that the cells of a page call, and the figures beneath.

    Its cells show words (`say`), charts (`chart`) and tables (`table`) by their names, and the sections' lists. What
    they show is made of `figures`, the one table that `figures.csv` has too, and of the `rows` that it quotes.

    Parameters
    ----------
    data
        A project's cleaned tables and settings.
    quarter
        The quarter reported on; those shown before it are the `comparators` of the settings.
    level
        The code of the level of need that the page is about; “All” for the whole service, the board's page.

    Examples
    --------
    >>> import qa_analysis as qa
    >>> report = qa.report("a project", "2025-26 Q2")  # doctest: +SKIP
    >>> report.say("upheld", "direction")  # doctest: +SKIP
    """

    data: Data
    quarter: pd.Period
    level: str = ALL

    def __repr__(self) -> str:
        return f"The report of {quarter_name(self.quarter)}, {self.settings.level_name(self.level)}"

    @property
    def settings(self) -> Settings:
        """What the council's settings say."""
        return self.data.settings

    @property
    def whole_service(self) -> bool:
        """Whether it is the board's report, and not a service's."""
        return self.level == ALL

    # The figures beneath

    def figures(self, name: str, *, by_month: bool = False, every_level: bool = False) -> pd.DataFrame:
        """Return a measure's rows of the table of all figures, for every quarter shown, printed history included.

        They are those of the report's own level of need, where the measure has levels, or with `every_level` of all.
        """
        table = in_figures.measure(self.data, name, self.quarter, by_month)
        return table if every_level or "level_of_need" not in table else at_level(table, self.level)

    def cells(self, name: str, *, earlier: int = 0, every_level: bool = False) -> pd.DataFrame:
        """Return the rows of `figures` of the quarter alone, or of the one so many quarters `earlier`."""
        table = self.figures(name, every_level=every_level)
        return table[table["quarter"] == self.quarter - earlier]

    def each(self, name: str, *, level: str = "", earlier: int = 0) -> defaultdict[str, Figure]:
        """Return a measure's figures of the quarter by category, in their order; by “” where it has no categories.

        They are of the report's own level of need where no other is named, and of the quarter so many `earlier`. What
        has no row is a figure of nothing.
        """
        rows = self.cells(name, earlier=earlier, every_level=bool(level))
        if level and "level_of_need" in rows:
            rows = at_level(rows, level)
        categories = rows["category"] if "category" in rows else [""] * len(rows)
        numbers = rows.reindex(columns=["count", "denominator", "percent"]).itertuples(index=False, name=None)
        return defaultdict(Figure, zip(categories, itertools.starmap(_figure, numbers), strict=True))

    def now(self, name: str, *, category: str = "", level: str = "") -> Figure:
        """Return one figure of the quarter."""
        return self.each(name, level=level)[category]

    def before(self, name: str, *, category: str = "", level: str = "") -> Figure:
        """Return the same figure of the quarter before."""
        return self.each(name, level=level, earlier=1)[category]

    def entry(self, name: str, *, by_month: bool = False) -> Measure:
        """Return the entry of a measure in the catalogue, or in the project's `measures.py`."""
        return in_figures.measure_named(self.data, name, by_month)

    def rows(self, table: str, **kind: str) -> pd.DataFrame:
        """Return the rows of a cleaned table that the report may quote: of its quarter, level of need and a kind.

        They are for their words, such as `report.rows("findings", type="Strength")`; numbers are in `figures`.
        """
        rows: pd.DataFrame = getattr(self.data, table)
        own_level = {} if self.whole_service or "level_of_need" not in rows else {"level_of_need": self.level}
        for column, value in {"quarter": self.quarter, **own_level, **kind}.items():
            rows = rows[rows[column] == value]
        return rows

    @cached_property
    def verdicts(self) -> Verdicts:
        """What the rules of the first screen say of the figures."""
        return verdicts_of(in_figures.figure_table(self.data, self.quarter), self.quarter, self.level)

    @cached_property
    def since(self) -> dict[pd.Period, Since]:
        """What is another since they were signed off, of those quarters shown that are."""
        return {each.quarter: each for each in in_figures.since(self.data, self.quarter)}

    def was(self, name: str, *, earlier: int = 0) -> str:
        """Return what a headline figure of the whole service was when signed off; nothing where it is the same."""
        since = self.since.get(self.quarter - earlier) if self.whole_service else None
        if since is None or name not in since.figures.headlines:
            return ""
        return f" (was {signed_off.printed(since.figures.headlines[name][0])} when signed off)"

    def written(self, section: str) -> list[str]:
        """Return the analyst's own words for a section, a paragraph each; its name is matched loosely."""
        rows = self.rows("commentary")
        texts = rows.loc[rows["section"].map(fold) == fold(section), "text"]
        return [line.strip() for text in texts for line in text.splitlines() if line.strip()]

    # What the cells show

    def opening(self, title: str = "") -> Block:
        """Show the head of the page; where no title is given, the report's name and the service's."""
        service = "" if self.whole_service else f": {self.settings.level_name(self.level)}"
        state = signed_off.state(signed_off_record(self.data.project, self.quarter), self.since.get(self.quarter))
        return page.opening(self.data, self.quarter, title or self.settings.report_name + service, state)

    def at_a_glance(self) -> Block:
        """Show the answers to what is asked first: a bottom line, a tile a question, and what there is to doubt."""
        from qa_analysis.page.glance import glance

        return glance(self)

    def behind_the_glance(self) -> Block:
        """Show, folded, the rules and the headline figures that those answers rest on."""
        from qa_analysis.page.glance import rules
        from qa_analysis.sentences.glance import WHY

        rests_on = together([rules(self), self.table("headline_figures")])
        return page.folded("Rules and figures of the first screen", rests_on, anchor=WHY)

    def since_signed_off(self) -> Block:
        """Show which headline figures of the whole service are others than those signed off, and why."""
        changed = [each for _, each in sorted(self.since.items(), reverse=True) if each.figures]
        if not changed or not self.whole_service:
            return page.nothing()
        return together([page.say("\n".join(map(signed_off.changed_since, changed))), self.table("restated")])

    def say(self, *names: str) -> Block:
        """Show sentences by their names (see `qa_analysis.sentences`) as a paragraph, and below it lists of points."""
        said = [sentence(name)(self) for name in names]
        texts = [each for each in said if not isinstance(each, list)]
        points = [page.bullets(each) for each in said if isinstance(each, list)]
        return together([page.say(*texts), *points] if texts else points)

    def lead(self, *names: str) -> Block:
        """Show sentences by their names as the finding that a section begins with."""
        return page.lead(*(str(said) for name in names if (said := sentence(name)(self))))

    def side_by_side(self, *blocks: Block) -> Block:
        """Show charts, tables or sentences beside one another where the window is wide."""
        return page.side_by_side(blocks)

    def folded(self, title: str, *blocks: Block) -> Block:
        """Show charts, tables or sentences in a fold, for those who want more; it is not printed."""
        return page.folded(title, *blocks)

    def titled(self, title: str, *blocks: Block) -> Block:
        """Show charts, tables or sentences under a heading of their own, where there is anything to show."""
        return page.titled(title, blocks)

    def chart(self, name: str, by: By = "quarter") -> Block:
        """Show the chart of a measure, with its figures beneath if it does not print them (see `named_charts`)."""
        from qa_analysis.page.named_charts import drawn

        chart, table, beneath, caption = drawn(self, name, by)
        return page.show(chart, table if beneath else None, caption)

    def table(self, name: str, by: By = "quarter") -> Block:
        """Show a table of the page by its name, or that of a measure (see `named_tables`)."""
        from qa_analysis.page.named_tables import made

        found = made(self, name, by)
        return page.show_table(*found) if found else page.nothing()

    def commentary(self, section: str) -> Block:
        """Show the analyst's own words for a section; its name is matched loosely."""
        return page.commentary(self.written(section))

    def findings(self, kind: str) -> Block:
        """Show the findings of Strength, or of Learning; the first of them, and the others in a fold."""
        points, shown = findings.finding_points(self, kind), self.settings.findings_shown
        parts = [page.bullets(points[:shown]), page.bullets(points[shown:])]
        return together(
            [page.say(findings.none_written(self, kind)), page.cut_short(parts, len(points) - shown, "finding")]
        )

    def quotes(self, tone: str) -> Block:
        """Show how many people said something Positive, or to Learn from, and some of what they said."""
        quotes = page.quotes(self.rows("feedback", tone=tone), self.settings.quotes_shown)
        return together([page.say(feedback.feedback_counts(self, tone)), quotes])

    def actions(self) -> Block:
        """Show the steps to do by date, late first, and every action with all its steps; a service's own steps."""
        steps = states.steps_by_date(self.data.actions, self.quarter)
        if not self.whole_service:
            leads = steps["lead"].astype("str").fillna("")
            own = [names_level(lead, self.level, self.settings) for lead in leads]
            none = page.say("No step still to do is led by this service.")
            return page.steps_by_date(steps[own], self.quarter, printed=True) if any(own) else none
        every = page.actions_table(states.every_action(self.data.actions, self.quarter), EVERY_ACTION)
        by_date = page.steps_by_date(steps, self.quarter)
        return together([by_date, page.folded("Every action with all its steps", every, printed=True)])

    def closing(self, *, download: bool = True) -> Block:
        """Show the foot of the page, with its figures to download: of its own level, and the headline ones of all."""
        if not download:
            return page.closing(self.data, self.quarter)
        table = in_figures.figures(self.data, self.quarter)
        headlines = [each.name for each in in_figures.all_measures(self.data) if each.headline]
        of_all = table["measure"].isin(headlines) & (table["quarter"] == quarter_name(self.quarter))
        return page.closing(self.data, self.quarter, table[of_all | (table["level_of_need"] == self.level)])


def _figure(count: Any, of: Any, percent: Any) -> Figure:
    """Return a figure; what it is of says nothing where nobody knows the count."""
    known = pd.notna(count)
    return Figure(
        int(count) if known else 0, int(of) if known and pd.notna(of) else None, percent if pd.notna(percent) else None
    )


def report(project_dir: str | Path | None = None, quarter: str = "", level_of_need: str | None = None) -> Report:
    r"""Return the report of a quarter, of the whole service or of one level of need.

    Parameters
    ----------
    project_dir
        The project's folder; without it the nearest one upwards from where the program runs that has `data/raw`.
    quarter
        A quarter as people write it; without it the newest that has audits.
    level_of_need
        A level of need by its code, name or alias; without it the whole service.

    Returns
    -------
    Report
        What a notebook's cells call.

    Raises
    ------
    InputError
        If the project cannot be used, or there is no such quarter or level of need; the message names those there are.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as project:
    ...     raw = Path(project) / "data" / "raw"
    ...     raw.mkdir(parents=True)
    ...     heads, row = "Audit ID,Audit date,Level of need,Overall grade", "A-1,3 Sept 2025,Early Help,Good"
    ...     _ = (raw / "audits.csv").write_text(f"{heads}\n{row}\n", encoding="utf-8")
    ...     early_help = report(project, "2025-26 Q2", "EH")
    >>> early_help, early_help.now("audits_completed").count
    (The report of 2025-26 Q2, Early Help, 1)
    """
    data = load(project_dir)
    chosen = chosen_quarter(data, quarter)
    return Report(data, chosen, ALL if level_of_need is None else chosen_level(data, level_of_need))
