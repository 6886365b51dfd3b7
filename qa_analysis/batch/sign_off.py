"""Sign a published quarter off: its figures are kept as they were agreed, so that later runs say what has changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qa_analysis.batch.changes import digest_of_quarter, intact, read_records
from qa_analysis.batch.index import FIGURES
from qa_analysis.batch.pages import WORD
from qa_analysis.batch.publish import finish_publications, only_run
from qa_analysis.contract.project import reports_folder
from qa_analysis.contract.quarters import quarter_name, quarter_slug
from qa_analysis.errors import InputError
from qa_analysis.text import day, legible, quoted

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from qa_analysis.store.data import Data


def sign_off(project: Path, quarter: str, by: str, on: str, note: str = "", *, again: bool = False) -> Path:
    """Keep the figures of a published quarter as they were agreed, and return the folder of the record.

    The pages that say so are made by the next run.

    Parameters
    ----------
    project
        The project's folder.
    quarter
        The quarter, as people write it.
    by
        The role that signed it off: “the Director of Children’s Services”. No name.
    on
        The day, as people write it.
    note
        What is to be remembered of it; it stands in the record alone.
    again
        Whether one that is signed off already is signed off anew; the earlier record is kept beside it.

    Raises
    ------
    InputError
        If the quarter was never published, or its data have changed since; if it is signed off already; if the day
        cannot be read, or the role or the note names somebody.
    ReportError
        If a run is at work.
    """
    from qa_analysis.store.data import chosen_quarter, load
    from qa_analysis.store.signed_off import keep, signed_off

    reports = reports_folder(project)
    with only_run(reports):
        finish_publications(reports)
        data = load(project)
        chosen = chosen_quarter(data, quarter)
        role, told = (" ".join(legible(text).split()) for text in (by, note))
        require_nobody_is_named(data, role, told)
        date = _day(on, data)
        if date < chosen.start_time.date():
            raise InputError(f"{quoted(on)} is before {quarter_name(chosen)} began. Give the day of the sign-off.")
        if (there := signed_off(project, chosen)) and not again:
            raise InputError(
                f"{quarter_name(chosen)} was signed off by {there.by} on {day(there.on)}. To sign it off anew, add "
                "--again; the earlier record is kept beside the new one."
            )
        _require_published(data, chosen, reports)
        return keep(data, chosen, reports / quarter_slug(chosen) / FIGURES, by=role, on=date, note=told)


def _require_published(data: Data, quarter: pd.Period, reports: Path) -> None:
    """Raise InputError unless what is published of a quarter is of the data, and as it was published."""
    name, slug = quarter_name(quarter), quarter_slug(quarter)
    run = f'qa-analysis run --quarter "{name}"'
    record, folder = read_records(reports).get(slug), reports / slug
    if record is None or not (folder / FIGURES).is_file():
        raise InputError(f"{name} has not been published. Run first ({run}), and look at its pages.")
    if record["data"] != digest_of_quarter(data, quarter):
        raise InputError(f"The pages of {name} are older than its data. Run first ({run}), and look at them again.")
    if not intact(folder, record, [file for file in record["files"] if not file.endswith(WORD)]):  # those may be edited
        raise InputError(f"{folder}: has been changed since it was published. Run first ({run}).")


def require_nobody_is_named(data: Data, role: str, note: str) -> None:
    """Raise InputError where the role or the note of a sign-off holds a reference of the data, or a personal detail."""
    from qa_analysis.cleaning.privacy import is_role, personal_details
    from qa_analysis.cleaning.references import columns_of_references, references_in, references_of

    if not role:
        raise InputError("--by is empty. Name the role that signed off, such as “the Director of Children’s Services”.")
    tables = {sheet.table: getattr(data, sheet.table) for sheet, _ in columns_of_references()}
    held = references_in({role, note}, references_of(tables))
    for option, text in (("--by", role), ("--note", note)):
        known = held.get(text, {})
        if any(known.values()) or (known and option == "--by" and not is_role(text)):
            raise InputError(f"{option} names somebody whom the workbooks name as a reference. Give a role instead.")
        if details := personal_details(text):
            raise InputError(f"{option} seems to hold {details[0]}. Give a role instead.")


def _day(text: str, data: Data) -> dt.date:
    from qa_analysis.cleaning.values import NotUnderstood, read_date

    try:
        return read_date(text, data.settings.time_zone).date()
    except NotUnderstood:
        raise InputError(f"{quoted(text)} is not a day. Write it like 9 October 2025 or 2025-10-09.") from None
