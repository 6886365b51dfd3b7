"""References in free texts, and in the names of files, sheets and headings. Every person and number is invented."""

import datetime as dt
import re

import pandas as pd
import pytest

from qa_analysis.contract.problems import PRIVACY, WARNING
from qa_analysis.quality import to_mend
from qa_analysis.quality.check import every_problem
from qa_analysis.quality.overview import overview
from qa_analysis.store.data import check_project, clean_project, is_current, load
from tests.tables import counts

pytestmark = pytest.mark.slow  # each test cleans files of its own; what they share is tested in milliseconds elsewhere

DAY = dt.datetime(2025, 7, 1)
HEADINGS = ["Audit ID", "Audit date", "Level of need", "Overall grade", "Auditor", "Child reference", "Team"]
TAKEN_OUT = "holds a reference of a child, family, auditor or audit: taken out of the text"
NOT_CERTAIN = (
    "may hold a reference of a child, family or auditor, which is printed: a name, an ordinary word or a short number is "
    "not taken out of texts"
)
LOOKS_NAMED = "the name of the file looks like it holds a person's name: not shown on the pages"


def audit(number, auditor=None, child=None, team=None, grade="Good"):
    return [f"DD-{number}", DAY, "EH", grade, auditor, child, team]


def findings(*texts):
    return [["Date", "Type", "Finding"], *([DAY, "Learning", text] for text in texts)]


@pytest.fixture
def project_of(make_project):
    def make(*audits, texts=(), **files):
        sheets = {"Audits": [HEADINGS, *audits], "Findings": findings(*texts)}
        return make_project({"q2.xlsx": sheets} | files)

    return make


SHAPES = [  # a reference, and how it is written in a text, with what may stand beside it
    ("CH-08184", "{CH-08184}"),
    ("CH 04471", "{CH 04471}"),
    ("CH 04471", "{ch\n04471}"),
    ("CH-04471", "{ch\u201304471}"),
    ("CH-04471", "{CH\u2060-04471}"),
    ("H&P-123", "{H&P-123}"),
    ("LCS.20417", "{LCS.20417}"),
    ("K#991", "({K#991})"),
    ("FAM/12", "family/{FAM/12}/2025"),
    ("CH_04472", "plan_{CH_04472}_final"),
    (1234567, "{1234567}."),
    ("Jane Smith", "{Jane Smith}"),
    ("JANE SMITH", "{Jane Smith}'s"),
    ("JANE SMITH", "{JANE SMITH}'s"),
    ("O'Neill", "{O'NEILL}"),
    ("A1", "{A1}"),
    ("O'Neill", "{O\u2019Neill}\u2019s"),
    ("D\u02bcArcy", "{D'Arcy}"),
    ("Zo\u00eb Brown", "{Zoe\u0308 Brown}"),
    ("Zoe\u0308 Green", "{Zo\u00eb Green}"),
]
LEFT_ALONE = [
    ("CH-0447", "CH-04470 and XCH-0447"),
    ("12345", "In 123456 and 2012345 cases."),
    ("Team manager", "The team manager signed it off."),
    ("Principal Social Worker", "The principal social worker signed it off."),
    ("IRO", "The IRO footprint is seen."),
    ("N/A", "The plan is n/a."),
    ("Not known", "It is not known."),
    ("N/K", "The date is N/K."),
    ("U/K", "The date is u/k."),
    ("T.B.C.", "The date is T.B.C."),
    *(
        (each, f"The plan was {each}, {each.lower()}.")
        for each in (
            "NOT AVAILABLE",
            "TO BE CONFIRMED",
            "Unborn Baby",
            "To Follow",
            "NOT PROVIDED",
            "Not Allocated",
            "Sibling Group",
            "Partner Agency",
            "Peer Auditor",
            "Internal Audit",
            "External Auditor",
            "Case Holder",
            "Agency Worker",
            "Awaiting Allocation",
            "Name Withheld",
            "Early Help",
            "Case File",
            "Male Child",
            "No Auditor",
        )
    ),
]


