import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_analysis.cleaning.timescale import due_dates
from qa_analysis.metrics.actions import action_states, actions_of, carried_over, completed_of_earlier
from tests.tables import counts

Q1, Q2, Q3 = QUARTERS = list(pd.period_range("2026Q1", "2026Q3", freq="Q-MAR"))
DAYS = ["quarter", "category", "value"]
OPEN, DONE = "Open", "Complete"


def _actions(*rows):
    """Return steps of tuples: action ID, raised, timescale, status, completed, and the quarter if not that of raised."""
    columns = {
        name: [row[place] for row in rows]
        for place, name in enumerate(["action_id", "raised", "timescale", "status", "completed"])
    }
    table = pd.DataFrame(
        {
            "action_id": pd.Series(columns["action_id"], dtype="str"),
            "raised": pd.Series(columns["raised"], dtype="datetime64[us]"),
            "timescale": pd.Series(columns["timescale"], dtype="str"),
            "status": pd.Categorical(columns["status"], [OPEN, DONE]),
            "completed": pd.Series(columns["completed"], dtype="datetime64[us]"),
        }
    )
    given_quarter = pd.Series([row[5] if len(row) > 5 else pd.NaT for row in rows], dtype=pd.PeriodDtype("Q-MAR"))
    number = table.groupby("action_id").cumcount() + 1
    return table.assign(
        quarter=given_quarter.fillna(table["raised"].dt.to_period("Q-MAR")),
        due=due_dates(table["timescale"], table["raised"]),
        action=pd.Series("Do " + table["action_id"], dtype="str"),
        theme=pd.Series([f"Theme {row[0]}" for row in rows], dtype="str"),
        step=number.astype("Float64"),
        step_detail=pd.Series("Step " + number.astype("str"), dtype="str"),
        lead=pd.Series([None] * len(rows), dtype="str"),
    )


def _state(*steps, quarter=Q2):
    """Return the state of one action, raised on 14 July 2025, of steps: timescale, status, completed."""
    (state,) = action_states(_actions(*(("A", "2025-07-14", *step) for step in steps)), quarter)["state"]
    return state


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ([("2025-09-15", OPEN, None)], "overdue"),
        ([("2025-09-30", OPEN, None)], "overdue"),  # the quarter's last day is over
        ([("Sept", OPEN, None)], "overdue"),
        ([("2025-10-01", OPEN, None)], "open"),
        ([("TBC", OPEN, None)], "no date"),
        ([(None, OPEN, None)], "no date"),
        ([(None, None, None)], "no date"),
        ([("2025-08-01", DONE, "2025-09-30")], "complete"),
        ([("2025-08-01", DONE, "2025-10-01")], "overdue"),  # not by then
        ([("2025-11-01", DONE, "2025-10-01")], "open"),
        ([("TBC", DONE, "2025-10-01")], "no date"),
        ([("2025-08-01", DONE, None)], "complete"),  # from its status
        ([("2025-08-01", None, "2025-08-01")], "complete"),  # from its date
        ([("2025-08-01", DONE, None), ("2025-08-01", OPEN, None)], "overdue"),
        ([("2025-08-01", DONE, None), ("Nov", OPEN, None)], "open"),  # the step that is late is done
        ([("2025-08-01", DONE, None), ("TBC", OPEN, None)], "no date"),
        ([("TBC", OPEN, None), ("Nov", OPEN, None)], "open"),
        ([("TBC", OPEN, None), ("Aug", OPEN, None), ("Nov", OPEN, None)], "overdue"),
        ([("TBC", DONE, None), ("Aug", DONE, "2025-08-01"), (None, DONE, None)], "complete"),
    ],
)
def test_an_action_is_in_exactly_one_state(steps, state):
    assert _state(*steps) == state


def test_a_state_is_told_for_the_end_of_the_quarter_asked_for():
    steps = ("2025-10-31", DONE, "2025-11-05")
    assert [_state(steps, quarter=quarter) for quarter in (Q2, Q3)] == ["open", "complete"]
    late = ("2025-10-31", OPEN, None)
    assert [_state(late, quarter=quarter) for quarter in (Q2, Q3)] == ["open", "overdue"]


