"""No reference of a child, a family or an auditor reaches anything that is published; the public gets no text."""

import re
from collections import defaultdict

import pytest
from openpyxl import load_workbook

from qa_analysis.contract.settings import load_settings

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


@pytest.fixture(scope="module")
def cells(example_site) -> dict[str, set[str]]:
    """Return every text of the raw workbooks by the heading it stands under."""
    found = defaultdict(set)
    for path in (example_site / "data" / "raw").rglob("*.xlsx"):
        book = load_workbook(path, read_only=True)
        for sheet in book.worksheets:
            rows = list(sheet.iter_rows(values_only=True))
            top = next((n for n, row in enumerate(rows) if (REFERENCES | FREE_TEXT) & set(row)), None)
            for row in rows[top + 1 :] if top is not None else []:
                for heading, value in zip(rows[top], row, strict=False):
                    if value is not None:
                        found[heading].add(str(value).strip())
        book.close()
    return found


def values_of(cells, headings):
    return set().union(*(cells[heading] for heading in headings))


def test_no_reference_of_a_child_family_or_auditor_is_in_anything_published(cells, example_site, all_text):
    references = {each for each in values_of(cells, REFERENCES) if re.search(r"\d", each)}
    assert {each[:3] for each in references} == {"CH-", "FAM", "AUD"}
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


def test_the_public_set_has_no_text_of_the_workbooks_and_names_no_file(cells, example_site, all_text):
    texts = {each for each in values_of(cells, FREE_TEXT) if len(each) > 3}
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
