"""One rule for all names: what differs in case, spacing, dashes and full stops only is one, as most often written.

For identifiers leading noughts and a `.0` say nothing, either. What was joined is told in a table.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from qa_analysis.contract.columns import COMMENTARY, COMPARATORS, SHEETS, Column, Sheet
from qa_analysis.text import fold, plural

LONG_NAMES = ("activity",)  # of the long texts those that rows are grouped by
_ONE_SHAPE = re.compile(r"(\D*?)(\d+)")
_NOUGHTS = re.compile(r"(?<!\d)0+(?=\d)")


def fold_identifier(text: str) -> str:
    """Return an identifier for comparing: as a name, without leading noughts and a `.0`; two numbers in it stay two.

    Examples
    --------
    >>> {fold_identifier(each) for each in ("DD-017", "dd 17", "DD–017", "DD017")}, fold_identifier("771.0")
    ({'dd17'}, '771')
    >>> fold_identifier("2025/001") == fold_identifier("2025-1"), fold_identifier("1-11") == fold_identifier("11-1")
    (True, False)
    """
    return _NOUGHTS.sub("", fold(text).replace(".", "-"))


def one_name_each(tables: Mapping[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return typed tables with one spelling for each name and identifier, and what was joined.

    Columns of one name are taken together, so that a team is spelled alike on all sheets.

    Returns
    -------
    tuple
        The tables, and `table`, `column` (heading) and `spelling` (“NORTH → North”; of identifiers only how many).
    """
    new = dict(tables)
    joined: list[tuple[str, str, str]] = []
    together: defaultdict[str, list[tuple[Sheet, Column]]] = defaultdict(list)
    for sheet in SHEETS:
        for column in sheet.columns if sheet.table in tables and sheet not in (COMMENTARY, COMPARATORS) else ():
            if _is_name(column) or column.identifies:
                together[column.name].append((sheet, column))
    for name, places in together.items():
        identifies = places[0][1].identifies
        if name == "reaudit_of":
            continue
        values = [new[sheet.table][name] for sheet, _ in places]
        respelled = _respelled(values, fold_identifier if identifies else fold, places[0][1].several, identifies)
        for sheet, column in places if respelled else ():
            rows = new[sheet.table][name].isin(list(respelled))
            changed = new[sheet.table].loc[rows, name]
            now = new[sheet.table][name].where(~rows, changed.map(respelled)).astype("str")
            new[sheet.table] = new[sheet.table].assign(**{name: now})
            joined += ((sheet.table, column.heading, spelling) for spelling in _told(column, changed, respelled))
    if "audits" in new:
        new["audits"] = _with_earlier_audits(new["audits"])
    return new, pd.DataFrame(joined, columns=["table", "column", "spelling"], dtype="str")


def _is_name(column: Column) -> bool:
    return column.kind == "text" and (not column.long or column.name in LONG_NAMES) and not column.identifies


def _told(column: Column, changed: pd.Series, respelled: Mapping[str, str]) -> list[str]:
    different = sorted(changed.unique())
    if column.identifies:
        return [f"{plural(len(different), 'spelling')} of another"] if different else []
    return [f"{old} → {respelled[old]}" for old in different]


def _respelled(
    columns: Iterable[pd.Series], alike: Callable[[str], str], several: bool, identifies: bool
) -> dict[str, str]:
    """Return the spellings that are changed: to the one used most, of two used as often the first in the alphabet."""
    columns = [values for values in columns if len(values)]
    if identifies and all(map(_of_one_shape, columns)):
        return {}
    times: Counter[str] = Counter()
    for values in columns:
        times.update({str(text): int(number) for text, number in values.value_counts().items()})
    parts: Counter[str] = Counter()
    for text, number in times.items():
        parts.update(dict.fromkeys(text.split("; ") if several else [text], number))
    best: dict[str, str] = {}
    for part in sorted(parts, key=lambda each: (-parts[each], each)):
        best.setdefault(alike(part) or part, part)
    spelled = {part: best[alike(part) or part] for part in parts}
    new = {text: _as_spelled(text, spelled, several) for text in times}
    return {old: now for old, now in new.items() if old != now}


def _as_spelled(text: str, spelled: Mapping[str, str], several: bool) -> str:
    return "; ".join(dict.fromkeys(spelled[part] for part in text.split("; "))) if several else spelled[text]


def _of_one_shape(values: pd.Series) -> bool:
    """Return whether identifiers are all one prefix and as many digits, so that no two that differ are alike."""
    known = values.dropna() if values.hasnans else values
    shape = _ONE_SHAPE.fullmatch(str(known.iloc[0])) if len(known) else None
    if shape is None:
        return not len(known)
    return bool(known.str.match(f"^{re.escape(shape[1])}[0-9]{{{len(shape[2])}}}$").all())


def _with_earlier_audits(audits: pd.DataFrame) -> pd.DataFrame:
    """Return the audits with the earlier audit's ID as it is written there; 0 is none, unless an audit has that ID."""
    earlier = audits["reaudit_of"].dropna()
    known = audits.loc[audits["audit_id"].isin(earlier), "audit_id"]  # isin is slow for long lists to look in
    strange = earlier[~earlier.isin(known)]
    if strange.empty:
        return audits
    wanted = {fold_identifier(text) for text in strange.unique()}
    ids = audits["audit_id"].dropna().unique()
    names = {folded: text for text in ids if (folded := fold_identifier(text)) in wanted}
    found = strange.map(lambda text: names.get(fold_identifier(text), None if text == "0" else text))
    now = audits["reaudit_of"].astype(object)
    now.loc[found.index] = found
    return audits.assign(reaudit_of=now.astype("str"))
