"""The list of published quarters."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import qa_analysis as qa
from qa_analysis.batch.index import write_index
from qa_analysis.contract.settings import load_settings
from qa_analysis.sentences.verdicts import bottom_line
from qa_analysis.store.figures import figures, figures_csv

FIGURES = """quarter,month,measure,level_of_need,category,count,denominator,percent,ci_low,ci_high,value,note
2025-26 Q1,,audits_completed,All,,9,,,,,,
2025-26 Q1,,good_or_better,All,,9,10,90.0,,,,
2025-26 Q2,,audits_completed,All,,66,70,94.28,,,,
2025-26 Q2,,audits_completed,EH,,8,8,100.0,,,,
2025-26 Q2,,audits_completed,CL,,8,8,100.0,,,,
2025-26 Q2,2025-07,good_or_better,All,,1,2,50.0,,,,
2025-26 Q2,,good_or_better,All,,30,66,45.45,34.0,57.4,,
2025-26 Q2,,grades_change,All,good_or_better,,,,-80.0,-0.1,-44.5,
2025-26 Q2,,grades_change,All,inadequate,,,,-9.0,0.0,-4.5,
2025-26 Q2,,moderation_upheld,All,,37,45,82.2,,,,
2025-26 Q2,,moderation_both_grades,All,,45,45,,,,,
2025-26 Q2,,reaudits_so_far,All,,1,,,,,,
2025-26 Q2,,inadequate_not_reaudited,All,,4,9,,,,,
2025-26 Q2,,inadequate_not_reaudited,EH,,3,8,,,,,
2025-26 Q2,,inadequate_not_reaudited,CL,,1,1,,,,,
2025-26 Q2,,awaiting_reaudit_long,All,,3,4,,,,,
2025-26 Q2,,awaiting_reaudit_long,EH,,3,3,,,,,
2025-26 Q2,,awaiting_reaudit_long,CL,,0,1,,,,,
"""


@pytest.fixture
def settings():
    return load_settings(Path("no settings here"))


@pytest.fixture
def reports(tmp_path):
    for name in ("2024-25-Q4", "2025-26-Q2"):
        (tmp_path / name).mkdir()
        rows = FIGURES.replace("2025-26 Q1", "2024-25 Q4") if name == "2024-25-Q4" else FIGURES
        (tmp_path / name / "figures.csv").write_text(rows, encoding="utf-8")
        for page in ("data_quality", "level_of_need_HP", "level_of_need_EH", "quarterly_report"):
            (tmp_path / name / f"{page}.html").write_text("<p>page</p>", encoding="utf-8")
    return tmp_path


def texts(html, pattern):
    return [re.sub("<[^>]+>", "", found) for found in re.findall(pattern, html)]


def test_quarters_stand_newest_first_with_their_bottom_line_and_first_answers(reports, settings):
    html = write_index(reports, settings, is_example=False).read_text(encoding="utf-8")
    assert texts(html, "<h2.*?</h2>") == ["2025-26 Q2", "2024-25 Q4"]
    assert texts(html, '<p class="bottom-line">.*?</p>') == [
        "Grades are lower than the quarter before: a smaller share is Good or better. Second readers upheld 37 of 45 "
        "grades; 3 records have waited over six months for a re-audit.",
        "There is no earlier quarter to compare grades with. No grade had a second reader.",
    ]
    assert texts(html, "<dt>.*?</div>") == [
        "Good or better30 of 66 (45%)Lower",
        "Waiting over six months3Early Help",
        "Upheld by second readers37 of 45 (82%)37 of 45 checked grades upheld",
        "Good or better9 of 10 (90%)No earlier quarter",
        "Waiting over six months0No record is waiting",
        "Upheld by second readers–Not checked",
    ]


def test_grades_are_called_as_the_council_calls_them(tmp_path):
    scale = """grades = [{name = "1", good = true}, {name = "2", good = true}, {name = "3", failing = true}]"""
    (tmp_path / "settings.toml").write_text(scale, encoding="utf-8")
    (tmp_path / "2025-26-Q2").mkdir()
    (tmp_path / "2025-26-Q2" / "figures.csv").write_text(FIGURES, encoding="utf-8")
    html = write_index(tmp_path, load_settings(tmp_path), is_example=False).read_text(encoding="utf-8")
    assert texts(html, "<dt>.*?</div>")[0] == "2 or better30 of 66 (45%)Lower"
    assert "a smaller share is 2 or better." in html


def test_it_says_what_the_first_screen_of_the_report_says(example_data, tmp_path):
    newest = example_data.quarters[-1]
    (tmp_path / "2025-26-Q2").mkdir()
    csv = figures_csv(figures(example_data, newest))
    (tmp_path / "2025-26-Q2" / "figures.csv").write_text(csv, encoding="utf-8")
    html = write_index(tmp_path, example_data.settings, is_example=True).read_text(encoding="utf-8")
    report = qa.Report(example_data, newest)
    assert texts(html, '<p class="bottom-line">.*?</p>') == [bottom_line(report.verdicts, report.settings)]


def test_it_leads_to_the_pages_in_the_order_of_the_settings(reports, settings):
    html = write_index(reports, settings, is_example=False).read_text(encoding="utf-8")
    links = re.findall('<li><a href="([^"]+)">([^<]+)', html)
    assert links[:4] == [
        ("2025-26-Q2/quarterly_report.html", "Quality assurance report"),
        ("2025-26-Q2/level_of_need_EH.html", "Early Help"),
        ("2025-26-Q2/level_of_need_HP.html", "Help and Protection"),
        ("2025-26-Q2/data_quality.html", "Data quality"),
    ]
    assert all((reports / link).is_file() for link, _ in links)


def test_links_lead_to_own_pages_whatever_they_are_called(reports, settings):
    names = ("deep dive #2", "100%25", "who? & why")
    for name in names:
        (reports / "2025-26-Q2" / f"{name}.html").write_text("<p>page</p>", encoding="utf-8")
    html = write_index(reports, settings, is_example=False).read_text(encoding="utf-8")
    links = [urlsplit(link) for link in re.findall('<li><a href="([^"]+)">', html)]
    assert {(link.query, link.fragment) for link in links} == {("", "")}
    paths = [unquote(link.path) for link in links]
    assert {f"2025-26-Q2/{name}.html" for name in names} <= set(paths)
    assert all((reports / path).is_file() for path in paths)


@pytest.mark.parametrize("now", ['"1,234",66', "30,x", "inf,66", "30,0.5", "30,-inf"])
def test_of_figures_that_somebody_has_spoilt_nothing_is_said(reports, settings, now):
    file = reports / "2025-26-Q2" / "figures.csv"
    file.write_text(FIGURES.replace("30,66", now), encoding="utf-8")
    html = write_index(reports, settings, is_example=False).read_text(encoding="utf-8")
    assert texts(html, "<h2.*?</h2>") == ["2025-26 Q2", "2024-25 Q4"]
    assert texts(html, "<dt>.*?</div>")[0] == "Good or better9 of 10 (90%)No earlier quarter"


@pytest.mark.parametrize("column", ["quarter", "month", "measure", "level_of_need", "count", "denominator", "note"])
def test_without_a_column_that_is_needed_the_quarter_stands_without_figures(reports, settings, column):
    head, rows = FIGURES.split("\n", 1)
    file = reports / "2025-26-Q2" / "figures.csv"
    file.write_text("\n".join([head.replace(column, "other", 1), rows]), encoding="utf-8")
    html = write_index(reports, settings, is_example=False).read_text(encoding="utf-8")
    assert texts(html, "<h2.*?</h2>") == ["2025-26 Q2", "2024-25 Q4"]
    assert len(texts(html, '<p class="bottom-line">.*?</p>')) == 1


def test_what_is_not_a_published_quarter_is_left_aside(reports, settings):
    for name in ("failed/2025-26-Q2", ".publishing/2025-26-Q1", "2025-26-Q1", "own folder"):
        (reports / name).mkdir(parents=True)
    (reports / "own folder" / "figures.csv").write_text(FIGURES, encoding="utf-8")
    html = write_index(reports, settings, is_example=False).read_text(encoding="utf-8")
    assert texts(html, "<h2.*?</h2>") == ["2025-26 Q2", "2024-25 Q4"]


def test_with_nothing_published_it_says_so(tmp_path, settings):
    assert "No quarter has been published yet." in write_index(tmp_path, settings, is_example=False).read_text()


def test_it_says_that_the_data_are_the_examples(reports, settings):
    assert "Fictional example data" not in write_index(reports, settings, is_example=False).read_text(encoding="utf-8")
    html = write_index(reports, settings, is_example=True).read_text(encoding="utf-8")
    assert html.count("Fictional example data") == 1


def test_a_quarter_published_from_the_example_says_so_among_real_ones(reports, settings):
    banner = (
        '<p class="banner"><strong>Fictional example data.</strong> '
        "<span>Nothing here describes a real child, family or service.</span></p>"
    )
    (reports / "2024-25-Q4" / "quarterly_report.html").write_text(banner, encoding="utf-8")
    html = write_index(reports, settings, is_example=False).read_text(encoding="utf-8")
    assert html.index("2024-25 Q4</h2>") < html.index("Fictional example data")
    assert html.count("Fictional example data") == 1


def test_hostile_settings_are_text(reports, settings):
    hostile = "</style><script>alert(1)</script>"
    settings = settings.model_copy(update={"report_name": hostile, "protective_marking": hostile})
    html = write_index(reports, settings, is_example=False).read_text(encoding="utf-8")
    assert "<script" not in html
    assert html.count("</style>") == 1


def test_nothing_invisible_in_the_settings_is_in_the_title_or_the_head(reports, settings):
    odd = settings.model_copy(update={"organisation": "A\u202eB\u200b & C", "report_name": "The\u2066 re\x00port"})
    html = write_index(reports, odd, is_example=False).read_text(encoding="utf-8")
    assert "<title>The report: all quarters – AB &amp; C</title>" in html
    assert '<p class="organisation">AB &amp; C</p>\n<h1>The report</h1>' in html
