"""Untrusted text: whatever a workbook holds, in every text column, is text on the pages and in the files."""

import csv
import datetime
import io
import itertools
import re

import pytest
from openpyxl import Workbook

from qa_analysis.charts.drawing import plain

pytestmark = pytest.mark.slow

DAY = datetime.date(2025, 8, 4)
PATTERNS = [
    "<script>alert({0})</script>",
    "</style></title><script>alert({0})</script>",
    '"><img src=x onerror=alert({0})>',
    "<svg onload=alert({0})><a xlink:href='javascript:alert({0})'>x</a></svg>",
    "' onmouseover='alert({0})' x='",
    "<iframe src='https://example.com/{0}'></iframe>",
    "<a href='javascript:alert({0})'>click {0}</a>",
    "[click {0}](javascript:alert({0}))",
    "![picture {0}](https://example.com/{0}.png)",
    "[{0}]: https://example.com 'title'",
    "<https://example.com/{0}>",
    "https://example.com/{0}?a=1&b=2",
    "data:text/html;base64,PHNjcmlwdD4={0}",
    "&lt;script&gt;alert({0})&lt;/script&gt; &amp; &#60;b&#62;",
    "&#x3c;img src=x onerror=alert({0})&#x3e;",
    "<b>bold {0}</b> <i>&copy;</i>",
    "<!-- {0} --> <![CDATA[ {0} ]]>",
    "# heading {0}",
    "*emphasis {0}* _and_ `code` | table |",
    "<details open ontoggle=alert({0})><summary>x</summary></details>",
    "$\\frac{{{0}}}{{2}}$ and $$x^{{{0}}}$$ \\(y\\)",
    "%(name)s {{{{ {0} }}}} {{% raw %}} ${{jndi:ldap://x/{0}}}",
    "</td></tr></table><h1>{0}</h1>",
    "<style>* {{ display: none }}</style>{0}",
    "<base href='https://example.com/{0}'>",
    "<meta http-equiv=refresh content='0;url=https://example.com/{0}'>",
    "<form action=https://example.com/{0}><input autofocus onfocus=alert({0})></form>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert({0})>",
    "<noscript><p title='</noscript><img src=x onerror=alert({0})>'>",
    'O\'Brien "quoted" {0} \\ / back\\slash',
    "ünïcödé 中文 عربي עברית 😀 {0}",
    "a line\nbreak {0}\r\nand another\ttab",
]
ONLY_IN_CSV = [
    "=1+1 cmd|' /C calc'!A{0}",
    "+{0}+1",
    "-{0}+1",
    "@SUM(A{0})",
    "\t=HYPERLINK(\"https://example.com/{0}\")",
    "\u202eright to left {0}\u202c\u2066x\u2069",
    "zero\u200bwidth\u200d\ufeff{0}\u2060",
    "\x07bell \x1b[31mred\x1b[0m \x08{0} \x7f\x9b",
    "line\u2028separator {0}\u2029\x85",
    "null\x00byte {0}",
    "x" * 100_000 + "{0}",
]  # fmt: skip

# All that the templates and the package make.
ELEMENTS = {
    "a", "blockquote", "body", "br", "caption", "circle", "clipPath", "code", "dd", "defs", "details", "div", "dl", "dt",
    "em", "figcaption", "figure", "footer", "g", "h1", "h2", "h3", "head", "header", "html", "li", "main", "meta", "nav",
    "ol", "p", "path", "rect", "span", "strong", "style", "summary", "svg", "table", "tbody", "td", "text", "th", "thead",
    "title", "tr", "ul", "use",
}  # fmt: skip


def endless():
    """Yield hostile texts, each with a number of its own."""
    for number in itertools.count(1000):
        yield PATTERNS[number % len(PATTERNS)].format(number)


def odd():
    for number in itertools.count(900_000):
        yield ONLY_IN_CSV[number % len(ONLY_IN_CSV)].format(number)


