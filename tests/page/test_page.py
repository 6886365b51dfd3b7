"""The verbs of the notebooks: exact HTML, in which nothing from a workbook is markup."""

import ast
import re
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from markupsafe import Markup

import qa_analysis
from qa_analysis.charts.style import house_style, new_chart
from qa_analysis.contract.quarters import parse_quarter
from qa_analysis.contract.settings import load_settings
from qa_analysis.metrics.actions import action_states
from qa_analysis.metrics.actions import steps_by_date as by_date
from qa_analysis.page.blocks import (
    PAGE,
    actions_table,
    bullets,
    closing,
    commentary,
    cut_short,
    folded,
    lead,
    nothing,
    opening,
    quotes,
    say,
    show,
    show_table,
    side_by_side,
    steps_by_date,
    together,
)

QUARTER = parse_quarter("2025-26 Q2")
HOSTILE = "<script>alert(1)</script>\u202e\x00"
HARMLESS = "&lt;script&gt;alert(1)&lt;/script&gt;"


@pytest.fixture
def data():
    return SimpleNamespace(
        project=Path("no project here"),
        settings=load_settings(Path("no settings here")).model_copy(update={"organisation": HOSTILE}),
        is_example=True,
        inputs=pd.DataFrame({"file": [f"{HOSTILE}.xlsx"], "sha256": ["0123456789abcdef" * 4]}),
        data_cut=pd.Timestamp(2025, 9, 3),
    )


@pytest.fixture
def chart():
    with house_style():
        chart = new_chart(height=100)
        chart.subplots().barh(["Q1"], [1])
    chart.title, chart.subtitle, chart.alt = f"Finding {HOSTILE}", "Measure, whole service", 'Alt "text"'
    return chart


def test_a_sentence_is_text():
    assert say("A & B", HOSTILE).html == f"<p>A &amp; B {HARMLESS}</p>"


def test_lines_of_commentary_are_paragraphs():
    assert say("One.\r\n\r\nTwo <i>.\n").html == "<p>One.</p>\n<p>Two &lt;i&gt;.</p>"


def test_markup_made_by_the_package_stays():
    assert say(Markup("<em>ours</em>"), "<em>theirs</em>").html == "<p><em>ours</em> &lt;em&gt;theirs&lt;/em&gt;</p>"


def test_saying_nothing_is_nothing():
    assert say(None, "").html == ""


def test_bullets_are_text():
    assert bullets([HOSTILE, ("Theme <1>", HOSTILE), ("", "Plans", f"4 of 6 {HOSTILE}")]).html == (
        f'<ul class="points">\n<li>{HARMLESS}</li>\n<li><strong>Theme &lt;1&gt;:</strong> {HARMLESS}</li>\n'
        f'<li>Plans <span class="tag">4 of 6 {HARMLESS}</span></li>\n</ul>'
    )


def test_what_was_found_is_text():
    assert lead("A & B", None, HOSTILE).html == f'<p class="lead">A &amp; B {HARMLESS}</p>'


def test_pieces_stand_side_by_side_and_in_folds_but_for_those_that_are_nothing():
    one, two = say("One."), say("Two.")
    assert side_by_side([one, nothing(), two]).html == (
        '<div class="beside">\n<div><p>One.</p></div>\n<div><p>Two.</p></div>\n</div>'
    )
    assert folded(HOSTILE, one, say(None), two).html == (
        f"<details><summary>{HARMLESS}</summary>\n<p>One.</p>\n<p>Two.</p></details>"
    )
    assert folded("More", one, printed=True).html.startswith('<details class="printed"><summary>More</summary>')


def test_of_a_long_list_the_rest_is_in_a_fold_that_is_printed():
    parts = [say("One."), say("Two.")]
    assert cut_short(parts, 1, "finding").html == (
        '<p>One.</p>\n<details class="printed"><summary>1 more finding</summary>\n<p>Two.</p></details>'
    )
    assert "<summary>2 more findings</summary>" in cut_short(parts, 2, "finding").html
    assert cut_short([say("One."), nothing()], 0, "finding").html == "<p>One.</p>"