def test_a_reference_is_taken_out_of_a_text_in_whatever_shape(project_of):
    rows = [audit(number, child=reference) for number, (reference, _) in enumerate(SHAPES)]
    texts = [f"On {written.translate({ord('{'): '', ord('}'): ''})} the plan was late." for _, written in SHAPES]
    found = check_project(project_of(*rows, texts=texts))
    assert found.tables["findings"]["finding"].tolist() == [
        "On " + re.sub(r"{[^}]*}", "[reference removed]", written) + " the plan was late." for _, written in SHAPES
    ]
    told = found.problems[["kind", "column", "row", "reason"]]
    assert told.to_numpy().tolist() == [[WARNING, "Finding", row, TAKEN_OUT] for row in range(2, len(SHAPES) + 2)]


def test_what_is_part_of_something_else_or_names_nobody_is_left_alone(project_of):
    rows = [audit(number, child=reference) for number, (reference, _) in enumerate(LEFT_ALONE)]
    found = check_project(project_of(*rows, texts=[text for _, text in LEFT_ALONE]))
    assert found.tables["findings"]["finding"].tolist() == [text for _, text in LEFT_ALONE]
    assert found.problems.empty


def test_a_reference_that_may_be_something_else_is_printed_and_told_of(project_of):
    doubtful = ["991", "Smith", "jane smith", "Will Young"]
    references = ["991", "Smith", "Jane Smith", "Will Young"]
    rows = [audit(number, child=reference) for number, reference in enumerate(references)]
    project = project_of(*rows, texts=["All is well.", *(f"On {each} the plan was late." for each in doubtful)])
    cleaned = clean_project(project)
    data = load(project)
    assert data.findings["finding"].tolist()[1:] == [f"On {each} the plan was late." for each in doubtful]
    found = to_mend.to_mend(data)
    assert found[["kind", "file", "sheet", "row", "column", "what"]].to_numpy().tolist() == [
        [PRIVACY, "q2.xlsx", "Findings", row, "Finding", NOT_CERTAIN] for row in (3, 4, 5, 6)
    ]
    checked = every_problem(cleaned.tables, cleaned.issues)
    assert checked[["kind", "row", "reason"]].to_numpy().tolist() == [
        [WARNING, row, NOT_CERTAIN] for row in (3, 4, 5, 6)
    ]


def test_a_name_is_taken_out_only_where_it_is_written_as_one(project_of):
    rows = [audit(1, child="Holly Bush"), audit(2, child="CH 04471")]
    found = check_project(project_of(*rows, texts=["Holly Bush saw a holly bush.", "A holly\nbush; ch 04471."]))
    assert found.tables["findings"]["finding"].tolist() == [
        "[reference removed] saw a holly bush.", "A holly\nbush; [reference removed].",
    ]  # fmt: skip
    told = found.problems[["row", "reason"]].to_numpy().tolist()
    one_more = f"{NOT_CERTAIN} (and 1 more row of this column)"
    assert sorted(told) == [[2, TAKEN_OUT], [2, one_more], [3, TAKEN_OUT]]


def test_what_may_be_a_reference_is_told_of_once_a_column_and_quarter(project_of):
    rows = [audit(number, auditor="Early Help", team="Early Help") for number in range(5)]
    later = ["DD-9", dt.datetime(2025, 10, 1), "EH", "Good", "Smith", None, "Smith"]
    rows += [audit(number, auditor="Smith", team="Smith") for number in (5, 6, 7)]
    found = check_project(project_of(*rows, later, texts=["Smith said so."]))
    assert found.problems[["kind", "row", "column", "reason"]].to_numpy().tolist() == [
        [PRIVACY, 7, "Team", f"{NOT_CERTAIN} (and 2 more rows of this column)"],
        [PRIVACY, 10, "Team", NOT_CERTAIN],
        [PRIVACY, 2, "Finding", NOT_CERTAIN],
    ]


