"""Scores and what they are out of: as a cell, a column, the heading or the settings say; no scale is guessed."""

from __future__ import annotations

import pandas as pd

from qa_analysis.cleaning.values import as_text
from qa_analysis.contract import problems
from qa_analysis.contract.problems import SOURCE
from qa_analysis.contract.rules import issue
from qa_analysis.contract.settings import Settings
from qa_analysis.text import plural

_OF = r"^\s*(?P<score>-?\d+(?:\.\d+)?)\s*(?:/|out of)\s*(?P<out_of>\d{1,3})\s*$"


def with_scales(feedback: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the rows of feedback, as gathered, with scores as numbers and what they are out of, where it is known.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> rows = pd.DataFrame({"score": ["8/10", "4", "4 out of 5"], "score_out_of": [None, None, "5"]})
    >>> with_scales(rows, load_settings(Path())).to_numpy().tolist()
    [['8', '10'], ['4', nan], ['4', '5']]
    """
    if "score" not in feedback:
        return feedback
    score = as_text(feedback["score"])
    parts = score.str.extract(_OF)
    said = as_text(feedback["score_out_of"]) if "score_out_of" in feedback else pd.Series(pd.NA, index=score.index)
    out_of = parts["out_of"].fillna(said)
    if settings.score_out_of:
        out_of = out_of.mask(out_of.isna() & score.notna(), str(settings.score_out_of))
    of_cell = parts["score"].notna()
    return feedback.assign(score=feedback["score"].where(~of_cell, parts["score"]), score_out_of=out_of.astype("str"))


def on_their_scale(feedback: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return typed feedback without the scores that have no meaning, and what is said of each.

    Those of which nothing says what they are out of are told once a sheet; those that are more than that, row by row.
    """
    score, out_of = feedback["score"], feedback["score_out_of"]
    unknown = feedback[score.notna() & out_of.isna()]
    wrong = feedback[(score > out_of).fillna(False).astype(bool)]
    value, most = (wrong[name].map("{:g}".format).astype("str") for name in ("score", "score_out_of"))
    sheets = unknown.groupby(SOURCE[:2], sort=False, as_index=False).size().assign(source_row=None)
    number = sheets["size"].map(lambda rows: plural(rows, "row")).astype("str")
    found = [
        problems.of_rows(sheets, issue("unknown_scale", rows=number), "Score"),
        problems.of_rows(wrong, issue("score_beyond_its_scale", nearest=most), "Score", value),
    ]
    told = pd.concat(found)
    return feedback.assign(score=score.mask(feedback.index.isin([*unknown.index, *wrong.index]))), told
