"""The figures of a quarter as they were signed off, in `data/signed_off/<quarter>`, and what is another since.

A record is three files that people can read: `record.toml`, `figures.csv` as published but for teams, and `audits.csv`
with a keyed hash of each audit's ID in the place of all that tells whose it is. The key is one for the whole project.
"""

from __future__ import annotations

import csv
import hmac
import io
import json
import secrets
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from qa_analysis.cleaning.alike import fold_identifier
from qa_analysis.contract.project import signed_off_folder
from qa_analysis.contract.quarters import quarter_name, quarter_slug
from qa_analysis.errors import InputError
from qa_analysis.metrics.restated import AUDIT, FEW, KEYS, NUMBERS, OF_TEAMS, Audits, Restated, changed_audits, restated
from qa_analysis.store.files import cannot_be_written, defused, write_csv, write_text
from qa_analysis.store.kept import digest
from qa_analysis.store.own import FILE

if TYPE_CHECKING:
    from qa_analysis.store.data import Data

RECORD, FIGURES, AUDITS = "record.toml", "figures.csv", "audits.csv"
_KEY = "key.txt"
_NEW = ".new-"
_EARLIER = "{slug} (earlier {number})"
_SHOWN = 12  # characters of a checksum
_OF_THE_PAGE = {
    "organisation", "board", "report_name", "protective_marking", "comparators", "quotes_shown", "findings_shown",
    "small_number_threshold", "public_again", "targets",
}  # fmt: skip


@dataclass(frozen=True)
class SignedOff:
    """The record of a signed-off quarter: by which role and when, and of what program and settings it is."""

    folder: Path
    by: str
    on: pd.Timestamp
    version: str
    settings: Mapping[str, str]
    key: str


@dataclass(frozen=True)
class Since:
    """What is another since a quarter was signed off; `audits` where the key that tells them is there."""

    quarter: pd.Period
    record: SignedOff
    figures: Restated
    audits: Audits | None
    settings: Sequence[str]  # the names of those that are others

    @property
    def program(self) -> tuple[str, str] | None:
        """Return the program's version then and now, where it is another."""
        now = version("qa-analysis")
        return None if self.record.version == now else (self.record.version, now)


