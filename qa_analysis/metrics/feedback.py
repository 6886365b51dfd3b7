"""What families and partners said, in numbers. `All` is every quote, those without a level of need too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.metrics.measure import Measure, Population
from qa_analysis.metrics.share import with_whole_service

if TYPE_CHECKING:
    from qa_analysis.store.data import Data


def _quotes(data: Data, _quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the quotes, their tones in lower case."""
    return data.feedback.assign(tone=data.feedback["tone"].cat.rename_categories(str.lower))


def _scores(quotes: pd.DataFrame, _data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the lowest and the highest score given; where nobody gave one, or scales differ, there is no row."""
    scored = quotes[quotes["quarter"].isin(quarters)].dropna(subset="score").astype({"score": float})
    keys = ["quarter", "level_of_need", "tone"]
    scores = with_whole_service(scored).groupby(keys, observed=True)
    spans = scores.agg(lowest=("score", "min"), highest=("score", "max"), scales=("score_out_of", "nunique"))
    spans = spans[spans.pop("scales") == 1].reset_index()
    long = spans.melt(keys, var_name="end", ignore_index=False).sort_index(kind="stable").reset_index(drop=True)
    return long.astype({"level_of_need": "str", "tone": "str", "end": "str", "value": float})


QUOTES = Population("feedback", "quote", "quotes", made=_quotes)
MEASURES = (
    Measure(
        name="feedback", title="Quotes by tone, of all quotes", counts="quotes by tone", of=QUOTES, by=("tone",),
        kind="part",
    ),
    Measure(
        name="feedback_source", title="Quotes by who gave them, of the quotes of that tone",
        counts="quotes by tone and by who gave them, “positive: Mother”", out_of="quotes of that tone", of=QUOTES,
        by=("tone", "source"), kind="part", cells="counted",
    ),
    Measure(
        name="feedback_scored", title="Quotes with a score, of the quotes of that tone",
        counts="quotes with a score, by tone", out_of="quotes of that tone", of=QUOTES, by=("tone",),
        where=lambda quotes, _: quotes["score"].notna(), kind="part",
    ),
    Measure(
        name="feedback_score", title="Lowest and highest score given",
        counts="`value`: the lowest and the highest score, by tone", of=QUOTES, table=_scores, by=("tone", "end"),
        kind="value",
    ),
)  # fmt: skip
