"""No reference of a child, a family or an auditor reaches anything that is published; the public gets no text."""

import re

import pytest
from openpyxl import load_workbook

from qa_analysis.settings import load_settings

pytestmark = pytest.mark.slow

REFERENCES = {"Child reference", "Family reference", "Auditor"}
FREE_TEXT = {
    "Team",
    "Quote",
    "Finding",
    "Theme",
    "Summary",
    "Activity",
    "Step detail",
    "Action",
    "Lead",
    "Text",
    "Selection",
    "Agencies",
}


def values_of(project, headings):
    """Return every text of some columns of the raw workbooks."""
    found = set()
    for path in (project / "data" / "raw").rglob("*.xlsx"):
        for sheet in load_workbook(path).worksheets:
            rows = list(sheet.iter_rows(values_only=True))
            top = next((n for n, row in enumerate(rows) if headings & set(row)), None)
            if top is None:
                continue
            columns = [n for n, heading in enumerate(rows[top]) if heading in headings]
            found |= {str(row[n]).strip() for row in rows[top + 1 :] for n in columns if row[n] is not None}
    return found


def test_no_reference_reaches_anything_published(example_site, all_text):
    references = {each for each in values_of(example_site, REFERENCES) if re.search(r"\d", each)}
    assert len(references) > 300
    published = [path for path in (example_site / "reports").rglob("*") if path.is_file()]
    assert {".html", ".csv", ".ipynb"} <= {path.suffix for path in published}
    assert any(path.suffix == ".ipynb" and path.parent.name == "external" for path in published)
    for path in published:
        said = all_text(path)
        assert [each for each in references if each in said] == [], path


def test_the_boards_pages_carry_the_marking_and_the_publics_do_not(example_site):
    pages = list((example_site / "reports").rglob("*.html"))
    public = [page for page in pages if page.parent.name == "external"]
    assert public
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert text.count('<p class="marking">OFFICIAL-SENSITIVE</p>') == (0 if page in public else 2), page
        assert ("OFFICIAL" in text) == (page not in public)


def test_the_public_set_has_no_text_of_the_workbooks_and_names_no_file(example_site, all_text):
    texts = {each for each in values_of(example_site, FREE_TEXT) if len(each) > 3}
    assert len(texts) > 200
    services = {level.name for level in load_settings(example_site).levels_of_need}
    texts -= {*services, "Moderation"}  # words of the page itself
    files = {path.name for path in (example_site / "data" / "raw").rglob("*.xlsx")}
    for path in (example_site / "reports").rglob("external/*"):
        said = all_text(path)
        said = re.sub(r"<style>.*?</style>", "", said, flags=re.DOTALL)
        assert not [each for each in texts if re.search(rf"(?<!\w){re.escape(each)}(?!\w)", said)], path
        assert not [each for each in files if each in said], path


def test_no_small_number_is_in_the_public_figures(example_site):
    import pandas as pd

    figures = pd.read_csv(next((example_site / "reports").rglob("external/figures.csv")))
    for column in ("count", "denominator"):
        assert not figures[column].between(1, 4).any()
    rest = figures["denominator"] - figures["count"]
    assert not rest.between(1, 4).any()
    assert figures.loc[figures["note"] == "suppressed", ["count", "percent", "ci_low", "ci_high"]].isna().all(axis=None)