def signed_off(project: Path, quarter: pd.Period) -> SignedOff | None:
    """Return the record of a quarter, or None where it is not signed off.

    Raises
    ------
    InputError
        If somebody has changed the record so that it cannot be read.
    """
    folder = _folder(project, quarter)
    path = folder / RECORD
    if not path.is_file():
        return None
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        on = pd.Timestamp(told["on"])
        return SignedOff(folder, str(told["by"]), on, str(told["version"]), dict(told["settings"]), str(told["key"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _not_readable(path, error) from None


def since_signed_off(data: Data, table: pd.DataFrame, quarters: Sequence[pd.Period]) -> list[Since]:
    """Return what is another of those quarters that are signed off.

    Parameters
    ----------
    table
        All figures of the quarters, as `store.figures.figures` returns them.
    quarters
        The quarters to look at, those that are not signed off among them.
    """
    if not signed_off_folder(data.project).is_dir():
        return []
    records = [(each, record) for each in quarters if (record := signed_off(data.project, each))]
    return [_since(data, table, quarter, record) for quarter, record in records]


def _since(data: Data, table: pd.DataFrame, quarter: pd.Period, record: SignedOff) -> Since:
    name = quarter_name(quarter)
    now = table[table["quarter"] == name]
    texts = now[KEYS].map(defused)
    was, numbers = _read(record.folder / FIGURES, [*KEYS, *NUMBERS, "quarter"]), now[NUMBERS].astype(float)
    was = was[was["quarter"] == name]
    try:
        figures_then = was[KEYS].join(was[NUMBERS].mask(was[NUMBERS] == "").apply(pd.to_numeric).astype(float))
        found = restated(figures_then, texts.join(numbers))
    except ValueError as error:
        raise _not_readable(record.folder / FIGURES, error) from None
    audits = _changed(data, quarter, record)
    settings, then = _settings(data), record.settings
    others = [name for name in settings if name in then and settings[name] != then[name]]
    others += [FILE] if (FILE in settings) != (FILE in then) else []
    return Since(quarter, record, found, audits, others)


def few_changed(data: Data, quarter: pd.Period) -> bool:
    """Tell whether a quarter is signed off and some, but fewer than five, of its audits are others since."""
    record = signed_off(data.project, quarter) if signed_off_folder(data.project).is_dir() else None
    audits = _changed(data, quarter, record) if record else None
    return audits is not None and 0 < sum(audits) < FEW


def _changed(data: Data, quarter: pd.Period, record: SignedOff) -> Audits | None:
    key = _key(data.project)
    if not key or _fingerprint(key) != record.key:
        return None
    return changed_audits(_read(record.folder / AUDITS, AUDIT), _hashed(data.audits, quarter, key))


def keep(data: Data, quarter: pd.Period, figures: Path, *, by: str, on: date, note: str) -> Path:
    """Keep a quarter's published figures as signed off, whole or not at all, and return the folder of the record.

    One that is there is kept beside it, under a name of its own.

    Raises
    ------
    InputError
        If the folder may not be written to.
    """
    home, slug = signed_off_folder(data.project), quarter_slug(quarter)
    beside = home / f"{_NEW}{slug}"
    try:
        shutil.rmtree(beside, ignore_errors=True)  # what was cut off
        beside.mkdir(parents=True)
        key = _key(data.project) or secrets.token_hex(32)
        write_text(home / _KEY, f"{key}\n")
        write_text(beside / FIGURES, _without_teams(figures.read_text(encoding="utf-8")))
        write_csv(beside / AUDITS, _hashed(data.audits, quarter, key))
        write_text(beside / RECORD, _record(data, quarter, _fingerprint(key), by, on, note))
        there = _folder(data.project, quarter)
        if there == home / slug and there.is_dir():
            there.rename(home / _EARLIER.format(slug=slug, number=len(_earlier(home, slug)) + 1))
        return beside.rename(home / slug)
    except OSError as error:
        raise InputError(cannot_be_written(error, home)) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def digest_of_records(project: Path, quarters: Sequence[pd.Period]) -> str:
    """Return a digest of what is signed off of some quarters; an empty text where nothing is."""
    if not signed_off_folder(project).is_dir():
        return ""
    paths = [
        folder / name for each in quarters for folder in [_folder(project, each)] for name in (RECORD, FIGURES, AUDITS)
    ]
    return "\n".join(digest(path.read_bytes()) for path in paths if path.is_file())


def _folder(project: Path, quarter: pd.Period) -> Path:
    """Return where the record of a quarter is: of a sign-off that was cut off while it came in place, the earlier."""
    home, slug = signed_off_folder(project), quarter_slug(quarter)
    current = home / slug
    return current if current.is_dir() else next(reversed(_earlier(home, slug)), current)


def _earlier(home: Path, slug: str) -> list[Path]:
    """Return the earlier records of a quarter, the newest last."""
    numbered = (home / _EARLIER.format(slug=slug, number=number) for number in range(1, len(list(home.glob("*"))) + 1))
    return [folder for folder in numbered if folder.is_dir()]


def _record(data: Data, quarter: pd.Period, key: str, by: str, on: date, note: str) -> str:
    """Return a record as TOML."""
    inputs = zip(data.inputs["file"], data.inputs["sha256"], strict=True)
    lines = [
        "# The figures of a quarter as they were signed off. Keep this folder, and key.txt beside it.",
        f"quarter = {_text(quarter_name(quarter))}",
        f"by = {_text(by)}",
        f"on = {on.isoformat()}",
        f"note = {_text(note)}",
        f"version = {_text(version('qa-analysis'))}",
        f"key = {_text(key)}",
        "",
        "[inputs]",
        *(f"{_text(name)} = {_text(checksum)}" for name, checksum in inputs),
        "",
        "[settings]",
        *(f"{_text(name)} = {_text(checksum)}" for name, checksum in _settings(data).items()),
    ]
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # what TOML escapes, too


def _settings(data: Data) -> dict[str, str]:
    """Return the start of a checksum of each setting that figures may hang on, and of the project's own measures."""
    values: dict[str, Any] = data.settings.model_dump(mode="json", exclude=_OF_THE_PAGE)
    told = {name: digest(json.dumps(value, sort_keys=True).encode())[:_SHOWN] for name, value in values.items()}
    own = data.project / FILE
    return told | ({FILE: digest(own.read_bytes())[:_SHOWN]} if own.is_file() else {})


def _hashed(audits: pd.DataFrame, quarter: pd.Period, key: str) -> pd.DataFrame:
    """Return the audits of a quarter without what tells whose they are, in the order of their hashes."""
    rows = audits[audits["quarter"] == quarter]
    secret = bytes.fromhex(key)
    hashes = [hmac.digest(secret, fold_identifier(each).encode(), "sha256").hex()[:32] for each in rows["audit_id"]]
    grades = {name: rows[name].astype("str").fillna("") for name in AUDIT[1:4]}
    moderated = rows["moderated"].map({True: "yes", False: "no"}).astype("str")
    table = rows[[]].assign(audit=hashes, quarter=quarter_name(quarter), **grades, moderated=moderated).astype("str")
    return table.map(defused).sort_values("audit", ignore_index=True)


def _without_teams(published: str) -> str:
    """Return published figures without those of teams, line by line as they are."""
    heads, *rows = csv.reader(io.StringIO(published))
    kept, place = io.StringIO(), heads.index("measure")
    csv.writer(kept, lineterminator="\n").writerows([heads, *(row for row in rows if row[place] not in OF_TEAMS)])
    return kept.getvalue()


def _key(project: Path) -> str:
    """Return the key of the hashes; an empty text where there is none that can be used."""
    path = signed_off_folder(project) / _KEY
    try:
        key = path.read_text(encoding="utf-8").strip()
        return key if bytes.fromhex(key) else ""
    except (OSError, ValueError):
        return ""


def _fingerprint(key: str) -> str:
    return digest(bytes.fromhex(key))[:_SHOWN]


def _read(path: Path, columns: list[str]) -> pd.DataFrame:
    try:
        return pd.read_csv(path, dtype="str", keep_default_na=False)[columns]
    except (OSError, ValueError, KeyError) as error:
        raise _not_readable(path, error) from None


def _not_readable(path: Path, error: Exception) -> InputError:
    why = f"{type(error).__name__}: {error}"
    return InputError(
        f"{path}: cannot be read ({why}). Put it back from a backup, or move its folder elsewhere: the quarter is a "
        "draft again then."
    )
