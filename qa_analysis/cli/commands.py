"""The command line: each command turns its options into one call of the library, and its result into lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_analysis.errors import InputError, QaAnalysisError, ReportError, SeveralInputError
from qa_analysis.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from qa_analysis.batch.render import Progress
    from qa_analysis.batch.run import Outcome

DONE, NEEDS_A_PERSON, NOT_DONE, INTERRUPTED = 0, 1, 2, 130

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Quarterly quality-assurance reports from audit workbooks. "
    "Any command takes --debug, which shows where an error came from.",
)

Project = Annotated[
    Path | None,
    typer.Option(
        "--project",
        metavar="DIR",
        help="The project's folder; by default the nearest one upwards that has data/raw.",
        show_default=False,
    ),
]


SkipBadFiles = Annotated[
    bool, typer.Option("--skip-bad-files", help="Leave out files that cannot be read, and say which.")
]


class Format(StrEnum):
    """How `check` prints what it finds."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"


@app.command()
def run(
    project: Annotated[
        list[Path] | None,
        typer.Option(
            "--project",
            metavar="DIR",
            help="The project's folder, or a folder of projects; may be repeated. By default the nearest one upwards "
            "that has data/raw.",
            show_default=False,
        ),
    ] = None,
    quarter: Annotated[
        list[str] | None,
        typer.Option("--quarter", metavar="Q", help="E.g. “2025-26 Q2”; may be repeated. By default the newest."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Report on every quarter that has audits.")] = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="NOTEBOOK", help="Render this notebook; may be repeated.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="How many pages to render at a time; by default as many as cores.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Render pages that have not changed, too.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 when rows are held back.")] = False,
    skip_bad_files: SkipBadFiles = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also print each page to a PDF beside it.")] = False,
    word: Annotated[bool, typer.Option("--word", help="Also write each page as a Word document beside it.")] = False,
    tables: Annotated[bool, typer.Option("--tables", help="Also write the figures as a workbook.")] = False,
    external: Annotated[
        bool, typer.Option("--external", help="Also make the pages for the public, with small numbers hidden.")
    ] = False,
    scheduler: Annotated[
        str,
        typer.Option(
            "--scheduler", metavar="ADDRESS", help="Let the workers of this Dask scheduler render (extra cluster)."
        ),
    ] = "",
    log_file: Annotated[
        Path | None, typer.Option("--log-file", metavar="F", help="Add one line for each event to this file.")
    ] = None,
) -> int:
    """Clean the raw files and render every page of a quarter that has changed."""
    from qa_analysis.batch.forking import forks
    from qa_analysis.contract.project import projects_at

    folders = projects_at(project or ())
    with forks(at_once=not scheduler and (force or any(map(_has_news, folders)))):
        from joblib import cpu_count

        from qa_analysis.batch.run import run as render

        codes = []
        for folder in folders:
            try:
                with _logging(log_file, folder), _progress() as progress:
                    outcome = render(
                        folder,
                        quarter or (),
                        all_quarters=every,
                        only=only or (),
                        jobs=jobs or cpu_count(),
                        force=force,
                        pdf=pdf,
                        word=word,
                        tables=tables,
                        external=external,
                        skip_bad_files=skip_bad_files,
                        scheduler=scheduler,
                        progress=progress,
                    )
                codes.append(_tell_outcome(outcome, strict))
            except QaAnalysisError as error:
                if len(folders) == 1:
                    raise
                _tell(f"{folder} could not be done:")
                codes.append(_say_why(error))
    return max(codes)


def _has_news(project: Path) -> bool:
    """Guess quickly whether a page will have to be made: something is newer than the last run."""
    from qa_analysis.contract.project import raw_folder, reports_folder

    index = reports_folder(project) / "index.html"
    made_from = (project / "settings.toml", project / "notebooks", *raw_folder(project).rglob("*"))
    return not index.exists() or any(
        path.stat().st_mtime > index.stat().st_mtime for path in made_from if path.exists()
    )


@app.command()
def clean(project: Project = None, skip_bad_files: SkipBadFiles = False) -> int:
    """Clean the raw files into data/processed and print the ledger of their rows."""
    from qa_analysis.contract.project import project_at
    from qa_analysis.store.data import clean_project

    folder = project_at(project)
    cleaned = clean_project(folder, skip_bad_files=skip_bad_files)
    _tell_if_example(folder)
    typer.echo(visible(cleaned.ledger.drop(columns="table").to_string(index=False, justify="left")))
    _tell_left_out(cleaned.issues)
    return DONE


