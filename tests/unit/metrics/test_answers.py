"""Answers to questions: the share Yes of the records to which a question applies."""

import pandas as pd
import pytest

from tests.tables import counts

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
ALONE, SAFE = "Child seen alone", "Safe at home"
# In the quarter: alone 1 Yes, 1 Partly, 2 No and one that does not apply; safe 2 Yes of 2. Before: alone 1 of 1.
ROWS = [
    ("A-0", "2025-05-01", "EH", ALONE, "Yes"),
    ("A-1", "2025-07-01", "EH", ALONE, "Yes"),
    ("A-2", "2025-07-02", "EH", ALONE, "No"),
    ("A-3", "2025-07-03", "CL", ALONE, "Partly"),
    ("A-4", "2025-07-04", "CL", ALONE, "No"),
    ("A-5", "2025-07-05", "CL", ALONE, "Not applicable"),
    ("A-1", "2025-07-01", "EH", SAFE, "Yes"),
    ("A-3", "2025-07-03", "CL", SAFE, "Yes"),
]


def test_a_share_is_of_the_records_to_which_the_question_applies(make_answers):
    table = counts("answer", QUARTERS, answers=make_answers(*ROWS))
    now = table[(table["quarter"] == Q2) & (table["level_of_need"] == "All")].set_index("category")
    assert now[["count", "denominator"]].T.to_dict("list") == {
        f"{ALONE}: Yes": [1, 4], f"{ALONE}: Partly": [1, 4], f"{ALONE}: No": [2, 4],
        f"{SAFE}: Yes": [2, 2], f"{SAFE}: Partly": [0, 2], f"{SAFE}: No": [0, 2],
    }  # fmt: skip
    # Wilson's interval of 1 of 4: (1 + z²/2 ± z √(3/4 + z²/4)) / (4 + z²), z = 1.959964
    assert now.loc[f"{ALONE}: Yes", ["ci_low", "ci_high"]].tolist() == pytest.approx([4.559, 69.936], abs=0.001)
    of_cl = table[(table["quarter"] == Q2) & (table["level_of_need"] == "CL") & (table["category"] == f"{ALONE}: Yes")]
    assert of_cl[["count", "denominator"]].to_numpy().tolist() == [[0, 2]]


def test_no_answers_are_no_figures(make_answers):
    assert counts("answer", QUARTERS, answers=make_answers()).empty
