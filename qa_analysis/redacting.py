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
_RUN = re.compile(r"[\w/-]+")
_EDGES = "/-_"
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
    """Return a text without the references that are known, also where one stands between slashes.

    Examples
    --------
    >>> _without("See child/CH-04471/2025 (CH-04471).", {"ch-04471"})
    'See child/[reference removed]/2025 ([reference removed]).'
    >>> _without("FAM/12 and EH/12", {"fam/12"})
    '[reference removed] and EH/12'
    """
    return _RUN.sub(lambda found: _shown(found[0], known), text)


def _shown(run: str, known: set[str]) -> str:
    if run.strip(_EDGES).casefold() in known:
        return run.replace(run.strip(_EDGES), REMOVED)
    if "/" not in run:
        return run
    return "/".join(_shown(part, known) for part in run.split("/"))
