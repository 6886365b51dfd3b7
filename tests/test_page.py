"""The verbs of the notebooks: exact HTML, in which nothing from a workbook is markup."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from markupsafe import Markup

from qa_analysis.charts.style import house_style, new_chart
from qa_analysis.page import PAGE, bullets, closing, opening, quotes, say, show, show_table, together
from qa_analysis.quarter import parse_quarter
from qa_analysis.settings import load_settings

QUARTER = parse_quarter("2025-26 Q2")
HOSTILE = "<script>alert(1)</script>\u202e\x00"
HARMLESS = "&lt;script&gt;alert(1)&lt;/script&gt;"


@pytest.fixture
def data():
    return SimpleNamespace(
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
    assert bullets([HOSTILE, ("Theme <1>", HOSTILE)]).html == (
        f"<ul>\n<li>{HARMLESS}</li>\n<li><strong>Theme &lt;1&gt;:</strong> {HARMLESS}</li>\n</ul>"
    )


def test_no_bullets_say_so():
    assert bullets([]).html == "<p>Nothing was recorded.</p>"


def test_quotes_name_their_speaker_and_score():
    feedback = pd.DataFrame(
        {"quote": [HOSTILE, "Good"], "source": ["Mother & son", "School"], "score": pd.array([9.5, None], "Float64")}
    )
    assert quotes(feedback).html == (
        '<ul class="quotes">\n'
        f'<li><figure class="quote"><blockquote><p>{HARMLESS}</p></blockquote>'
        "<figcaption>Mother &amp; son, score 9.5/10</figcaption></figure></li>\n"
        '<li><figure class="quote"><blockquote><p>Good</p></blockquote>'
        "<figcaption>School</figcaption></figure></li>\n</ul>"
    )


def test_no_quotes_say_so():
    assert quotes(pd.DataFrame({"quote": [], "source": [], "score": []})).html == "<p>Nothing was recorded.</p>"


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
        f"<caption>{HARMLESS}</caption>\n"
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
    assert show_table(pd.DataFrame({"a": []}), "Actions").html == "<p>Actions: nothing was recorded.</p>"


def test_a_chart_stands_under_its_finding_with_its_table_folded(chart):
    html = show(chart, pd.DataFrame({"quarter": ["Q1"], "count": [1]})).html
    before, after = html.split("<svg", 1)
    assert before == (
        f'<figure class="chart">\n<figcaption><p class="finding">Finding {HARMLESS}</p>'
        '<p class="subtitle">Measure, whole service</p></figcaption>\n'
        '<div class="drawing" style="max-width: 34.5rem; background: #ffffff">'
    )
    assert 'role="img" aria-label="Alt &quot;text&quot;"' in after
    assert after.split("</svg>", 1)[1].startswith(
        "</div>\n<details><summary>Show the figures in a table</summary>\n"
        '<div class="table-scroll" tabindex="0" role="region" aria-label="Measure, whole service">'
    )
    assert "<script" not in html


def test_a_chart_without_a_table_has_nothing_to_unfold(chart):
    assert "<details" not in show(chart).html


def test_nothing_to_draw_says_so():
    assert show(None, pd.DataFrame({"a": [1]})).html == "<p>Nothing was recorded.</p>"


def test_several_pieces_are_one():
    assert together([say("One."), say("Two.")]).html == "<p>One.</p>\n<p>Two.</p>"


def test_the_opening_says_whose_it_is_and_that_it_is_an_example(data):
    opened = opening(data, QUARTER, "Quality & assurance")
    assert opened.html == (
        '<p class="banner"><strong>Fictional example data.</strong> '
        "Nothing here describes a real child, family or service.</p>\n"
        f'<p class="marking">OFFICIAL-SENSITIVE</p>\n<p class="organisation">{HARMLESS}</p>\n'
        '<h1>Quality &amp; assurance</h1>\n<p class="period">2025-26 Q2 <span>(July to September 2025)</span></p>\n'
        '<p class="board">For the Improving Services to Children Board. Newest audit: 3 September 2025.</p>'
    )
    assert opened._repr_mimebundle_()[PAGE]["part"] == "opening"


def test_real_data_carry_no_banner(data):
    data.is_example = False
    assert "banner" not in opening(data, QUARTER, "Title").html


def test_the_closing_names_the_inputs_and_embeds_the_figures(data):
    figures = pd.DataFrame({"measure": ["good_or_better"], "count": [8.0], "denominator": [45.0]})
    closed = closing(data, QUARTER, figures).html
    # "measure,count,denominator\ngood_or_better,8,45\n" in base 64
    embedded = "bWVhc3VyZSxjb3VudCxkZW5vbWluYXRvcgpnb29kX29yX2JldHRlciw4LDQ1Cg=="
    assert f'<a download="figures-2025-26-Q2.csv" href="data:text/csv;charset=utf-8;base64,{embedded}">' in closed
    assert f"<li>{HARMLESS}.xlsx <code>0123456789ab</code></li>" in closed
    assert closed.endswith('<p class="marking">OFFICIAL-SENSITIVE</p>')


def test_without_a_marking_there_is_none(data):
    data.settings = data.settings.model_copy(update={"protective_marking": ""})
    assert "marking" not in opening(data, QUARTER, "T").html + closing(data, QUARTER).html


def test_in_a_console_a_piece_is_its_text():
    assert repr(bullets(["a", "b"])) == "a b"
    assert say("x")._repr_mimebundle_() == {"text/html": "<p>x</p>", "text/plain": "x"}
