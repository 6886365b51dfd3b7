import pandas as pd
import pytest

from qa_analysis.charts.explore import counts_chart, drift_chart, moderation_by_quarter_chart, palette
from qa_analysis.charts.style import svg

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))


def outcomes(*rows):
    return pd.DataFrame(rows, columns=["quarter", "level_of_need", "first_grade", "final_grade", "count"])


def test_moderation_over_time_says_what_was_kept_by_first_grade(settings):
    chart = moderation_by_quarter_chart(
        outcomes((Q1, "EH", "Good", "Good", 3), (Q2, "EH", "Good", "Inadequate", 1), (Q1, "EH", "Inadequate", "Inadequate", 2)),
        settings,
    )  # fmt: skip
    assert chart.title == "5 of 6 moderated audits (83%) kept the auditor’s grade"
    assert "Early Help, 2025-26 Q1 to 2025-26 Q2" in chart.subtitle
    assert "Good: 3 of 4 kept. Inadequate: 2 of 2 kept." in chart.alt
    assert "none moderated" in svg(chart)


def test_drift_by_quarter_and_by_auditor(settings):
    by_quarter = pd.DataFrame({"quarter": QUARTERS, "level_of_need": "All", "raised": [0, 1], "upheld": [2, 3], "lowered": [1, 0]})  # fmt: skip
    chart = drift_chart(by_quarter, settings)
    assert chart.title == "Of 7 moderated audits, 1 was raised and 1 was lowered"
    assert "2025-26 Q2: 1 raised, 3 upheld, 0 lowered." in chart.alt
    chart = drift_chart(pd.DataFrame({"auditor": ["B"], "raised": [0], "upheld": [2], "lowered": [0]}), settings)
    assert chart.title == "Of 2 moderated audits, none were raised and none were lowered"
    assert "under a letter" in chart.subtitle


def test_themes_are_a_grid_with_the_most_frequent_in_the_title(settings):
    counts = pd.DataFrame({"theme": ["Visits"] * 2 + ["<b>$x^2$</b>"] * 2, "quarter": QUARTERS * 2, "count": [2, 1, 0, 1]})  # fmt: skip
    chart = counts_chart(counts, settings)
    assert chart.title == "Most often: Visits, 3 findings in 2 of 2 quarters"
    assert chart.alt.endswith("for 2025-26 Q1 and 2025-26 Q2. Visits: 2 and 1. <b>$x^2$</b>: 0 and 1.")
    assert "<b>" not in svg(chart)
    tied = counts_chart(counts.assign(count=[1, 0, 0, 1]), settings, what="quotes")
    assert tied.title == "Most often: Visits and <b>$x^2$</b>, 1 quote each"


def test_ones_and_twos_are_pale_and_only_four_or_more_are_as_dark_as_can_be(settings):
    def darkest(*numbers):
        counts = pd.DataFrame({"theme": "Visits", "quarter": QUARTERS, "count": numbers})
        return min(sum(cell.get_facecolor()[:3]) for cell in counts_chart(counts, settings).axes[0].patches)

    navy = (0x12 + 0x43 + 0x6D) / 255
    assert darkest(4, 1) == pytest.approx(navy)
    assert darkest(9, 1) == pytest.approx(navy)
    share = 0.15 + 0.85 * 1 / 4
    assert darkest(1, 1) == pytest.approx(3 - share * (3 - navy))


def test_the_palette_has_the_colours_of_the_charts_blue_for_good(settings):
    assert palette(settings) == {
        "Outstanding": "#12436d", "Good": "#2073bc", "Requires improvement": "#f46a25", "Inadequate": "#7a1f00",
    }  # fmt: skip


def test_only_the_most_frequent_themes_are_drawn_and_it_says_so(settings):
    counts = pd.DataFrame({"theme": [f"Theme {n}" for n in range(20)], "quarter": Q2, "count": 1})
    chart = counts_chart(counts, settings)
    assert "the 12 most frequent of 20" in chart.subtitle
    assert chart.title == "20 come first, with 1 finding each"
    assert "Theme 12" not in svg(chart)


def test_nothing_to_draw(settings):
    assert moderation_by_quarter_chart(outcomes((Q1, "All", "Good", "Good", 0)), settings) is None
    assert drift_chart(pd.DataFrame({"auditor": [], "raised": [], "upheld": [], "lowered": []}), settings) is None
    assert counts_chart(pd.DataFrame({"theme": [], "quarter": [], "count": []}), settings) is None