def test_quotes_say_whose_they_are():
    feedback = pd.DataFrame(
        {
            "quote": [HOSTILE, "Good"],
            "source": ["Mother & son", "School"],
            "score": pd.array([9.5, None], "Float64"),
            "score_out_of": pd.array([10, None], "Float64"),
        }
    )
    assert quotes(feedback, 2).html == (
        f'<div class="quotes">\n<figure><blockquote><p>{HARMLESS}</p></blockquote>'
        "<figcaption>Mother &amp; son, 9.5/10</figcaption></figure>\n"
        "<figure><blockquote><p>Good</p></blockquote><figcaption>School</figcaption></figure>\n</div>"
    )


def test_of_many_quotes_every_voice_is_heard():
    said = [("Mother", "one"), ("Mother", "two"), ("Mother", "three"), ("Child", "four"), ("School", "five")]
    feedback = pd.DataFrame(said, columns=["source", "quote"], index=[7, 7, 3, 1, 0])
    feedback = feedback.assign(score=float("nan"), score_out_of=float("nan"))
    shown, more = quotes(feedback, 4).html.split("<summary>1 more comment</summary>")
    assert re.findall("<p>(.*?)</p>", shown) == ["one", "four", "five", "two"]
    assert re.findall("<p>(.*?)</p>", more) == ["three"]
    assert "details" not in quotes(feedback, 5).html


def test_a_share_table_is_printed_from_its_counts():
    table = pd.DataFrame(
        {
            "quarter": pd.PeriodIndex([QUARTER - 1, QUARTER, QUARTER]),
            "level_of_need": ["All", "All", HOSTILE],
            "count": pd.array([None, 1, 0], "Int64"),
            "denominator": pd.array([None, 8, 0], "Int64"),
            "percent": [27.5, 12.5, float("nan")],
            "ci_low": [float("nan"), 2.24, float("nan")],
            "ci_high": [float("nan"), 47.09, float("nan")],
            "note": ["", "", ""],
        }
    )
    assert show_table(table, HOSTILE).html == (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{HARMLESS}"><table>\n'
        f"<caption><span>{HARMLESS}</span></caption>\n"
        '<thead><tr><th scope="col" class="date">Quarter</th><th scope="col">Level of need</th>'
        '<th scope="col" class="number">Count</th><th scope="col" class="number">Out of</th>'
        '<th scope="col" class="number">Percent</th><th scope="col" class="number">95% interval</th></tr></thead>\n'
        "<tbody>\n"
        '<tr><th scope="row" class="date">2025-26 Q1</th><td>Whole service</td><td class="number">–</td>'
        '<td class="number">–</td><td class="number">28%</td><td class="number">–</td></tr>\n'
        '<tr><th scope="row" class="date">2025-26 Q2</th><td>Whole service</td><td class="number">1</td>'
        '<td class="number">8</td><td class="number">13%</td><td class="number">2 to 47</td></tr>\n'
        f'<tr><th scope="row" class="date">2025-26 Q2</th><td>{HARMLESS}</td><td class="number">0</td>'
        '<td class="number">0</td><td class="number">–</td><td class="number">–</td></tr>\n'
        "</tbody></table></div>"
    )


@pytest.mark.parametrize(
    ("values", "printed"),
    [
        (pd.Series([pd.Timestamp(2025, 9, 3), pd.NaT]), ["3 September 2025", "–"]),
        (pd.Series([pd.Period("2025-09", "M")]), ["September 2025"]),
        (pd.Series([True, None], dtype="boolean"), ["Yes", "–"]),
        (pd.Series([1234567, 2]), ["1,234,567", "2"]),
        (pd.Series([1.0, 2.25, -3.0]), ["1.0", "2.3", "−3.0"]),
        (pd.Series([1.0, None]), ["1", "–"]),
        (pd.Series(["Good", None], dtype="str"), ["Good", "–"]),
        (pd.Series(pd.Categorical(["Good", None])), ["Good", "–"]),
    ],
)
def test_values_are_printed_as_people_write_them(values, printed):
    html = show_table(pd.DataFrame({"row": "x", "value": values}), "Caption").html
    assert [cell.partition(">")[2].partition("<")[0] for cell in html.split("<td")[1:]] == printed