@app.command()
def check(
    project: Project = None,
    form: Annotated[Format, typer.Option("--format", help="How to print the problems.")] = Format.TEXT,
    skip_bad_files: SkipBadFiles = False,
    reading: Annotated[bool, typer.Option("--reading", help="Print what each heading was taken for instead.")] = False,
) -> int:
    """Read the raw files, write nothing, and print one line for each problem, file by file."""
    from qa_analysis.contract.problems import DOUBT, HELD_BACK, WRONG_CLAIM, shown
    from qa_analysis.contract.project import project_at
    from qa_analysis.quality.check import every_problem, lines, lines_of_reading
    from qa_analysis.store.data import check_project
    from qa_analysis.store.files import csv_of

    folder = project_at(project)
    cleaned = check_project(folder, skip_bad_files=skip_bad_files)
    found = every_problem(cleaned.tables, cleaned.issues)
    for error in cleaned.unread:
        _tell(str(error))
    if cleaned.unread and len(found):
        _tell("What follows is of the sheets that could be read.")
    asked = shown(cleaned.reading) if reading else found
    match form:
        case Format.CSV:
            typer.echo(csv_of(asked), nl=False)
        case Format.JSON:
            typer.echo(asked.to_json(orient="records", indent=1))
        case Format.TEXT:
            for line in lines_of_reading(asked) if reading else lines(asked):
                typer.echo(line)
    _tell_if_example(folder)
    if cleaned.unread:
        return NOT_DONE
    if found.empty:
        _tell("No problems found.")
    return NEEDS_A_PERSON if found["kind"].isin([HELD_BACK, DOUBT, WRONG_CLAIM]).any() else DONE


@app.command("sign-off")
def sign_off(
    quarter: Annotated[str, typer.Option("--quarter", metavar="Q", help="E.g. “2025-26 Q2”.")],
    by: Annotated[str, typer.Option("--by", metavar="ROLE", help="The role that signed it off; no name.")],
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="The day, e.g. “9 October 2025”.")],
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What is to be remembered of it.")] = "",
    again: Annotated[
        bool, typer.Option("--again", help="Sign off anew what is signed off; the earlier record is kept.")
    ] = False,
    project: Project = None,
) -> int:
    """Keep a published quarter's figures as they were agreed; later runs say what has changed since."""
    from joblib import cpu_count

    from qa_analysis.batch.run import run as render
    from qa_analysis.batch.sign_off import sign_off as keep
    from qa_analysis.contract.project import project_at

    folder = project_at(project)
    typer.echo(keep(folder, quarter, by, on, note, again=again))
    with _progress() as progress:
        outcome = render(folder, [quarter], jobs=cpu_count(), progress=progress)
    return _tell_outcome(outcome, strict=False)


@app.command()
def template(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="The workbook to write; there must be none yet.")],
    project: Project = None,
) -> int:
    """Write an empty workbook to fill in, with the grades, services and practice areas of the settings."""
    from qa_analysis.contract.project import settings_folder
    from qa_analysis.contract.settings import load_settings
    from qa_analysis.metrics.catalogue import NAMES
    from qa_analysis.workbooks.template import write_template

    typer.echo(write_template(file, load_settings(settings_folder(project)), NAMES))
    return DONE


@app.command()
def adopt(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="A council's own workbooks or form exports.")],
    project: Project = None,
) -> int:
    """Write a settings.toml to start from, made from your own files: what each heading was taken for, and why."""
    from qa_analysis.contract.project import settings_folder
    from qa_analysis.workbooks.adopt import adopt as write_settings

    typer.echo(write_settings(files, settings_folder(project)))
    return DONE


