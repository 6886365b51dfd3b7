"""Untrusted text: whatever a workbook holds, in every text column, is text on the pages and in the files."""

import csv
import datetime
import html
import io
import itertools
import re
from collections import defaultdict

import pandas as pd
import pytest

from qa_analysis.contract.columns import SHEETS
from tests.conftest import write_workbook
from tests.site.sites import publish_here

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
    "<base href='https://example.com/{0}'><meta http-equiv=refresh content='0;url=https://example.com/{0}'>",
    "<form action=https://example.com/{0}><input autofocus onfocus=alert({0})></form>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert({0})>",
    "<noscript><p title='</noscript><img src=x onerror=alert({0})>'>",
    'O\'Brien "quoted" {0} \\ / back\\slash',
    "ünïcödé 中文 عربي עברית 😀 {0}",
    "a line\nbreak {0}\r\nand another\ttab",
    "y" * 32_000 + "{0}",  # Excel cuts what is longer than 32,767 characters
]
# What a CSV file can hold and a workbook cannot, or takes for something else.
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
    "x" * 40_000 + "{0}",  # longer than what a cell of a workbook holds
    "Aa-" * 13_400 + "{0}",  # like the parts of a name, without an end
]  # fmt: skip
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")

# What a cell holds where its column is no text.
PLAIN = {
    "date": datetime.date(2025, 8, 4),
    "quarter": "2025-26 Q2",
    "grade": "RI",
    "level_of_need": "EH",
    "yes_no": "yes",
    "number": 3,
    "finding_type": "Strength",
    "tone": "Learning",
    "status": "Open",
    "answer": "Yes",
}
LEFT_BLANK = {"moderated_grade", "reporting_quarter", "completed", "percent"}
# The text columns whose every value the board's report prints.
PRINTED = {
    "Thematic audits": {"Theme", "Unit", "Summary"},
    "Manager QA": {"Activity", "Summary"},
    "Findings": {"Finding", "Theme"},
    "Feedback": {"From", "Quote"},
    "Actions": {"Action", "Step detail", "Lead", "Timescale", "Theme"},
    "Commentary": {"Text"},
}

# References of people, each in a shape of its own; all of them stand in every free text of one workbook, and in names.
PLANTED = ["CH-08184", "CH 04471", "H&P-123", "LCS.20417", "K#991", "1234567", "Jane Smith"]
PLANTED_FAMILY = "FAM/00831"

# All that the templates and the package make.
ELEMENTS = {
    "a", "b", "blockquote", "body", "br", "caption", "circle", "cite", "clipPath", "code", "dd", "defs", "details", "div", "dl", "dt",
    "em", "figcaption", "figure", "footer", "g", "h1", "h2", "h3", "head", "header", "html", "i", "li", "main", "meta", "nav",
    "ol", "p", "path", "rect", "section", "span", "strong", "style", "summary", "svg", "table", "tbody", "td", "text", "th", "thead",
    "title", "tr", "ul", "use",
}  # fmt: skip
LINKS = re.compile(r"#[\w-]+|data:text/csv;charset=utf-8,[\w.~%,:/()-]+|(20\d\d-\d\d-Q\d/)?(\w+/)?\w+\.html")


