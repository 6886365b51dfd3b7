import pandas as pd

from tests.tables import counts

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))

CELLS = ["quarter", "level_of_need", "category", "count"]


def test_the_other_services_do_not_hold_the_one(make_audits):
    audits = make_audits(
        ("2025-07-01", "EH", "G"), ("2025-07-01", "EH", "I"), ("2025-07-01", "CL", "RI"), ("2025-07-01", "CIC", None)
    )
    good = counts("good_or_better_other_services", [Q2], audits=audits).set_index("level_of_need")
    assert good[["count", "denominator"]].values.tolist() == [[0, 1], [1, 3], [1, 3], [1, 2]]
    weak = counts("inadequate_other_services", QUARTERS, audits=audits)
    assert weak[weak["quarter"] == Q2]["count"].tolist() == [0, 1, 1, 1]
    assert weak[weak["quarter"] == Q1]["percent"].isna().all()


def test_teams_are_counted_by_level_and_the_missing_one_stands_last(make_audits):
    audits = make_audits(
        ("2025-07-01", "EH", "G"), ("2025-07-02", "EH", None), ("2025-07-03", "EH", "RI"), ("2025-07-03", "CL", "I"),
        ("2025-05-03", "CL", "I"),
    ).assign(team=pd.Series(["zeta", None, "Alpha", "zeta", "Alpha"], dtype="str"))  # fmt: skip
    assert counts("team_audits", QUARTERS, audits=audits)[CELLS].values.tolist() == [
        [Q1, "CL", "Alpha", 1],
        [Q2, "CL", "zeta", 1],
        [Q2, "EH", "Alpha", 1],
        [Q2, "EH", "zeta", 1],
        [Q2, "EH", "Not recorded", 1],
    ]
    grades = counts("team_grade", [Q2], audits=audits)
    assert grades[grades["count"] > 0][["level_of_need", "category", "count"]].values.tolist() == [
        ["EH", "Alpha: Requires improvement", 1],
        ["EH", "zeta: Good", 1],
        ["CL", "zeta: Inadequate", 1],
    ]
    assert len(grades) == 4 * 4  # every grade of every team with audits


def test_no_audits_have_no_teams(make_audits):
    assert counts("team_audits", QUARTERS, audits=make_audits()).empty
    assert counts("team_grade", QUARTERS, audits=make_audits()).empty
