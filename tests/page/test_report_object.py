"""The report's cells on small tables: figures beneath them, its charts and tables by name, and how it is found."""

from __future__ import annotations

import ast
import re

import pandas as pd
import pytest

import qa_analysis as qa
from qa_analysis.errors import InputError
from qa_analysis.page.named_charts import CHARTS, drawn
from qa_analysis.page.named_tables import TABLES, made
from qa_analysis.page.report import By, Figure
from qa_analysis.page.tables import printed
from tests.page.pages import NOTEBOOKS, QUARTER, cells_of

MAY, DAY = "2025-05-01", "2025-09-03"
Q1, Q2 = QUARTER - 1, QUARTER


@pytest.fixture(scope="module")
def data(page_data, make_audits, make_sub_grades, make_comparators):
    """Return audits of two services and two quarters, of which one was printed before rows were kept."""
    audits = make_audits(
        (DAY, "EH", "G", "G"), (DAY, "EH", "RI", "I"), (DAY, "EH", None), ("2025-08-01", "CL", "G"), (MAY, "EH", "G")
    ).assign(team=pd.Series(["zeta", "Alpha", None, "North", "zeta"], dtype="str"))  # fmt: skip
    sub_grades = make_sub_grades(
        ("A-1", DAY, "EH", "Plans", "G"), ("A-2", DAY, "EH", "Plans", "RI"), ("A-4", DAY, "CL", "Voice", "RI"),
        ("A-5", MAY, "EH", "Plans", "G"),
    )  # fmt: skip
    history = make_comparators({"quarter": Q1 - 1, "measure": "good_or_better", "percent": 53})
    return page_data(audits=audits, sub_grades=sub_grades, comparators=history)


@pytest.fixture(scope="module")
def board(data):
    return qa.Report(data, Q2)


@pytest.fixture(scope="module")
def service(data):
    return qa.Report(data, Q2, "EH")


def test_figures_are_those_of_the_reports_level_and_of_the_quarters_shown(board, service):
    assert board.figures("inadequate")[["quarter", "level_of_need", "count", "denominator"]].values.tolist() == [
        [Q1, "All", 0, 1], [Q2, "All", 1, 3],
    ]  # fmt: skip
    assert service.figures("inadequate")["denominator"].tolist() == [1, 2]
    levels = board.figures("inadequate", every_level=True)["level_of_need"].unique()
    assert levels.tolist() == ["All", "EH", "H&P", "CIC", "CL"]
    months = service.figures("inadequate", by_month=True)
    assert months[months["denominator"] > 0]["month"].astype(str).tolist() == ["2025-05", "2025-09"]


def test_figures_of_a_quarter_by_category(board, service):
    graded = board.each("grade")
    assert [*graded] == ["Outstanding", "Good", "Requires improvement", "Inadequate"]
    assert graded["Good"] == Figure(2, 3, pytest.approx(200 / 3))
    assert service.now("grade", category="Good").share == "1 of 2 (50%)"
    assert service.now("grade", category="Good", level="CL").share == "1 of 1 (100%)"
    assert service.before("grade", category="Good").share == "1 of 1 (100%)"
    assert board.now("grade", category="Better") == Figure()
    assert Figure().share == "0 of 0"
    printed = qa.Report(board.data, Q1).before("good_or_better")
    assert printed == Figure(0, None, 53)


def test_rows_are_those_that_may_be_quoted(page_data, make_feedback):
    quotes = make_feedback((DAY, "Positive", "EH"), (DAY, "Learning", "EH"), (DAY, "Positive"), (MAY, "Positive", "EH"))
    data = page_data(feedback=quotes)
    assert len(qa.Report(data, Q2).rows("feedback")) == 3
    assert len(qa.Report(data, Q2).rows("feedback", tone="Positive")) == 2
    assert qa.Report(data, Q2, "EH").rows("feedback", tone="Positive").index.tolist() == [0]


def test_what_is_not_there_is_an_error_that_says_what_is(board):
    with pytest.raises(KeyError, match="upheldd is not a measure"):
        board.figures("upheldd")
    with pytest.raises(InputError, match=r"There is no sentence “upheldd”; the nearest is “upheld”\."):
        board.say("upheldd")
    with pytest.raises(InputError, match=r"There is no chart of grade by month\. There are audits_completed by month,"):
        board.chart("grade", by="month")
    with pytest.raises(InputError, match="There is no chart of moderation_kappa by quarter"):
        board.chart("moderation_kappa")