def workbook(texts, shown):
    """Return sheets in which every text column is hostile; texts that the pages must show go into `shown`."""

    def hidden():
        return next(texts)

    def show():
        shown.append(next(texts))
        return shown[-1]

    def tone(number):
        return ["Positive", "Learning"][number % 2]

    def audit(number):
        grade = hidden() if number == 39 else ["Good", "RI", "Inadequate"][number % 3]
        few = [hidden() if number == 5 else None, hidden() if number < 6 else None]
        names = [hidden(), DAY, ["EH", "H&P"][number % 2], hidden(), hidden(), hidden()]
        return [*names, grade, "yes", "Good", *few, *["Good", "RI"] * 4, hidden()]

    heads = {
        "Audits": "Audit ID|Audit date|Level of need|Team|Auditor|Child reference|Overall grade|Moderated|"
        "Grade after moderation|Re-audit of|Selection",
        "Multi-agency audits": "Audit date|Family reference|Theme|Agencies|Overall grade",
        "Thematic audits": "Date|Theme|Unit|Number considered|Children cared for|Summary",
        "Manager QA": "Date|Activity|Service area|Records looked at|Summary",
        "Findings": "Date|Type|Finding|Theme|Team",
        "Feedback": "Date|From|Tone|Quote|Score",
        "Actions": "Action ID|Raised|Action|Step|Step detail|Lead|Timescale|Status|Theme",
        "Commentary": "Quarter|Section|Text",
    }
    areas = [f"Sub-grade: {show()}" for _ in range(8)]
    kinds = ["Strength", "Learning"]
    rows = {
        "Audits": [audit(number) for number in range(40)],
        "Multi-agency audits": [[DAY, hidden(), hidden(), hidden(), "Good"] for _ in range(8)],
        "Thematic audits": [[DAY, show(), show(), 7, 3, show()] for _ in range(8)],
        "Manager QA": [[DAY, show(), hidden(), 4, show()] for _ in range(16)],
        "Findings": [[DAY, kinds[number % 2], show(), show(), hidden()] for number in range(64)],
        "Feedback": [[DAY, show(), tone(number), show(), 9] for number in range(96)],
        "Actions": [[hidden(), DAY, show(), 1, show(), show(), show(), "Open", show()] for _ in range(24)],
        "Commentary": [["2025-26 Q2", section, show()] for section in ("Introduction", "Moderation")],
    }
    sheets = {name: [head.split("|"), *rows[name]] for name, head in heads.items()}
    sheets["Audits"][0] += [*areas, hidden()]
    return sheets | {"<img src=x onerror=alert(7)>": [[hidden()], [hidden()]]}


@pytest.fixture(scope="module")
def hostile(rendered):
    """Return a rendered project full of hostile text, and what its pages must show."""
    texts, odd_texts, shown = endless(), odd(), []

    def build(project):
        raw = project / "data" / "raw"
        raw.mkdir(parents=True)
        book = Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(raw / """audits "><img src=x onerror=alert(8)> $x$ &lt;b&gt;.xlsx""")
        for name, (headings, rows) in tables.items():
            file = io.StringIO()
            csv.writer(file).writerows([headings, *rows])
            (raw / name).write_text(
                file.getvalue(), encoding="utf-16", newline=""
            )  # the one in which a null byte is text
        (project / "settings.toml").write_text(
            'organisation = "<script>alert(9)</script> & Sons"\nprotective_marking = "</style><img src=x>"\n'
            "comparators = 1\nlevels_of_need = [{code = \"EH\", name = '<b onclick=alert(1)>Early</b> Help'}, "
            '{code = "H&P", name = "Help & <i>Protection</i>"}]\n',
            encoding="utf-8",
        )

    sheets = workbook(texts, shown)
    tables = {
        "findings.csv": (
            ["Date", "Type", "Finding", "Theme"],
            [[DAY, "Strength", next(odd_texts), f"Theme of CSV {n}"] for n in range(22)],
        ),
        "feedback.csv": (
            ["Date", "From", "Tone", "Quote"],
            [[DAY, "Carer", "Positive", next(odd_texts)] for _ in range(22)],
        ),
    }
    for _, rows in tables.values():
        shown += [row[-1] if row[-1][0] != "T" else row[2] for row in rows]
    assert next(texts)
    return rendered("hostile", build), shown


