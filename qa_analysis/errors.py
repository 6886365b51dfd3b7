"""The errors a user can meet. Each message is a sentence: what was found, where, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qa_analysis.text import visible


class QaAnalysisError(Exception):
    """Something that a person can put right; shown as one line, without a traceback."""

    def __init__(self, message: str) -> None:
        super().__init__(visible(message))  # it may repeat what stands in a workbook


class InputError(QaAnalysisError):
    """The input cannot be used: a file, a sheet, a column, a setting or a quarter."""


class NoQuarterError(InputError):
    """A text is not a quarter; `issue` says why, without repeating it."""

    def __init__(self, text: str, code: str, **parts: Any) -> None:
        from qa_analysis.contract.rules import issue, sentences

        self.issue = issue(code, **parts)
        reason, remedy = sentences({**self.issue, "value": text})
        super().__init__(f"{reason}. {remedy}".rstrip())


class BadFileError(InputError):
    """One raw file cannot be read; the others can without it, where a person says so (`--skip-bad-files`)."""

    def __init__(self, file: str, code: str, **parts: Any) -> None:
        from qa_analysis.contract.rules import issue, sentences

        self.file, self.issue = file, issue(code, **parts)
        reason, remedy = sentences(self.issue, then=False)
        super().__init__(f"{file}: {reason}. {remedy}")


class SeveralInputError(InputError):
    """Several things in the input that must be put right, so that a person can mend all of them at once."""

    def __init__(self, errors: Sequence[InputError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = tuple(errors)


class ReportError(QaAnalysisError):
    """A report could not be made although the input could be read."""


def not_installed(what: str, extra: str) -> str:
    """Return the line that says how to install what is in an extra of the package.

    Examples
    --------
    >>> not_installed("JupyterLab", "lab")
    'JupyterLab is not installed. With uv: python -m uv run --extra lab …; with pip: pip install -e ".[lab]".'
    """
    with_pip = f'pip install -e ".[{extra}]"'
    return f"{what} is not installed. With uv: python -m uv run --extra {extra} …; with pip: {with_pip}."
