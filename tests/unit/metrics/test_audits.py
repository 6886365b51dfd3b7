import pandas as pd

from tests.tables import counts

Q1, Q2 = pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")


def _of(table, **values):
    for column, value in values.items():
        table = table[table[column] == value]
    (row,) = table.to_dict("records")
    return row


def test_completed_of_planned_in_the_reference_quarter(make_audits, make_plan):
    audits = make_audits(
        *[("2025-07-01", "EH", "G")] * 8,
        *[("2025-08-01", "H&P", "G")] * 30,
        *[("2025-09-30", "CIC", None)] * 18,
        *[("2025-09-01", "CL", "RI")] * 10,
        ("2025-10-01", "CL", "RI"),
    )
    plan = make_plan((Q2, "EH", 8), (Q2, "H&P", 32), (Q2, "CIC", 18), (Q2, "CL", 12))
    result = counts("audits_completed", [Q2], audits=audits, audit_plan=plan)
    assert list(result["level_of_need"]) == ["All", "EH", "H&P", "CIC", "CL"]
    assert list(result["count"]) == [66, 8, 30, 18, 10]
    assert list(result["denominator"]) == [70, 8, 32, 18, 12]
    assert list(result["percent"]) == [6600 / 70, 100, 93.75, 100, 1000 / 12]
    assert result[["ci_low", "ci_high"]].isna().all(axis=None)
    assert result["denominator"].dtype == "Int64"


def test_a_quarter_without_a_plan_has_no_denominator(make_audits, make_plan):
    audits = make_audits(("2025-05-01", "EH", "G"), ("2025-07-01", "EH", "G"))
    result = counts("audits_completed", [Q1, Q2], audits=audits, audit_plan=make_plan((Q2, "EH", 2)))
    assert _of(result, quarter=Q1, level_of_need="EH")["count"] == 1
    assert result.loc[result["quarter"] == Q1, ["denominator", "percent"]].isna().all(axis=None)
    assert _of(result, quarter=Q2, level_of_need="All")["percent"] == 50


def test_the_whole_service_has_no_plan_where_a_level_with_audits_has_none(make_audits, make_plan):
    audits = make_audits(("2025-07-01", "EH", "G"), ("2025-07-01", "CL", "G"))
    result = counts("audits_completed", [Q2], audits=audits, audit_plan=make_plan((Q2, "EH", 1), (Q2, "CIC", 5)))
    assert _of(result, level_of_need="EH")["denominator"] == 1
    assert _of(result, level_of_need="CIC")["percent"] == 0
    assert pd.isna(_of(result, level_of_need="CL")["denominator"])
    assert pd.isna(_of(result, level_of_need="All")["denominator"])


def test_more_may_be_done_than_planned_and_done_without_any_planned(make_audits, make_plan):
    audits = make_audits(*[("2025-07-01", "EH", "G")] * 3, ("2025-07-01", "CL", "G"))
    result = counts("audits_completed", [Q2], audits=audits, audit_plan=make_plan((Q2, "EH", 2), (Q2, "CL", 0)))
    assert _of(result, level_of_need="EH")["percent"] == 150
    assert _of(result, level_of_need="CL")["denominator"] == 0
    assert pd.isna(_of(result, level_of_need="CL")["percent"])
    assert _of(result, level_of_need="All")["percent"] == 200


def test_no_audits_and_no_plan(make_audits, make_plan):
    result = counts("audits_completed", [Q1, Q2], audits=make_audits(), audit_plan=make_plan())
    assert list(result["count"]) == [0] * 10
    assert result["denominator"].isna().all()


def test_by_month_every_month_and_level_appears(make_audits):
    audits = make_audits(("2025-07-31", "EH", "G"), ("2025-09-01", "CL", None), ("2025-09-30", "CL", "G"))
    months = list(pd.period_range("2025-07", "2025-09", freq="M"))
    result = counts("audits_completed", [Q2], by_month=True, audits=audits)
    assert result["count"].tolist() == [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2]
    assert list(result["month"].unique()) == months
    assert list(counts("audits_completed", [Q2], by_month=True, audits=make_audits())["count"]) == [0] * 15


def test_audits_without_a_grade(make_audits):
    result = counts(
        "audits_not_graded", [Q1, Q2], audits=make_audits(("2025-07-01", "EH", None), ("2025-07-01", "CL", "G"))
    )
    now = result[result["quarter"] == Q2].set_index("level_of_need")
    assert now.loc[["All", "EH", "CL", "CIC"], ["count", "denominator"]].values.tolist() == [
        [1, 2],
        [1, 1],
        [0, 1],
        [0, 0],
    ]
    assert result["percent"].tolist()[0] != result["percent"].tolist()[0]  # no audits, no share


def test_audits_left_out_are_counted_by_why(make_audits):
    why = ["Audit type: Dip sample", "Status: Draft", "Audit type: Dip sample"]
    rows = make_audits(("2025-07-01", "EH", "G"), ("2025-07-02", "CL", "G"), ("2025-08-01", "CL", "G"))
    table = counts("audits_left_out", [Q2], audits_left_out=rows[["quarter", "level_of_need"]].assign(left_out=why))
    of = table[table["level_of_need"].isin(["All", "CL"])]
    assert of[["level_of_need", "category", "count"]].to_numpy().tolist() == [
        ["All", "Audit type: Dip sample", 2], ["All", "Status: Draft", 1],
        ["CL", "Audit type: Dip sample", 1], ["CL", "Status: Draft", 1],
    ]  # fmt: skip