def visit(browser, path, **options):
    """Open a page; all that it says, asks for or does ends up in the list."""
    page, noticed = browser.new_context(**options).new_page(), []
    page.on("dialog", lambda dialog: (noticed.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: noticed.append(message.text))
    page.on("pageerror", lambda error: noticed.append(str(error)))
    page.on("request", lambda request: noticed.append(request.url) if request.url != path.as_uri() else None)
    page.on("popup", lambda popup: noticed.append(popup.url))
    page.goto(path.as_uri())
    return page, noticed


def pages_of(project):
    return sorted((project / "reports").rglob("*.html"))


def test_there_are_enough_of_them(hostile):
    _, shown = hostile
    assert len(set(shown)) > 450
    texts = endless()
    workbook(texts, [])
    assert int(re.search(r"1\d{3}", next(text for text in texts if re.search(r"1\d{3}", text)))[0]) - 1000 > 800


def test_no_text_becomes_an_element_an_attribute_or_a_link(browser, hostile):
    project, _ = hostile
    for path in pages_of(project):
        page, _ = visit(browser, path, bypass_csp=True)
        found = page.evaluate("[...new Set([...document.querySelectorAll('*')].map(each => each.localName))]")
        assert set(found) <= ELEMENTS, path
        attributes = page.evaluate(
            "[...new Set([...document.querySelectorAll('*')].flatMap(each => each.getAttributeNames()))]"
        )
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "srcset", "action")], path
        links = page.eval_on_selector_all("[href]", "all => all.map(each => each.getAttribute('href'))")
        local = re.compile(
            r"#[\w-]+|data:text/csv;charset=utf-8;base64,[\w+/=]+|20\d\d-\d\d-Q\d/\w+\.html|[\w.-]+\.html"
        )
        assert not [link for link in links if not local.fullmatch(link)], path
        assert page.evaluate("document.querySelectorAll('h1').length") == 1
        assert page.evaluate("document.querySelectorAll('style').length") == 1
        page.context.close()


def test_nothing_happens_when_everything_is_hovered_and_clicked(browser, hostile):
    """Without the page's own policy: no script is there that it would have to stop."""
    project, _ = hostile
    for path in pages_of(project):
        page, noticed = visit(browser, path, bypass_csp=True)
        page.evaluate(
            """() => { for (const each of document.querySelectorAll('body *')) {
                if (each.closest('a:not([href^="#"])')) continue;
                for (const name of ['pointerover', 'mouseover', 'mouseenter', 'mousemove', 'focus', 'pointerdown',
                                    'mousedown', 'mouseup', 'click', 'dblclick', 'toggle', 'error', 'load'])
                    each.dispatchEvent(new MouseEvent(name, {bubbles: true, cancelable: true}));
            } }"""
        )
        for summary in page.locator("summary").all()[:3]:
            summary.hover()
            summary.click()
        assert noticed == [], path
        page.context.close()


def test_with_its_policy_a_page_is_silent(browser, hostile):
    project, _ = hostile
    for path in pages_of(project):
        page, noticed = visit(browser, path)
        assert noticed == [], path
        page.context.close()


def test_the_text_itself_can_be_read(browser, hostile):
    project, shown = hostile
    page, _ = visit(browser, next(project.glob("reports/20*/quarterly_report.html")))
    said = "".join(page.evaluate("document.body.textContent").split())
    missing = [text[:80] for text in shown if "".join(plain(text).split()) not in said]
    page.context.close()
    assert missing == []


def test_nothing_on_a_page_is_invisible_or_turns_the_direction_of_writing(hostile):
    project, _ = hostile
    for path in pages_of(project):
        found = re.findall(
            "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]",
            path.read_text(encoding="utf-8"),
        )
        assert found == [], path


def test_no_cell_of_a_csv_file_is_a_formula(hostile):
    project, _ = hostile
    files = [*(project / "reports").rglob("figures.csv"), project / "data" / "processed" / "held_back.csv"]
    assert len(files) == 3
    for path in files:
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8"))):
            for cell in row:
                number = re.fullmatch(r"-?[\d.]+(e-?\d+)?", cell)
                assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), (path, cell)


def test_no_file_is_called_after_a_text(hostile):
    project, _ = hostile
    for path in (project / "reports").rglob("*"):
        assert re.fullmatch(r"[\w.-]+", path.name), path
