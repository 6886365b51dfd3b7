"""The example workbooks, read as plain sheets, hold every figure and claim of the reference quarter."""

import re
import zipfile
from datetime import date, datetime
from functools import cache
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from qa_analysis.workbooks.example import write_example

EXAMPLE = Path(__file__).parents[3] / "data" / "raw" / "example"
QUARTERS = ["2024-25 Q1", "2024-25 Q2", "2024-25 Q3", "2024-25 Q4", "2025-26 Q1", "2025-26 Q2"]
SHEETS = [
    "Audits",
    "Multi-agency audits",
    "Thematic audits",
    "Manager QA",
    "Findings",
    "Feedback",
    "Actions",
    "Commentary",
    "Audit plan",
    "Comparators",
]
GOOD = ["Outstanding", "Good"]
GRADES = [*GOOD, "Requires improvement", "Inadequate"]
Q1, Q2 = "2025-26 Q1", "2025-26 Q2"


def workbook(quarter: str) -> Path:
    return EXAMPLE / f"Audits {quarter}.xlsx"


@cache
def book_of(quarter: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(workbook(quarter))


def read(quarter: str, sheet: str) -> pd.DataFrame:
    """Read a sheet: its headings are the first row with more than one cell filled."""
    cells = pd.DataFrame(book_of(quarter)[sheet].values, dtype=object)
    header = int((cells.notna().sum(axis=1) > 1).to_numpy().argmax())
    table = cells.iloc[header + 1 :].reset_index(drop=True)
    return table.set_axis(list(cells.iloc[header]), axis=1)


def audits(quarter: str) -> pd.DataFrame:
    """Read the audits of one of the last two quarters, which are tidily written."""
    table = read(quarter, "Audits")
    table["Final grade"] = table["Grade after moderation"].fillna(table["Overall grade"])
    table["Month"] = pd.to_datetime(table["Audit date"]).dt.month
    return table


def tidy_grade(value: object) -> str:
    """Return the grade that an untidy cell means."""
    letters = re.sub(r"[^a-z]", "", str(value).lower())
    for grade, starts in {
        "Outstanding": "o",
        "Good": "g",
        "Requires improvement": "r",
        "Inadequate": "i",
    }.items():
        if letters.startswith(starts):
            return grade
    return "none"


def sub_grade_columns(table: pd.DataFrame) -> list[str]:
    return [heading for heading in table.columns if heading.startswith("Sub-grade: ")]


def all_rows(sheet: str) -> pd.DataFrame:
    return pd.concat([read(quarter, sheet).assign(workbook=quarter) for quarter in QUARTERS])


@pytest.fixture(scope="module")
def q1() -> pd.DataFrame:
    return audits(Q1)


@pytest.fixture(scope="module")
def q2() -> pd.DataFrame:
    return audits(Q2)


@pytest.fixture(scope="module")
def every_audit() -> pd.DataFrame:
    return all_rows("Audits")


# The generator


def parts(path: Path) -> list[tuple[str, tuple[int, ...], bytes]]:
    with zipfile.ZipFile(path) as archive:
        return [(each.filename, each.date_time, archive.read(each)) for each in archive.infolist()]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_example(tmp_path_factory.mktemp("example") / "one" / "deeper")


def test_generator_writes_the_same_bytes_over_what_is_there_and_leaves_nothing_else(written: list[Path]) -> None:
    first = [path.read_bytes() for path in written]
    assert write_example(written[0].parent) == written
    assert [path.read_bytes() for path in written] == first
    assert sorted(written[0].parent.iterdir()) == written


def test_committed_workbooks_are_what_the_generator_writes(written: list[Path]) -> None:
    assert [path.name for path in written] == [f"Audits {quarter}.xlsx" for quarter in QUARTERS]
    assert sorted(path.name for path in EXAMPLE.iterdir()) == [path.name for path in written]
    # Part by part: what the parts are packed to differs between builds of zlib.
    for path in written:
        assert parts(path) == parts(EXAMPLE / path.name), path.name


@pytest.mark.parametrize("quarter", QUARTERS)
def test_every_workbook_has_every_sheet_with_frozen_headings(quarter: str) -> None:
    book = book_of(quarter)
    assert book.sheetnames == SHEETS
    assert all(sheet.freeze_panes for sheet in book)


@pytest.mark.parametrize("quarter", QUARTERS)
def test_no_date_is_later_than_the_day_the_workbook_was_saved(quarter: str) -> None:
    book = book_of(quarter)
    saved = book.properties.created
    assert saved is not None
    timescales = read(quarter, "Actions")["Timescale"].tolist()
    dates = [
        cell for sheet in book for row in sheet.values for cell in row if isinstance(cell, datetime)
        if cell not in timescales
    ]  # fmt: skip
    assert max(dates) < saved
    assert saved.date() > pd.Period(f"{2000 + int(quarter[5:7])}Q{quarter[-1]}", "Q-MAR").end_time.date()


# The reference quarter's figures


def test_audits_completed(q2: pd.DataFrame) -> None:
    assert len(q2) == 66
    assert q2["Level of need"].value_counts().to_dict() == {"EH": 8, "H&P": 30, "CIC": 18, "CL": 10}


def test_moderation_matrix(q2: pd.DataFrame) -> None:
    moderated = q2[q2["Moderated"] == "Yes"]
    assert moderated["Grade after moderation"].notna().sum() == 45 == len(moderated)
    assert q2.loc[q2["Moderated"] == "No", "Grade after moderation"].isna().all()
    pairs = moderated.groupby(["Overall grade", "Grade after moderation"]).size().to_dict()
    assert pairs == {
        ("Outstanding", "Outstanding"): 2,
        ("Good", "Good"): 6,
        ("Good", "Requires improvement"): 6,
        ("Good", "Inadequate"): 1,
        ("Requires improvement", "Requires improvement"): 22,
        ("Requires improvement", "Inadequate"): 1,
        ("Inadequate", "Inadequate"): 7,
    }
    assert (moderated["Overall grade"] != moderated["Grade after moderation"]).sum() == 8


def test_moderation_of_the_quarter_before(q1: pd.DataFrame) -> None:
    moderated = q1[q1["Grade after moderation"].notna()]
    assert len(moderated) == 25
    assert (moderated["Overall grade"] != moderated["Grade after moderation"]).sum() == 7


def test_multi_agency_families() -> None:
    assert read(Q2, "Multi-agency audits")["Family reference"].nunique() == 8


def test_thematic_audits() -> None:
    table = read(Q2, "Thematic audits")
    numbers = table.groupby(["Theme", "Unit"])["Number considered"].sum().to_dict()
    assert numbers == {("Fostering", "fostering families"): 8, ("Life story work", "children's records"): 22}
    assert table.loc[table["Theme"] == "Fostering", "Children cared for"].sum() == 13


def test_manager_activities() -> None:
    told = read(Q2, "Manager QA")["Activity"].str.lower().tolist()
    words = [
        "sample of children's plans",
        "permanence plan at the second review",
        "contingency plans on core-group records",
        "actions in child-protection plans and child-in-need meetings",
        "child-in-need involvement beyond 12 months",
        "child-in-need plans",
    ]
    assert len(told) == 6
    for word in words:
        assert sum(word in line for line in told) == 1, word


def test_audit_plan() -> None:
    plan = read(Q2, "Audit plan")
    assert plan.set_index("Level of need")["Planned"].to_dict() == {"EH": 8, "H&P": 32, "CIC": 18, "CL": 12}
    assert plan["Planned"].sum() == 70


def test_findings_by_type_with_theme() -> None:
    table = read(Q2, "Findings")
    assert table["Type"].value_counts().to_dict() == {"Strength": 13, "Learning": 13}
    assert table["Theme"].notna().all()
    assert set(table["Level of need"].dropna()) == {"EH", "H&P", "CIC", "CL"}
    teams = set(read(Q2, "Audits")["Team"])
    assert set(table["Team"].dropna()) < teams
    learning = " ".join(table.loc[table["Type"] == "Learning", "Finding"]).lower()
    for word in (
        "blaming language", "grade descriptors", "visits", "supervision", "chronologies", "contingency plans",
        "case summaries", "genograms", "pen pictures", "ehcps", "turnover", "life story work", "iro",
        "drift and delay",
    ):  # fmt: skip
        assert word in learning, word


def test_feedback() -> None:
    table = read(Q2, "Feedback")
    positive, learning = table[table["Tone"] == "Positive"], table[table["Tone"] == "Learning"]
    assert len(positive) + len(learning) == len(table)
    assert set(positive["From"]) == {"Mother", "Father", "Child", "School", "Police", "Carer"}
    assert set(learning["From"]) == {"Mother", "Father", "Child", "School", "Police", "Carer"}
    assert (positive["Score"] == 10).sum() == 4
    assert positive["Score"].isna().any()


def test_actions_have_steps_leads_and_each_kind_of_timescale() -> None:
    table = read(Q2, "Actions")
    ids = table["Action ID"].ffill()
    assert (ids.value_counts() > 1).sum() == 8
    assert ids.nunique() == 12
    assert table.loc[table["Action ID"].notna(), ["Raised", "Action"]].notna().all(axis=None)
    assert table["Lead"].str.contains("Manager|Lead|Head|Principal Social Worker").all()
    written = table["Timescale"]
    assert {"Dec 2025", "TBC", "November whole-service meeting"} < set(written)
    assert any(isinstance(each, datetime) for each in written)
    raised = table.dropna(subset=["Raised"])
    agreed_after = raised[pd.to_datetime(raised["Raised"]) >= pd.Timestamp("2025-10-01")]
    assert len(agreed_after) == 10
    assert set(agreed_after["Reporting quarter"]) == {Q2}
    assert raised.drop(agreed_after.index)["Reporting quarter"].isna().all()


# The reference quarter's claims


def test_every_early_help_sub_grade_is_moving_up(q1: pd.DataFrame, q2: pd.DataFrame) -> None:
    def shares(table: pd.DataFrame) -> pd.Series:
        grades = table.loc[table["Level of need"] == "EH", sub_grade_columns(table)]
        return grades.isin(GOOD).sum() / grades.isin(GRADES).sum()

    before, now = shares(q1).dropna(), shares(q2).dropna()
    assert list(before.index) == list(now.index)
    assert len(now) == 7
    assert (now > before).all()


def test_green_shoots_are_growing(q1: pd.DataFrame, q2: pd.DataFrame) -> None:
    def shoots(table: pd.DataFrame) -> tuple[int, int]:
        weak = table[table["Final grade"] == "Requires improvement"]
        return int(weak[sub_grade_columns(table)].isin(GOOD).any(axis=1).sum()), len(weak)

    assert shoots(q1) == (14, 28)
    assert shoots(q2) == (22, 32)


def test_inadequate_grades(q1: pd.DataFrame, q2: pd.DataFrame) -> None:
    def failing(table: pd.DataFrame) -> pd.DataFrame:
        return table[table["Final grade"] == "Inadequate"]

    before, now = failing(q1), failing(q2)
    assert set(now["Month"]) == {7, 8}
    assert set(now.loc[now["Level of need"] == "CL", "Month"]) == {7}
    assert before["Level of need"].value_counts()[["H&P", "CIC"]].tolist() == [7, 4]
    assert now["Level of need"].value_counts()[["H&P", "CIC"]].tolist() == [5, 3]


def test_five_of_six_reaudits_improved(q2: pd.DataFrame, every_audit: pd.DataFrame) -> None:
    again = q2.dropna(subset=["Re-audit of"])
    assert len(again) == 6
    assert (again["Selection"] == "Re-audit").all()
    earlier = every_audit.set_index("Audit ID").loc[again["Re-audit of"]]
    assert (earlier["workbook"] < Q2).all()
    assert list(earlier["Child reference"]) == list(again["Child reference"])
    was = [tidy_grade(each) for each in earlier["Grade after moderation"].fillna(earlier["Overall grade"])]
    assert set(was) == {"Inadequate", "Requires improvement"}
    pairs = zip(again["Final grade"], was, strict=True)
    assert sum(GRADES.index(now) < GRADES.index(then) for now, then in pairs) == 5


def test_early_help_has_outstanding_practice(q2: pd.DataFrame) -> None:
    assert ((q2["Level of need"] == "EH") & (q2["Final grade"] == "Outstanding")).any()


def test_childs_voice_is_stronger_above_all_for_children_in_care(q1: pd.DataFrame, q2: pd.DataFrame) -> None:
    def share(table: pd.DataFrame) -> pd.Series:
        return table["Sub-grade: Child's voice"].isin(GOOD).groupby(table["Level of need"]).mean()

    change = share(q2) - share(q1)
    assert (change > 0).all()
    assert change.idxmax() == "CIC" == share(q2).idxmax()


def test_the_strengths_say_so() -> None:
    table = read(Q2, "Findings")
    strengths = table.loc[table["Type"] == "Strength", "Finding"].tolist()
    for claim in (
        "Every Early Help sub-grade is moving up",
        "22 of 32 (69%), where it was 14 of 28 (50%)",
        "No audit in the whole service was graded Inadequate in September 2025",
        "5 of 6 (83%) re-audited records improved",
        "Help and Protection (5, down from 7) and Children in Care (3, down from 4)",
        "No Care Leavers audit was graded Inadequate in August or September",
        "Early Help has examples of Outstanding practice",
    ):
        assert sum(claim in finding for finding in strengths) == 1, claim


# All quarters


def test_quarters_sizes(every_audit: pd.DataFrame) -> None:
    sizes = every_audit.groupby("workbook")["Audit ID"].nunique().to_dict()
    # Of the 62 of 2024-25 Q3, two cannot be used.
    assert sizes == dict(zip(QUARTERS, [52, 56, 62, 62, 58, 66], strict=True))


@pytest.mark.parametrize(("quarter", "months"), [(Q1, {4, 5, 6}), (Q2, {7, 8, 9})])
def test_no_row_of_the_last_two_quarters_is_held_back(quarter: str, months: set[int]) -> None:
    table = audits(quarter)
    assert table["Audit ID"].is_unique
    assert table["Audit date"].map(lambda cell: isinstance(cell, datetime)).all()
    assert set(table["Month"]) == months
    assert set(table["Overall grade"]) == set(GRADES)
    assert set(table["Final grade"]) == set(GRADES)
    assert set(table["Level of need"]) == {"EH", "H&P", "CIC", "CL"}
    assert set(table[sub_grade_columns(table)].stack()) == {*GRADES, "N/A"}


def day_of(cell: object) -> date | None:
    """Return the day that an untidy cell means, or None."""
    if isinstance(cell, datetime):
        return cell.date()
    numbers = [int(each) for each in re.findall(r"\d+", str(cell))]
    day, month, year = reversed(numbers) if numbers[0] > 31 else numbers
    try:
        return date(year % 100 + 2000, month, day)
    except ValueError:
        return None


@pytest.mark.parametrize("quarter", QUARTERS[:4])
def test_earlier_workbooks_are_written_the_way_people_write(quarter: str) -> None:
    table = read(quarter, "Audits")
    assert not set(table["Overall grade"]) <= {*GRADES, "Not graded"}
    assert not set(table["Level of need"]) <= {"EH", "H&P", "CIC", "CL"}
    assert table["Audit date"].map(lambda cell: isinstance(cell, str)).any()


def test_one_earlier_quarter_has_two_rows_to_hold_back_and_a_repeat(every_audit: pd.DataFrame) -> None:
    impossible = every_audit[every_audit["Audit date"].map(day_of).isna()]
    assert impossible[["workbook", "Audit date"]].values.tolist() == [["2024-25 Q3", "31/11/2024"]]
    words = every_audit["Overall grade"].str.lower()
    unknown = every_audit[~words.str.contains("graded") & (words.map(tidy_grade) == "none")]
    assert unknown[["workbook", "Overall grade"]].values.tolist() == [["2024-25 Q3", "Adequate"]]
    twice = every_audit[every_audit["Audit ID"].duplicated(keep=False)]
    assert twice["workbook"].tolist() == ["2024-25 Q3"] * 2
    # Both rows mean the same, cell by cell.
    one, other = (row for _, row in twice.iterrows())
    assert day_of(one["Audit date"]) == day_of(other["Audit date"])
    assert tidy_grade(one["Overall grade"]) == tidy_grade(other["Overall grade"])
    for heading in ("Auditor", "Child reference", "Selection"):
        assert one[heading].strip() == other[heading].strip()


def test_every_usable_audit_lies_in_its_workbooks_quarter(every_audit: pd.DataFrame) -> None:
    days = every_audit["Audit date"].map(day_of)
    usable = every_audit.assign(day=days)[days.notna()]
    in_quarter = pd.PeriodIndex(pd.to_datetime(usable["day"]), freq="Q-MAR")
    names = [f"{each.qyear - 1}-{each.qyear % 100} Q{each.quarter}" for each in in_quarter]
    assert names == usable["workbook"].tolist()
    assert all(day.isoweekday() <= 5 for day in usable["day"])


def test_ungraded_and_pending_audits_are_in_earlier_quarters_only(every_audit: pd.DataFrame) -> None:
    ungraded = every_audit[every_audit["Overall grade"].str.contains("graded", case=False)]
    assert ungraded.groupby("workbook").size().to_dict() == dict(zip(QUARTERS[:4], [2, 1, 1, 1], strict=True))
    said_yes = every_audit["Moderated"].str.lower().isin(["yes", "y"])
    pending = every_audit[said_yes & every_audit["Grade after moderation"].isna()]
    assert pending["workbook"].tolist() == ["2024-25 Q4"] * 2


def test_reaudits_come_after_weak_audits_of_the_same_child(every_audit: pd.DataFrame) -> None:
    again = every_audit.dropna(subset=["Re-audit of"])
    assert again.groupby("workbook").size().tolist() == [8, 9, 10, 12, 6]
    assert again["Re-audit of"].is_unique
    first = every_audit.drop_duplicates("Audit ID").set_index("Audit ID").loc[again["Re-audit of"]]
    final = first["Grade after moderation"].fillna(first["Overall grade"]).map(tidy_grade)
    assert final.isin(["Inadequate", "Requires improvement"]).all()
    assert list(first["Child reference"]) == list(again["Child reference"])
    gaps = pd.to_datetime(again["Audit date"].map(day_of)).to_numpy() - pd.to_datetime(first["Audit date"].map(day_of))
    assert gaps.min() >= pd.Timedelta(days=70)


def test_references_are_distinctive(every_audit: pd.DataFrame) -> None:
    assert every_audit["Audit ID"].str.fullmatch(r"DD-\d{4}-Q[1-4]-\d{3}").all()
    assert every_audit["Auditor"].str.fullmatch(r"AUD-R\d{2}").all()
    assert every_audit["Child reference"].str.fullmatch(r"CH-\d{5}").all()
    assert all_rows("Multi-agency audits")["Family reference"].str.fullmatch(r"FAM-\d{4}").all()


def test_each_action_is_in_one_workbook_and_some_are_carried_over() -> None:
    table = all_rows("Actions")
    ids = table["Action ID"].dropna()
    assert ids.is_unique
    assert ids.str.fullmatch(r"QA-\d{4}-Q[1-4]-\d{2}").all()
    done = table["Status"].isin(["Complete", "Done"])
    assert (done == table["Completed"].notna()).all()
    left = table[~done].groupby("workbook").size()
    assert left[:-1].to_dict() == {"2024-25 Q3": 1, "2024-25 Q4": 2, "2025-26 Q1": 3}


def test_comparators_are_of_quarters_before_the_first_workbook() -> None:
    table = all_rows("Comparators")
    assert set(table["workbook"]) == {"2024-25 Q1"}
    assert set(table["Quarter"]) == {"2023-24 Q3", "2023-24 Q4"}
    assert table[["Count", "Percent"]].notna().any(axis=1).all()
    both = table.dropna(subset=["Count", "Denominator", "Percent"])
    assert [int(100 * n / of + 0.5) for n, of in zip(both["Count"], both["Denominator"], strict=True)] == list(
        both["Percent"]
    )


# The texts

WRITTEN = [
    ("Findings", "Finding"),
    ("Feedback", "Quote"),
    ("Thematic audits", "Summary"),
    ("Manager QA", "Summary"),
    ("Actions", "Step detail"),
    ("Commentary", "Text"),
]


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [text for sheet, heading in WRITTEN for text in all_rows(sheet)[heading].dropna()]


def test_no_two_texts_are_the_same(texts: list[str]) -> None:
    assert len(set(texts)) == len(texts)


def test_every_written_percentage_follows_from_its_counts(texts: list[str]) -> None:
    said = [found for text in texts for found in re.findall(r"(\d+) of (?:the )?(\d+)[^(]*\((\d+)%\)", text)]
    assert len(said) == sum(text.count("%") for text in texts) == 8
    for count, total, percent in said:
        assert int(100 * int(count) / int(total) + 0.5) == int(percent)
    assert not any("19%" in text for text in texts)


def test_texts_name_nobody_and_hold_nothing_like_a_real_reference(texts: list[str]) -> None:
    postcode = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
    for text in texts:
        assert not re.search(rf"\b(Mr|Mrs|Ms|Miss|Dr|Sir)\b|@|\d{{5,}}|{postcode}", text), text


def test_commentary_stands_in_sections_of_the_report() -> None:
    assert set(all_rows("Commentary")["Section"]) == {
        "Introduction",
        "Monthly audit programme",
        "Moderation",
        "Monthly multi-agency (iCART) audits",
        "Our response: actions",
        "Families in one sentence",
        "Questions for the board",
    }
