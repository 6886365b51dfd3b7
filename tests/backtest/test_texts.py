"""What the back-test compares: figures and pages as plain text."""

from __future__ import annotations

from tests.backtest.texts import difference, figures_of, figures_text, page_text

HEADS = "quarter,measure,count,percent,ci_low,ci_high,value,note"
SPRING = f"""{HEADS}
Spring,a,8,17.77777777777778,0.30000000000000004,,-2.5,"so, so"
Spring,b,1,,,,,
"""
SUMMER = f"""{HEADS}
Spring,b,1,,,,,
Summer,b,2,,,,1e-7,
Spring,a,9,20,,,,
"""


def test_the_rows_of_several_reports_are_written_once_to_ten_digits():
    both = figures_text({"spring": SPRING, "summer": SUMMER})
    assert both.splitlines() == [
        f"{HEADS},reports",
        "Spring,b,1,,,,,,spring summer",
        "Summer,b,2,,,,1e-07,,summer",
        "Spring,a,9,20,,,,,summer",
        'Spring,a,8,17.77777778,0.3,,-2.5,"so, so",spring',
    ]
    assert figures_of("summer", both) == figures_text({"summer": SUMMER})


def test_a_page_is_a_line_a_block_without_markup_and_foot():
    html = """<!doctype html><html><head><title>Page</title><style>p {}</style></head><body>
    <a class="skip" href="#main">Skip to the main content</a>
    <header><h1>Quality
    assurance</h1><p>2025-26 Q2 <span>(July to September)</span></p></header>
    <main><h2>Moderation</h2><p>8 of 45 <b>(18%</b>; 9 to 31).</p>
    <figure><p class="finding">Fewer grades changed</p><svg role="img" aria-label="A chart: 7, then 8."><text>7</text></svg>
    <table><caption>Moderation</caption><tr><th>Service</th><th>Count</th></tr><tr><th>EH &amp; CIC</th><td>8</td></tr></table>
    </figure><ul><li>One</li><li>One</li></ul></main>
    <footer><p>Made with qa_analysis 0.1.0</p><ul><li>a.xlsx <code>0f3a</code></li></ul></footer></body></html>"""
    assert page_text(html).splitlines() == [
        "Skip to the main content",
        "# Quality assurance",
        "2025-26 Q2 (July to September)",
        "",
        "## Moderation",
        "8 of 45 (18%; 9 to 31).",
        "Fewer grades changed",
        "Chart: A chart: 7, then 8.",
        "Table: Moderation",
        "| Service | Count",
        "| EH & CIC | 8",
        "- One",
        "- One",
    ]


def test_a_difference_is_the_lines_that_differ_and_how_many_more_there_are():
    assert difference("a\nb\nc\n", "a\nb\nc\n") == []
    assert difference("a\nb\nc\n", "a\nB\nc\n") == ["--- kept", "+++ made", "-b", "+B"]
    many = difference("", "a\n" * 70)
    assert len(many) == 61
    assert many[-1] == "… and 12 more lines that differ"