class Texts:
    """Hostile texts, each with a number of its own; all that were given out, and where each of them stands."""

    def __init__(self):
        self.numbers = itertools.count(100_001)
        self.given = defaultdict(list)

    def text(self, pattern, *place):
        made = pattern.format(next(self.numbers))
        self.given[place].append(made)
        return made

    def table(self, sheet, patterns):
        """Return the rows of a sheet: each pattern in each text column, and a last row where nothing else fits."""
        columns = [column for column in sheet.columns if not column.prefix]
        rows = [[column.heading for column in columns]]
        for number, pattern in enumerate(patterns):
            rows.append([self.cell(column, pattern, number, sheet.name) for column in columns])
        rows.append([self.text(pattern, "held back") for column, pattern in zip(columns, patterns, strict=False)])
        if sheet.name == "Audits":
            headings = [pattern for pattern in patterns if len(pattern) < 33_000]
            for pattern in headings:
                rows[0].append(f"Sub-grade: {self.text(pattern, 'Audits', 'Sub-grade')}")
                rows[0].append(self.text(pattern, "Audits", "a heading that is not known"))
            for number, row in enumerate(rows[1:]):
                row.extend([["Good", "RI"][number % 2], None] * len(headings))
        return rows

    def cell(self, column, pattern, number, sheet):  # noqa: PLR0911 - one for each kind
        if sheet == "Commentary" and number % 3 == 2:  # in no section that there is, so it is not printed
            return PLAIN.get(column.kind) or self.text(pattern, sheet, f"{column.heading}, left aside")
        if (sheet, column.name) == ("Actions", "audit_id"):  # with it, an action is no longer the board's
            return None
        if not column.kept:  # it says whether a row counts, and is printed nowhere but in a doubt
            return None
        if column.name == "section":
            return ["Introduction", "Moderation"][number % 3]
        if column.name == "measure" and number % 2:
            return "sub_grade"
        if column.kind in ("text", "reference", "month_or_date"):
            return self.text(pattern, sheet, column.heading)
        if sheet == "Comparators" and column.kind == "quarter":
            return "2025-26 Q1"
        return None if column.name in LEFT_BLANK else PLAIN[column.kind]


def planted(sheet):
    """Return the rows of a sheet, in whose every free text all the references stand: one row, of audits one for each."""
    columns = [column for column in sheet.columns if not column.prefix]
    texts = {
        column.name: f"In {column.heading} {sheet.name}: {', '.join(PLANTED)}, {PLANTED_FAMILY}." for column in columns
    }
    given = {"section": "Introduction", "measure": "sub_grade", "family_reference": PLANTED_FAMILY, "reaudit_of": None}
    rows = []
    for number, reference in enumerate(PLANTED if sheet.name == "Audits" else PLANTED[:1]):
        of_row = given | {"audit_id": f"P-{number}", "action_id": "P-1", "child_reference": reference, "auditor": None}
        of_row |= {"audit_id": None} if sheet.name == "Actions" else {}
        rows.append([
            None if not column.kept
            else of_row[column.name] if column.name in of_row
            else texts[column.name] if column.kind in ("text", "month_or_date")
            else None if column.name in LEFT_BLANK else PLAIN[column.kind]
            for column in columns
        ])  # fmt: skip
    headings = [column.heading for column in columns]
    if sheet.name == "Audits":
        headings += [f"Sub-grade: plan of {PLANTED[2]}", f"Notes on {PLANTED[3]}"]
        rows = [[*row, "Good", None] for row in rows]
    return [headings, *rows]


@pytest.fixture(scope="module")
def hostile(once):
    """Return a rendered project full of hostile text, and the texts."""
    texts = Texts()
    sheets = {sheet.name: texts.table(sheet, PATTERNS) for sheet in SHEETS}
    files = {f"{sheet.table}.csv": texts.table(sheet, ONLY_IN_CSV) for sheet in SHEETS}

    def build(project):
        raw = project / "data" / "raw"
        sheets["<img src=x onerror=alert(7)>"] = [["<b>x</b>"]]
        write_workbook(raw / """audits "><img src=x onerror=alert(8)> $x$ &lt;b&gt;.xlsx""", sheets)
        people = {f"Minutes {PLANTED[5]}": []} | {sheet.name: planted(sheet) for sheet in SHEETS}
        write_workbook(raw / f"audits of {PLANTED[4]}, {PLANTED[1]}.xlsx", people)
        for name, rows in files.items():
            file = io.StringIO()
            csv.writer(file).writerows(rows)
            # UTF-16 is the encoding in which a null byte is text.
            (raw / name).write_text(file.getvalue(), encoding="utf-16", newline="")
        (project / "settings.toml").write_text(
            'organisation = "<script>alert(9)</script> & Sons"\nprotective_marking = "</style><img src=x>"\n'
            "comparators = 1\nlevels_of_need = [{code = \"EH\", name = '<b onclick=alert(1)>Early</b> Help'}]\n",
            encoding="utf-8",
        )
        publish_here(project)

    return once("hostile", build), texts.given


