"""The pages as a browser shows them: accessible, offline, by keyboard, on paper, and never wider than a phone."""

import datetime
import io
import itertools
import random
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from PIL import Image

from qa_analysis.batch.pdf import write_pdf
from tests.conftest import write_workbook
from tests.site.sites import publish_here

ROOT = Path(__file__).parents[2]
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
SCREENS = [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
AUDITS = ["Audit ID", "Audit date", "Level of need", "Overall grade", "Moderated", "Grade after moderation"]
AREAS = ["Planning", "Management oversight and supervision", "Identity, culture and life story of the child"]
SERVICES = [
    "Early Help and Targeted Family Support", "Multi-Agency Safeguarding Hub", "Duty and Assessment Team",
    "Children with Disabilities and Complex Health Needs", "Children in Care", "Care Leavers", "Fostering", "Adoption",
]  # fmt: skip


def one_audit(project):
    """Build a project in which one audit is all there is."""
    _write(project, "EH", {"Audits": [AUDITS, ["A1", datetime.date(2025, 8, 4), "EH", "Good", None, None]]})


def much(project):
    """Build a project of twelve quarters, ten grades, eight services with long names, and 300 quotes."""
    grades = "".join(
        f'[[grades]]\nname = "{number}"\n{"good = true" if number <= 4 else ""}\n'
        f"{'shoots = true' if 5 <= number <= 8 else ''}\n{'failing = true' if number > 8 else ''}\n"
        for number in range(1, 11)
    )
    levels = "".join(
        f'[[levels_of_need]]\ncode = "S{number}"\nname = "{name}"\n' for number, name in enumerate(SERVICES, start=1)
    )
    # The public page too has the most on it: nothing is so small that it would be left out.
    first = "comparators = 11\nsmall_number_threshold = 1\n"
    (project / "settings.toml").write_text(f"{first}{grades}{levels}", encoding="utf-8")
    chance = random.Random(5)
    audits = [[*AUDITS, *(f"Sub-grade: {area}" for area in AREAS)]]
    for number, (month, service, _) in enumerate(itertools.product(range(36), range(1, 9), range(3))):
        date = datetime.date(2022 + (month + 9) // 12, (month + 9) % 12 + 1, 15)
        first, final = (str(chance.randint(1, 10)) for _ in range(2))
        moderated = ["yes", final] if chance.random() < 0.5 else ["no", None]
        areas = [str(chance.randint(1, 10)) for _ in AREAS]
        audits.append([f"AUD-{number}", date, f"S{service}", first, *moderated, *areas])
    newest = datetime.date(2025, 9, 3)
    voices = ["Mother", "Father", "Child", "Carer", "School", "Police"]
    quotes = [["Date", "From", "Tone", "Quote", "Score"]]
    for number in range(300):
        tone = "Positive" if number % 2 else "Learning"
        quotes.append([newest, voices[number % 6], tone, f"What was said, number {number}. " * 3, number % 11])
    findings = [["Date", "Type", "Finding", "Theme"]]
    findings += [
        [newest, kind, f"A finding {n} about practice.", f"Theme {n % 7}"]
        for n in range(40)
        for kind in ("Strength", "Learning")
    ]
    actions = [["Action ID", "Raised", "Action", "Step", "Step detail", "Lead", "Timescale"]]
    for number in range(15):
        for step in range(1, 4):
            head = [f"ACT{number}", newest, f"Agree what is done about matter {number}"] if step == 1 else [None] * 3
            actions.append([*head, step, "A step that takes a sentence to describe.", "Service Manager", "Dec 2025"])
    _write(project, "S1", {"Audits": audits, "Feedback": quotes, "Findings": findings, "Actions": actions})


def _write(project, level, sheets):
    """Write a workbook, and a notebook for one service's page: eight of them would tell no more."""
    write_workbook(project / "data" / "raw" / "audits.xlsx", sheets)
    notebook = (ROOT / "notebooks" / "level_of_need.ipynb").read_text(encoding="utf-8")
    (project / "notebooks").mkdir()
    (project / "notebooks" / "one_level.ipynb").write_text(notebook.replace(r'"EH\"', rf'"{level}\"'), encoding="utf-8")


BUILD = {"one audit": one_audit, "much": much}
ONLY = {"one audit": ("quarterly_report", "one_level", "data_quality"), "much": ("quarterly_report", "one_level")}
PAGES = {"example": 8, "one audit": 5, "much": 4}  # those for the public and the list of quarters, too


@pytest.fixture(scope="module", params=PAGES)
def site(request, once):
    """Return a rendered project: the example, one with a single audit, and one with a lot of everything."""
    if request.param == "example":
        return request.getfixturevalue("example_site")

    def build(project):
        BUILD[request.param](project)
        publish_here(project, ONLY[request.param])

    return once(request.param, build)


def pages_of(site):
    return [site / "reports" / "index.html", *sorted(site.glob("reports/20*/**/*.html"))]


def report_of(site):
    return next(site.glob("reports/20*/quarterly_report.html"))


@pytest.fixture(scope="module")
def pages(browser, site):
    """Return the site's pages by path, each opened once; a test sets the screen that it wants."""
    opened_pages = {path: opened(browser, path) for path in pages_of(site)}
    assert len(opened_pages) == PAGES[site.name]
    yield opened_pages
    for page in opened_pages.values():
        page.context.close()


def opened(browser, path):
    """Open a page without a network; whatever it says, asks for or fails at ends up in `page.noticed`."""
    page = browser.new_context(offline=True).new_page()
    page.noticed = []
    page.on("console", lambda message: page.noticed.append(message.text))
    page.on("pageerror", lambda error: page.noticed.append(str(error)))
    page.on("request", lambda request: page.noticed.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    return page


def screen(page, width=1280, scheme="light", *, unfolded=False):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.evaluate(f"document.querySelectorAll('details').forEach(each => each.open = {str(unfolded).lower()})")


def violations(page, **options):
    """Return what axe finds on a page as it is; it is there already where the page was looked at before."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(
        """options => axe.run(options).then(found => found.violations.map(
            each => [each.id, each.help, ...each.nodes.map(node => node.html + node.failureSummary)]))""",
        options | {"resultTypes": ["violations"]},
    )


def test_every_page_is_accessible_and_fits(pages, site):
    """A dark screen changes colours alone, and a narrow one all but colours."""
    for path, page in pages.items():
        for width, scheme in SCREENS:
            screen(page, width, scheme, unfolded=True)
            assert page.evaluate("document.documentElement.scrollWidth") == width, (path, width, scheme)
        screen(page, 1280, "light", unfolded=True)
        assert violations(page, runOnly=STANDARDS) == [], path
        assert page.noticed == [], path
        if path.stem in ("level_of_need_CIC", "level_of_need_CL", "level_of_need_HP"):
            continue  # made as the page of Early Help is, which stands for them on other screens
        if site.name == "example":  # whose dark colours are those of every page
            screen(page, 1280, "dark", unfolded=True)
            assert violations(page, runOnly=["color-contrast"]) == [], path
        screen(page, 360, "light", unfolded=True)
        assert violations(page, runOnly=STANDARDS, rules={"color-contrast": {"enabled": False}}) == [], path
        assert page.noticed == [], path


def test_nothing_in_a_chart_is_cut_off_or_overlaps_and_its_text_is_12_pixels(pages):
    measure = """() => [...document.querySelectorAll('svg')].map(svg => ({
        frame: svg.getBoundingClientRect(),
        texts: [...svg.querySelectorAll('text')].filter(text => text.textContent.trim()).map(text => ({
            words: text.textContent,
            size: parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a,
            box: text.getBoundingClientRect()}))}))"""
    for path, page in pages.items():
        screen(page, 360)
        for chart in page.evaluate(measure):
            frame, texts = chart["frame"], chart["texts"]
            for text in texts:
                box = text["box"]
                assert text["size"] >= 11.9, (path, text)
                assert frame["left"] - 1 <= box["left"], (path, text)
                assert box["right"] <= frame["right"] + 1, (path, text)
                assert frame["top"] - 3 <= box["top"], (path, text)
                assert box["bottom"] <= frame["bottom"] + 3, (path, text)
            for one, other in itertools.combinations(texts, 2):
                across = min(one["box"]["right"], other["box"]["right"]) - max(one["box"]["left"], other["box"]["left"])
                down = min(one["box"]["bottom"], other["box"]["bottom"]) - max(one["box"]["top"], other["box"]["top"])
                assert across < 1 or down < one["box"]["height"] * 0.25, (path, one["words"], other["words"])


def test_the_six_answers_stand_on_the_first_screen_or_a_phones_first_two(browser, example_site):
    page = opened(browser, report_of(example_site))
    for width, scheme, bottom in ((1280, "light", 900), (360, "light", 2 * 740), (360, "dark", 2 * 740)):
        screen(page, width, scheme)
        last = page.locator(".tile").last
        assert last.evaluate("it => it.getBoundingClientRect().bottom") <= bottom
    assert page.locator(".tile").count() == 6
    gaps = """table => [...table.rows].flatMap(row => [...row.cells].map(cell => {
        const text = document.createRange(); text.selectNodeContents(cell); return text.getBoundingClientRect();
    }).map((box, at, all) => at ? box.left - all[at - 1].right : 99))"""
    for width in (360, 1280):
        screen(page, width)
        assert min(page.locator(".by-service").evaluate(gaps)) >= 5, width  # pixels between two columns
    seven = """table => {
        table.dataset.cut = '';
        const [rows] = table.tBodies;
        while (rows.rows.length < 7) rows.append(rows.rows[1].cloneNode(true));
    }"""
    page.locator(".by-service").evaluate(seven)
    assert page.locator(".tile").last.evaluate("it => it.getBoundingClientRect().bottom") <= 900
    page.context.close()


def test_a_phone_shows_verdicts_and_who_does_what_by_when_without_scrolling(browser, example_site):
    page = opened(browser, report_of(example_site))
    screen(page, 360)
    for cells, most in (
        (".verdict span, .by-service td", 6),
        (".steps td, .steps .group", 200),
    ):
        boxes = page.eval_on_selector_all(
            f"{cells}", "cells => cells.filter(it => it.checkVisibility()).map(it => it.getBoundingClientRect().right)"
        )
        assert len(boxes) >= min(most, 6)
        assert max(boxes) <= 360, cells
    page.context.close()


def test_a_shadow_says_that_a_table_goes_on(browser, example_site):
    """At the right until it has been scrolled to its end, then at the left."""
    page = opened(browser, report_of(example_site))
    screen(page, 360)
    page.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")
    wide = "all => all.findIndex(it => it.scrollWidth > it.clientWidth)"
    table = page.locator(".table-scroll").nth(page.eval_on_selector_all(".table-scroll", wide))

    def edges():
        picture = Image.open(io.BytesIO(table.screenshot())).convert("L")
        row = [picture.getpixel((x, picture.height - 3)) for x in (1, picture.width - 2)]
        return [shade < 245 for shade in row]

    before = edges()
    table.evaluate("it => { it.scrollLeft = it.scrollWidth }")
    assert [before, edges()] == [[False, True], [True, False]]
    page.context.close()


def test_a_page_of_twice_the_size_still_fits(pages):
    """Zoomed to 200%, which leaves half as many pixels of the page's own, and with text alone of twice the size."""
    scale = "document.querySelector('svg text')?.getScreenCTM().a ?? 0"
    for path, page in pages.items():
        screen(page)
        usual = page.evaluate(scale)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wide = page.evaluate("document.documentElement.scrollWidth")
        page.evaluate("document.documentElement.style.fontSize = ''")
        assert wide == 1280, path
        screen(page, 640)
        assert page.evaluate("document.documentElement.scrollWidth") == 640, path
        assert page.evaluate(scale) == pytest.approx(usual, rel=0.02), path  # so charts are twice as large too


def test_every_page_has_its_landmarks_one_title_and_headings_in_order(pages):
    for path, page in pages.items():
        marks = page.eval_on_selector_all("body > header, main, body > footer, nav", "all => all.map(it => it.tagName)")
        has_contents = path.stem not in ("index", "data_quality")  # of which the latter is one screen, without sections
        assert marks == ["HEADER", "MAIN", *(["NAV"] if has_contents else []), "FOOTER"], path
        links = page.eval_on_selector_all("nav a", "links => links.map(link => link.hash)")
        sections = page.eval_on_selector_all("main h2", "headings => headings.map(each => '#' + each.id)")
        assert links == (sections if has_contents else []), path
        assert bool(sections) == (path.stem != "data_quality"), path
        levels = page.eval_on_selector_all("h1, h2, h3, h4", "headings => headings.map(each => +each.tagName[1])")
        assert levels.count(levels[0]) == levels[0] == 1, path
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), path


def test_a_page_is_light_enough_to_send(site):
    limit = 3_000_000 if site.name == "much" else 1_000_000
    for path in pages_of(site):
        assert path.stat().st_size < limit, path


def test_the_public_page_draws_no_chart_of_hidden_numbers_and_says_what_was_not_recorded(site):
    """With one audit nothing is left to draw; of the example alone is there a sheet of multi-agency audits."""
    html = next(site.glob("reports/20*/external/quarterly_report.html")).read_text(encoding="utf-8")
    assert html.count("<svg") == {"example": 3, "one audit": 0, "much": 3}[site.name]
    hidden, missing = "All numbers that would stand here are suppressed", "Nothing was recorded for this section."
    assert html.count(f"<p>{hidden}") == {"example": 0, "one audit": 3, "much": 0}[site.name]
    assert html.count(f"<p>{missing}</p>") == {"example": 0, "one audit": 2, "much": 1}[site.name]
    assert ("Families considered in multi-agency audits" in html) == (site.name == "example")


def test_the_printed_report_has_a_sensible_length_and_splits_no_chart_and_no_row(pages, site, tmp_path):
    report = report_of(site)
    pdf = write_pdf(Path(shutil.copy(report, tmp_path)))
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    texts = text.rstrip("\f").split("\f")
    marked = "OFFICIAL-SENSITIVE · Draft"
    marked += " · Fictional example data" if site.name == "example" else ""
    assert {sheet.strip().splitlines()[0].strip() for sheet in texts} == {marked}
    # A line may break after a hyphen.
    sheets = [Counter(sheet.replace("-", " ").split()) for sheet in texts]
    fewest, most = {"example": (6, 8), "one audit": (2, 5), "much": (12, 30)}[site.name]
    assert fewest <= len(sheets) <= most
    screen(pages[report])
    whole = pages[report].evaluate(
        """() => [...document.querySelectorAll('svg, .table-scroll tr')].filter(each => each.checkVisibility())
            .map(each => [...each.querySelectorAll('text, th, td')].map(part => part.innerText ?? part.textContent).join(' '))"""
    )
    whole = [Counter(words.replace("-", " ").split()) for words in whole]
    assert len(whole) > 3
    assert [words for words in whole if not any(words <= sheet for sheet in sheets)] == []


def test_a_page_can_be_read_by_keyboard(browser, example_site):
    page = opened(browser, report_of(example_site))
    screen(page, 360)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.evaluate("[...document.querySelectorAll('details')].slice(1).forEach(it => { it.open = true })")
    everything = page.evaluate(
        "[...document.querySelectorAll('main a, main summary, main [tabindex=\"0\"], footer a')]"
        ".filter(each => each.checkVisibility()).length"
    )
    scrolled = unfolded = 0
    for _ in range(everything):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            "(() => { const it = document.activeElement; return {tag: it.tagName, kind: it.className, "
            "outline: getComputedStyle(it).outlineStyle, wide: it.scrollWidth > it.clientWidth} })()"
        )
        assert focus["outline"] == "solid", focus
        if focus["tag"] == "SUMMARY" and not unfolded:
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.parentElement.open")
            page.keyboard.press("Enter")
            unfolded += 1
        if focus["kind"] == "table-scroll" and focus["wide"] and not scrolled:
            page.keyboard.press("ArrowRight")
            # The page's own policy forbids to evaluate text as script again and again: its event is waited for instead.
            page.evaluate(
                "() => new Promise(done => { const it = document.activeElement; it.scrollLeft > 0 ? done() : "
                "it.addEventListener('scroll', () => done(), {once: true}) })"
            )
            scrolled += 1
    assert page.evaluate("document.activeElement.closest('footer') !== null")
    assert scrolled == unfolded == 1
    page.context.close()


def test_the_figures_are_downloaded_from_the_page_itself(browser, example_site):
    path = report_of(example_site)
    page = opened(browser, path)
    with page.expect_download() as download:
        page.click("footer a[download]")
    assert download.value.suggested_filename == "figures-2025-26-Q2.csv"
    every = path.with_name("figures.csv").read_text(encoding="utf-8").splitlines()
    here = download.value.path().read_text(encoding="utf-8").splitlines()
    assert here == [line for line in every if line in set(here)]  # the same lines, in the same order
    assert {line for line in every if ",All," in line} < set(here)
    assert any(line.startswith("2025-26 Q2,,good_or_better,EH,") for line in here)
    page.context.close()
