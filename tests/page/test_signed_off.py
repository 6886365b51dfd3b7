"""What a page says of a quarter that is signed off: nothing has changed, or what was another then, and why."""

import shutil
from dataclasses import replace
from datetime import date
from importlib.metadata import version

import pandas as pd
import pytest
from bs4 import BeautifulSoup

import qa_analysis as qa
from qa_analysis.errors import InputError
from qa_analysis.metrics.restated import Audits
from qa_analysis.page.external import public_figures
from qa_analysis.sentences.signed_off import changed_since
from qa_analysis.store.figures import figures, figures_csv
from qa_analysis.store.signed_off import keep, since_signed_off
from tests.page.pages import QUARTER

MAY, DAY = "2025-05-01", "2025-08-05"
THEN = [(DAY, "EH", "G"), (DAY, "CL", "G"), (DAY, "CL", "RI"), (MAY, "EH", "G"), (MAY, "EH", "I")]
ROLE = "the Director"


@pytest.fixture(scope="module")
def make(page_data, make_audits):
    """Return a function of a project and audits that returns the data of both."""

    def make(project, rows):
        audits = make_audits(*rows)
        return replace(page_data(audits=audits.assign(team="North")), project=project)

    return make


@pytest.fixture(scope="module")
def project(make, tmp_path_factory):
    """Return a project of which the newest quarter and the one before are signed off."""
    project = tmp_path_factory.mktemp("signed off")
    data = make(project, THEN)
    path = project / "figures.csv"
    path.write_text(figures_csv(figures(data, QUARTER)), encoding="utf-8")
    for quarter, on in ((QUARTER, date(2025, 10, 9)), (QUARTER - 1, date(2025, 7, 3))):
        keep(data, quarter, path, by=ROLE, on=on, note="")
    return project


@pytest.fixture(scope="module")
def same(make, project):
    return qa.Report(make(project, THEN), QUARTER)


@pytest.fixture(scope="module")
def changed(make, project):
    """Return the board's report after one audit of August was graded again, and one of May."""
    now = [(DAY, "EH", "I"), *THEN[1:4], (MAY, "EH", "RI"), ("2023-05-01", "EH", "G")]
    return qa.Report(make(project, now), QUARTER)


def test_a_quarter_that_nobody_has_signed_off_is_a_draft(make, tmp_path):
    report = qa.Report(make(tmp_path, THEN), QUARTER)
    assert "(July to September 2025) Draft" in repr(report.opening()).replace("\n", " ")
    assert report.opening().page["state"] == "Draft"
    assert report.since == {}
    assert report.since_signed_off().page["part"] == "nothing"


def test_a_quarter_that_is_the_same_says_so_in_five_words(same):
    said = "Signed off by the Director on 9 October 2025. Nothing has changed since then."
    assert said in repr(same.opening())
    assert "Draft" not in repr(same.opening())
    assert same.since_signed_off().page["part"] == "nothing"
    assert "sign" not in repr(same.at_a_glance())
    assert set(figures(same.data, QUARTER)["note"]) <= {"", "too few"}


def test_the_page_says_what_is_another_beside_the_figure_at_a_glance_and_in_a_table(changed):
    assert "9 October 2025. Figures have changed since then." in repr(changed.opening())
    glance = " ".join(repr(changed.at_a_glance()).split())
    told = "Headline figures have changed since they were signed off: 2 of this quarter and 1 of 2025-26 Q1;"
    assert f"{told} see About these figures." in glance
    table = repr(changed.table("headline_figures"))
    assert "1 of 3 (was 2 of 3 when signed off)" in table
    assert "0 of 2 (was 1 of 2 when signed off)" in table
    since = [each.text for each in BeautifulSoup(changed.since_signed_off().html, "html.parser").find_all("p")]
    assert since[0].startswith("2025-26 Q2, signed off by the Director on 9 October 2025: 2 headline figures and ")
    assert since[0].endswith("smaller ones have changed. Since then 1 audit was graded again or moderated.")
    assert since[1].startswith("2025-26 Q1, signed off by the Director on 3 July 2025: 1 headline figure and ")
    rows = BeautifulSoup(changed.table("restated").html, "html.parser").find_all("tr")
    assert [[cell.text for cell in row.find_all(["th", "td"])] for row in rows] == [
        ["Figure", "Quarter", "Signed off", "Now"],
        ["Audits graded Good or better", "2025-26 Q2", "2 of 3", "1 of 3"],
        ["Audits graded Inadequate", "2025-26 Q2", "0 of 3", "1 of 3"],
        ["Audits graded Inadequate", "2025-26 Q1", "1 of 2", "0 of 2"],
    ]


def test_a_row_of_an_earlier_year_changes_nothing(make, project):
    report = qa.Report(make(project, [*THEN, ("2023-05-01", "EH", "G")]), QUARTER)
    assert [bool(each.figures) for each in report.since.values()] == [False, False]


def test_figures_csv_has_the_note_at_the_headline_figures_alone(changed):
    table = figures(changed.data, QUARTER)
    noted = table[table["note"] == "restated"]
    assert noted[["quarter", "month", "measure", "level_of_need"]].values.tolist() == [
        ["2025-26 Q2", "", "good_or_better", "All"],
        ["2025-26 Q1", "", "inadequate", "All"],
        ["2025-26 Q2", "", "inadequate", "All"],
    ]


