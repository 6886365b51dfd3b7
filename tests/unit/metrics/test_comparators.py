import pandas as pd
import pytest

from qa_analysis.metrics.comparators import AS_PRINTED
from tests.tables import counts

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))


@pytest.fixture
def audits(make_audits):
    return make_audits(*[("2025-08-01", "EH", "G", "RI")] * 8, *[("2025-08-01", "CL", "G", "G")] * 37)


def _of(table, quarter, level="All"):
    (row,) = table[(table["quarter"] == quarter) & (table["level_of_need"] == level)].to_dict("records")
    return row


def test_a_bare_percentage_has_neither_counts_nor_interval(audits, make_comparators):
    history = make_comparators({"quarter": Q1, "measure": "moderation_changed", "percent": 28})
    changed = counts("moderation_changed", QUARTERS, audits=audits)
    result = counts("moderation_changed", QUARTERS, audits=audits, comparators=history)
    row = _of(result, Q1)
    assert (row["percent"], row["note"]) == (28, AS_PRINTED)
    assert all(pd.isna(row[column]) for column in ("count", "denominator", "ci_low", "ci_high"))
    assert list(result.columns) == list(changed.columns)
    assert result[["quarter", "level_of_need"]].equals(changed[["quarter", "level_of_need"]])
    assert _of(result, Q1, "EH")["note"] == ""
    assert result["count"].dtype == result["denominator"].dtype == "Int64"


def test_counts_win_over_the_percentage_printed_with_them(audits, make_comparators):
    history = make_comparators(
        {"quarter": Q1, "measure": "Moderation changed", "count": 8, "denominator": 45, "percent": 19}
    )
    result = counts("moderation_changed", QUARTERS, audits=audits, comparators=history)
    row = _of(result, Q1)
    assert (row["count"], row["denominator"], row["note"]) == (8, 45, AS_PRINTED)
    assert row["percent"] == pytest.approx(800 / 45)
    assert (row["ci_low"], row["ci_high"]) == (_of(result, Q2)["ci_low"], _of(result, Q2)["ci_high"])


def test_a_quarter_with_rows_of_its_own_is_left_alone(make_audits, make_comparators):
    audits = make_audits(("2025-08-01", "EH", "G"))  # audited, though nothing was moderated
    history = make_comparators(
        {"quarter": Q2, "measure": "moderation_changed", "count": 7, "denominator": 25},
        {"quarter": Q2 + 1, "measure": "moderation_changed", "count": 7, "denominator": 25},
        {"quarter": Q1, "measure": "moderation_raised", "count": 7, "denominator": 25},
    )
    result = counts("moderation_changed", QUARTERS, audits=audits, comparators=history)
    assert (result["note"] == "").all()
    pd.testing.assert_frame_equal(result, counts("moderation_changed", QUARTERS, audits=audits))


def test_grades_are_found_however_they_are_written_and_unknown_ones_come_last(audits, make_comparators):
    history = make_comparators(
        {"quarter": Q1, "measure": "grade", "category": "requires  improvement", "count": 2, "denominator": 4},
        {"quarter": Q1, "measure": "grade", "category": "Withdrawn", "count": 1, "denominator": 4},
        {"quarter": Q1, "measure": "grade", "category": "Good", "level_of_need": "CL", "percent": 60},
        {"quarter": Q1, "measure": "grade", "count": 1, "denominator": 4},  # of no grade
    )
    result = counts("grade", QUARTERS, audits=audits, comparators=history)
    assert len(result) == 2 * 5 * 4 + 1
    service = result[(result["quarter"] == Q1) & (result["level_of_need"] == "All")]
    assert list(service["category"]) == ["Outstanding", "Good", "Requires improvement", "Inadequate", "Withdrawn"]
    assert list(service["count"]) == [0, 0, 2, 0, 1]
    assert list(service["note"]) == ["", "", AS_PRINTED, "", AS_PRINTED]
    printed = result[(result["note"] == AS_PRINTED) & (result["level_of_need"] == "CL")]
    assert list(printed["percent"]) == [60]
    assert list(result["quarter"]) == sorted(result["quarter"])


def test_columns_that_describe_a_row_stay(audits, make_comparators):
    history = make_comparators(
        {"quarter": Q1, "measure": "moderation_outcome", "category": "Good → Inadequate", "count": 1, "denominator": 9}
    )
    result = counts("moderation_outcome", QUARTERS, audits=audits, comparators=history)
    (row,) = result[result["note"] == AS_PRINTED].to_dict("records")
    assert (row["first_grade"], row["final_grade"], row["count"]) == ("Good", "Inadequate", 1)


def test_a_count_without_a_denominator(make_audits, make_plan, make_comparators):
    history = make_comparators({"quarter": Q1, "measure": "audits_completed", "count": 61})
    result = counts("audits_completed", QUARTERS, audits=make_audits(), audit_plan=make_plan(), comparators=history)
    row = _of(result, Q1)
    assert row["count"] == 61
    assert pd.isna(row["denominator"])
    assert pd.isna(row["percent"])


def test_a_measure_without_interval_gets_none(make_audits, make_plan, make_comparators):
    history = make_comparators({"quarter": Q1, "measure": "audits_completed", "count": 61, "denominator": 70})
    result = counts("audits_completed", QUARTERS, audits=make_audits(), audit_plan=make_plan(), comparators=history)
    assert _of(result, Q1)["percent"] == pytest.approx(6100 / 70)
    assert result["ci_low"].isna().all()


def test_measures_that_are_only_counted(make_multi_agency, make_thematic, make_comparators):
    history = make_comparators(
        {"quarter": Q1, "measure": "multi_agency_families", "count": 6},
        {"quarter": Q2, "measure": "multi_agency_families", "level_of_need": "EH", "count": 5},
        {"quarter": Q2, "measure": "multi_agency_families", "percent": 50},
        {"quarter": Q1, "measure": "thematic_considered", "category": "Fostering: families", "count": 4},
    )
    rows = make_multi_agency()
    result = counts("multi_agency_families", QUARTERS, multi_agency_audits=rows, comparators=history)
    assert result.to_numpy().tolist() == [[Q1, 6, AS_PRINTED], [Q2, 0, ""]]
    themes = make_thematic(("2025-07-01", "Neglect", "records", 3, None))
    result = counts("thematic_considered", QUARTERS, thematic_audits=themes, comparators=history)
    assert result[["quarter", "category", "count"]].to_numpy().tolist() == [
        [Q1, "Fostering: families", 4],
        [Q2, "Neglect: records", 3],
    ]


def test_no_history(audits, make_comparators):
    changed = counts("moderation_changed", QUARTERS, audits=audits)
    result = counts("moderation_changed", QUARTERS, audits=audits, comparators=make_comparators())
    pd.testing.assert_frame_equal(result, changed)
    assert (result["note"] == "").all()