def test_an_action_is_one_row_with_its_steps_in_lists():
    actions = _actions(
        ("B", "2025-07-14", "TBC", OPEN, None),
        ("A", "2025-07-14", "Aug", DONE, "2025-08-20"),
        ("A", "2025-07-14", "15/09/2025", OPEN, None),
        ("A", "2025-07-14", None, OPEN, None),
    )
    actions.loc[3, "step"] = None
    b, a = action_states(actions, Q2).to_dict("records")
    assert (b["action_id"], a["action_id"]) == ("B", "A")  # as written
    assert (a["action"], a["theme"], a["quarter"]) == ("Do A", "Theme A", Q2)
    assert a["steps"] == ["1", "2", ""]
    assert a["details"] == ["Step 1", "Step 2", "Step 3"]
    assert a["leads"] == ["", "", ""]
    assert a["timescales"] == ["Aug", "15 September 2025", ""]
    assert a["done"] == [True, False, False]
    assert all(map(pd.isna, a["later"]))
    assert a["due"] == pd.Timestamp(2025, 9, 15)
    assert (a["days_overdue"], a["days_open"]) == (15, 78)
    assert pd.isna(b["due"])
    assert pd.isna(b["days_overdue"])
    assert b["days_open"] == 78


def test_a_step_done_after_the_quarter_is_not_done_and_has_its_day():
    actions = _actions(("A", "2025-07-14", "Nov", DONE, "2025-11-05"), ("A", "2025-07-14", "Aug", DONE, "2025-09-30"))
    (now,) = action_states(actions, Q2).to_dict("records")
    assert now["done"] == [False, True]
    assert now["later"][0] == pd.Timestamp(2025, 11, 5)
    assert pd.isna(now["later"][1])
    (after,) = action_states(actions, Q3).to_dict("records")
    assert after["done"] == [True, True]
    assert pd.isna(after["later"][0])


def test_a_complete_action_and_one_raised_after_the_quarter_are_open_no_days():
    actions = _actions(
        ("A", "2025-07-14", "Aug", DONE, None), ("B", "2025-10-14", "Nov", OPEN, None, Q2),
        ("C", "2025-10-14", "2025-09-30", OPEN, None, Q2),  # nor is it overdue, whatever date it was given
    )  # fmt: skip
    states = action_states(actions, Q2)
    assert states["state"].tolist() == ["complete", "open", "open"]
    assert states["days_open"].isna().all()


def test_actions_of_a_quarter_go_by_its_reporting_quarter():
    actions = _actions(
        ("A", "2025-07-14", "TBC", OPEN, None),
        ("B", "2025-10-14", "TBC", OPEN, None, Q2),
        ("C", "2025-10-14", "TBC", OPEN, None),
    )
    assert actions_of(actions, Q2)["action_id"].tolist() == ["A", "B"]
    assert actions_of(actions, Q3)["action_id"].tolist() == ["C"]


def test_carried_over_are_earlier_ones_not_complete():
    actions = _actions(
        ("A", "2025-06-01", "TBC", OPEN, None),
        ("B", "2025-05-01", "Aug", DONE, "2025-10-05"),  # complete, but later
        ("C", "2025-05-02", "Aug", DONE, "2025-09-05"),
        ("D", "2025-07-02", "Aug", OPEN, None),  # this quarter's own
    )
    carried = carried_over(actions, Q2)
    assert carried["action_id"].tolist() == ["B", "A"]
    assert carried["state"].tolist() == ["overdue", "no date"]
    assert carried["days_open"].tolist() == [152, 121]
    assert carried_over(actions, Q1).empty


