"""The cleaned tables on disk, and `load`, which makes them when they are missing or older than the raw files."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from qa_analysis.cleaning import naming
from qa_analysis.cleaning.clean import Cleaned, clean
from qa_analysis.cleaning.schemas import check_tables
from qa_analysis.contract import problems
from qa_analysis.contract.columns import SHEETS
from qa_analysis.contract.problems import DOUBT, HELD_BACK, most_costly
from qa_analysis.contract.project import processed_folder, project_at, raw_files, raw_folder
from qa_analysis.contract.quarters import parse_quarter, quarter_name
from qa_analysis.contract.settings import Settings, load_settings
from qa_analysis.errors import InputError
from qa_analysis.reading.sheets import Reading, read_raw, read_what_can_be
from qa_analysis.store.files import cannot_be_written, held, write_csv, write_text

HELD_BACK_COLUMNS = [name for name in problems.COLUMNS if name != "kind"]
_DERIVED = ("sub_grades", "answers", "audit_actions", "audits_left_out")
_TABLES = [*(sheet.table for sheet in SHEETS), *_DERIVED, "problems", "ledger", "reading"]
_MANIFEST = "manifest.json"
_FORM = 7  # raised where the columns of the tables change, so that tables of an earlier form are made again


@dataclass(frozen=True, repr=False)
class Data:
    """A project's cleaned tables, and what they were made from.

    `inputs` has one row a raw file: `file` and `sha256`. `is_example` tells fictional data from real ones. In names of
    files, sheets and practice areas, references are taken out (see `naming`). `issues` has the code and the parts of
    all that a person may want to mend, and `problems` the same in sentences.
    """

    project: Path
    settings: Settings
    is_example: bool
    inputs: pd.DataFrame
    audits: pd.DataFrame
    sub_grades: pd.DataFrame
    answers: pd.DataFrame
    answer_rows: pd.DataFrame
    audits_left_out: pd.DataFrame
    multi_agency_audits: pd.DataFrame
    thematic_audits: pd.DataFrame
    manager_qa: pd.DataFrame
    findings: pd.DataFrame
    feedback: pd.DataFrame
    actions: pd.DataFrame
    audit_actions: pd.DataFrame
    commentary: pd.DataFrame
    audit_plan: pd.DataFrame
    comparators: pd.DataFrame
    issues: pd.DataFrame
    ledger: pd.DataFrame
    reading: pd.DataFrame

    @cached_property
    def problems(self) -> pd.DataFrame:
        """The issues in sentences, those that hold back one row in one line."""
        return problems.told(self.issues)

    @property
    def quarters(self) -> list[pd.Period]:
        """The quarters that have audits, earliest first."""
        return sorted(self.audits["quarter"].unique())

    @property
    def data_cut(self) -> pd.Timestamp:
        """The newest audit date."""
        newest: pd.Timestamp = self.audits["audit_date"].max()
        return newest

    def __repr__(self) -> str:
        """Return the tables with their numbers of rows."""
        tables = "\n".join(f"  {name}: {len(getattr(self, name)):,} rows" for name in _TABLES)
        span = f"{quarter_name(self.quarters[0])} to {quarter_name(self.quarters[-1])}"
        return f"{'Fictional example data' if self.is_example else 'Data'} of {self.project}, {span}\n{tables}"


def load(project_dir: str | Path | None = None, *, skip_bad_files: bool | None = None) -> Data:
    r"""Return a project's cleaned tables, cleaning first when that has not been done since the raw files changed.

    Parameters
    ----------
    project_dir
        The project's folder; without it the nearest one upwards from where the program runs that has `data/raw`.
    skip_bad_files
        Whether raw files that cannot be read are left out. By default tables that were cleaned without them are
        taken as they are, so that a notebook sees what the run that started it saw; False never takes such tables.

    Returns
    -------
    Data
        The tables, the settings, and what they were made from.

    Raises
    ------
    InputError
        If there is no project, or its raw files or settings cannot be used.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as project:
    ...     raw = Path(project) / "data" / "raw"
    ...     raw.mkdir(parents=True)
    ...     heads, row = "Audit ID,Audit date,Level of need,Overall grade", "A-1,3 Sept 2025,Early Help,RI"
    ...     _ = (raw / "audits.csv").write_text(f"{heads}\n{row}\n", encoding="utf-8")
    ...     data = load(project)
    >>> data.audits[["audit_date", "level_of_need", "final_grade"]]
      audit_date level_of_need           final_grade
    0 2025-09-03            EH  Requires improvement
    """
    project = project_at(project_dir)
    settings = load_settings(project)
    files, is_example = raw_files(project)
    stamp, skipped_too = _stamp(project, files, settings), skip_bad_files is not False
    if not _is_fresh(project, stamp, skipped_too):
        with _alone(project):
            if not _is_fresh(project, stamp, skipped_too):  # nobody else has cleaned them while we waited
                _clean(project, settings, files, bool(skip_bad_files))
    folder = processed_folder(project)
    tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in _TABLES}
    if not _is_fresh(project, stamp, skipped_too):  # another program has cleaned them anew while we read
        return load(project, skip_bad_files=skip_bad_files)
    tables, inputs = naming.shown(tables, _inputs(project))
    found = tables.pop("problems")
    return Data(project=project, settings=settings, is_example=is_example, inputs=inputs, issues=found, **tables)


def clean_project(project: Path, *, skip_bad_files: bool = False) -> Cleaned:
    """Read and clean a project's raw files, write the tables to `data/processed`, and return them.

    Writes a Parquet file for each table, `held_back.csv` (one line for each row held back), `reading.csv` (one for each
    heading: what it was taken for) and a manifest of what they were made from. With `skip_bad_files` the files that
    cannot be read are left out, each with a warning.

    Raises
    ------
    InputError
        If the raw files or the settings cannot be used; what was there before stays as it is.
    """
    with _alone(project):
        return _clean(project, load_settings(project), raw_files(project)[0], skip_bad_files)


@contextmanager
def _alone(project: Path) -> Iterator[None]:
    """Wait until no other program cleans a project, and keep others waiting."""
    folder = processed_folder(project)
    is_new = not folder.exists()
    with ExitStack() as stack:
        try:
            stack.enter_context(held(folder, wait=True))
        except OSError as error:
            raise _not_written(error, folder) from None
        try:
            yield
        except InputError:
            if is_new:
                shutil.rmtree(folder, ignore_errors=True)
            raise


def _clean(project: Path, settings: Settings, files: Sequence[Path], skip_bad_files: bool) -> Cleaned:
    stamp = _stamp(project, files, settings)
    reading = read_raw(files, raw_folder(project), settings, skip_bad_files=skip_bad_files)
    cleaned = _cleaned(reading, settings)
    _require_audits(project, cleaned)
    skipped = [bad.file for bad in reading.skipped]
    _write(processed_folder(project), cleaned, {"stamp": stamp, "inputs": reading.inputs, "skipped": skipped})
    return cleaned


def check_project(project: Path, *, skip_bad_files: bool = False) -> Cleaned:
    """Read and clean a project's raw files and write nothing.

    Where files or sheets cannot be read, or every audit is held back, all that is wrong with them and with the others
    is returned: whoever mends them needs the whole list.

    Raises
    ------
    InputError
        If there are no raw files, the settings cannot be used, or no row stands on an Audits sheet.
    """
    settings = load_settings(project)
    files, _ = raw_files(project)
    reading, unread = read_what_can_be(files, raw_folder(project), settings, skip_bad_files=skip_bad_files)
    cleaned = replace(_cleaned(reading, settings), unread=tuple(unread))
    if not (unread or cleaned.issues["kind"].isin([HELD_BACK, DOUBT]).any()):
        _require_audits(project, cleaned)
    return cleaned


def _cleaned(reading: Reading, settings: Settings) -> Cleaned:
    from qa_analysis.metrics.catalogue import NAMES

    cleaned = clean(reading, settings, NAMES)
    check_tables(cleaned.tables, settings)
    return cleaned


def _require_audits(project: Path, cleaned: Cleaned) -> None:
    """Raise InputError where no audit can be used."""
    if len(cleaned.tables["audits"]):
        return
    held = cleaned.problems[cleaned.problems["kind"] == HELD_BACK]
    doubted = most_costly(cleaned.issues, DOUBT)
    if len(doubted):
        first = f"In doubt: {in_words(problems.told(doubted).iloc[0])}"
    elif len(held):
        first = f"The first of {len(held)} rows held back: {in_words(held.iloc[0])}"
    else:
        first = "No row stands below the headings."
    raise InputError(f"{raw_folder(project)}: no audit can be used. {first}")


def in_words(problem: pd.Series[Any]) -> str:
    """Return one problem as a line: file, sheet, row, what is wrong, and what to do."""
    row = "" if pd.isna(problem["row"]) else f" row {problem['row']}"
    column = f", {problem['column']}" if problem["column"] else ""
    sheet = f" [{problem['sheet']}]" if problem["sheet"] else ""
    return f"{problem['file']}{sheet}{row}{column}: {problem['reason']}. {problem['remedy']}".strip()


def is_current(data: Data) -> bool:
    """Return whether the raw files and settings are still those that the tables were made from."""
    files, is_example = raw_files(data.project)
    settings = load_settings(data.project)
    if settings != data.settings or is_example != data.is_example:
        return False
    stamp = _stamp(data.project, files, settings)
    if not _is_fresh(data.project, stamp, skipped_too=True):
        return False
    told = pd.read_parquet(processed_folder(data.project) / "problems.parquet")
    _, inputs = naming.shown({"problems": told}, _inputs(data.project))
    return inputs.equals(data.inputs)


def chosen_quarter(data: Data, text: str | None = None) -> pd.Period:
    """Return the quarter that `text` names, or the newest one that has audits.

    Parameters
    ----------
    data
        A project's data.
    text
        A quarter as people write it; the newest that has audits where it is empty.

    Returns
    -------
    Period
        The quarter.

    Raises
    ------
    InputError
        If `text` is not a quarter, or one without audits; the message names the quarters there are.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> data = SimpleNamespace(quarters=quarters, settings=SimpleNamespace(year_start_month=4))
    >>> quarter_name(chosen_quarter(data)), quarter_name(chosen_quarter(data, "Q1 2025/26"))
    ('2025-26 Q2', '2025-26 Q1')
    """
    if not text:
        return data.quarters[-1]
    there_are = ", ".join(quarter_name(each) for each in data.quarters)
    try:
        quarter = parse_quarter(text, data.settings.year_start_month)
    except InputError as error:
        raise InputError(f"{error} There are audits of {there_are}.") from None
    if quarter not in data.quarters:
        raise InputError(f"There are no audits of {quarter_name(quarter)}. There are audits of {there_are}.")
    return quarter


def _write(folder: Path, cleaned: Cleaned, manifest: dict[str, Any]) -> None:
    """Write everything beside first; the manifest goes first and comes last, so that no half set is ever trusted."""
    beside = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
        about = {"problems": cleaned.issues, "ledger": cleaned.ledger, "reading": cleaned.reading}
        for name, table in (cleaned.tables | about).items():
            table.to_parquet(beside / f"{name}.parquet", index=False)
        held_back = problems.told(cleaned.issues[cleaned.issues["kind"] == HELD_BACK])
        write_csv(beside / "held_back.csv", problems.shown(held_back)[HELD_BACK_COLUMNS])
        write_csv(beside / "reading.csv", cleaned.reading)
        (folder / _MANIFEST).unlink(missing_ok=True)
        for made in sorted(beside.iterdir()):
            made.replace(folder / made.name)
        write_text(folder / _MANIFEST, json.dumps(manifest, indent=1))
    except OSError as error:
        raise _not_written(error, folder) from None
    finally:
        if beside:
            shutil.rmtree(beside, ignore_errors=True)


def _not_written(error: OSError, folder: Path) -> InputError:
    if not isinstance(error, PermissionError):
        return InputError(cannot_be_written(error, folder))
    return InputError(
        f"{error.filename or folder}: cannot be written. Close it in other programs, check that the folder is "
        "not read-only, then run again."
    )


def _stamp(project: Path, files: Iterable[Path], settings: Settings) -> str:
    """Return a digest of all that the cleaned tables depend on: raw files, settings and the package's version."""
    raw = raw_folder(project)
    about = [(path.relative_to(raw).as_posix(), *_size_and_time(path)) for path in files]
    parts = json.dumps([about, settings.model_dump(), version("qa-analysis"), _FORM])
    return hashlib.sha256(parts.encode()).hexdigest()


def _size_and_time(path: Path) -> tuple[int, int]:
    try:
        about = path.lstat()
    except FileNotFoundError:
        raise InputError(f"{path}: is no longer there. Run again, or put it back.") from None
    return about.st_size, about.st_mtime_ns


def _manifest(project: Path) -> dict[str, Any]:
    path = processed_folder(project) / _MANIFEST
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return manifest


def _inputs(project: Path) -> pd.DataFrame:
    return pd.DataFrame(_manifest(project)["inputs"], columns=["file", "sha256"])


def _is_fresh(project: Path, stamp: str, skipped_too: bool) -> bool:
    """Return whether the stored tables are whole and of this stamp; `skipped_too`: even if files were left out."""
    try:
        manifest = _manifest(project)
        skipped, stored = manifest["skipped"], manifest["stamp"]
    except (OSError, ValueError, KeyError):
        return False
    folder = processed_folder(project)
    return (
        stored == stamp
        and (skipped_too or not skipped)
        and all((folder / f"{name}.parquet").is_file() for name in _TABLES)
    )
