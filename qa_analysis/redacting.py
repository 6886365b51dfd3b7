"""References to people that were written into free texts: taken out, so that no page can print them."""

from __future__ import annotations

import re

import pandas as pd

from qa_analysis import problems
from qa_analysis.contract import SHEETS, free_texts
from qa_analysis.problems import WARNING
from qa_analysis.values import through_different

REMOVED = "[reference removed]"
_LIKE_A_REFERENCE = re.compile(r"\b(?=[\w/-]*[^\W\d_])(?=[\w/-]*\d)\w[\w/-]*\w")
_RUN = re.compile(r"[\w/-]+")
_EDGES = "/-_"


def redact(tables: dict[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return the tables with the references that they hold taken out of their free texts, and the warnings found.

    A reference of a child, family or auditor, or an Audit ID, is looked for where it has a letter and a digit:
    a role or a bare number names nobody. In its place stands `[reference removed]`.
    """
    texts = {
        (sheet, column): tables[sheet.table][column.name] for sheet, column in free_texts() if len(tables[sheet.table])
    }
    written = {
        word for column in texts.values() for text in column.dropna().unique() for word in _like_references(text)
    }
    known = _references(tables, written)
    redacted, found = dict(tables), [problems.none()]
    for (sheet, column), values in texts.items() if known else ():
        clean = through_different(values, lambda text: _without(str(text), known)).astype("str")
        rows = tables[sheet.table][values.notna() & (clean != values)]
        if rows.empty:
            continue
        redacted[sheet.table] = redacted[sheet.table].assign(**{column.name: clean})
        says = {"reason": "holds a reference of a child, family, auditor or audit: taken out of the text"}
        remedy = {"remedy": "Write it without the reference."}
        found.append(problems.of_rows(rows, WARNING, column.heading, "", says | remedy))
    return redacted, pd.concat(found)


def _like_references(text: str) -> set[str]:
    """Return what a text holds that may be a reference, in small letters: words with a letter and a digit.

    Examples
    --------
    >>> sorted(_like_references("See child/CH-04471 of 2025."))
    ['ch-04471', 'child/ch-04471']
    """
    runs = (run for found in _RUN.findall(text) for run in (found, *found.split("/")))
    words = {run.strip(_EDGES).lower() for run in runs}
    return {word for word in words if _LIKE_A_REFERENCE.fullmatch(word)}


def _references(tables: dict[str, pd.DataFrame], written: set[str]) -> set[str]:
    """Return which of the words `written` are references of the tables; of millions of these no list is made."""
    columns = [(sheet.table, column.name) for sheet in SHEETS for column in sheet.columns if column.kind == "reference"]
    known: set[str] = set()
    for table, name in [*columns, ("audits", "audit_id")] if written else ():
        references = tables[table][name].str.lower()
        known |= set(references[references.isin(written)])
    return known


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
    if run.strip(_EDGES).lower() in known:
        return run.replace(run.strip(_EDGES), REMOVED)
    if "/" not in run:
        return run
    return "/".join(_shown(part, known) for part in run.split("/"))