def test_sentences_are_a_paragraph_and_lists_are_points(board):
    assert board.say("pending").page == {"part": "nothing"}
    assert board.say("audits_completed", "pending", "not_graded").html.count("<p>") == 1
    points = board.say("manager_counts", "manager_checks").html
    assert points.split() == [
        "<ul",
        'class="points">',
        "<li>No",
        "check",
        "by",
        "managers",
        "was",
        "recorded.</li>",
        "</ul>",
    ]


CAPTIONS = {
    "practice_standards": None,
    "answers_by_service": None,
    "areas_on_own_scales": None,  # no question is answered
    "headline_figures": "Headline figures beside the quarter before; the difference in points with its 99% interval for the two that "
    "a verdict rests on",
    "restated": None,
    "reasons": None,
    "practice_areas": "Graded Good or better, by practice area, weakest first",
    "other_services": "Early Help beside the other services",
    "teams": "Audits by team and final grade: counts, not a ranking, for a team has too few audits for shares",
}


def test_every_table_of_the_page_has_its_caption(service):
    assert {name: table and table.caption for name, of in TABLES.items() for table in [of(service)]} == CAPTIONS
    assert service.table("reasons").page == {"part": "nothing"}  # no reason is recorded


def test_teams_stand_in_the_order_of_the_alphabet_and_the_one_not_recorded_last(service, page_data, make_audits):
    assert TABLES["teams"](service).rows.values.tolist() == [
        ["Alpha", 1, 0, 0, 0, 1], ["zeta", 1, 0, 1, 0, 0], ["Not recorded", 1, 0, 0, 0, 0],
    ]  # fmt: skip
    nobody = qa.Report(page_data(audits=make_audits((DAY, "CL", "G"))), Q2, "EH")
    assert nobody.table("teams").html.startswith("<p>There is nothing to show in the table “Audits by team")


def test_practice_areas_stand_beside_their_quarter_before(board, service):
    table = TABLES["practice_areas"](board).rows.fillna("")
    assert list(table) == ["practice_area", "All", "EH", "CL", "the_quarter_before"]
    assert table.values.tolist() == [["Voice", "0 of 1", "", "0 of 1", ""], ["Plans", "1 of 2", "1 of 2", "", "1 of 1"]]
    table = TABLES["practice_areas"](service).rows.fillna("")
    assert table.to_dict("records") == [{"practice_area": "Plans", "EH": "1 of 2", "the_quarter_before": "1 of 1"}]
    first = TABLES["practice_areas"](qa.Report(board.data, Q1)).rows
    assert first["the_quarter_before"].isna().all()


def test_practice_areas_of_one_number_of_audits_have_it_in_the_heading(page_data, make_audits, make_sub_grades):
    audits = make_audits((MAY, "EH", "G"), (DAY, "EH", "G"), (DAY, "EH", "G"))
    graded = make_sub_grades(
        ("A-1", MAY, "EH", "Plans", "G"), ("A-2", DAY, "EH", "Plans", "I"), ("A-3", DAY, "EH", "Plans", "G"),
        ("A-2", DAY, "EH", "Voice", "G"), ("A-3", DAY, "EH", "Voice", "G"),
    )  # fmt: skip
    table = TABLES["practice_areas"](qa.Report(page_data(audits=audits, sub_grades=graded), Q2, "EH")).rows
    assert [column.heading for column in printed(table)] == ["Practice area", "EH, of 2", "The quarter before, of 1"]
    assert [column.cells for column in printed(table)] == [["Plans", "Voice"], ["1", "2"], ["1", "–"]]
    other = pd.concat([graded, graded.tail(1).assign(audit_id="A-9", practice_area="Voice")])
    table = TABLES["practice_areas"](qa.Report(page_data(audits=audits, sub_grades=other), Q2, "EH")).rows.fillna("")
    assert table.values.tolist() == [["Plans", "1 of 2", "1 of 1"], ["Voice", "3 of 3", ""]]


def test_a_service_stands_beside_all_the_others(service):
    columns = ["measure", "service", "count", "denominator"]
    assert TABLES["other_services"](service).rows[columns].values.tolist() == [
        ["Good or better", "This service", 1, 2], ["Good or better", "The other services", 1, 1],
        ["Inadequate", "This service", 1, 2], ["Inadequate", "The other services", 0, 1],
    ]  # fmt: skip


