"""A quarter is signed off: what is refused, what is kept, and that it is kept whole or not at all."""

from __future__ import annotations

import shutil
import tomllib
from functools import partial
from itertools import count

import pandas as pd
import pytest

from qa_analysis.batch.sign_off import sign_off
from qa_analysis.cli.commands import run_command
from qa_analysis.contract.quarters import parse_quarter
from qa_analysis.errors import InputError, ReportError
from qa_analysis.store.data import load
from qa_analysis.store.signed_off import signed_off as signed_off_record
from tests.batch.batches import NEWEST, PARAMETERS, SETTINGS, contents, is_killed, run

SLUG = NEWEST.replace(" ", "-")
BY, ON = "the Director of Children’s Services", "9 October 2025"
REFUSED = [
    ({"quarter": "2025-26 Q1"}, "2025-26 Q1 has not been published. Run first"),
    ({"quarter": "2025-26 Q4"}, "There are no audits of 2025-26 Q4."),
    ({"on": "soon"}, "“soon” is not a day. Write it like 9 October 2025 or 2025-10-09."),
    ({"on": "9 October 2024"}, "“9 October 2024” is before 2025-26 Q2 began."),
    ({"by": " "}, "--by is empty."),
    ({"by": "the social worker Jane Smith"}, "--by seems to hold a person's name."),
    ({"note": "Agreed; see A2"}, "--note names somebody whom the workbooks name as a reference."),
]


@pytest.fixture(scope="module")
def published(cleaned, tmp_path_factory):
    """Return a project of which the newest quarter is published."""
    project = shutil.copytree(cleaned / "before", tmp_path_factory.mktemp("published") / "Council & Sons")
    run(project, only=["quarterly_report"])
    return project


@pytest.fixture
def project(published, tmp_path):
    """Return a copy of it for one test to change."""
    return shutil.copytree(published, tmp_path / "Council & Sons")


def signed_off(project):
    return project / "data" / "signed_off"


@pytest.mark.parametrize(("wrong", "said"), REFUSED)
def test_what_cannot_be_signed_off_is_refused_and_nothing_is_kept(published, wrong, said):
    with pytest.raises(InputError) as error:
        sign_off(published, **({"quarter": NEWEST, "by": BY, "on": ON} | wrong))
    assert str(error.value).startswith(said)
    assert not signed_off(published).exists()


def test_pages_older_than_their_data_are_refused(project):
    (project / "settings.toml").write_text(f"{SETTINGS}\nfindings_shown = 7\n", encoding="utf-8")
    with pytest.raises(InputError, match="The pages of 2025-26 Q2 are older than its data"):
        sign_off(project, NEWEST, BY, ON)


