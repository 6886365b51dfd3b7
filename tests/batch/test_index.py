"""The list of published quarters."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from qa_analysis.batch.index import write_index
from qa_analysis.contract.settings import load_settings

FIGURES = """quarter,month,measure,level_of_need,category,count,denominator,percent,ci_low,ci_high,value,note
2025-26 Q1,,good_or_better,All,,9,10,90.0,,,,
2025-26 Q2,,audits_completed,All,,66,70,94.28,,,,
2025-26 Q2,,audits_completed,EH,,8,8,100.0,,,,
2025-26 Q2,2025-07,good_or_better,All,,1,2,50.0,,,,
2025-26 Q2,,good_or_better,All,,30,66,45.45,34.0,57.4,,
2025-26 Q2,,moderation_changed,All,,8,45,17.8,9.3,31.3,,
"""


@pytest.fixture
def settings():
    return load_settings(Path("no settings here"))


@pytest.fixture
def reports(tmp_path):
    for name in ("2024-25-Q4", "2025-26-Q2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "figures.csv").write_text(FIGURES.replace("2025-26 Q1", "2024-25 Q4"), encoding="utf-8")
        for page in ("data_quality", "level_of_need_HP", "level_of_need_EH", "quarterly_report"):
            (tmp_path / name / f"{page}.html").write_text("<p>page</p>", encoding="utf-8")
    return tmp_path


def texts(html, pattern):
    return [re.sub("<[^>]+>", "", found) for found in re.findall(pattern, html)]


def test_quarters_stand_newest_first_with_their_headline_figures(reports, settings):
    html = write_index(reports, settings, is_example=False).read_text(encoding="utf-8")
    assert texts(html, "<h2.*?</h2>") == ["2025-26 Q2", "2024-25 Q4"]
    assert texts(html, "<dt>.*?</dd>") == [
        "Audits completed, of those planned66 of 70 (94%)",
        "Graded Good or better30 of 66 (45%)",
        "Changed by moderation8 of 45 (18%)",
        "Graded Good or better9 of 10 (90%)",
    ]


def test_on_another_scale_of_grades_and_without_a_plan_it_says_so(tmp_path):
    scale = """grades = [{name = "1", good = true}, {name = "2", good = true}, {name = "3", failing = true}]"""
    (tmp_path / "settings.toml").write_text(scale, encoding="utf-8")
    (tmp_path / "2025-26-Q2").mkdir()
    rows = ["audits_completed,All,,1,,", "good_or_better,All,,1,1,100", "inadequate,All,,0,1,0"]
    rows += ["moderation_changed,All,,0,0,"]
    figures = FIGURES.splitlines()[:1] + [f"2025-26 Q2,,{row},,,," for row in rows]
    (tmp_path / "2025-26-Q2" / "figures.csv").write_text("\n".join(figures), encoding="utf-8")
    html = write_index(tmp_path, load_settings(tmp_path), is_example=False).read_text(encoding="utf-8")
    assert texts(html, "<dt>.*?</dd>") == [
        "Audits completed1",
        "Graded 2 or better1 of 1 (100%)",
        "Graded 30 of 1 (0%)",
        "Changed by moderation–",
    ]


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


@pytest.mark.parametrize(
    ("was", "now", "reads"),
    [
        ("30,66", '"1,234",66', "–"),
        ("30,66", "30,x", "–"),
        ("30,66", "inf,66", "–"),
        ("30,66", "30,0.5", "–"),
        ("30,66", "30,-inf", "–"),
        ("30,66", ",", "–"),
    ],
)
def test_a_number_that_somebody_has_spoilt_is_unknown(reports, settings, was, now, reads):
    figures = reports / "2025-26-Q2" / "figures.csv"
    figures.write_text(FIGURES.replace(was, now), encoding="utf-8")
    html = write_index(reports, settings, is_example=False).read_text(encoding="utf-8")
    assert texts(html, "<dt>.*?</dd>")[:3] == [
        "Audits completed, of those planned66 of 70 (94%)",
        f"Graded Good or better{reads}",
        "Changed by moderation8 of 45 (18%)",
    ]


@pytest.mark.parametrize("column", ["quarter", "month", "measure", "level_of_need", "count", "denominator"])
def test_without_a_column_that_is_needed_the_quarter_stands_without_figures(reports, settings, column):
    figures = reports / "2025-26-Q2" / "figures.csv"
    figures.write_text(FIGURES.replace(f"{column},", "other,", 1), encoding="utf-8")
    html = write_index(reports, settings, is_example=False).read_text(encoding="utf-8")
    assert texts(html, "<h2.*?</h2>") == ["2025-26 Q2", "2024-25 Q4"]
    assert texts(html, "<dt>.*?</dd>") == ["Graded Good or better9 of 10 (90%)"]


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
