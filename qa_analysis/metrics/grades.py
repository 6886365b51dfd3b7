"""Final grades of deep-dive audits: their distribution, the shares Good or better and Inadequate, and the targets.

An audit that was not graded is an audit completed, but in no denominator here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from qa_analysis.metrics.measure import Measure, Population
from qa_analysis.text import fold, through_different

if TYPE_CHECKING:
    from qa_analysis.store.data import Data


def chosen_at_random(reasons: pd.Series[str]) -> pd.Series[bool]:
    """Tell which reasons for choosing a record are that it was chosen at random: those that begin with the word.

    Examples
    --------
    >>> chosen_at_random(pd.Series(["Random sample", "Re-audit", None])).tolist()
    [True, False, False]
    """
    return through_different(reasons, lambda reason: fold(reason).startswith("random")).eq(True)


def _targets(_audits: pd.DataFrame, data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the shares that a council aims at, as its settings have them: they are drawn as lines in the charts."""
    rows = [
        (quarter, target.level_of_need, f"{target.measure}: {target.label}", target.percent)
        for quarter in quarters
        for target in data.settings.targets
    ]
    types: dict[str, Any] = {"level_of_need": "str", "category": "str", "percent": float}
    return pd.DataFrame(rows, columns=["quarter", *types]).astype(types)


GRADED = Population("audits", "audit", "audits", lambda audits, _: audits["graded"], whole="graded audits")
CHOSEN_AT_RANDOM = Population(
    "audits", "audit", "audits", lambda audits, _: audits["graded"] & chosen_at_random(audits["selection"]),
    whole="graded audits with a reason that begins with “random”",
)  # fmt: skip
CHOSEN_FOR_A_REASON = Population(
    "audits", "audit", "audits",
    lambda audits, _: audits["graded"] & audits["selection"].notna() & ~chosen_at_random(audits["selection"]),
    whole="graded audits with a reason that does not begin with “random”",
)  # fmt: skip
GRADED_BY_THE_AUDITOR = Population(
    "audits", "audit", "audits", lambda audits, _: audits["overall_grade"].notna(),
    whole="audits that the auditor graded",
)  # fmt: skip

GRADE = Measure(
    name="grade", title="Final grades, of the graded audits", counts="graded audits with each final grade",
    of=GRADED, by=("final_grade",), public="whole service",
)  # fmt: skip
GOOD_OR_BETTER = Measure(
    name="good_or_better", title="Audits graded {good}, of the graded audits",
    counts="graded audits that are {good}; also by month", of=GRADED,
    where=lambda audits, _: audits["good_or_better"], monthly="too", headline="Audits graded {good}",
    said=("was {good}", "were {good}"), public="by level of need",
    public_words="{good}, of the audits that were graded",
)  # fmt: skip
INADEQUATE = Measure(
    name="inadequate", title="Audits graded {failing}, of the graded audits",
    counts="graded audits that are {failing}; also by month", of=GRADED,
    where=lambda audits, _: audits["inadequate"], monthly="too", headline="Audits graded {failing}",
    said=("was {failing}", "were {failing}"), public="whole service",
    public_words="{failing}, of the audits that were graded",
)  # fmt: skip
MEASURES = (
    GRADE,
    GOOD_OR_BETTER,
    INADEQUATE,
    Measure(
        name="good_or_better_at_random", title="Audits graded {good}, of records chosen at random",
        counts="graded audits {good}, of records chosen at random", of=CHOSEN_AT_RANDOM, where=GOOD_OR_BETTER.where,
    ),
    Measure(
        name="inadequate_at_random", title="Audits graded {failing}, of records chosen at random",
        counts="graded audits {failing}, of records chosen at random", of=CHOSEN_AT_RANDOM, where=INADEQUATE.where,
    ),
    Measure(
        name="good_or_better_for_a_reason", title="Audits graded {good}, of records chosen for a reason",
        counts="graded audits {good}, of records chosen for any other reason", of=CHOSEN_FOR_A_REASON,
        where=GOOD_OR_BETTER.where,
    ),
    Measure(
        name="good_or_better_by_auditor", title="Audits graded {good} by the auditor, of those the auditor graded",
        counts="audits to which the auditor gave {good}, whatever moderation made of it", of=GRADED_BY_THE_AUDITOR,
        where=lambda audits, data: audits["overall_grade"].isin(data.settings.good_grades),
    ),
    Measure(
        name="inadequate_by_auditor", title="Audits graded {failing} by the auditor, of those the auditor graded",
        counts="audits to which the auditor gave {failing}, whatever moderation made of it", of=GRADED_BY_THE_AUDITOR,
        where=lambda audits, data: audits["overall_grade"].isin([e.name for e in data.settings.grades if e.failing]),
    ),
    Measure(
        name="target", title="Targets of the settings",
        counts="`percent`: a target from the settings, for the measure it names", of=GRADED, table=_targets,
        by=("category",), kind="value",
    ),
)  # fmt: skip
