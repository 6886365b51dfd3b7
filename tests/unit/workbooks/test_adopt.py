"""`adopt`, and the three councils of the page on other councils: from their files to settings, and to the figures."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from pathlib import Path

import pytest

from qa_analysis.cli.commands import run_command
from qa_analysis.contract.problems import CAUTION, DOUBT, HELD_BACK
from qa_analysis.errors import InputError
from qa_analysis.store.data import chosen_quarter, load
from qa_analysis.store.figures import figures
from qa_analysis.workbooks.adopt import adopt, settings_from
from tests.conftest import write_workbook

PAGE = (Path(__file__).parents[3] / "docs" / "another_council.md").read_text(encoding="utf-8")
SHEETS = re.findall(r"`(\w+)/data/raw/([^`]+)`, sheet `([^`]+)`:\n\n```csv\n(.*?)```", PAGE, re.S)
SETTINGS = dict(re.findall(r"`(\w+)/settings\.toml`:\n\n```toml\n(.*?)```", PAGE, re.S))
CASES = ["form", "register", "checklist"]
PEOPLE = r"Fenwick|Okoro|Halloway|Quarrie|@borchester|44712"


def files_of(case: str, folder: Path) -> list[Path]:
    """Write the workbooks of a case into a folder, as the page has them."""
    books: dict[str, dict[str, list]] = {}
    for whose, file, sheet, text in SHEETS:
        if whose == case:
            rows = [
                [int(cell) if cell.isdigit() else cell or None for cell in row] for row in csv.reader(io.StringIO(text))
            ]
            books.setdefault(file, {})[sheet] = rows
    return [write_workbook(folder / file, sheets) for file, sheets in books.items()]


def expected(case: str) -> list[tuple[str, str, str, str]]:
    """Return the figures that the page gives for a case."""
    after = PAGE.split(f"`{case}/settings.toml`")[1].split("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \| ?([^|]*?) ?\| (\d+) \| (\d*) ?\|$", after, re.M)


@pytest.fixture(scope="module", params=CASES)
def council(request, tmp_path_factory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp(request.param)
    files_of(request.param, folder / "data" / "raw")
    (folder / "settings.toml").write_text(SETTINGS[request.param], encoding="utf-8")
    return request.param, folder


def test_the_page_has_three_councils():
    assert list(SETTINGS) == CASES
    assert [len(expected(case)) for case in CASES] == [7, 6, 3]


def test_what_adopt_writes_are_the_settings_of_the_page(council):
    case, folder = council
    written = settings_from(sorted((folder / "data" / "raw").iterdir()))
    assert tomllib.loads(written) == tomllib.loads(SETTINGS[case])
    assert not re.search(PEOPLE, written)


@pytest.mark.slow
def test_the_figures_are_those_counted_by_hand(council):
    case, folder = council
    data = load(folder)
    assert not data.issues["kind"].isin([HELD_BACK, DOUBT, CAUTION]).any()
    table = figures(data, chosen_quarter(data, "2025-26 Q2"))
    whole = table[(table["month"] == "") & (table["level_of_need"] == "All") & (table["quarter"] == "2025-26 Q2")]
    for measure, category, count, of in expected(case):
        (row,) = whole[(whole["measure"] == measure) & (whole["category"] == category)].to_dict("records")
        assert row["count"] == int(count), measure
        assert not of or row["denominator"] == int(of), measure


@pytest.mark.slow
def test_nobody_is_named_on_the_pages_of_the_form(tmp_path):
    from tests.page.pages import page_words

    files_of("form", tmp_path / "data" / "raw")
    (tmp_path / "settings.toml").write_text(SETTINGS["form"], encoding="utf-8")
    words = page_words("quarterly_report", tmp_path, closing=False)
    assert "Was the child seen alone?" in words
    assert not re.search(PEOPLE, words)


class TestTheCommand:
    def test_writes_the_settings_and_overwrites_nothing(self, tmp_path, capsys):
        file, *_ = files_of("checklist", tmp_path / "downloads")
        arguments = ["adopt", str(file), "--project", str(tmp_path)]
        assert run_command(arguments) == 0
        assert capsys.readouterr().out.strip() == str(tmp_path / "settings.toml")
        before = (tmp_path / "settings.toml").read_bytes()
        assert run_command(arguments) == 2
        assert "exists already, and is not written over" in capsys.readouterr().err
        assert (tmp_path / "settings.toml").read_bytes() == before

    def test_says_what_keeps_it_from_it(self, tmp_path):
        with pytest.raises(InputError, match="there is no such file"):
            adopt([tmp_path / "no.xlsx"], tmp_path)
        plan = write_workbook(
            tmp_path / "plan.xlsx", {"Audit plan": [["Quarter", "Level of need", "Planned"], ["x", "EH", 1]]}
        )
        with pytest.raises(InputError, match="no sheet looks like a list of audits"):
            adopt([plan], tmp_path)
        assert not (tmp_path / "settings.toml").exists()


def test_what_is_not_understood_is_a_comment_with_samples_of_few_values_only(tmp_path):
    heads = [
        "Audit ID",
        "Audit date",
        "Level of need",
        "Overall grade",
        "Seen by",
        "Worker",
        'Evidence "quoted"\n2',
        "Length",
        "Sub-grade: Planning",
    ]
    rows = [
        [f"A-{place}", "01/07/2025", "EH", "Good", "Visit" if place % 2 else "Call", f"Priya Fenwick{'ab'[place % 2]}",
         "x", place, "Meets good"]
        for place in range(1, 15)
    ]  # fmt: skip
    written = settings_from([write_workbook(tmp_path / "a.xlsx", {"Audits": [heads, *rows]})])
    assert tomllib.loads(written) == {"organisation": "Our council", "columns": {"Audits": {}}}
    lines = {line.split(":")[0]: line for line in written.splitlines()}
    assert "“Call”" in lines["# “Seen by”"]
    assert "“Visit”" in lines["# “Seen by”"]
    assert "14 different values" in lines["# “Length”"]
    assert "Fenwick" not in written
    assert "Its values are no grades, but “Meets good”." in written