def test_a_name_that_stands_in_a_longer_reference_is_not_told_of_where_that_is_taken_out(project_of):
    rows = [audit(1, child="Jane Smith"), audit(2, child="Smith")]
    found = check_project(project_of(*rows, texts=["Jane Smith said so.", "Smith said so."]))
    assert found.problems[["kind", "row"]].to_numpy().tolist() == [[PRIVACY, 3], [WARNING, 2]]
    assert found.tables["findings"]["finding"].tolist() == ["[reference removed] said so.", "Smith said so."]


def test_references_of_one_or_two_characters_are_told_of_once_a_sheet(project_of):
    rows = [audit(1, auditor="7"), audit(2, auditor="JS"), audit(3, auditor="SW")]
    found = check_project(project_of(*rows, texts=["7 of 8 plans were on time; JS."]))
    assert found.problems[["kind", "file", "sheet", "column", "reason"]].to_numpy().tolist() == [
        [WARNING, "q2.xlsx", "Audits", "Auditor", "holds references of one or two characters, which are not looked for in texts"]
    ]  # fmt: skip
    assert found.problems["row"].isna().all()


def test_an_audit_id_that_may_be_a_count_is_neither_taken_out_nor_told_of(project_of):
    rows = [["2025", DAY, "EH", "Good", None, None, None], ["1000001", DAY, "EH", "Good", None, None, None]]
    found = check_project(project_of(*rows, texts=["In 2025 audit 1000001 was late."]))
    assert found.tables["findings"]["finding"].tolist() == ["In 2025 audit [reference removed] was late."]


def test_the_reference_of_a_row_that_is_held_back_is_taken_out_too(project_of):
    rows = [audit(1), audit(2, child="CH 04471", grade="?")]
    found = check_project(project_of(*rows, texts=["On CH 04471 the plan was late."]))
    assert found.tables["findings"]["finding"].tolist() == ["On [reference removed] the plan was late."]


def test_the_team_of_a_sub_grade_holds_no_reference(make_project):
    rows = [[*HEADINGS, "Sub-grade: Planning"], [*audit(1, child="K#991", team="Team K#991"), "Good"]]
    cleaned = check_project(make_project({"q2.xlsx": {"Audits": rows}}))
    assert cleaned.tables["sub_grades"]["team"].tolist() == ["Team [reference removed]"]


def test_figures_that_differ_by_a_reference_alone_stay_two(make_project):
    comparators = [["Quarter", "Measure", "Category", "Count"],
                   *(["2024-25 Q4", "sub_grade", f"{child} plan: Good", 1] for child in ("CH-04471", "CH-04472"))]  # fmt: skip
    rows = [HEADINGS, audit(1, child="CH-04471"), audit(2, child="CH-04472")]
    data = load(make_project({"q2.xlsx": {"Audits": rows, "Comparators": comparators}}))
    assert data.comparators["category"].tolist() == [
        "[reference removed] plan: Good",
        "[reference removed] plan: Good (2)",
    ]


def test_teams_that_differ_by_a_name_alone_stay_two(project_of):
    people = [("Jane Smith", "Jane Smith's team"), ("Tom Brown", "Tom Brown's team"), ("Tom Brown", "Tom Brown's team")]
    data = load(project_of(*(audit(number, auditor=name, team=team) for number, (name, team) in enumerate(people))))
    counted = counts("team_audits", data.quarters, audits=data.audits)
    assert counted[["category", "count"]].to_numpy().tolist() == [
        ["[reference removed]'s team", 1], ["[reference removed]'s team (2)", 2],
    ]  # fmt: skip


