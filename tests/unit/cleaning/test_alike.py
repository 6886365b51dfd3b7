"""Names that are one: folded by one rule, spelt as most often, whatever the order of files and rows. All is invented."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from qa_analysis.contract.problems import HELD_BACK, REPEAT
from qa_analysis.quality.check import lines_of_reading
from qa_analysis.store.data import check_project, load

pytestmark = pytest.mark.slow  # each test cleans files of its own; what they share is tested in milliseconds elsewhere

HEADINGS = ["Audit ID", "Audit date", "Level of need", "Overall grade"]
DAY = dt.datetime(2025, 7, 1)


def register(*rows, more=()):
    return {"Audits": [[*HEADINGS, *more], *([name, DAY, "EH", *rest] for name, *rest in rows)]}


def spellings(cleaned):
    """Return the spellings that were taken for one name, by column, as they are on record."""
    record = cleaned.reading[cleaned.reading["spellings"] != ""]
    return dict(zip(record["column"], record["spellings"], strict=True))


@pytest.mark.parametrize(
    ("one", "other"),
    [("0071", "71"), ("71", "71.0"), ("QA-12", "qa 12"), ("QA–012", "QA12"), ("2025/001", "2025-1"), ("QA.12", "QA12")],
)
def test_one_audit_under_two_spellings_is_counted_once_or_asked_about(make_project, one, other):
    same = check_project(make_project({"a.xlsx": register([one, "Good"]), "b.xlsx": register([other, "Good"])}))
    assert same.tables["audits"]["audit_id"].tolist() == [min(one, other)]
    assert (same.problems["kind"] == REPEAT).sum() == 1
    unlike = check_project(
        make_project({"a.xlsx": register([one, "Good"], ["Z-1", "RI"]), "b.xlsx": register([other, "RI"])})
    )
    found = unlike.problems[unlike.problems["kind"] == HELD_BACK]
    assert found["value"].tolist() == [one, other]
    assert found["reason"].str.startswith("rows differ whose Audit IDs are the same but for capitals, dashes").all()
    assert not found["remedy"].str.contains("delete").any()


@pytest.mark.parametrize(("one", "other"), [("1-11", "11-1"), ("QA-1", "QA-10"), ("1.1", "1.10"), ("QA1", "QB1")])
def test_two_audits_stay_two(make_project, one, other):
    data = check_project(make_project({"a.xlsx": register([one, "Good"], [other, "RI"])}))
    assert data.tables["audits"]["audit_id"].tolist() == [one, other]


def test_an_earlier_audit_is_found_however_it_is_written(make_project):
    sheets = register(["QA-012", "RI", None], ["QA-013", "Good", "qa 12"], more=["Re-audit of"])
    result = check_project(make_project({"a.xlsx": sheets}))
    assert result.tables["audits"]["reaudit_of"].tolist()[1] == "QA-012"
    assert result.problems.empty


def test_names_are_spelt_as_most_often_whatever_the_order(make_project):
    teams = ["east Team", "East Team", "East-Team", "East Team", "East Team.", "Team 1/1", "Team 11"]
    for order in (teams, teams[::-1]):
        rows = [[f"V-{number}", "Good", team] for number, team in enumerate(order)]
        result = check_project(make_project({"a.xlsx": register(*rows, more=["Team"])}))
        assert result.tables["audits"]["team"].value_counts().to_dict() == {"East Team": 5, "Team 1/1": 1, "Team 11": 1}
        assert spellings(result) == {"Team": "East Team. → East Team; East-Team → East Team; east Team → East Team"}


def test_of_references_only_the_number_is_told(make_project):
    families = [["Audit date", "Family reference"], *([DAY, name] for name in ("F-7", "f 07", "F–7", "F-8"))]
    result = check_project(make_project({"a.xlsx": {**register(["V-1", "Good"]), "Multi-agency audits": families}}))
    assert result.tables["multi_agency_audits"]["family_reference"].nunique() == 2
    assert spellings(result) == {"Family reference": "2 spellings of another"}


def test_a_spelling_with_a_reference_is_not_on_record(make_project):
    manager_qa = [["Date", "Activity"], *([DAY, f"{name} of CH-04471"] for name in ("Plan", "Plan", "plan"))]
    audits = register(["V-1", "Good", "CH-04471"], more=["Child reference"])
    result = check_project(make_project({"a.xlsx": {**audits, "Manager QA": manager_qa}}))
    assert result.tables["manager_qa"]["activity"].nunique() == 1
    assert spellings(result) == {}


def test_the_record_says_of_each_sheet_which_spellings_were_one_name(make_project):
    sheets = register(["V-1", "Good", "North"], ["V-2", "Good", "North"], ["V-3", "Good", "NORTH"], more=["Team"])
    assert "  Team → Team (own heading; taken for one: NORTH → North)" in list(
        lines_of_reading(check_project(make_project({"a.xlsx": sheets})).reading)
    )


def test_a_practice_area_of_its_own_is_named_alike_whichever_file_is_first(make_project):
    one, other = (
        register(["V-1", "Good", "Good"], more=["Sub-grade: Case-notes"]),
        register(["V-2", "Good", "RI"], more=["Sub-grade: case notes"]),
    )
    areas = [
        check_project(make_project({"a.xlsx": first, "b.xlsx": second}))
        .tables["sub_grades"]["practice_area"]
        .unique()
        .tolist()
        for first, second in itertools.permutations((one, other))
    ]
    assert areas == [["Case-notes"], ["Case-notes"]]


def test_one_action_whose_dates_are_written_in_two_ways_is_one(make_project):
    heads = ["Action ID", "Raised", "Action", "Timescale"]
    files = {f"{name}.xlsx": {**register(["V-1", "Good"]), "Actions": [heads, ["R-1", DAY, "Do it.", due]]}
             for name, due in (("a", "31/12/2025"), ("b", dt.datetime(2025, 12, 31)), ("c", "31 Dec 2025"))}  # fmt: skip
    result = check_project(make_project(files))
    assert len(result.tables["actions"]) == 1
    assert HELD_BACK not in result.problems["kind"].tolist()


def test_the_later_file_by_name_reads_digits_as_numbers(make_project):
    project = make_project({"v9.xlsx": register(["V-1", "Good"]), "v10.xlsx": register(["V-1", "RI"])})
    (project / "settings.toml").write_text('on_conflict = "last_file"', encoding="utf-8")
    assert check_project(project).tables["audits"]["source_file"].tolist() == ["v10.xlsx"]


def test_numbers_behind_names_do_not_change_places_with_the_names_of_files(make_project):
    def teams(first, second):
        files = {first: register(["V-1", "Good", "Team of KX-90011", "KX-90011"], more=["Team", "Child reference"]),
                 second: register(["V-2", "RI", "team of KX-90012", "KX-90012"], more=["Team", "Child reference"])}  # fmt: skip
        audits = load(make_project(files)).audits
        return dict(zip(audits["audit_id"], audits["team"], strict=True))

    assert teams("a.xlsx", "b.xlsx") == teams("z.xlsx", "b.xlsx")
    assert len(set(teams("a.xlsx", "b.xlsx").values())) == 2


def test_blank_and_not_applicable_are_no_conflict(make_project):
    files = {
        "a.xlsx": register(["V-1", "Good", None], more=["Team"]),
        "b.xlsx": register(["V-1", "Good", "N/A"], more=["Team"]),
    }
    result = check_project(make_project(files))
    assert result.tables["audits"]["team"].isna().all() and len(result.tables["audits"]) == 1
    assert spellings(result) == {}