@app.command()
def example(folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write them.")]) -> int:
    """Write the fictional example workbooks."""
    from qa_analysis.workbooks.example import write_example

    for path in write_example(folder):
        typer.echo(path)
    return DONE


@app.command()
def lab(
    project: Project = None,
    options: Annotated[
        list[str] | None,
        typer.Argument(metavar="[-- OPTION…]", help="JupyterLab's own options: lab -- --no-browser --port 9000"),
    ] = None,
) -> int:
    """Open JupyterLab (extra lab) on the notebooks, beginning with a tour of the data and the library."""
    from qa_analysis.cli.lab import guided_notebooks, open_lab
    from qa_analysis.contract.project import project_at

    folder = project_at(project)
    if copied := guided_notebooks(folder):
        _tell(f"The guided notebooks were copied to {copied[0].parent}.")
    open_lab(folder, options or ())
    return DONE


def run_command(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code.

    0: done. 1: done, but something needs a person. 2: could not be done, said in one line on stderr.
    130: interrupted.
    """
    debug = "--debug" in arguments
    try:
        code = app([argument for argument in arguments if argument != "--debug"], standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as error:
        if debug:
            raise
        return _say_why(error)
    if code == INTERRUPTED:  # typer itself returns it where it saw the interruption first
        _tell("Interrupted.")
    return int(code or DONE)


def _say_why(error: Exception) -> int:
    """Print an error as one line, or one for each thing to put right, and return its exit code."""
    # What typer raises for a wrong option has changed its class between versions, not what it can do.
    usage = getattr(error, "format_message", None)
    if usage:
        _tell(usage())
    elif isinstance(error, SeveralInputError):
        for each in error.errors:
            _tell(str(each))
    elif isinstance(error, QaAnalysisError):
        _tell(str(error))
    else:
        _tell(f"Something unforeseen went wrong: {type(error).__name__}: {error}. Run again with --debug for details.")
    return NEEDS_A_PERSON if isinstance(error, ReportError) else NOT_DONE


def _tell_outcome(outcome: Outcome, strict: bool) -> int:
    """Print what a run has done and where the reports are; return its exit code."""
    if outcome.data.is_example:
        _tell("Fictional example data: data/raw holds no files but the example's.")
    left_out = _tell_left_out(outcome.data.issues)
    if not outcome.failures and (outcome.summary["published"] == "unchanged").all():
        _tell("Nothing has changed since the last run; --force renders the pages again.")
    elif len(outcome.summary) > 1:
        for line in outcome.summary.to_string(index=False, justify="right").splitlines():
            typer.echo(line, err=True)
    for note in outcome.notes:
        _tell(note)
    for failure in outcome.failures:
        _tell(f"{failure.quarter}, {failure.page}: {failure.message}")
    for folder in outcome.published:
        for page in sorted(folder.rglob("*.html")):
            typer.echo(page)
    typer.echo(outcome.index)
    return NEEDS_A_PERSON if outcome.failures or (strict and left_out) else DONE


@contextmanager
def _logging(file: Path | None, project: Path) -> Iterator[None]:
    """Have what a project's run logs added to a file, one line an event; without a file it goes nowhere."""
    import logging

    logger = logging.getLogger()
    if file is None:
        logger.addHandler(logging.NullHandler())  # what goes wrong is told by our own sentences
        yield
        return
    try:
        handler = logging.FileHandler(file, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file}: cannot be written ({error.strerror}). Name another file with --log-file.") from None
    named = str(project).replace("%", "%%")
    handler.setFormatter(logging.Formatter(f"%(asctime)s %(levelname)s {named}: %(message)s"))
    handler.addFilter(logging.Filter("qa_analysis"))
    logger.addHandler(handler)
    ours = logging.getLogger("qa_analysis")
    ours.setLevel(logging.INFO)
    try:
        yield
        ours.info("done")
    except BaseException as error:
        ours.error("stopped: %s", " ".join(str(error).split()) or type(error).__name__)
        raise
    finally:
        logger.removeHandler(handler)
        handler.close()


def _tell(line: str) -> None:
    typer.echo(visible(" ".join(line.split("\n"))), err=True)


def _tell_if_example(project: Path) -> None:
    """Say so where a project's data are the fictional example's."""
    from qa_analysis.contract.project import raw_files

    if raw_files(project)[1]:
        _tell("Fictional example data: data/raw holds no files but the example's.")


def _tell_left_out(issues: pd.DataFrame) -> bool:
    """Say what is in doubt and which rows are held back, if any, and where they are listed."""
    from qa_analysis.contract.problems import DOUBT, rows_held_back
    from qa_analysis.quality.check import told_by_run
    from qa_analysis.text import plural

    for line in told_by_run(issues):
        _tell(line)
    number = int(rows_held_back(issues).sum())
    if number:
        is_or_are = "is" if number == 1 else "are"
        _tell(f"{plural(number, 'row')} {is_or_are} held back; see data/processed/held_back.csv.")
    return number > 0 or bool((issues["kind"] == DOUBT).any())


@contextmanager
def _progress() -> Iterator[Callable[[Progress], None]]:
    """Show progress on stderr: a bar where it is a terminal, a line for each page where it is not."""
    if not sys.stderr.isatty():
        yield lambda at: _tell(f"[{at.done}/{at.total}] {at.last}")
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}", markup=False))
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task: Any = bar.add_task("Reading", total=None)
        yield lambda at: bar.update(task, completed=at.done, total=at.total, description=_doing(at))


def _doing(at: Progress) -> str:
    """Return what a run is at, in a few words.

    Examples
    --------
    >>> from qa_analysis.batch.render import Progress
    >>> _doing(Progress(3, 9, 1, "2025-26 Q1 data_quality", ["2025-26 Q2 data_quality"]))
    '1 failed; making 2025-26 Q2 data_quality'
    """
    from qa_analysis.text import listed

    making = f"making {listed(at.making)}" if at.making else at.last
    return "; ".join(words for words in (f"{at.failed} failed" if at.failed else "", making) if words)
