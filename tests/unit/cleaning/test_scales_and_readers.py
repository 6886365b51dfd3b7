"""Scales of their own for practice areas, audits without an overall grade, and readers after the moderator."""

from __future__ import annotations

import pandas as pd
import pytest

from qa_analysis.contract.columns import AUDITS
from qa_analysis.contract.problems import DOUBT, HELD_BACK
from qa_analysis.store.data import check_project
from tests.tables import counts
from tests.unit.cleaning.test_clean import AUDIT, SETTINGS, cleaned, problems
from tests.unit.cleaning.test_identity import with_settings

MET = {"met": {"practice_areas": ["Planning"], "grades": [
    {"name": "Meets good", "good": True}, {"name": "Does not yet meet good", "failing": True}]}}  # fmt: skip
HEADS = ["Audit ID", "Audit date", "Level of need"]
Q2 = pd.Period("2026Q2", freq="Q-MAR")


def audits_with(name: str, *values: object) -> list[dict]:
    return [AUDIT | {"audit_id": f"DD-{place}", name: value} for place, value in enumerate(values, 1)]


class TestScales:
    ROWS = audits_with("sub_grades: Planning", "meets good", "Does not yet meet good", "Meets good", "Good")

    def test_of_a_practice_area_are_read_and_counted_by_themselves(self):
        rows = [row | {"sub_grades: Assessment": "RI"} for row in self.ROWS]
        result = cleaned(rows, settings=with_settings(scales=MET))
        table = result.tables["sub_grades"]
        planning = table[table["practice_area"] == "Planning"]
        assert planning["grade"].tolist() == ["Meets good", "Does not yet meet good", "Meets good"]
        assert planning["good_or_better"].tolist() == [True, False, True]
        assert planning["inadequate"].tolist() == [False, True, False]
        assert table.loc[table["practice_area"] == "Assessment", "grade"].tolist() == ["Requires improvement"] * 4
        assert problems(result, DOUBT) == [
            ("a.xlsx", 5, "Sub-grade: Planning", "Good", "“Good” is not a grade: not counted"),
        ]

    def test_have_no_noughts_of_another_scale_among_their_figures(self):
        settings = with_settings(scales=MET)
        rows = [row | {"sub_grades: Assessment": "Good"} for row in self.ROWS]
        sub_grades = cleaned(rows, settings=settings).tables["sub_grades"]
        table = counts("sub_grade", [Q2], sub_grades=sub_grades, settings=settings)
        whole = table[table["level_of_need"] == "All"].set_index("category")[["count", "denominator"]]
        assert whole.T.to_dict("list") == {
            "Assessment: Outstanding": [0, 4], "Assessment: Good": [4, 4], "Assessment: Requires improvement": [0, 4],
            "Assessment: Inadequate": [0, 4], "Planning: Meets good": [2, 3], "Planning: Does not yet meet good": [1, 3],
        }  # fmt: skip

    def test_that_nobody_has_named_are_asked_about_and_the_audit_is_counted(self):
        result = cleaned(self.ROWS)
        assert len(result.tables["audits"]) == 4
        assert [each[1] for each in problems(result, DOUBT)] == [2, 3, 4]
        assert "give that in settings.toml under [scales]" in result.problems["remedy"][0]

    @pytest.mark.parametrize(
        ("grades", "says"),
        [
            ([{"name": "A"}, {"name": "B"}], "no grade of the scale met has good = true"),
            ([{"name": "A", "good": True}, {"name": "B", "aliases": ["a"]}], "“a” would be read as the grade A and"),
        ],
    )
    def test_are_refused_where_they_say_too_little(self, grades, says):
        with pytest.raises(ValueError, match=says):
            with_settings(scales={"met": {"practice_areas": ["Planning"], "grades": grades}})


class TestWithoutAnOverallGrade:
    def test_audits_are_counted_without_one(self):
        rows = [{name: value for name, value in row.items() if name != "overall_grade"} for row in TestScales.ROWS]
        result = cleaned(rows, settings=with_settings(graded=False, scales=MET))
        assert result.tables["audits"]["graded"].tolist() == [False] * 4
        assert problems(result, HELD_BACK) == []
        assert len(result.tables["sub_grades"]) == 3

    def test_it_is_said_what_to_write(self, make_project):
        project = make_project(
            {"a.xlsx": {"Audits": [[*HEADS, "Peer reviewer grade"], ["A-1", "01/07/2025", "EH", "Good"]]}}
        )
        (error,) = check_project(project).unread
        assert "If audits have no overall grade, write graded = false there" in str(error)
        (project / "settings.toml").write_text("graded = false\n", encoding="utf-8")
        assert len(check_project(project).tables["audits"]) == 1


class TestReaders:
    ROWS = (
        AUDIT | {"audit_id": "1", "moderated_grade": "Good", "readers: Head": "RI"},
        AUDIT | {"audit_id": "2", "moderated_grade": "RI"},
        AUDIT | {"audit_id": "3", "readers: Head": "Inadequate"},
        AUDIT | {"audit_id": "4"},
    )

    def test_after_the_moderator_have_the_last_word(self):
        audits = cleaned(list(self.ROWS), settings=with_settings(readers=["Head"])).tables["audits"]
        assert audits["final_grade"].tolist() == ["Requires improvement", "Requires improvement", "Inadequate", "Good"]
        assert audits["moderated"].tolist() == [True, True, True, False]
        assert not [name for name in audits if name.startswith("readers")]

    def test_whom_the_settings_do_not_name_are_asked_about_and_no_audit_is_counted(self, make_project):
        sheet = [[*HEADS, "Overall grade", "Grade by: Peer"], ["A-1", "01/07/2025", "EH", "Good", "RI"]]
        project = make_project({"a.xlsx": {"Audits": sheet}})
        found = check_project(project)
        assert found.problems.loc[found.problems["kind"] == DOUBT, ["reason", "remedy"]].to_numpy().tolist() == [[
            "“Grade by: Peer” (E1) is the grade of a reader whom the settings do not name (1 row): not counted",
            'Write all further readers in settings.toml, in the order in which they read: readers = ["Peer"].',
        ]]  # fmt: skip
        assert found.ledger["left_out"].tolist() == [1]
        (project / "settings.toml").write_text('readers = ["peer"]\n', encoding="utf-8")
        assert check_project(project).tables["audits"]["final_grade"].tolist() == ["Requires improvement"]

    def test_who_have_a_row_each_are_told_so(self):
        rows = [AUDIT | {"auditor": "AUD-1"}, AUDIT | {"auditor": "AUD-2", "overall_grade": "RI"}]
        (first, _) = problems(cleaned(rows), HELD_BACK)
        assert first[4].startswith(
            "rows with this Audit ID have an auditor and a grade of their own each, as those of several readers have: "
        )


def test_the_template_offers_each_practice_area_its_own_scale(tmp_path):
    from openpyxl import load_workbook

    from qa_analysis.workbooks.template import write_template

    book = load_workbook(write_template(tmp_path / "t.xlsx", with_settings(scales=MET), []))
    (cell,) = [cell for cell in book["Audits"][1] if cell.value == "Sub-grade: Planning"]
    assert "Meets good, Does not yet meet good" in cell.comment.text
    assert SETTINGS.labels(AUDITS, AUDITS.column("readers")) == []
