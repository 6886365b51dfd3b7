"""The example's figures and pages, against those kept in `__snapshots__`: what a change does to them, all at once.

`pytest tests/backtest --snapshot-update` keeps what is made now; CONTRIBUTING says when to.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from qa_analysis.contract.quarters import quarter_slug
from qa_analysis.store.figures import figures, figures_csv
from tests.backtest.texts import KEPT, difference, figures_of, figures_text, page_text

NEWEST = "2025-26-Q2"
PAGES = ["quarterly_report", "level_of_need_HP", "data_quality"]


class Text(SingleFileSnapshotExtension):
    """A text in a file of its own."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"

    def diff_lines(self, serialized_data: str, snapshot_data: str) -> Iterator[str]:
        yield from difference(snapshot_data, serialized_data)


class Table(Text):
    file_extension = "csv"


def same(made: str, kept: SnapshotAssertion) -> None:
    if made != kept:
        pytest.fail("\n".join(kept.get_assert_diff()), pytrace=False)


def same_figures_as_kept(newest: str) -> None:
    kept = figures_of(NEWEST, (KEPT / "test_figures.csv").read_text(encoding="utf-8"))
    if different := difference(kept, figures_text({NEWEST: newest})):
        pytest.fail("\n".join(different), pytrace=False)


def test_nothing_is_kept_that_no_test_makes():
    assert {path.name for path in KEPT.iterdir()} == {"test_figures.csv", *(f"test_page[{page}].txt" for page in PAGES)}


@pytest.mark.slow
def test_figures(example_data, snapshot):
    made = {quarter_slug(each): figures_csv(figures(example_data, each)) for each in example_data.quarters}
    same(figures_text(made), snapshot.use_extension(Table))


def test_figures_of_the_newest_quarter(example_data):
    """The inner loop's: a sixth of the work."""
    same_figures_as_kept(figures_csv(figures(example_data, example_data.quarters[-1])))


@pytest.mark.slow
def test_published_figures(example_site):
    same_figures_as_kept((example_site / "reports" / NEWEST / "figures.csv").read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_page(example_site, snapshot, page):
    html = (example_site / "reports" / NEWEST / f"{page}.html").read_text(encoding="utf-8")
    same(page_text(html), snapshot.use_extension(Text))