def test_the_table_of_a_measure(board, service):
    rows, caption = made(board, "moderation_changed", "level_of_need")
    assert caption == "Grades changed by moderation, by level of need, with 95% intervals"
    assert rows[["level_of_need", "count", "denominator"]].values.tolist() == [["EH", 1, 2]]
    assert (
        made(board, "moderation_changed", "quarter").caption == "Grades changed by moderation, of the moderated audits"
    )
    assert made(board, "audits_completed", "level_of_need").rows["count"].tolist() == [3, 0, 0, 1]
    assert "month" in made(service, "inadequate", "month").rows
    never = qa.Report(board.data, Q1)
    assert made(never, "moderation_changed", "level_of_need") is None
    assert never.table("moderation_changed", by="level_of_need").page == {"part": "nothing"}


@pytest.mark.parametrize(("name", "by"), [*CHARTS, ("good_or_better", "quarter"), ("green_shoots", "quarter")])
def test_a_chart_stands_above_the_figures_that_it_shows(board, service, name: str, by: By):
    for report in (board, service):
        chart, table, *_ = drawn(report, name, by)
        assert {"count", "denominator"} & set(table)
        assert "category" not in table or by == "quarter" or name == "grade"
        assert chart is None or chart.subtitle
    assert drawn(board, name, by).chart or name in ("reaudit_outcome", "green_shoots", "awaiting_reaudit_long")


def test_a_chart_is_of_the_months_levels_and_quarters_that_it_speaks_of(board, service):
    assert set(drawn(board, "inadequate", "month").table["level_of_need"]) == {"All", "EH", "H&P", "CIC", "CL"}
    assert set(drawn(service, "inadequate", "month").table["level_of_need"]) == {"EH"}
    assert set(drawn(board, "inadequate", "month").table["month"].dt.month) == {7, 8, 9}
    assert set(drawn(board, "grade", "level_of_need").table["quarter"]) == {Q2}
    assert set(drawn(board, "sub_grade", "quarter").table["quarter"]) == {Q2}
    assert drawn(board, "moderation_changed", "quarter").chart.title == "1 of 2 had its grade changed"


def test_fewer_than_ten_are_counted_and_have_no_line(page_data, make_audits):
    def chart(number: int) -> str:
        audits = make_audits(*[(DAY, "EH", "G")] * number, (MAY, "EH", "RI"))
        return drawn(qa.Report(page_data(audits=audits), Q2), "good_or_better", "quarter").chart.alt

    assert chart(10).startswith("Line chart of the share of audits that were Good or better")
    assert chart(9) == (
        "Bar chart of the number of audits that were Good or better, by quarter, whole service. Apr–Jun 25, 0 of 1; "
        "Jul–Sep 25, 9 of 9."
    )


def test_who_waits_is_shown_over_time_only_a_year_after_the_first_audits(page_data, make_audits):
    def quarters(first: str) -> list[pd.Period]:
        audits = make_audits((first, "EH", "I"), (first, "EH", "I"), (MAY, "EH", "G"), (DAY, "EH", "I"))
        audits = audits.assign(reaudit_of=pd.Series([None, None, "A-2", None], dtype="str"))
        return sorted(
            set(drawn(qa.Report(page_data(audits=audits), Q2), "awaiting_reaudit_long", "quarter").table["quarter"])
        )

    assert quarters("2024-09-03") == [Q2 - 4, Q1, Q2]  # none of a quarter without audits
    assert quarters("2024-10-03") == [Q2]


def test_re_audited_records_stand_best_grade_first(page_data, make_audits):
    audits = make_audits(*[(MAY, "EH", grade) for grade in ("I", "G", "RI")], *[(DAY, "EH", "G")] * 3)
    audits = audits.assign(reaudit_of=pd.Series([None, None, None, "A-1", "A-3", "A-2"], dtype="str"))
    table = drawn(qa.Report(page_data(audits=audits), Q2), "reaudit_outcome", "quarter").table
    assert table["first_grade"].tolist() == ["Good", "Requires improvement", "Inadequate"]


