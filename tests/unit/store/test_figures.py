import csv
import io

import pandas as pd
import pytest

from qa_analysis.metrics.comparators import AS_PRINTED
from qa_analysis.store.figures import figures, figures_csv, measure, quarters_shown
from qa_analysis.store.files import write_text

Q1, Q2 = pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")
HEADER = "quarter,month,measure,level_of_need,category,count,denominator,percent,ci_low,ci_high,value,note"


@pytest.fixture(scope="module")
def data(
    *,
    make_data,
    make_audits,
    make_sub_grades,
    make_plan,
    make_comparators,
    make_thematic,
    make_multi_agency,
    make_feedback,
):
    return make_data(
        sub_grades=make_sub_grades(
            ("A-1", "2025-07-01", "EH", "Voice", "G"),
            ("A-1", "2025-07-01", "EH", "Plans", "RI"),
            ("A-2", "2025-09-30", "CL", "Voice", "I"),
        ),
        audits=make_audits(("2025-07-01", "EH", "G", "RI"), ("2025-09-30", "CL", "I"), ("2025-09-30", "CL", "G", "G")),
        audit_plan=make_plan((Q2, "EH", 2), (Q2, "CL", 2)),
        comparators=make_comparators(
            {"quarter": Q1, "measure": "moderation_changed", "percent": 28},
            {"quarter": Q1, "measure": "good_or_better", "count": 1, "denominator": 8},
        ),
        thematic_audits=make_thematic(("2025-07-01", "=Fostering", "families", 8, 13)),
        multi_agency_audits=make_multi_agency(("2025-07-01", "FAM-1")),
        feedback=make_feedback(("2025-07-01", "Learning")),
    )


@pytest.fixture(scope="module")
def table(data):
    return figures(data, Q2)


def _of(table, measure, quarter="2025-26 Q2", month="", level="All", category=""):
    keys = ["measure", "quarter", "month", "level_of_need", "category"]
    (row,) = table[(table[keys] == [measure, quarter, month, level, category]).all(axis=1)].to_dict("records")
    return row


def test_the_columns_of_the_contract(table):
    assert ",".join(table.columns) == HEADER
    assert set(table["quarter"]) == {"2025-26 Q1", "2025-26 Q2"}
    assert table["count"].dtype == table["denominator"].dtype == "Int64"
    assert not table[["quarter", "month", "measure", "level_of_need", "category", "note"]].isna().any(axis=None)


def test_every_cell_appears_once(table):
    assert not table.duplicated(["quarter", "month", "measure", "level_of_need", "category"]).any()


def test_figures_of_the_quarter(table):
    completed = _of(table, "audits_completed")
    assert (completed["count"], completed["denominator"], completed["percent"]) == (3, 4, 75)
    assert _of(table, "audits_completed", month="2025-09", level="CL")["count"] == 2
    assert _of(table, "grade", level="CL", category="Inadequate")["percent"] == 50
    assert _of(table, "good_or_better")["denominator"] == 3
    assert _of(table, "good_or_better", month="2025-08")["denominator"] == 0
    assert _of(table, "inadequate", month="2025-09")["percent"] == 50
    assert _of(table, "sub_grade", category="Voice: Good")["percent"] == 50
    assert _of(table, "green_shoots")["percent"] == 100
    assert _of(table, "audits_moderated")["count"] == 2
    assert _of(table, "moderation_changed")["percent"] == 50
    assert _of(table, "moderation_raised")["count"] == 0
    assert _of(table, "moderation_lowered", level="EH")["percent"] == 100
    assert _of(table, "moderation_outcome", category="Good → Requires improvement")["percent"] == 50
    assert _of(table, "multi_agency_families")["count"] == 1
    assert _of(table, "thematic_considered", category="=Fostering: families")["count"] == 8
    assert _of(table, "thematic_children", category="=Fostering")["count"] == 13
    assert _of(table, "manager_qa_activities")["count"] == 0
    assert _of(table, "feedback", category="learning")["percent"] == 100


