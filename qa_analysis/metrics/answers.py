"""Answers to questions: of the records to which a question applies, in how many it was answered Yes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.metrics.measure import Measure, Population

if TYPE_CHECKING:
    from qa_analysis.store.data import Data

YES, PARTLY, NO = THAT_COUNT = ("Yes", "Partly", "No")


def _that_apply(data: Data, _quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the answers but those that say that the question does not apply."""
    answers = data.answers[data.answers["answer"].isin(THAT_COUNT)]
    return answers.assign(answer=answers["answer"].cat.set_categories(list(THAT_COUNT)))


THAT_APPLY = Population(
    "answers", "answer", "answers", made=_that_apply, whole="answers to the question that are not N/A"
)
MEASURES = (
    Measure(
        name="answer", title="Answers to each question, of those to which it applies",
        counts="answers Yes, Partly and No to each question", of=THAT_APPLY, by=("question", "answer"),
        cells="ever with rows",
    ),
)  # fmt: skip
