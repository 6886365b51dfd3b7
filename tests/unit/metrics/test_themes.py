import pandas as pd
import pytest

from qa_analysis.metrics.themes import (
    actions_by_theme,
    mentions,
    no_longer_said,
    recurring_themes,
    theme_counts,
)
from tests.tables import counts

Q4, Q1, Q2 = QUARTERS = list(pd.period_range("2025Q4", "2026Q2", freq="Q-MAR"))


@pytest.fixture
def findings():
    rows = [
        (Q4, "Learning", "Life story work"),
        (Q1, "Learning", "Visits"),
        (Q1, "Learning", "life  story work"),
        (Q1, "Strength", "Visits"),
        (Q2, "Learning", "VISITS"),
        (Q2, "Learning", "Visits"),
        (Q2, "Learning", None),
        (Q2 + 1, "Learning", "Visits"),
    ]
    table = pd.DataFrame(rows, columns=["quarter", "type", "theme"]).astype({"theme": "str"})
    kinds = {"quarter": "period[Q-MAR]", "type": pd.CategoricalDtype(["Strength", "Learning"])}
    need = pd.Categorical([None] * len(table), categories=["EH", "CL"], ordered=True)
    return table.astype(kinds).assign(level_of_need=need)


def _returning(findings):
    return counts("learning_returning", QUARTERS, findings=findings)


def test_themes_are_counted_by_quarter_whatever_their_case_and_spacing(findings):
    found = theme_counts(findings, QUARTERS)
    assert found.pivot(index="theme", columns="quarter", values="count").to_dict("index") == {
        "Visits": {Q4: 0, Q1: 2, Q2: 2},
        "Life story work": {Q4: 1, Q1: 1, Q2: 0},
    }
    assert found["theme"].iloc[0] == "Visits"


def test_recurring_themes_are_those_of_two_quarters_or_more(findings):
    assert recurring_themes(findings, QUARTERS).values.tolist() == [
        ["Visits", 2, 4, Q1, Q2],
        ["Life story work", 2, 2, Q4, Q1],
    ]
    assert recurring_themes(findings, QUARTERS, fewest=3).empty


def test_what_is_no_longer_said_was_said_before_and_not_in_the_last_quarter(findings):
    assert no_longer_said(findings, QUARTERS).values.tolist() == [["Life story work", 2, 2, Q4, Q1]]
    assert no_longer_said(findings, [Q2]).empty


def test_actions_stand_beside_the_learning_they_name(findings, make_actions):
    actions = make_actions(
        {"action_id": "A1", "quarter": Q1, "action": "Plan visits", "theme": "visits", "raised": "2025-07-01",
         "status": "Complete", "completed": "2025-08-01", "step": 1},
        {"action_id": "A2", "quarter": Q2, "action": "Check visits", "theme": "Visits", "raised": "2025-10-01",
         "status": "Open", "due": "2025-12-31", "step": 1},
        {"action_id": "A3", "quarter": Q2 + 1, "action": "Later", "theme": "Visits", "raised": "2026-01-01",
         "status": "Open", "step": 1},
    )  # fmt: skip
    themes = actions_by_theme(findings, actions, QUARTERS)
    assert themes[["theme", "findings", "action", "state"]].fillna("–").values.tolist() == [
        ["Visits", 3, "Plan visits", "complete"],
        ["Visits", 3, "Check visits", "open"],
        ["Life story work", 2, "–", "–"],
    ]
    assert themes["raised_in"].tolist()[:2] == [Q1, Q2]


def test_a_word_is_found_from_its_beginning_and_is_no_pattern():
    table = pd.DataFrame({"finding": ["Visits are timely (mostly)", "revisited", "A visit.", None]})
    assert mentions(table, "finding", "VISIT").index.tolist() == [0, 2]
    assert mentions(table, "finding", "(.*").empty
    assert len(mentions(table, "finding", " ")) == 4


def test_no_findings_give_empty_tables(findings, make_actions):
    empty = findings.head(0)
    assert theme_counts(empty, QUARTERS).empty
    assert recurring_themes(empty, QUARTERS).empty
    assert no_longer_said(empty, QUARTERS).empty
    assert actions_by_theme(empty, make_actions(), QUARTERS).empty


def test_themes_that_return_are_those_of_the_quarter_that_were_learning_before(findings):
    table = _returning(findings)
    service = table.loc[table["level_of_need"] == "All", ["quarter", "category", "count", "denominator"]]
    assert service.values.tolist() == [
        [Q1, "Life story work", 2, 2],
        [Q2, "Visits", 2, 3],
    ]  # before Q4 there is nothing
    # A strength of the quarter before is not learning that returns.
    strength = findings.assign(type=findings["type"].mask(findings["quarter"] < Q2, "Strength"))
    assert Q2 not in set(_returning(strength)["quarter"])
    levels = pd.Categorical(["EH", "EH", None, None, "CL", "EH", None, None], categories=["EH", "CL"], ordered=True)
    table = _returning(findings.assign(level_of_need=levels))
    cells = ["quarter", "level_of_need", "category", "count", "denominator"]
    assert table.loc[table["level_of_need"] != "All", cells].values.tolist() == [[Q2, "EH", "Visits", 2, 3]]
    assert _returning(findings.head(0)).empty


def test_actions_that_name_a_theme_are_new_or_still_open(findings, make_actions):
    def step(name, quarter, theme, **more):
        return {"action_id": name, "quarter": quarter, "theme": theme, "status": "Open", "step": 1, **more}

    actions = make_actions(
        step("A1", Q1, "visits"),  # left open
        step("A2", Q1, "Visits", status="Complete", completed="2025-09-30"),  # done by the end of September
        step("A3", Q2, "VISITS", status="Complete", completed="2025-08-01"),  # new, and done
        step("A4", Q2 + 1, "Visits"),  # later
        step("A5", Q2, "Supervision"),
        step("A6", Q2, None),
    )
    table = counts("learning_actions", QUARTERS, findings=findings, actions=actions)
    assert table[["quarter", "level_of_need", "category", "count"]].values.tolist() == [
        [Q4, "All", "Life story work", 0],
        [Q1, "All", "Life story work", 0],  # as it was first written
        [Q1, "All", "Visits", 2],
        [Q2, "All", "Visits", 2],
    ]
    level = findings.assign(level_of_need=findings["level_of_need"].mask(findings["theme"] == "VISITS", "CL"))
    of_service = counts("learning_actions", [Q2], findings=level, actions=actions)
    assert of_service[["level_of_need", "category", "count"]].values.tolist() == [
        ["All", "Visits", 2],
        ["CL", "VISITS", 2],
    ]
    assert counts("learning_actions", QUARTERS, findings=findings.head(0), actions=make_actions()).empty
