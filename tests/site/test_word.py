"""The Word copies of the example's pages say what the pages say: every percentage and count, and none besides."""

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from docx import Document
from docx.oxml.ns import qn

from qa_analysis.batch.word import write_word

pytestmark = pytest.mark.slow

NUMBER = re.compile(r"[+−]?\d+(?:[.,]\d+)*%?")
SCALE = {f"{tick}%" for tick in range(0, 101, 20)}
NOT_COPIED = "style, title, nav, .skip, .marking, .more, [download]"


def numbers(text):
    return Counter(NUMBER.findall(text))


@pytest.mark.parametrize("name", ["quarterly_report", "level_of_need_HP", "level_of_need_CL", "data_quality"])
def test_every_number_of_the_page_stands_in_the_copy_and_none_besides(example_site, tmp_path, name):
    page = Path(shutil.copy(example_site / "reports" / "2025-26-Q2" / f"{name}.html", tmp_path))
    document = Document(str(write_word(page, tmp_path)))
    texts = [
        "".join(part.text or "\n" for part in each.iter(qn("w:t"), qn("w:br")))
        for each in document.element.body.iter(qn("w:p"))
    ]
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    for other in soup.select(NOT_COPIED):
        other.decompose()
    in_charts = [text.text for text in soup.select("svg text")]
    alts = [svg["aria-label"] for svg in soup.select("svg[role=img]")]
    for drawing in soup.select("svg"):
        drawing.decompose()
    copied, written = numbers("\n".join(texts)), numbers(soup.body.get_text(" "))
    assert written - copied == Counter()
    drawn = numbers(" ".join(in_charts))
    assert set(copied) <= set(written) | set(drawn)
    assert set(drawn) - SCALE <= set(copied)
    assert sorted(shape._inline.docPr.get("descr") for shape in document.inline_shapes) == sorted(alts)
    words = Counter(re.findall(r"\w+", soup.body.get_text(" "))) - Counter(re.findall(r"\w+", "\n".join(texts)))
    assert set(words) <= {"Show", "the", "figures"}
