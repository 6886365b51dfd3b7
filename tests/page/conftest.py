"""Cleaned tables in memory, as the pages take them."""

from collections.abc import Callable

import pandas as pd
import pytest

from qa_analysis import Report
from qa_analysis.sentences import sentence
from qa_analysis.store.data import Data
from tests.page.pages import QUARTER, words_about
from tests.tables import SETTINGS

_TEXTS = {"thematic_audits": ["summary"], "manager_qa": ["service_area", "summary"], "feedback": ["quote"], "findings": ["finding"]}  # fmt: skip


@pytest.fixture(scope="session")
def page_data(make_data) -> Callable[..., Data]:
    """Return a function of tables by name that returns a project's data without a project; the others are empty."""

    def make(**tables: pd.DataFrame) -> Data:
        all_tables = vars(make_data(comparator_quarters=SETTINGS.comparators, **tables))
        for name, columns in _TEXTS.items():
            missing = {each: pd.Series(dtype="str") for each in columns if each not in all_tables[name]}
            all_tables[name] = all_tables[name].assign(**missing)
        columns = {"quarter": pd.PeriodDtype("Q-MAR"), "section": "str", "text": "str"}
        said = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})
        files = pd.DataFrame({"file": ["a.xlsx"], "sha256": ["0" * 64]})
        bare = {"commentary": said, "ledger": pd.DataFrame(), "reading": pd.DataFrame()}
        return Data(is_example=False, inputs=files, **(bare | all_tables))

    return make


@pytest.fixture(scope="session")
def told(page_data) -> Callable[..., object]:
    """Return a function of a sentence's name, and of tables by name, that returns what the sentence says of them."""
    return lambda name, level="All", **tables: sentence(name)(Report(page_data(**tables), QUARTER, level))


@pytest.fixture(scope="session")
def words(page_data) -> Callable[..., str]:
    """Return a function of subjects, and of tables by name, that returns what the board's report says of them."""
    return lambda *subjects, **tables: words_about(page_data(**tables), *subjects)
