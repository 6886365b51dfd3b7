"""References to people that were written into free texts: taken out, so that no page can print them."""

from __future__ import annotations

import re

import pandas as pd

from qa_analysis import problems
from qa_analysis.contract import SHEETS
from qa_analysis.problems import WARNING
from qa_analysis.values import through_different

REMOVED = "[reference removed]"
_LIKE_A_REFERENCE = re.compile(r"\b(?=[\w/-]*[^\W\d_])(?=[\w/-]*\d)\w[\w/-]*\w")
_IDENTIFIERS = ("audit_id", "reaudit_of", "action_id")


def redact(tables: dict[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return the tables with the references that they hold taken out of their free texts, and the warnings found.

    A reference of a child, family or auditor, or an Audit ID, is looked for where it has a letter and a digit:
    a role or a bare number names nobody. In its place stands `[reference removed]`.
    """
    known = _references(tables)
    redacted, found = dict(tables), [problems.none()]
    for sheet in SHEETS:
        table = tables[sheet.table]
        for column in sheet.columns:
            if column.kind != "text" or column.prefix or column.name in _IDENTIFIERS or table.empty:
                continue
            texts = table[column.name]
            clean = through_different(texts, lambda text: _without(str(text), known)).astype("str")
            rows = table[texts.notna() & (clean != texts)]
            if rows.empty:
                continue
            redacted[sheet.table] = redacted[sheet.table].assign(**{column.name: clean})
            says = {"reason": "holds a reference of a child, family, auditor or audit: taken out of the text"}
            remedy = {"remedy": "Write it without the reference."}
            found.append(problems.of_rows(rows, WARNING, column.heading, "", says | remedy))
    return redacted, pd.concat(found)


def _references(tables: dict[str, pd.DataFrame]) -> set[str]:
    columns = [(sheet.table, column.name) for sheet in SHEETS for column in sheet.columns if column.kind == "reference"]
    every = pd.concat([tables[table][name].dropna() for table, name in [*columns, ("audits", "audit_id")]])
    return {text.casefold() for text in every.unique() if _LIKE_A_REFERENCE.fullmatch(text)}


def _without(text: str, known: set[str]) -> str:
    def shown(found: re.Match[str]) -> str:
        return REMOVED if found[0].casefold() in known else found[0]

    return _LIKE_A_REFERENCE.sub(shown, text)