def test_targets_are_those_of_the_reports_level(data, make_audits):
    target = {"measure": "inadequate", "percent": 5, "label": "Our aim", "level_of_need": "EH"}
    settings = type(data.settings).model_validate({**data.settings.model_dump(), "targets": [target]})
    audits = make_audits(*[(DAY, "EH", "G")] * 10)
    with_target = qa.Report(type(data)(**{**vars(data), "settings": settings, "audits": audits}), Q2, "EH")
    assert "Our aim" in drawn(with_target, "inadequate", "quarter").chart.alt
    assert "Our aim" not in drawn(qa.Report(with_target.data, Q2), "inadequate", "quarter").chart.alt


def test_a_report_is_of_the_newest_quarter_and_the_whole_service_where_nothing_is_named(example):
    report = qa.report(example)
    assert repr(report) == "The report of 2025-26 Q2, Whole service"
    assert repr(qa.report(str(example), "Q1 2025/26", "early help")) == "The report of 2025-26 Q1, Early Help"
    with pytest.raises(InputError, match="“EHX” is not a level of need"):
        qa.report(example, level_of_need="EHX")
    with pytest.raises(InputError, match="“” is not a level of need"):
        qa.report(example, level_of_need="")
    with pytest.raises(InputError, match="There are no audits of 2031-32 Q1"):
        qa.report(example, "2031-32 Q1")


def test_headline_figures_stand_beside_the_quarter_before(board):
    table = TABLES["headline_figures"](board).rows.fillna("–")
    assert table.values.tolist() == [
        ["Audits completed", "4", "1", "–"],
        ["Audits graded Good or better", "2 of 3", "1 of 1", "too few"],
        ["Audits graded Inadequate", "1 of 3", "0 of 1", "too few"],
        ["Grades changed by moderation", "1 of 2", "–", "–"],
        ["Re-audited records that improved", "–", "–", "–"],
        ["Audits graded Requires improvement with green shoots", "–", "–", "–"],
    ]
    printed = TABLES["headline_figures"](qa.Report(board.data, Q1)).rows
    assert printed["quarter_before"].tolist()[1] == "53%, as printed"


def test_what_the_answers_rest_on_is_folded(board, service):
    html = board.behind_the_glance().html
    assert html.startswith('<details id="why-these"><summary>')
    assert ("Questions:" in html, "Questions:" in service.behind_the_glance().html) == (True, False)


def test_each_page_has_its_own_tiles(board, service):
    questions = [re.findall("<h3[^>]*>([^<]+)</h3>", report.at_a_glance().html) for report in (board, service)]
    first, *_, last = questions[0]
    assert (len(questions[0]), first[:10], last) == (6, "Are grades", "What should the board ask?")
    assert questions[1] == [
        first, "Who waits for a re-audit?", "Can we trust the grades?", "What did families and partners say?"
    ]  # fmt: skip


def test_more_than_can_be_shown_as_squares_is_a_bar(page_data, make_audits):
    many = qa.Report(page_data(audits=make_audits(*[(DAY, "EH", "G")] * 65)), Q2).at_a_glance().html
    assert '<div class="units"' not in many
    assert '<div class="unit-bar" aria-hidden="true"><i class="alone" style="flex: 65"></i></div>' in many


PAGES = sorted([*NOTEBOOKS.glob("*.ipynb"), *NOTEBOOKS.glob("external/*.ipynb")])


@pytest.mark.parametrize("notebook", PAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_cell_of_a_page_is_a_plain_call_and_no_name_is_bound_twice(notebook):
    cells = [cell.source for cell in cells_of(notebook) if cell.is_code]
    assert all(len(cell.splitlines()) <= 8 for cell in cells)
    nodes = [node for cell in cells for node in ast.walk(ast.parse(cell))]
    bound = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    assert len(bound) == len(set(bound))
    assert not [node for node in nodes if isinstance(node, ast.FunctionDef | ast.For | ast.While | ast.If | ast.IfExp)]


def test_the_pages_call_the_same_sections_but_for_what_only_one_of_them_has():
    board, service = (
        {
            name
            for cell in cells_of(NOTEBOOKS / f"{page}.ipynb")
            if cell.is_code
            for name in re.findall(r'"(\w+)"', cell.source)
        }
        for page in ("quarterly_report", "level_of_need")
    )
    assert service - board - {"EH"} == {"other_services", "put_right", "teams"}