@pytest.fixture(
    scope="module",
    params=["quarterly_report", "data_quality", "level_of_need_EH", "index", "external/quarterly_report"],
)
def path(hostile, request):
    return next((hostile[0] / "reports").rglob(f"{request.param}.html"))


@pytest.fixture(scope="module")
def unguarded(browser, path):
    """Return a page without its own policy, opened once, and all that was noticed of it: nothing is there to be stopped."""
    page, noticed = visit(browser, path, bypass_csp=True)
    yield page, noticed
    page.context.close()


def visit(browser, path, **options):
    """Open a page; all that it says, asks for or does ends up in the list."""
    page, noticed = browser.new_context(**options).new_page(), []
    page.on("dialog", lambda dialog: (noticed.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: noticed.append(message.text))
    page.on("pageerror", lambda error: noticed.append(str(error)))
    page.on("request", lambda request: noticed.append(request.url) if request.url != path.as_uri() else None)
    page.on("popup", lambda popup: noticed.append(popup.url))
    page.on("download", lambda download: noticed.append(download.url))
    page.goto(path.as_uri())
    return page, noticed


def letters(text):
    """Return what must be seen of a text: its letters and signs, whatever the white space between them."""
    return "".join(INVISIBLE.sub("", text).split())


def test_every_text_column_has_every_kind_of_text(hostile):
    _, given = hostile
    columns = {
        (sheet.name, column.heading)
        for sheet in SHEETS
        for column in sheet.columns
        if column.kind == "text" and column.kept
    }
    assert columns - set(given) == {("Commentary", "Section"), ("Actions", "Audit ID")}
    assert len(given["Commentary", "Section, left aside"]) > 10
    assert len({text for texts in given.values() for text in texts}) > 500


def test_no_text_becomes_an_element_an_attribute_or_a_link(unguarded, hostile, path):
    source = path.read_text(encoding="utf-8")
    assert not [text[:80] for texts in hostile[1].values() for text in texts if "<" in text and text in source]
    page, _ = unguarded
    names, attributes, links = page.evaluate(
        """() => { const all = [...document.querySelectorAll('*')]; return [
            [...new Set(all.map(each => each.localName))],
            [...new Set(all.flatMap(each => each.getAttributeNames()))],
            all.filter(each => each.hasAttribute('href')).map(each => each.getAttribute('href'))] }"""
    )
    assert set(names) <= ELEMENTS
    assert not [name for name in attributes if name.startswith("on") or name in ("src", "srcset", "action")]
    assert not [link for link in links if not LINKS.fullmatch(link)]
    assert page.evaluate("['h1', 'style', 'title'].map(each => document.querySelectorAll(`body ${each}, head ${each}`)"
                         ".length - document.querySelectorAll(`svg ${each}`).length)") == [1, 1, 1]  # fmt: skip


def test_nothing_happens_when_everything_is_hovered_and_clicked(unguarded, path):
    page, noticed = unguarded
    page.evaluate(
        """() => { for (const each of document.querySelectorAll('body *')) {
            if (each.closest('a:not([href^="#"])')) continue;
            for (const name of ['pointerover', 'mouseover', 'mouseenter', 'mousemove', 'focus', 'pointerdown',
                                'mousedown', 'mouseup', 'click', 'dblclick', 'toggle', 'error', 'load'])
                each.dispatchEvent(new MouseEvent(name, {bubbles: true, cancelable: true}));
        } }"""
    )
    # And two of each sort of element with the mouse itself; the page's own links may lead elsewhere.
    places = page.evaluate(
        """() => { const seen = {};
            return [...document.querySelectorAll('main *')].flatMap((each, place) => {
                const sort = each.localName + each.getAttribute('class') + each.parentElement.localName;
                if (!each.checkVisibility() || (seen[sort] ??= 0) >= 2) return [];
                seen[sort] += 1; return [place] }) }"""
    )
    clicked = 0
    for place in places:
        point = page.evaluate(
            """place => { const it = document.querySelectorAll('main *')[place];
                it.scrollIntoView({block: 'center', behavior: 'instant'});
                const box = it.getBoundingClientRect(), x = box.x + Math.min(box.width, 300) / 2;
                const y = Math.min(Math.max(box.y, 0) + 5, box.y + box.height / 2);
                const hit = document.elementFromPoint(x, y);
                return hit && !hit.closest('a') ? [x, y] : null }""",
            place,
        )
        if point:
            page.mouse.click(*point)
            clicked += 1
    assert clicked >= len(places) / 2
    assert noticed == []
    assert page.url.partition("#")[0] == path.as_uri()


def test_with_its_policy_a_page_is_silent_and_all_its_text_can_be_read(browser, hostile, path):
    page, noticed = visit(browser, path)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    seen = letters(page.inner_text("body"))
    assert noticed == []
    page.context.close()
    given = hostile[1]
    expected = {
        "quarterly_report": [text for sheet, names in PRINTED.items() for name in names for text in given[sheet, name]]
        + given["Audits", "Sub-grade"],
        "data_quality": [
            *given["Audits", "a heading that is not known"],
            "<img src=x onerror=alert(7)>",
            """audits "><img src=x onerror=alert(8)> $x$ &lt;b&gt;.xlsx""",
        ],
        "level_of_need_EH": ["<b onclick=alert(1)>Early</b> Help"],
        "index": ["</style><img src=x>"],
    }
    on_this_page = [] if path.parent.name == "external" else expected[path.stem]
    on_every_page = ["<script>alert(9)</script> & Sons"]
    # An entity is what programs wrap a sign in: it is read as the sign, and stands on the page as text.
    read = {text: {letters(text), letters(html.unescape(text))} for text in [*on_this_page, *on_every_page]}
    assert [text[:80] for text, ways in read.items() if not any(way in seen for way in ways)] == []


def test_nothing_on_a_page_is_invisible_or_turns_the_direction_of_writing(path):
    source = html.unescape(path.read_text(encoding="utf-8"))
    assert INVISIBLE.findall(source) == []


def test_no_cell_of_a_csv_file_is_a_formula(hostile):
    project, _ = hostile
    files = [*(project / "reports").rglob("*.csv"), project / "data" / "processed" / "held_back.csv"]
    assert {path.name for path in files} >= {"figures.csv", "held_back.csv"}
    for path in files:
        table = pd.read_csv(path, header=None, dtype=str, keep_default_na=False)
        cells = {cell for column in table for cell in table[column]}
        words = {cell for cell in cells if not re.fullmatch(r"-?[\d.]+(e-?\d+)?", cell)}
        assert [cell[:80] for cell in words if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))] == [], path