def test_figures_that_somebody_has_changed_are_refused(project):
    with (project / "reports" / SLUG / "figures.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    with pytest.raises(InputError, match="has been changed since it was published"):
        sign_off(project, NEWEST, BY, ON)


def test_it_waits_for_no_other_run(project):
    from qa_analysis.batch.publish import only_run

    with only_run(project / "reports"), pytest.raises(ReportError, match="another run is writing here"):
        sign_off(project, NEWEST, BY, ON)


def test_the_record_is_kept_in_files_that_people_can_read_and_names_nobody(project):
    folder = sign_off(project, NEWEST, BY, ON, "Agreed by the board.")
    kept = contents(signed_off(project))
    assert sorted(kept) == [f"{SLUG}/audits.csv", f"{SLUG}/figures.csv", f"{SLUG}/record.toml", "key.txt"]
    published = (project / "reports" / SLUG / "figures.csv").read_text(encoding="utf-8").splitlines()
    assert kept[f"{SLUG}/figures.csv"].decode().splitlines() == [line for line in published if ",team_" not in line]
    record = tomllib.loads((folder / "record.toml").read_text(encoding="utf-8"))
    told = {name: str(record[name]) for name in ("quarter", "by", "on", "note")}
    assert told == {"quarter": NEWEST, "by": BY, "on": "2025-10-09", "note": "Agreed by the board."}
    assert list(record["inputs"]) == ["Audits.xlsx"]
    assert "A2" not in b"".join(kept.values()).decode()
    hashed, *rest = kept[f"{SLUG}/audits.csv"].decode().splitlines()[1].split(",")
    assert (len(hashed), rest) == (32, [NEWEST, "H&P", "Good", "Good", "no"])


def test_what_is_signed_off_is_refused_and_again_keeps_the_earlier_record(project):
    first = (sign_off(project, NEWEST, BY, ON) / "record.toml").read_bytes()
    with pytest.raises(InputError, match="was signed off by the Director of Children’s Services on 9 October 2025"):
        sign_off(project, NEWEST, BY, "10 October 2025")
    with pytest.raises(InputError, match="The pages of 2025-26 Q2 are older"):  # they do not say so yet
        sign_off(project, NEWEST, BY, "10 October 2025", again=True)
    run(project, [NEWEST], only=["quarterly_report"])
    sign_off(project, NEWEST, BY, "10 October 2025", again=True)
    assert sorted(path.name for path in signed_off(project).iterdir()) == [SLUG, f"{SLUG} (earlier 1)", "key.txt"]
    assert (signed_off(project) / f"{SLUG} (earlier 1)" / "record.toml").read_bytes() == first


def test_pages_are_made_again_so_that_they_say_so(project, no_kernels, capsys):
    before = (project / "reports" / "index.html").read_text(encoding="utf-8")
    assert '<p class="state">Draft</p>' in before
    options = ["--quarter", NEWEST, "--by", BY, "--on", ON, "--project", str(project)]
    assert run_command(["sign-off", *options]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[0] == str(signed_off(project) / SLUG)
    assert "2025-26 Q2 quarterly_report" in said.err
    after = (project / "reports" / "index.html").read_text(encoding="utf-8")
    assert f"Signed off by {BY} on 9 October 2025." in after
    assert run_command(["run", "--project", str(project)]) == 0
    assert "Nothing has changed since the last run" in capsys.readouterr().err


def test_a_public_edition_is_made_again_only_where_five_audits_have_changed(project, write_notebook):
    write_notebook(project / "notebooks" / "external" / "quarterly_report.ipynb", PARAMETERS, "print('public')")
    run(project, external=True)
    sign_off(project, NEWEST, BY, ON)
    assert run(project, external=True).notes == ()
    audits = signed_off(project) / SLUG / "audits.csv"
    audits.write_text(audits.read_text(encoding="utf-8").replace("Good,Good", "Good,Inadequate"), encoding="utf-8")
    write_notebook(project / "notebooks" / "external" / "quarterly_report.ipynb", PARAMETERS, "print('new')")
    public = project / "reports" / SLUG / "external" / "quarterly_report.html"
    (note,) = run(project, external=True).notes
    assert note.startswith(
        "2025-26 Q2: the public edition stays as it is, for fewer than five audits have changed since"
    )
    assert "print('public')" in public.read_text(encoding="utf-8")
    (project / "settings.toml").write_text(f"{SETTINGS}\npublic_again = true\n", encoding="utf-8")
    assert run(project, external=True).notes == ()
    assert "print('new')" in public.read_text(encoding="utf-8")


@pytest.mark.slow
def test_wherever_it_is_killed_a_sign_off_is_whole_or_absent(published, tmp_path):
    sign_off(shutil.copytree(published, tmp_path / "first"), NEWEST, BY, ON)
    run(tmp_path / "first", only=["quarterly_report"])
    data, quarter = load(published), parse_quarter(NEWEST)
    seen = set()
    for step in count(1):
        copy = shutil.copytree(tmp_path / "first", tmp_path / str(step))
        killed = is_killed(
            ("os.rename", "os.mkdir", "shutil.rmtree"),
            step,
            partial(sign_off, again=True),
            copy,
            NEWEST,
            BY,
            "1/11/2025",
        )
        record = signed_off_record(copy, quarter)
        audits = pd.read_csv(record.folder / "audits.csv")
        assert len(audits) == (data.audits["quarter"] == quarter).sum()
        seen.add(str(record.on.date()))
        if not killed:
            break
    assert seen == {"2025-10-09", "2025-11-01"}