def test_actions_are_counted_by_action_each_quarter_at_its_own_end():
    actions = _actions(
        ("A", "2025-05-01", "June", OPEN, None),
        ("A", "2025-05-01", "July", OPEN, None),
        ("B", "2025-05-01", "June", DONE, "2025-07-05"),
        ("C", "2025-08-01", "Sept", DONE, "2025-09-05"),
        ("D", "2025-08-01", "TBC", OPEN, None),
        ("E", "2025-08-01", "Dec", OPEN, None),
        ("F", "2025-08-01", "Aug", OPEN, None),
    )
    result = counts("actions", QUARTERS, actions=actions)
    assert result["category"].tolist() == ["open", "overdue", "complete", "no date"] * 3
    assert result["count"].tolist() == [0, 2, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]
    assert result["denominator"].tolist() == [2] * 4 + [4] * 4 + [0] * 4
    assert result["percent"].tolist()[:8] == [0, 100, 0, 0, 25, 25, 25, 25]
    assert result["ci_low"].isna().all()


def test_no_actions():
    assert action_states(_actions(), Q2).empty
    assert actions_of(_actions(), Q2).empty
    assert carried_over(_actions(), Q2).empty
    result = counts("actions", [Q2], actions=_actions())
    assert result["count"].tolist() == [0] * 4
    assert result["percent"].isna().all()


STEP = st.tuples(
    st.sampled_from("ABC"),
    st.sampled_from(["2025-05-01", "2025-08-01"]),
    st.sampled_from(["Aug", "30/09/2025", "Dec 2025", "TBC", None]),
    st.sampled_from([OPEN, DONE, None]),
    st.sampled_from(["2025-08-31", "2025-11-01", None]),
)


@settings(deadline=None, max_examples=15)
@given(st.lists(STEP, max_size=12))
def test_states_divide_the_actions(rows):
    states = action_states(_actions(*rows), Q2)
    assert len(states) == len({row[0] for row in rows})
    assert states["state"].notna().all()
    assert (states["days_overdue"].notna() == (states["state"] == "overdue")).all()
    assert (states["days_overdue"].dropna() >= 0).all()
    assert sum(len(steps) for steps in states["steps"]) == len(rows)


def _findings(*rows):
    return pd.DataFrame(
        {
            "quarter": pd.Series([row[0] for row in rows], dtype=pd.PeriodDtype("Q-MAR")),
            "type": pd.Categorical([row[1] for row in rows], ["Strength", "Learning"]),
            "theme": pd.Series([row[2] for row in rows], dtype="str"),
            "level_of_need": pd.Categorical(
                [row[3] if len(row) > 3 else None for row in rows], ["EH", "CL"], ordered=True
            ),
        }
    )


def test_learning_themes_that_no_action_addresses():
    findings = _findings(
        (Q2, "Learning", "Life story work"),
        (Q2, "Learning", "Visits ", "CL"),
        (Q2, "Learning", "VISITS"),
        (Q2, "Learning", "Chronologies", "EH"),
        (Q2, "Learning", None),
        (Q2, "Strength", "Voice of the child"),
        (Q1, "Learning", "Supervision"),
    )
    actions = _actions(("A", "2025-07-14", "TBC", OPEN, None), ("B", "2025-05-14", "TBC", OPEN, None))
    actions["theme"] = pd.Series(["chronologies", "Visits"], dtype="str")  # the second is of the quarter before
    result = counts("learning_without_action", [Q1, Q2], findings=findings, actions=actions)
    assert result[["quarter", "level_of_need", "category", "count"]].values.tolist() == [
        [Q1, "All", "Supervision", 1],
        [Q2, "All", "Visits", 2],
        [Q2, "All", "Life story work", 1],
        [Q2, "CL", "Visits", 1],
    ]
    assert counts("learning_without_action", [Q1, Q2], findings=_findings(), actions=_actions()).empty