def test_a_services_page_does_not_tell_whether_it_was_its_own_audit(changed):
    for level in ("EH", "CL"):
        service = qa.Report(changed.data, QUARTER, level)
        glance = repr(service.at_a_glance())
        assert "whole service have changed since they were signed off; the board’s report says which." in glance
        assert "when signed off" not in glance + repr(service.table("headline_figures"))
        assert service.since_signed_off().page["part"] == "nothing"


def test_the_public_edition_says_nothing_of_it(changed, same):
    public = public_figures(changed.data, QUARTER)
    assert not public["note"].str.contains("restated").any()
    assert public["measure"].value_counts().equals(public_figures(same.data, QUARTER)["measure"].value_counts())


@pytest.mark.parametrize(
    ("audits", "settings", "made_with", "told"),
    [
        (Audits(0, 0, 1, 0), [], "", "Since then 1 audit was graded again or moderated."),
        (
            Audits(6, 0, 0, 0), ["grades", "values"], "",
            "Since then 6 audits were added. A definition is another, too: the settings grades and values.",
        ),
        (
            Audits(0, 0, 0, 0), ["grades"], "0.0.1",
            "No audit was added, taken out, graded again or moderated since then; a definition is another: the setting "
            f"grades and the version of qa_analysis, 0.0.1 then and {version('qa-analysis')} now.",
        ),
        (
            Audits(0, 0, 0, 0), [], "",
            "No audit was added, taken out, graded again or moderated since then; other rows were changed.",
        ),
        (
            None, ["grades"], "",
            "Which audits have changed cannot be told: the key in data/signed_off is missing, or another one. "
            "A definition is another: the setting grades.",
        ),
    ],
)  # fmt: skip
def test_a_change_of_rows_is_told_apart_from_one_of_a_definition(changed, audits, settings, made_with, told):
    since = changed.since[QUARTER]
    record = replace(since.record, version=made_with or version("qa-analysis"))
    said = changed_since(replace(since, record=record, audits=audits, settings=settings))
    assert said.partition("have changed. ")[2] == told


def test_which_settings_are_others_is_known(same):
    other = same.settings.model_copy(update={"grades": same.settings.grades[:3], "report_name": "Another"})
    (since,) = since_signed_off(replace(same.data, settings=other), figures(same.data, QUARTER), [QUARTER])
    assert since.settings == ["grades"]


def test_without_its_key_the_record_still_tells_the_figures(make, project, changed, tmp_path):
    copy = shutil.copytree(project, tmp_path / "copy")
    (copy / "data" / "signed_off" / "key.txt").unlink()
    (since,) = since_signed_off(replace(changed.data, project=copy), figures(changed.data, QUARTER), [QUARTER])
    assert (len(since.figures.headlines), since.audits) == (2, None)


@pytest.mark.parametrize(
    ("name", "text"),
    [("record.toml", "by = "), ("record.toml", 'by = "x"'), ("figures.csv", "a,b\n"), ("audits.csv", "")],
)
def test_a_record_that_is_spoilt_is_named(same, project, tmp_path, name, text):
    copy = shutil.copytree(project, tmp_path / "copy")
    (copy / "data" / "signed_off" / "2025-26-Q2" / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=rf"2025-26-Q2.{name}: cannot be read"):
        since_signed_off(replace(same.data, project=copy), figures(same.data, QUARTER), [QUARTER])


def test_the_record_names_nobody(project):
    folder = project / "data" / "signed_off" / "2025-26-Q2"
    audits = pd.read_csv(folder / "audits.csv", dtype="str", keep_default_na=False)
    assert list(audits) == ["audit", "quarter", "level_of_need", "overall_grade", "final_grade", "moderated"]
    assert len(audits) == 3
    assert audits["audit"].str.fullmatch("[0-9a-f]{32}").all()
    everything = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    assert [name for name in ("A-1", "North") if name in everything] == []


@pytest.mark.slow
def test_one_audit_of_the_example_graded_again_is_told_of_the_whole_service_alone(example_data, tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text(figures_csv(figures(example_data, QUARTER)), encoding="utf-8")
    data = replace(example_data, project=tmp_path)
    keep(data, QUARTER, path, by=ROLE, on=date(2025, 10, 9), note="")
    audits = data.audits.set_index("audit_id")
    audits.loc["DD-2526-Q2-025", ["overall_grade", "final_grade"]] = "Inadequate"  # Good, in August
    audits.loc["DD-2526-Q2-025", ["good_or_better", "inadequate"]] = False, True
    later = replace(data, audits=audits.reset_index())
    table = figures(later, QUARTER + 1)  # as a comparator
    noted = table.loc[table["note"] == "restated", ["quarter", "measure", "level_of_need", "count"]]
    assert noted.values.tolist() == [
        ["2025-26 Q2", "good_or_better", "All", 24],
        ["2025-26 Q2", "inadequate", "All", 10],
    ]
    said = repr(qa.Report(later, QUARTER + 1).since_signed_off())
    assert "2025-26 Q2, signed off by the Director on 9 October 2025: 2 headline figures and " in said
    assert "Since then 1 audit was graded again or moderated." in said
    assert [name for name in ("CL", "Care Leavers", "Compass", "DD-2526") if name in said] == []
