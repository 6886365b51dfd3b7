"""Figures that are kept beside the cleaned tables, and worked out again when something they follow from has changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import qa_analysis as qa
from qa_analysis.store.kept import kept
from tests.unit.threads import SeenLock, begun

TABLE = pd.DataFrame({"name": ["=1+1", "Good"], "count": pd.array([1, None], dtype="Int64"), "percent": [12.5, None]})


@pytest.fixture
def project(own_example):
    return own_example


def worked_out(data) -> bool:
    """Return whether the table had to be worked out, and fail where it is another one for having been kept."""
    calls = []
    table = kept(data, "table", lambda: calls.append(1) or TABLE.copy())
    pd.testing.assert_frame_equal(table, TABLE)
    assert not table.attrs
    return bool(calls)


def test_what_has_been_worked_out_is_not_worked_out_again(project):
    assert worked_out(qa.load(project))
    assert not worked_out(qa.load(project))


def test_another_value_setting_or_own_measure_is_worked_out_again(project):
    data = qa.load(project)
    assert worked_out(data)
    assert worked_out(replace(data, audits=data.audits.iloc[1:]))
    assert worked_out(replace(data, settings=data.settings.model_copy(update={"comparators": 2})))
    assert worked_out(data)
    (project / "measures.py").write_text("MEASURES = []\n", encoding="utf-8")
    assert worked_out(data)
    assert not worked_out(data)


def test_a_file_that_is_not_whole_is_written_again(project):
    data = qa.load(project)
    assert worked_out(data)
    file = project / "data" / "processed" / "table.parquet"
    file.write_bytes(file.read_bytes()[:100])
    assert worked_out(data)
    assert not worked_out(data)


def test_where_nothing_can_be_written_it_is_worked_out(project):
    data = qa.load(project)
    (project / "data" / "processed" / "table.parquet").mkdir()
    assert worked_out(data)
    assert worked_out(data)


def test_without_processed_data_nothing_is_kept(tmp_path, project):
    data = replace(qa.load(project), project=tmp_path / "elsewhere")
    assert worked_out(data)
    assert worked_out(data)
    assert not Path(tmp_path / "elsewhere").exists()


def test_two_threads_do_not_both_work_it_out(project, monkeypatch):
    data, lock, calls, other = qa.load(project), SeenLock(), [], []
    monkeypatch.setattr("qa_analysis.store.kept.held", lambda *_, **__: lock)

    def work_out():
        calls.append(1)
        if len(calls) == 1:
            other.append(begun(lock, lambda: kept(data, "table", work_out)))
        return TABLE.copy()

    pd.testing.assert_frame_equal(kept(data, "table", work_out), TABLE)
    pd.testing.assert_frame_equal(other[0].result(), TABLE)
    assert calls == [1]


def test_an_error_is_passed_on_and_nothing_is_kept(project):
    data = qa.load(project)
    with pytest.raises(ZeroDivisionError):
        kept(data, "table", lambda: TABLE.assign(name=1 / 0))
    assert worked_out(data)


@pytest.mark.slow
def test_figures_are_the_same_kept_and_worked_out(project):
    data = qa.load(project)
    data = replace(data, settings=data.settings.model_copy(update={"comparators": 0}))
    quarter = qa.chosen_quarter(data)
    first = qa.figures(data, quarter)
    file = project / "data" / "processed" / "figures-2025-26-Q2.parquet"
    assert file.is_file()
    pd.testing.assert_frame_equal(qa.figures(data, quarter), first)
    # Earlier quarters are figures of their own: the newest audits are not in them.
    earlier = qa.figures(data, quarter - 1)
    assert set(earlier["quarter"]) != set(first["quarter"])