def test_themes_that_differ_by_a_reference_alone_stay_two_and_are_joined_with_their_actions(make_project):
    found = [["Date", "Type", "Finding", "Theme"],
             *([DAY, "Learning", "Late.", f"{word} of {child}"] for word, child in (
                 ("Plans", "CH-04471"), ("plans", "CH-04472"), ("Plans", "CH-04472"), ("Plans", "ch 04472")))]  # fmt: skip
    actions = [["Action ID", "Raised", "Action", "Status", "Theme"], ["A1", DAY, "Plan.", "Open", "Plans of CH-04472"]]
    managers = [["Date", "Activity"], *([DAY, f"Dip sample of {child}"] for child in ("CH-04471", "CH-04472"))]
    audits = [HEADINGS, *(audit(number, child=f"CH-0447{number}") for number in (1, 2)), audit(3, child="CH 04472")]
    sheets = {"Audits": audits, "Findings": found, "Actions": actions, "Manager QA": managers}
    data = load(make_project({"q2.xlsx": sheets}))
    assert data.findings["theme"].tolist() == [
        "Plans of [reference removed]",
        *["Plans of [reference removed] (2)"] * 3,
    ]
    assert data.actions["theme"].tolist() == ["Plans of [reference removed] (2)"]
    assert data.manager_qa["activity"].nunique() == 2


@pytest.fixture(scope="module")
def named(make_project_for_module):
    """Return a project with references and personal details in names of files, sheets and headings."""
    heads = [
        *HEADINGS,
        "Sub-grade: CH-04471 plan",
        "Notes on K#991",
        "Sub-grade: Nurse Jane Smith",
        "K#991 nurse Jane Smith",
    ]
    files = {
        f"audits {child}.csv": "\n".join([",".join(heads), f"DD-{number},01/07/2025,EH,{grade},,{child},,Good,,Good"])
        for number, (child, grade) in enumerate([("CH-04471", "Good"), ("CH-04472", "Good"), ("CH-04473", "?")])
    }
    book = {"Audits": [HEADINGS, audit(9, child="K#991")], "Minutes K#991": [["x"]]}
    return make_project_for_module(files | {"social worker Jane Smith.xlsx": book})


@pytest.fixture(scope="module")
def named_data(named):
    return load(named)


def test_a_reference_in_a_name_is_told_of_and_not_shown(named_data):
    data = named_data
    assert data.inputs["file"].tolist() == [
        "audits [reference removed].csv",
        "audits [reference removed].csv (2)",
        "audits [reference removed].csv (3)",
        "[name not shown]",
    ]
    assert data.sub_grades["practice_area"].cat.categories.tolist() == ["[reference removed] plan", "Nurse Jane Smith"]
    found = to_mend.to_mend(data)
    told = found[found["kind"] == PRIVACY].groupby("file")["what"].agg(set).to_dict()
    holds = "holds a reference of a child, family, auditor or audit: not shown on the pages"
    of_csv = {
        f"the name of the file {holds}", f"the heading {holds}", "the heading looks like it holds a person's name",
    }  # fmt: skip
    assert told == {
        "audits [reference removed].csv": of_csv,
        "audits [reference removed].csv (2)": of_csv,
        "audits [reference removed].csv (3)": of_csv,
        "[name not shown]": {
            "the name of the file looks like it holds a person's name: not shown on the pages",
            f"the name of the sheet {holds}",
        },
    }
    assert set(found.loc[found["what"] == f"the heading {holds}", "column"]) == {
        "[reference removed] plan",
        "Notes on [reference removed]",
        "",  # it seems to hold a name, too
    }
    tables = [found, data.ledger, overview(data, found, data.quarters[-1]), data.inputs]
    printed = "".join(table.to_csv() for table in tables) + str(to_mend.points(found))
    assert [each for each in ("0447", "K#991", "Jane") if each in printed] == []


def test_tables_are_joined_by_the_names_that_are_shown(named_data):
    assert named_data.ledger[["file", "read", "used", "held_back"]].to_numpy().tolist() == [
        ["audits [reference removed].csv", 1, 1, 0],
        ["audits [reference removed].csv (2)", 1, 1, 0],
        ["audits [reference removed].csv (3)", 1, 0, 1],
        ["[name not shown]", 1, 1, 0],
    ]
    assert named_data.audits["source_file"].tolist() == named_data.ledger["file"].iloc[[0, 1, 3]].tolist()