def test_headings_are_readable():
    table = pd.DataFrame([[1, 2, 3]], columns=["practice_area", "H&P", QUARTER])
    html = show_table(table, "Caption").html
    assert [part.partition("<")[0].partition(">")[2] for part in html.split('<th scope="col"')[1:]] == [
        "Practice area",
        "H&amp;P",
        "2025-26 Q2",
    ]


def test_a_named_index_heads_the_rows():
    table = pd.DataFrame({"Good": [1]}, index=pd.Index(["EH"], name="level_of_need"))
    assert '<th scope="row">EH</th><td class="number">1</td>' in show_table(table, "Caption").html


def test_a_table_without_rows_says_so():
    assert show_table(pd.DataFrame({"a": []}), "Rows held back, by reason").html == (
        "<p>There is nothing to show in the table “Rows held back, by reason”.</p>"
    )


def test_a_chart_stands_under_its_finding_with_its_table_folded(chart):
    html = show(chart, pd.DataFrame({"quarter": ["Q1"], "count": [1]})).html
    before, after = html.split("<svg", 1)
    assert before == (
        f'<figure class="chart">\n<figcaption><p class="finding">Finding {HARMLESS}</p>'
        '<p class="subtitle">Measure, whole service</p></figcaption>\n'
        '<div class="drawing" style="max-width: 31.5rem; background: #ffffff">'
    )
    assert 'role="img" aria-label="Alt &quot;text&quot;"' in after
    assert after.split("</svg>", 1)[1].startswith(
        "</div>\n<details><summary>Show the figures</summary>\n"
        '<div class="table-scroll" tabindex="0" role="region" aria-label="Measure, whole service">'
    )
    assert "<script" not in html


def test_a_chart_without_a_table_has_nothing_to_unfold(chart):
    assert "<details" not in show(chart).html


@pytest.mark.parametrize(
    "block",
    [
        show(None, pd.DataFrame({"a": [1]})),
        together([nothing(), nothing()]),
        bullets([]),
        quotes(pd.DataFrame({"quote": [], "source": [], "score": [], "score_out_of": []}), 3),
        lead(None),
        side_by_side([nothing(), say(None)]),
        folded("More", nothing()),
        folded("More", show_table(pd.DataFrame(), "Audits")),
        steps_by_date(pd.DataFrame(), QUARTER),
        commentary(["", " \n"]),
        actions_table(pd.DataFrame(), "Actions"),
    ],
)
def test_what_has_nothing_to_show_is_nothing_on_the_page_and_a_grey_line_in_a_notebook(block):
    assert block._repr_mimebundle_()[PAGE] == {"part": "nothing"}
    assert "color: #767676" in block.html


def test_the_analysts_commentary_is_marked_as_theirs():
    assert commentary(["One.\n\nTwo.", HOSTILE]).html == (
        f'<div class="analyst">\n<p>One.</p>\n<p>Two.</p>\n<p>{HARMLESS}</p>\n<p class="signed">Analyst</p>\n</div>'
    )


