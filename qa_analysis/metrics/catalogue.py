"""The catalogue: every measure of `figures.csv`, in its order. A measure is one entry in the module of its subject."""

from __future__ import annotations

from qa_analysis.metrics import (
    actions,
    activities,
    answers,
    audits,
    control_chart,
    feedback,
    grades,
    moderation,
    practice_areas,
    reaudits,
    selection,
    services,
    themes,
)
from qa_analysis.metrics.change import changes_of

_COUNTED = (
    *audits.MEASURES,
    *selection.MEASURES,
    *grades.MEASURES,
    *services.MEASURES,
    *control_chart.MEASURES,
    *practice_areas.MEASURES,
    *answers.MEASURES,
    *moderation.MEASURES,
    *reaudits.MEASURES,
    *activities.MEASURES,
    *themes.WRITTEN,
    *feedback.MEASURES,
    *actions.MEASURES,
    *themes.LEARNING,
)
_LAST = practice_areas.GREEN_SHOOTS  # of the headlines: it is about some grades only
HEADLINES = (*(each for each in _COUNTED if each.headline and each is not _LAST), _LAST)
MEASURES = (*_COUNTED, *changes_of(HEADLINES))
NAMES = tuple(each.name for each in MEASURES)
if unsaid := [each.name for each in MEASURES if not each.counts]:
    raise ValueError(f"What is counted is not said of {' and '.join(unsaid)}.")
if twice := {name for name in NAMES if NAMES.count(name) > 1}:
    raise ValueError(f"Two measures are called {' and '.join(sorted(twice))}.")
