"""A project's own `measures.py`: read once, read again when it changes, and told in one sentence where it is wrong."""

from __future__ import annotations

import builtins
import os
from importlib import import_module

import pytest

from qa_analysis.errors import InputError
from qa_analysis.store import figures as measures
from qa_analysis.store.figures import figures
from qa_analysis.store.own import own
from tests.unit.threads import SeenLock, begun


def entry(says: str, name: str = "x", table: str = "audits") -> str:
    """Return a `measures.py` with one measure of a table."""
    of = f"qa.Population({table!r}, 'row', 'rows')"
    return f"import qa_analysis as qa\nMEASURES = [qa.Measure(name={name!r}, title='X', of={of}, {says})]"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (entry("table=undefined"), "line 2: NameError: name 'undefined' is not defined"),
        ("x = (\n", "line 1: SyntaxError"),
        ("MEASURES = ['x']", "MEASURES holds 'x'. Write it as qa.Measure"),
        (entry(""), "line 2: ValueError: The measure x: a share needs a condition (where), categories (by) or a table."),
        (entry("where=len, table=len"), "The measure x: it has a condition and a table; one of them makes it."),
        (entry("where=len", name="grade"), "there is a measure grade already. Give yours another name."),
        (entry("table=lambda audits, data, quarters: 1 / 0"), "line 2: the measure x failed. ZeroDivisionError"),
        (entry("where=lambda audits, data: audits['no_such_column']"), "line 2: the measure x failed. KeyError"),
        (entry("where=len", table="no_such_table"), "the measure x failed."),
        (entry("table=lambda audits, data, quarters: audits[[]]"), "the measure x failed."),
        (
            entry("table=lambda audits, data, quarters: audits[['quarter', 'team']]"),
            "ValueError: its table has no column count, percent or value; it has quarter and team",
        ),
        (
            entry(
                "table=lambda audits, data, quarters: audits.groupby('quarter', as_index=False).size()"
                ".rename(columns={'size': 'value'}), kind='value'"
            ),
            "ValueError: it was not asked for 2025-26 Q1",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_in_measures_py_is_one_sentence(make_data, make_audits, tmp_path, monkeypatch, content, says):
    monkeypatch.setattr(measures, "MEASURES", [each for each in measures.MEASURES if each.name == "grade"])
    (tmp_path / "measures.py").write_text(content, encoding="utf-8")
    data = make_data(audits=make_audits(("2025-05-01", "EH", "G"), ("2025-11-01", "CL", "I")))
    data.project, (_, quarter) = tmp_path, data.audits["quarter"]
    with pytest.raises(InputError) as error:
        figures(data, quarter)
    said = str(error.value)
    assert said.startswith(f"{tmp_path / 'measures.py'}")
    assert says in said
    assert "\n" not in said


def test_two_threads_read_measures_py_once(tmp_path, monkeypatch):
    lock, ran, other = SeenLock(), [], []

    def run():
        ran.append(1)
        if len(ran) == 1:
            other.append(begun(lock, lambda: own(tmp_path)))

    monkeypatch.setattr(import_module(own.__module__), "_loading", lock)  # qa_analysis.store.own is the function
    monkeypatch.setattr(builtins, "run", run, raising=False)
    (tmp_path / "measures.py").write_text("run()\nanswer = 42\n", encoding="utf-8")
    module = own(tmp_path)
    assert module.answer == 42
    assert other[0].result() is module
    assert ran == [1]


def test_a_changed_measures_py_is_read_again_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "measures.py"
    path.write_text("answer = 1\n", encoding="utf-8")
    assert own(tmp_path).answer == 1
    path.write_text("answer = 2\n", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert own(tmp_path).answer == 2
    assert [each.name for each in tmp_path.iterdir()] == ["measures.py"]