def test_actions_have_a_group_of_rows_each():
    steps = pd.DataFrame(
        {
            "action_id": ["A1", "A1", "A2"],
            "quarter": [QUARTER] * 3,
            "raised": pd.to_datetime(["2025-07-14", "2025-07-14", "2025-10-01"]),
            "action": [f"Plans {HOSTILE}", f"Plans {HOSTILE}", "Visits"],
            "theme": ["Planning", "Planning", None],
            "step": pd.array([1, 2, None], "Int64"),
            "step_detail": ["Agree", HOSTILE, None],
            "lead": [HOSTILE, None, "Head"],
            "timescale": ["2025-08-31", "TBC", "2025-02-31"],
            "due": pd.to_datetime(["2025-08-31", None, None]),
            "status": ["Open", "Complete", "Complete"],
            "completed": pd.to_datetime([None, "2025-09-01", "2025-11-05"]),
        }
    ).astype({"theme": "str", "step_detail": "str", "lead": "str"})
    html = actions_table(action_states(steps, QUARTER), "Actions & steps").html
    names = ("Action", "Step", "Lead", "By when", "Done")
    heads = "".join(f'<th scope="col" role="columnheader">{name}</th>' for name in names)
    assert html == (
        '<table class="actions" role="table">\n<caption><span>Actions &amp; steps</span></caption>\n'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n'
        f'<tbody role="rowgroup">\n<tr role="row"><th scope="rowgroup" role="rowheader" rowspan="2"><span class="action">Plans {HARMLESS}</span>'
        '<span class="theme">Planning</span><span class="state">Overdue by 30 days, open for 78 days</span></th>'
        f'<td role="cell">1. Agree</td><td role="cell">{HARMLESS}</td><td role="cell">31 August 2025</td><td role="cell">No</td></tr>\n'
        f'<tr role="row"><td role="cell">2. {HARMLESS}</td><td role="cell">–</td><td role="cell">TBC</td><td role="cell">Yes</td></tr>\n</tbody>\n'
        '<tbody role="rowgroup">\n<tr role="row"><th scope="rowgroup" role="rowheader" rowspan="1"><span class="action">Visits</span>'
        '<span class="state">No date set, agreed on 1 October 2025</span></th>'
        '<td role="cell" class="none">–</td>'
        '<td role="cell">Head</td><td role="cell">2025-02-31</td><td role="cell">On 5 November 2025</td></tr>\n</tbody>\n</table>'
    )
    done = steps.assign(completed=pd.Timestamp("2025-09-01"), status="Complete")
    assert '<span class="state">Complete</span>' in actions_table(action_states(done, QUARTER), "Actions").html
    assert "agreed on" not in actions_table(action_states(done, QUARTER), "Actions").html


def test_steps_stand_in_groups_by_date_and_late_ones_are_marked():
    end = pd.Timestamp("2025-09-30")
    steps = pd.DataFrame(
        {
            "action_id": ["A1", "A1", "A2", "A3", "A4", "A5"],
            "quarter": [QUARTER] * 6,
            "raised": [end - pd.DateOffset(days=60)] * 4 + [end + pd.DateOffset(days=9)] * 2,
            "action": [f"Plans {HOSTILE}."] * 2 + ["Visits", "Pen pictures", "Language", "Drift"],
            "step_detail": None,
            "lead": ["Head", HOSTILE, None, "IRO", "IRO", "IRO"],
            "timescale": ["2025-09-30", "2025-12-01", "TBC", "2025-11-30", "2025-09-30", "2025-10-01"],
            "due": pd.to_datetime(["2025-09-30", "2025-12-01", None, "2025-11-30", "2025-09-30", "2025-10-01"]),
            "status": "Open",
            "completed": pd.to_datetime(["2025-10-04", None, None, None, None, "2025-10-03"]),
        }
    ).astype({"lead": "str", "step_detail": "str"})
    to_do = by_date(steps, QUARTER)
    # A4 was agreed after the quarter's end, so it was not late at it; A5 was done since, and is not to do.
    assert to_do["when"].tolist() == ["late", "soon", "soon", "no date", "later"]
    html = steps_by_date(to_do, QUARTER).html
    now, later = html.split("<summary>Later: 1 step</summary>")
    assert re.findall(r'<tbody role="rowgroup"( class="late")?>\n<tr role="row"><th [^>]*>(.*?)</th>', now) == [
        (' class="late"', "Late at 30 September: 1 step"), ("", "October and November: 2 steps"), ("", "No date: 1 step")
    ]  # fmt: skip
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr role.*?</tr>", now) if "<td" in row]
    assert cells == [
        ["30 September 2025; done on 4 October 2025", f"Plans {HARMLESS}", "1 of 2", "Head"],
        ["30 September 2025", "Language", "–", "IRO"],
        ["30 November 2025", "Pen pictures", "–", "IRO"],
        ["TBC", "Visits", "–", "–"],
    ]
    assert f"Plans {HARMLESS}</td>" in later
    assert html.startswith('<div class="by-date">\n')
    assert steps_by_date(to_do, QUARTER, printed=True).html.startswith('<div class="by-date printed">\n')
    only_later = steps_by_date(to_do.tail(1), QUARTER).html
    assert only_later.count("<table") == 1


