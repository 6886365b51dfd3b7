"""The page as a PDF: tagged, A4, the same bytes each time, and a plain word where no browser is there."""

import html
import re
import shutil
import subprocess
from collections import Counter, defaultdict
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from qa_analysis.batch import pdf as pdf_module
from qa_analysis.batch.pdf import find_browser, write_pdf
from qa_analysis.contract.quarters import parse_quarter
from qa_analysis.contract.settings import load_settings
from qa_analysis.errors import ReportError
from qa_analysis.page.blocks import closing, quotes
from qa_analysis.page.templating import render


def document(path, *parts):
    """Write a page of the parts given as a page of ours is styled."""
    text = render("base.html.j2").replace("<title></title>", "<title>The report</title>")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace("</body>", f"{''.join(parts)}</body>"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """Return a PDF of a page with a foot that names so many raw files that it goes on on a second sheet."""
    svg = '<svg viewBox="0 0 9 1" role="img" aria-label="A bar of nine."><rect width="9" height="1"/></svg>'
    main = f"<h1>Report</h1><h2>First part</h2><figure>{svg}</figure>{'<p>Some text.</p>' * 15}"
    data = SimpleNamespace(
        inputs=pd.DataFrame({"file": [f"Team {n}.xlsx" for n in range(45)], "sha256": "0123456789abcdef" * 4}),
        data_cut=pd.Timestamp(2025, 9, 26),
        settings=load_settings(Path("no settings here")),
        is_example=False,
    )
    foot = closing(data, parse_quarter("2025-26 Q2"), pd.DataFrame({"count": [1], "denominator": [2]}))
    folder = tmp_path_factory.mktemp("printed") / "Council & Sons"
    page = document(folder / "the report.html", f"<main>{main}</main><footer>{foot.html}</footer>")
    return write_pdf(page)


@pytest.fixture
def page(tmp_path):
    return document(tmp_path / "the report.html")


def info(path, *options):
    return subprocess.run(["pdfinfo", *options, str(path)], capture_output=True, text=True, check=True).stdout


def test_it_is_tagged_a4_and_stands_beside_the_page(printed):
    assert sorted(path.name for path in printed.parent.iterdir()) == ["the report.html", "the report.pdf"]
    about = info(printed)
    assert re.search(r"^Title: +The report$", about, re.M)
    assert re.search(r"^Tagged: +yes$", about, re.M)
    assert re.search(r"^JavaScript: +no$", about, re.M)
    assert "(A4)" in about
    assert int(re.search(r"^Pages: +(\d+)$", about, re.M)[1]) == 2
    content = printed.read_bytes()
    assert b"/Outlines" in content
    assert b"/Lang" in content
    assert b"A bar of nine." in content


def test_every_page_has_its_number(printed):
    pages = subprocess.run(
        ["pdftotext", "-layout", str(printed), "-"], capture_output=True, text=True, check=True
    ).stdout
    first, second = pages.rstrip("\f").split("\f")
    assert "Page 1 of 2" in first
    assert "Page 2 of 2" in second


def test_the_same_page_gives_the_same_bytes(printed):
    first = printed.read_bytes()
    assert write_pdf(printed.with_suffix(".html")).read_bytes() == first


def words_of(pdf):
    """Return the words of a PDF with the number of their sheet and their place on it, in points."""
    xml = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    for number, sheet in enumerate(xml.split("<page ")[1:], start=1):
        for left, top, bottom, word in re.findall(
            r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">([^<]*)<', sheet
        ):
            yield html.unescape(word).strip("“”"), number, float(left), float(top), float(bottom)


def test_every_quote_is_printed_and_none_is_cut_through_its_lines(tmp_path):
    """One is longer than a sheet, the others are ordinary; every word of them is told apart."""
    lengths = {f"Voice{voice}": [20 + 7 * quote for quote in range(4)] for voice in range(20)}
    lengths["Voice4"][1] = 600
    rows = [
        (voice, n, " ".join(f"{voice}q{n}w{word}" for word in range(length)))
        for voice, several in lengths.items()
        for n, length in enumerate(several)
    ]
    said = pd.DataFrame(rows, columns=["source", "n", "quote"]).assign(score=7, score_out_of=10)
    pdf = write_pdf(document(tmp_path / "quotes.html", quotes(said, shown=3).html))
    words = [word for word in words_of(pdf) if re.fullmatch(r"Voice\d+q\d+w\d+", word[0])]
    assert Counter(word for word, *_ in words) == Counter(" ".join(said["quote"]).split())
    top, bottom = (millimetres / 25.4 * 72 for millimetres in (17, 297 - 15))
    assert [word for word in words if word[3] < top - 1 or word[4] > bottom + 1] == []
    sheets = defaultdict(set)
    for word, sheet, *_ in words:
        sheets[word.partition("w")[0]].add(sheet)
    assert {quote for quote, on in sheets.items() if len(on) > 1} == {"Voice4q1"}


def test_the_foot_of_a_page_begins_where_its_last_section_ends(printed):
    """However many raw files it names: whole, they would not fit under the text and would leave half a sheet empty."""
    words = list(words_of(printed))
    end = max(bottom for word, sheet, _, _, bottom in words if word == "text.")
    (start,) = [(sheet, top) for word, sheet, _, top, _ in words if word == "Newest"]
    assert start[0] == 1
    assert start[1] - end < 15 / 25.4 * 72
    assert {sheet for word, sheet, *_ in words if word.endswith(".xlsx")} == {1, 2}


def test_without_a_browser_one_line_says_what_to_do(page, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(pdf_module, "_MAC", ())
    assert find_browser() is None
    with pytest.raises(ReportError, match=r"Install Microsoft Edge.*print it to PDF \(Ctrl\+P\)") as raised:
        write_pdf(page)
    assert "\n" not in str(raised.value)
    assert not page.with_suffix(".pdf").exists()


def test_a_browser_that_fails_is_told_of_by_name(page, monkeypatch):
    monkeypatch.setattr(pdf_module, "find_browser", lambda: Path(shutil.which("false")))
    with pytest.raises(ReportError, match=r"^the report\.html: false could not print it .*Ctrl\+P"):
        write_pdf(page)