def test_what_is_printed_of_actions_besides_their_states():
    actions = _actions(
        ("A", "2025-05-01", "2025-06-15", OPEN, None),  # 152 days to the end of September, 107 overdue
        ("B", "2025-06-30", "TBC", OPEN, None),  # 92
        ("C", "2025-04-01", "TBC", DONE, "2025-09-30"),
        ("D", "2025-10-07", "Dec 2025", OPEN, None, Q2),
        ("E", "2025-09-30", "Dec 2025", OPEN, None),
    )
    actions["action"] = pd.Series(["Visit", "Visit", "Plan", "Listen", "Look"], dtype="str")
    later = counts("actions_agreed_later", [Q1, Q2], actions=actions)
    assert later[["count", "denominator"]].values.tolist() == [[0, 3], [1, 2]]
    carried = counts("actions_carried_over", [Q2], actions=actions)
    assert carried[["category", "count", "denominator"]].values.tolist() == [
        ["open", 0, 2],
        ["overdue", 1, 2],
        ["no date", 1, 2],
    ]
    assert counts("actions_carried_over_longest", [Q1, Q2], actions=actions)[["quarter", "value"]].values.tolist() == [
        [Q2, 152]
    ]
    assert counts("action_days_open", [Q2], actions=actions)[DAYS].values.tolist() == [
        [Q2, "Visit", 152],
        [Q2, "Visit (2)", 92],
        [Q2, "Look", 0],
    ]
    assert counts("action_days_overdue", [Q2], actions=actions)[DAYS].values.tolist() == [[Q2, "Visit", 107]]


def test_no_actions_have_no_days():
    assert counts("actions_carried_over_longest", QUARTERS, actions=_actions()).empty
    assert counts("action_days_open", QUARTERS, actions=_actions()).empty
    assert counts("actions_carried_over", [Q2], actions=_actions())["count"].sum() == 0
    assert counts("actions_agreed_later", [Q2], actions=_actions())["denominator"].tolist() == [0]


def test_the_next_step_is_one_that_nobody_has_done_since():
    actions = _actions(
        ("A", "2025-07-14", "2025-10-10", DONE, "2025-10-08"),  # ahead of the quarter's end, and done by now
        ("A", "2025-07-14", "2025-11-30", OPEN, None),
    )
    (state,) = action_states(actions, Q2).to_dict("records")
    assert (state["due"], state["next_due"]) == (pd.Timestamp(2025, 10, 10), pd.Timestamp(2025, 11, 30))


def test_actions_of_earlier_quarters_that_were_completed_in_a_quarter():
    actions = _actions(
        ("A", "2025-05-01", "TBC", DONE, "2025-06-30"),  # complete before the quarter began
        ("B", "2025-05-01", "TBC", DONE, "2025-07-01"),
        ("C", "2025-05-01", "TBC", DONE, "2025-09-30"),
        ("D", "2025-05-01", "TBC", DONE, "2025-10-01"),  # after it
        ("E", "2025-07-01", "TBC", DONE, "2025-08-01"),  # an action of the quarter itself
        ("F", "2025-05-01", "TBC", DONE, "2025-08-01"),
        ("F", "2025-05-01", "TBC", OPEN, None),
    )
    assert completed_of_earlier(actions, Q2)["action_id"].tolist() == ["B", "C"]
    assert counts("actions_completed_of_earlier", QUARTERS, actions=actions)["count"].tolist() == [0, 2, 1]


def test_audits_put_right_are_those_whose_own_actions_are_all_complete(make_audits, make_actions):
    """A-1 has two complete actions, A-2 one of two; A-3 has none, and A-4 is not Inadequate."""
    audits = make_audits(*((f"2025-07-0{day}", "EH", grade) for day, grade in enumerate("IIIG", 1)))
    done = {"status": "Complete"}
    own = make_actions(
        {"audit_id": "A-1", "action_id": "1", **done},
        {"audit_id": "A-1", "action_id": "2", "status": "Open", "completed": "2025-08-01"},
        {"audit_id": "A-2", "action_id": "3", **done},
        {"audit_id": "A-2", "action_id": "4", "status": "Open"},
        {"audit_id": "A-4", "action_id": "5", **done},
    )
    table = counts("audits_put_right", [Q2], audits=audits, audit_actions=own)
    assert table[["level_of_need", "count", "denominator"]].to_numpy().tolist() == [["All", 1, 2], ["EH", 1, 2]]
    none = counts("audits_put_right", [Q2], audits=audits, audit_actions=own.head(0))
    assert none.empty