def test_suppressed_numbers_say_so():
    table = pd.DataFrame(
        {
            "grade": ["Good", "Weak"],
            "count": pd.array([None, 12], "Int64"),
            "denominator": pd.array([66, None], "Int64"),
            "percent": [float("nan"), float("nan")],
            "note": ["suppressed", ""],
        }
    )
    html = show_table(table, "Grades").html
    assert "Note" not in html
    assert '<th scope="row">Good</th><td class="number">suppressed</td><td class="number">66</td>' in html
    assert '<th scope="row">Weak</th><td class="number">12</td><td class="number">–</td>' in html


def test_an_external_page_names_neither_marking_nor_board_nor_files(data):
    html = opening(data, QUARTER, "T", external=True).html + closing(data, QUARTER, external=True).html
    assert "OFFICIAL" not in html
    assert "Board" not in html
    assert "xlsx" not in html
    assert "2025-26 Q2" in html
    assert "3 September" not in html
    assert opening(data, QUARTER, "T", external=True).page["marking"] == ""


def test_several_pieces_are_one():
    assert together([say("One."), nothing(), say("Two.")]).html == "<p>One.</p>\n<p>Two.</p>"


def test_no_html_stands_in_the_code():
    html = re.compile("</?(a|[dhotu][dlrt]|h[1-6]|p|div|figure|img|li|pre|span|strong|table)[ />]")
    for path in Path(qa_analysis.__file__).parent.rglob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        texts = [node.value for node in nodes if isinstance(node, ast.Constant) and id(node) not in docstrings]
        assert not [text for text in texts if isinstance(text, str) and html.search(text)], path


def test_the_opening_says_whose_it_is_and_that_it_is_an_example(data):
    opened = opening(data, QUARTER, "Quality & assurance")
    assert opened.html == (
        '<p class="banner"><strong>Fictional example data.</strong> '
        "<span>Nothing here describes a real child, family or service.</span></p>\n"
        f'<p class="marking">OFFICIAL-SENSITIVE</p>\n<p class="organisation">{HARMLESS}</p>\n'
        '<h1>Quality &amp; assurance</h1>\n<p class="period">2025-26 Q2 <span>(July to September 2025)</span> '
        '<strong class="draft">Draft</strong></p>\n'
        '<p class="board">For the Improving Services to Children Board. Newest audit: 3 September 2025.</p>'
    )
    assert opened._repr_mimebundle_()[PAGE]["part"] == "opening"


def test_real_data_carry_no_banner(data):
    data.is_example = False
    assert "banner" not in opening(data, QUARTER, "Title").html


def test_the_closing_names_the_inputs_and_embeds_the_figures(data):
    figures = pd.DataFrame(
        {"measure": ["good_or_better"], "category": ['"A" & <b>#1 %é'], "count": [8.0], "denominator": [45.0]}
    )
    closed = closing(data, QUARTER, figures).html
    # measure,category,count,denominator / good_or_better,"""A"" & <b>#1 %é",8,45
    cell = "%22%22%22A%22%22%20%26%20%3Cb%3E%231%20%25%C3%A9%22"
    embedded = f"measure,category,count,denominator%0Agood_or_better,{cell},8,45%0A"
    assert f'<a download="figures-2025-26-Q2.csv" href="data:text/csv;charset=utf-8,{embedded}">' in closed
    assert f"<li>{HARMLESS}.xlsx <code>0123456789ab</code></li>" in closed
    assert closed.endswith('<p class="marking">OFFICIAL-SENSITIVE</p>')


def test_without_a_marking_there_is_none(data):
    data.settings = data.settings.model_copy(update={"protective_marking": ""})
    assert "marking" not in opening(data, QUARTER, "T").html + closing(data, QUARTER).html


def test_in_a_console_a_piece_is_its_text():
    assert repr(bullets(["a", "b"])) == "a b"
    assert say("x")._repr_mimebundle_() == {"text/html": "<p>x</p>", "text/plain": "x"}
