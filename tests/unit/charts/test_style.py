from xml.etree import ElementTree as ET

import matplotlib
import pytest
from matplotlib.figure import Figure

from qa_analysis.charts.stacked_shares import grading_by_quarter_chart
from qa_analysis.charts.style import house_style, new_chart, svg

NAMESPACE = "{http://www.w3.org/2000/svg}"


def chart_with(text="label", title="A finding", alt="What it shows.", ends=(1, 2)):
    chart = new_chart(height=144)
    with house_style():
        ax = chart.add_subplot()
        ax.plot([0, 1], ends, marker="o")
        ax.set_title(text)
    chart.title, chart.alt = title, alt
    return chart


def ids(markup):
    return {element.attrib["id"] for element in ET.fromstring(markup).iter() if "id" in element.attrib}


def test_a_chart_is_an_ordinary_figure_4_6_inches_wide():
    chart = new_chart(height=72)
    assert isinstance(chart, Figure)
    assert chart.get_size_inches().tolist() == pytest.approx([4.6, 1.0])


def test_settings_of_matplotlib_stay_as_they_were():
    with matplotlib.rc_context({"font.size": 31.0, "svg.fonttype": "path"}):
        svg(chart_with())
        assert matplotlib.rcParams["font.size"] == 31.0
        assert matplotlib.rcParams["svg.fonttype"] == "path"


def test_settings_of_the_user_do_not_change_a_chart():
    plain = svg(chart_with())
    with matplotlib.rc_context({"font.size": 31.0, "lines.linewidth": 9, "axes.facecolor": "red"}):
        assert svg(chart_with()) == plain


def test_root_names_the_chart_and_leaves_its_size_to_the_page():
    root = ET.fromstring(svg(chart_with(title="4 < 5", alt='"Half" & half')))
    assert root.tag == f"{NAMESPACE}svg"
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == '"Half" & half'
    assert root.attrib["viewBox"] == "0 0 331.2 144"
    assert not {"width", "height"} & set(root.attrib)
    assert root[0].tag == f"{NAMESPACE}title"
    assert root[0].text == "4 < 5"


def test_nothing_but_the_element_itself():
    markup = svg(chart_with())
    assert markup.startswith("<svg ")
    assert markup.endswith("</svg>")
    tags = {element.tag.removeprefix(NAMESPACE) for element in ET.fromstring(markup).iter()}
    assert tags <= {"svg", "title", "g", "defs", "path", "clipPath", "rect", "use", "text"}


def test_bytes_are_the_same_every_time():
    chart = chart_with()
    assert svg(chart) == svg(chart) == svg(chart_with())


def test_ids_are_referred_to_and_differ_between_charts():
    one, other = svg(chart_with()), svg(chart_with(ends=(1, 3)))
    assert ids(one)
    assert ids(other)
    assert not ids(one) & ids(other)
    for name in ids(one):
        assert f"url(#{name})" in one or f'href="#{name}"' in one


def test_ids_differ_where_only_the_words_do():
    assert not ids(svg(chart_with(alt="One."))) & ids(svg(chart_with(alt="Other.")))


def test_nothing_is_loaded_from_outside():
    for element in ET.fromstring(svg(chart_with("url(#x) http://example.org"))).iter():
        for name, value in element.attrib.items():
            assert "http" not in value
            assert not name.endswith("href") or value.startswith("#")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "$x^2$", "a $5 b $6", "&amp;", "]]>", "$\\frac{1}{$"])
def test_text_stays_text(text):
    root = ET.fromstring(svg(chart_with(text)))
    assert text in [element.text for element in root.iter(f"{NAMESPACE}text")]


def test_letters_that_the_measuring_font_lacks_are_kept():
    assert "漢字 😀" in svg(chart_with("漢字 😀"))


def test_fonts_are_those_of_the_page():
    root = ET.fromstring(svg(chart_with()))
    assert root.attrib["style"].endswith("font-size: 11.5px; font-family: Arial, Helvetica, sans-serif")
    assert all("font-family" not in element.get("style", "") for element in root.iter(f"{NAMESPACE}text"))


def test_hostile_names_of_grades_stay_text(grades, settings):
    import pandas as pd

    quarter = pd.Period("2026Q2", freq="Q-MAR")
    table = grades({(quarter, "All"): [1, 2]}, ["Good", "<b>\x00$x$</b>"])
    root = ET.fromstring(svg(grading_by_quarter_chart(table, settings)))
    assert "<b>$x$</b>" in [element.text for element in root.iter(f"{NAMESPACE}text")]
    assert not list(root.iter(f"{NAMESPACE}b"))
    assert "2 <b>$x$</b>" in root.attrib["aria-label"]
