import pandas as pd

from tests.tables import counts

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))


def _rows(table):
    return list(table.drop(columns="note", errors="ignore").itertuples(index=False, name=None))


def test_a_family_counts_once_a_quarter_and_again_in_the_next(make_multi_agency):
    audits = make_multi_agency(
        ("2025-06-01", "FAM-1"),
        ("2025-07-01", "FAM-1"),
        ("2025-08-01", "fam - 1"),
        ("2025-08-01", "FAM-11"),
        ("2025-10-01", "FAM-9"),
    )
    assert _rows(counts("multi_agency_families", QUARTERS, multi_agency_audits=audits)) == [(Q1, 1), (Q2, 2)]


def test_grades_of_multi_agency_audits_are_of_those_that_have_one(make_multi_agency):
    audits = make_multi_agency(
        ("2025-06-01", "FAM-1"),
        ("2025-07-01", "FAM-1", "RI"),
        ("2025-08-01", "FAM-1", "G"),
        ("2025-08-01", "FAM-2", "RI"),
        ("2025-08-01", "FAM-3"),
    )
    grades = counts("multi_agency_grade", QUARTERS, multi_agency_audits=audits)
    assert _rows(grades[["quarter", "category", "count", "denominator"]]) == [
        (Q2, "Outstanding", 0, 3),
        (Q2, "Good", 1, 3),
        (Q2, "Requires improvement", 2, 3),
        (Q2, "Inadequate", 0, 3),
    ]
    assert grades["ci_low"].isna().all()


def test_the_same_theme_and_unit_are_added_up_under_their_first_spelling(make_thematic):
    audits = make_thematic(
        ("2025-09-01", "life STORY  work", "Children's records", 10, None),
        ("2025-08-01", "fostering", "fostering families", 3, 4),
        ("2025-07-01", "Fostering", "Fostering families", 5, 9),
        ("2025-08-02", "Life story work", "children's records", 12, None),
        ("2025-08-03", "Fostering", "carers' records", 2, None),
    )
    result = counts("thematic_considered", [Q2], thematic_audits=audits)
    assert list(result.columns) == ["quarter", "theme", "unit", "category", "count", "note"]
    assert _rows(result) == [
        (Q2, "Fostering", "Fostering families", "Fostering: Fostering families", 8),
        (Q2, "Fostering", "carers' records", "Fostering: carers' records", 2),
        (Q2, "Life story work", "children's records", "Life story work: children's records", 22),
    ]
    assert result["count"].dtype == "Int64"


def test_a_theme_has_a_row_only_in_the_quarters_it_was_audited_in(make_thematic):
    audits = make_thematic(
        ("2025-07-01", "Fostering", "families", 8, 13),
        ("2025-05-01", "Neglect", "records", 0, None),
        ("2025-04-01", "FOSTERING", "families", 1, 2),
    )
    considered = counts("thematic_considered", QUARTERS, thematic_audits=audits)
    assert _rows(considered[["quarter", "category", "count"]]) == [
        (Q1, "FOSTERING: families", 1),
        (Q1, "Neglect: records", 0),
        (Q2, "FOSTERING: families", 8),
    ]


def test_children_are_added_up_by_theme_and_left_out_where_none_are_counted(make_thematic):
    audits = make_thematic(
        ("2025-07-01", "Fostering", "fostering families", 5, 9),
        ("2025-07-02", "Fostering", "carers' records", 5, 4),
        ("2025-07-03", "Fostering", "carers' records", 5, None),
        ("2025-07-04", "Life story work", "records", 22, None),
        ("2025-07-05", "Respite", "families", 2, 0),
    )
    assert _rows(counts("thematic_children", QUARTERS, thematic_audits=audits)) == [
        (Q2, "Fostering", 13),
        (Q2, "Respite", 0),
    ]


def test_a_number_that_is_not_whole_stays_as_it_is(make_thematic):
    audits = make_thematic(("2025-07-01", "Fostering", "families", 12.5, None))
    assert list(counts("thematic_considered", QUARTERS, thematic_audits=audits)["count"]) == [12.5]


def test_manager_activities_are_counted_by_quarter(make_manager_qa):
    activities = make_manager_qa(*["2025-07-01"] * 6, "2025-10-01")
    assert _rows(counts("manager_qa_activities", QUARTERS, manager_qa=activities)) == [(Q1, 0), (Q2, 6)]


def test_feedback_by_tone(make_feedback):
    quotes = make_feedback(*[("2025-07-01", "Positive")] * 3, ("2025-09-30", "Learning"), ("2025-06-30", "Positive"))
    result = counts("feedback", QUARTERS, feedback=quotes)
    service = result[result["level_of_need"] == "All"]
    assert _rows(service[["quarter", "category", "count", "denominator", "percent"]]) == [
        (Q1, "positive", 1, 1, 100.0),
        (Q1, "learning", 0, 1, 0.0),
        (Q2, "positive", 3, 4, 75.0),
        (Q2, "learning", 1, 4, 25.0),
    ]
    assert result[["ci_low", "ci_high"]].isna().all(axis=None)


def test_a_quote_without_a_level_of_need_is_of_the_whole_service_only(make_feedback):
    quotes = make_feedback(("2025-07-01", "Positive", "EH"), ("2025-07-01", "Positive"))
    result = counts("feedback", [Q2], feedback=quotes).set_index(["level_of_need", "category"])
    assert result["count"]["All", "positive"] == 2
    assert result["count"]["EH", "positive"] == 1
    assert result["denominator"]["CL", "positive"] == 0


def test_records_that_managers_looked_at(make_manager_qa):
    rows = make_manager_qa(
        ("2025-07-01", "Plans", 12),
        ("2025-05-01", "Plans", 9),
        ("2025-08-01", "Plans", 3),
        ("2025-08-01", "Talk", None),
    )
    assert _rows(counts("manager_qa_records", QUARTERS, manager_qa=rows)) == [
        (Q1, "Plans", 9),
        (Q2, "Plans", 12),
        (Q2, "Plans (2)", 3),
    ]


def test_nothing_recorded(make_multi_agency, make_thematic, make_manager_qa, make_feedback):
    assert list(counts("multi_agency_families", QUARTERS, multi_agency_audits=make_multi_agency())["count"]) == [0, 0]
    assert list(counts("manager_qa_activities", QUARTERS, manager_qa=make_manager_qa())["count"]) == [0, 0]
    assert list(counts("feedback", QUARTERS, feedback=make_feedback())["count"]) == [0] * 4 * 5
    assert counts("manager_qa_records", QUARTERS, manager_qa=make_manager_qa()).empty
    assert counts("thematic_considered", QUARTERS, thematic_audits=make_thematic()).empty
    assert counts("thematic_children", QUARTERS, thematic_audits=make_thematic()).empty
    assert list(counts("thematic_considered", QUARTERS, thematic_audits=make_thematic()).columns)[3:] == [
        "category",
        "count",
        "note",
    ]


def test_a_theme_of_multi_agency_audits_has_no_row_in_a_quarter_without_it(make_multi_agency):
    audits = make_multi_agency(
        ("2025-05-01", "FAM-1", "G", "Neglect"),
        ("2025-07-01", "FAM-2", "G", "Exploitation"),
        ("2025-08-01", "FAM-3", "G", " exploitation"),
        ("2025-08-01", "FAM-4", "G", "Neglect"),
        ("2025-08-02", "FAM-5", "G", None),
    )
    assert _rows(counts("multi_agency_theme", QUARTERS, multi_agency_audits=audits)) == [
        (Q1, "Neglect", 1),
        (Q2, "Neglect", 1),
        (Q2, "Exploitation", 2),
    ]