def test_the_name_in_a_csv_file_s_name_is_not_shown_as_its_sheet_s_either(make_project):
    table = f"{','.join(HEADINGS)}\nDD-1,01/07/2025,EH,Good,,,"
    files = {"nurse Jane Smith.csv": "x,y\n1,2", "old/nurse Ann Jones.csv": f"{table}\nDD-2,2025,EH,Good,,,"}
    data = load(make_project({"audits.csv": table.replace("DD-1", "DD-3")} | files))
    found = to_mend.to_mend(data)
    told = found[found["kind"] == PRIVACY]
    assert told[["file", "sheet", "what"]].to_numpy().tolist() == [
        ["[name not shown]", "", LOOKS_NAMED], ["[name not shown] (2)", "", LOOKS_NAMED],
    ]  # fmt: skip
    tables = [found, data.ledger, overview(data, found, data.quarters[-1]), data.audits, data.inputs]
    printed = "".join(table.to_csv() for table in tables) + str(to_mend.points(found))
    assert [each for each in ("Jane", "Ann") if each in printed] == []


def test_the_name_of_a_sheet_is_looked_at_also_where_the_file_s_holds_it(make_project):
    book = {"Audits": [HEADINGS, audit(1, child="CH-04471")], "CH-04471": [["x"]], "nurse Jane Smith": [["x"]]}
    data = load(make_project({"audits of CH-044719, nurse Jane Smiths.xlsx": book}))
    assert set(data.problems["sheet"]) == {"", "[reference removed]", "[name not shown]"}


def test_a_conflict_tells_files_apart_whose_names_are_not_shown(make_project):
    files = {f"audits {child}.csv": f"{','.join(HEADINGS)}\nDD-1,01/07/2025,EH,Good,,{child},"
             for child in ("CH-04471", "CH-04472")}  # fmt: skip
    data = load(make_project(files | {"audits.csv": f"{','.join(HEADINGS)}\nDD-2,01/07/2025,EH,Good,,,"}))
    conflict = data.problems.loc[data.problems["code"] == "audits_differ", "reason"].iloc[0]
    assert conflict == (
        "rows with this Audit ID differ: audits [reference removed].csv [audits [reference removed]] row 2 and "
        "audits [reference removed].csv (2) [audits [reference removed] (2)] row 2"
    )


def test_the_terminal_names_a_file_as_it_is_called(named, named_data):
    cleaned = check_project(named)
    checked = every_problem(cleaned.tables, cleaned.issues)
    assert {"audits CH-04471.csv", "social worker Jane Smith.xlsx"} <= set(checked["file"])
    held_back = pd.read_csv(named_data.project / "data" / "processed" / "held_back.csv")
    assert held_back["file"].tolist() == ["audits CH-04473.csv"]


def test_data_are_not_current_once_a_raw_file_has_another_name(project_of):
    project = project_of(audit(1, child="CH-1"), audit(2, child="CH-2"))
    raw = project / "data" / "raw"
    data, file = load(project), raw / "q2.xlsx"
    assert is_current(data)
    for name in ("q2 old.xlsx", "audits CH-1.xlsx"):  # the second is shown as audits [reference removed].xlsx
        file = file.rename(raw / name)
        renamed = load(project)
        assert not is_current(data)
        assert is_current(renamed)


def test_many_references_and_a_long_text_take_no_more_than_their_length(project_of):
    rows = [audit(number, child=f"Aa-{'a-' * number}a") for number in range(150)]
    found = check_project(project_of(*rows, texts=["Aa-" * 10_000, "b-" * 15_000]))
    assert found.tables["findings"]["finding"].str.len().tolist() == [30_000, 30_000]
