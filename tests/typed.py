"""What type checkers know of the public names: mypy reads this file, and nothing runs it."""

from typing import assert_type

import pandas as pd

import qa_analysis as qa


def own_program() -> None:
    data = qa.load()
    assert_type(data.audits, pd.DataFrame)
    assert_type(qa.report("a project", level_of_need="EH"), qa.Report)
    assert_type(qa.quarter_name(data.quarters[0]), str)
    qa.no_such_name  # type: ignore[attr-defined]  # noqa: B018 - mypy says so where it is no error