def test_history_fills_the_quarter_before(table):
    changed = _of(table, "moderation_changed", quarter="2025-26 Q1")
    assert (changed["percent"], changed["note"]) == (28, AS_PRINTED)
    assert pd.isna(changed["count"])
    assert pd.isna(changed["ci_low"])
    assert _of(table, "good_or_better", quarter="2025-26 Q1")["percent"] == 12.5
    assert (table["note"] == AS_PRINTED).sum() == 2


def test_months_stand_in_their_quarters(table):
    months = table[table["measure"] == "audits_completed"].groupby("quarter")["month"].unique()
    assert "2025-26 Q1" not in months  # known from print alone
    assert list(months["2025-26 Q2"]) == ["", "2025-07", "2025-08", "2025-09"]


def test_the_file(table, tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text("old")
    write_text(path, figures_csv(table))
    raw = path.read_bytes()
    assert [each.name for each in tmp_path.iterdir()] == ["figures.csv"]
    assert b"\r" not in raw
    assert raw.decode("utf-8") == figures_csv(table)
    lines = raw.decode("utf-8").splitlines()
    assert lines[0] == HEADER
    assert "2025-26 Q2,,audits_completed,All,,3,4,75.0,,,," in lines
    assert "2025-26 Q2,2025-09,audits_completed,CL,,2,,,,,," in lines
    assert "2025-26 Q1,,moderation_changed,All,,,,28.0,,,,as printed" in lines
    assert not [line for line in lines if line.startswith("2025-26 Q1,,moderation_changed,EH")]
    assert "2025-26 Q2,,thematic_children,All,'=Fostering,13,,,,,," in lines
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8"))))
    assert len(rows) == len(table)
    assert float(_of(table, "good_or_better")["ci_low"]) in {float(row["ci_low"] or -1) for row in rows}


def test_nothing_but_empty_tables_in_a_year_that_starts_in_january(make_data):
    tables = {
        name: rows.astype({"quarter": "period[Q-DEC]"})
        for name, rows in vars(make_data()).items()
        if isinstance(rows, pd.DataFrame) and "quarter" in rows
    }
    table = figures(make_data(**tables), pd.Period("2025Q3", freq="Q-DEC"))
    assert (table["count"] == 0).all()
    assert table["percent"].isna().all()
    assert figures_csv(table).startswith(HEADER)
    assert set(table["quarter"]) == {"2025 Q3"}
    assert set(table["month"]) == {"", "2025-07", "2025-08", "2025-09"}


def test_quarters_before_anything_is_known_are_not_shown(make_data, make_audits, make_comparators):
    quarters = list(pd.period_range("2025Q3", "2026Q2", freq="Q-MAR"))
    rows = make_audits(("2025-02-03", "EH", "G"), ("2025-09-03", "EH", "G"))
    assert quarters_shown(make_data(comparator_quarters=4, audits=rows), quarters[3]) == quarters[1:]
    history = make_comparators({"quarter": quarters[0], "measure": "inadequate", "percent": 20})
    assert quarters_shown(make_data(comparator_quarters=4, audits=rows, comparators=history), quarters[3]) == quarters


def test_a_measure_that_is_not_there_is_named(make_data):
    with pytest.raises(
        KeyError, match="grades is not a measure; there are action_days_open, action_days_overdue, actions, "
    ):
        measure(make_data(), "grades", pd.Period("2026Q2", freq="Q-MAR"))


def test_of_a_quarter_known_from_print_nothing_is_said_but_what_was_printed(data):
    table = figures(data, Q2)
    earlier = table[(table["quarter"] == "2025-26 Q1") & table["count"].notna()]
    assert earlier[["measure", "month", "level_of_need", "count", "denominator"]].to_numpy().tolist() == [
        ["good_or_better", "", "All", 1, 8]
    ]
    assert len(table[(table["quarter"] == "2025-26 Q2") & (table["count"] == 0)]) > 0
