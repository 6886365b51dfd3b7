"""Filters for JupyterLab: a view that is drawn again when a choice above it is changed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qa_analysis.errors import not_installed
from qa_analysis.page.blocks import Block, say
from qa_analysis.page.templating import piece
from qa_analysis.text import listed

if TYPE_CHECKING:
    from ipywidgets import Widget

    from qa_analysis.charts.style import Chart

WHOLE_SERVICE = ", whole service"  # how a chart says that it is about every team and every level of need
Choices = Sequence[Any] | str
Labels = Mapping[str, str]


@dataclass(frozen=True, repr=False)
class Filtered(Block):
    """A view with filters above it; where no filter works, such as in a rendered page, its first state."""

    view: Callable[..., Block] = field(kw_only=True)
    filters: Mapping[str, Choices] = field(kw_only=True)
    labels: Labels = field(kw_only=True)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        # Not `interactive`, for its output is sent back to the kernel by what runs a notebook without a browser
        # (nbclient), which can then miss the kernel's reply and wait for ever.
        try:
            from ipywidgets import HTML, VBox
        except ImportError:
            print(not_installed("ipywidgets", "lab"), file=sys.stderr)  # a page shows no such line
            return super()._repr_mimebundle_()
        widgets = {name: _widget(name, choices, self.labels) for name, choices in self.filters.items()}
        drawn = HTML(_as_rendered(self))

        def draw_again(_change: object) -> None:
            drawn.value = _drawn(self.view, {name: widget.value for name, widget in widgets.items()})

        for widget in widgets.values():
            widget.observe(draw_again, "value")
        return {**VBox([*widgets.values(), drawn])._repr_mimebundle_(), **super()._repr_mimebundle_()}


def filtered(view: Callable[..., Block], labels: Labels | None = None, **filters: Choices) -> Filtered:
    """Return a view with a filter above it for each of its arguments; changing one draws the view again.

    Parameters
    ----------
    view
        A function that returns what a cell shows: `qa.show(…)`, `qa.show_table(…)`, `qa.say(…)`.
    labels
        What to call choices that are codes, such as `settings.level_names`.
    **filters
        For each argument of `view` its choices, the one shown first at the head; or a text, for a box to type in.

    Returns
    -------
    Filtered
        Live in JupyterLab. Rendered to a page, or where filters do not work, the view with the first choices.

    Examples
    --------
    >>> from qa_analysis.page.blocks import say
    >>> filtered(lambda level: say(f"Level {level}."), level=["EH", "CL"])
    Level EH.
    """
    first = view(**{name: choices if isinstance(choices, str) else choices[0] for name, choices in filters.items()})
    return Filtered(first.html, view=view, filters=filters, labels=labels or {})


def about(chart: Chart | None, teams: Sequence[str]) -> Chart | None:
    """Return a chart whose subtitle and alt text begin with the teams it is about, instead of the whole service.

    Parameters
    ----------
    chart
        A chart of the audits of some teams only; None where there was nothing to draw.
    teams
        Their names; none for every team, which leaves the chart as it is.

    Returns
    -------
    Chart or None
        The same chart.

    Examples
    --------
    >>> from qa_analysis.charts.style import new_chart
    >>> chart = new_chart(height=100)
    >>> chart.subtitle = "Final grades, whole service, 2025-26 Q2"
    >>> about(chart, ["North", "South"]).subtitle
    'North and South only: Final grades, 2025-26 Q2'
    """
    if chart is None or not teams:
        return chart
    from qa_analysis.charts.style import plain

    whose = listed(plain(team) for team in teams)
    chart.subtitle = f"{whose} only: {chart.subtitle.replace(WHOLE_SERVICE, '')}"
    chart.alt = f"{whose} only: {chart.alt.replace(WHOLE_SERVICE, '')}"
    return chart


def _drawn(view: Callable[..., Block], chosen: Mapping[str, Any]) -> str:
    """Return the HTML of a view; where it cannot be drawn, why, for the view before it would be of other choices."""
    try:
        return _as_rendered(view(**chosen))
    except Exception as error:
        return _as_rendered(say(f"This view cannot be drawn. {type(error).__name__}: {error}"))


def _as_rendered(block: Block) -> str:
    """Return a block's HTML in the look that JupyterLab gives to rendered pages."""
    return piece("in_jupyterlab", html=block.html)


def _widget(name: str, choices: Choices, labels: Labels) -> Widget:
    from ipywidgets import Dropdown, Text

    look = {"description": name.replace("_", " ").capitalize(), "style": {"description_width": "initial"}}
    if isinstance(choices, str):
        return Text(value=choices, continuous_update=False, **look)
    return Dropdown(options=[(_label(choice, labels), choice) for choice in choices], **look)


def _label(choice: Any, labels: Labels) -> str:
    import pandas as pd

    from qa_analysis.contract.levels import ALL
    from qa_analysis.contract.quarters import quarter_name

    if isinstance(choice, pd.Period) and choice.freqstr.startswith("Q"):
        return quarter_name(choice)
    return "Whole service" if choice == ALL else labels.get(str(choice), str(choice))