def test_no_file_is_called_after_a_text(hostile):
    for path in (hostile[0] / "reports").rglob("*"):
        assert re.fullmatch(r"[\w.-]+", path.name), path


def test_no_reference_in_a_text_or_a_name_is_in_anything_published(hostile, all_text):
    project, _ = hostile
    published = {path: all_text(path) for path in (project / "reports").rglob("*") if path.is_file()}
    assert {path.suffix for path in published} >= {".html", ".csv", ".ipynb"}
    for path, said in published.items():
        assert [each for each in [*PLANTED, PLANTED_FAMILY] if each in said] == [], path
    # The texts that they were planted in are there, and where they stood in a name, that is told.
    report, quality = (next(said for path, said in published.items() if path.name == f"{name}.html" and "external" not in
                            path.parts) for name in ("quarterly_report", "data_quality"))  # fmt: skip
    removed = ", ".join(["[reference removed]"] * 8)
    assert [place for place in ((name, sheet) for sheet, names in PRINTED.items() for name in names)
            if f"In {' '.join(place)}: {removed}." not in report] == []  # fmt: skip
    assert "plan of [reference removed]" in report
    for what in ("name of the file", "name of the sheet", "heading"):
        assert f"the {what} holds a reference of a child, family, auditor or audit: not shown on the pages" in quality
