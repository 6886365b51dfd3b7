"""Answers to questions: in columns of the audits, or one a row on a sheet of their own."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from qa_analysis.contract import problems
from qa_analysis.contract.columns import ANSWERS
from qa_analysis.contract.problems import SOURCE
from qa_analysis.contract.rules import issue
from qa_analysis.text import fold

PREFIX = "answers: "
_OF_AUDIT = ["audit_date", "quarter", "month", "level_of_need"]


def of_known_audits(
    tables: Mapping[str, pd.DataFrame], left_out: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the rows of the sheet of answers that are of audits in use, the issues, and the rows left out.

    An answer of an audit that does not count is left out with it. One of an audit that is not there is held back, and
    so is one to a question that the audit's own row answers.
    """
    rows, audits = tables[ANSWERS.table], tables["audits"]
    if rows.empty:
        return rows, problems.none(), rows[SOURCE]
    known = rows["audit_id"].isin(audits["audit_id"])
    out = ~known & rows["audit_id"].isin(left_out["audit_id"])
    own = {fold(name.removeprefix(PREFIX)): name for name in map(str, audits) if name.startswith(PREFIX)}
    asked = rows["question"].map(fold).map(own)
    twice = pd.Series(False, index=rows.index)
    for name in asked.dropna().unique():
        here = rows[asked == name]
        answered = audits.loc[audits[name].notna(), "audit_id"]
        twice[here.index] = here["audit_id"].isin(answered)
    unknown = ~known & ~out
    found = pd.concat([
        problems.of_rows(rows[unknown], issue("unknown_audit_of_an_answer"), "Audit ID", rows["audit_id"][unknown]),
        problems.of_rows(rows[twice], issue("answered_twice"), "Question"),
    ])  # fmt: skip
    kept = rows[known & ~twice].reset_index(drop=True)
    return kept, found, rows.loc[out, SOURCE]


def with_their_audits(rows: pd.DataFrame, audits: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the sheet of answers with the date, quarter and level of need of their audits."""
    return of_their_audits(rows, audits, _OF_AUDIT)


def of_their_audits(rows: pd.DataFrame, audits: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return rows that name audits with some columns of these."""
    of = audits if len(rows) else audits.head(0)
    return rows.join(of.set_index("audit_id")[names], on="audit_id")


def one_spelling_each(written: pd.Series, known: list[str]) -> pd.Series:
    """Return questions as the headings that ask the same have them, else as the first of them is written.

    Examples
    --------
    >>> one_spelling_each(pd.Series(["SEEN ALONE?", "Safe", "safe?"]), ["Seen alone"]).tolist()
    ['Seen alone', 'Safe', 'Safe']
    """
    names = {fold(each): each for each in reversed([*known, *written.unique()])}
    return written.map(lambda text: names[fold(text)]).astype("str")
