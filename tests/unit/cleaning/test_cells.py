"""What a cell means: moments, columns month first, wrappers, noughts, lost digits, people, scores. All is invented."""

from __future__ import annotations

import datetime as dt

import pytest

from qa_analysis.cleaning.people import each_person
from qa_analysis.cleaning.values import NotUnderstood, read_date, read_number
from qa_analysis.cleaning.wrappers import unwrapped
from qa_analysis.contract.problems import DOUBT, HELD_BACK, WARNING
from qa_analysis.contract.settings import load_settings
from qa_analysis.errors import InputError
from qa_analysis.quality.check import every_problem, lines
from qa_analysis.store.data import check_project

HEADINGS = ["Audit ID", "Audit date", "Level of need", "Overall grade"]
DAY = dt.datetime(2025, 7, 1)


@pytest.fixture
def cleaned(make_project):
    def clean(files, settings=""):
        project = make_project(files)
        (project / "settings.toml").write_text(settings, encoding="utf-8")
        return check_project(project)

    return clean


def audits(*rows, more=()):
    return {
        "Audits": [[*HEADINGS, *more], *([f"V-{number}", DAY, "EH", "Good", *row] for number, row in enumerate(rows))]
    }


def of_kind(result, kind):
    found = result.problems[result.problems["kind"] == kind]
    return found[["row", "column", "reason"]].to_numpy().tolist()


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2025-06-30T23:00:00Z", "2025-07-01"),
        ("2025-06-30T22:59:59.999Z", "2025-06-30"),
        ("2025-12-31T23:30:00+00:00", "2025-12-31"),
        ("2025-07-01T00:00:00+01:00", "2025-07-01"),
        ("2025-07-01 00:30 +0200", "2025-06-30"),
        ("30/06/2025 11:15 pm UTC", "2025-07-01"),
        ("2025-06-30T20:00:00-05:00", "2025-07-01"),
        ("2025-06-30T23:00:00", "2025-06-30"),
        (dt.datetime(2025, 6, 30, 23, tzinfo=dt.UTC), "2025-07-01"),
        ("1 Jul 2025, 09:00", "2025-07-01"),
    ],
)
def test_a_moment_is_the_day_that_it_has_in_england(written, day):
    assert read_date(written).date().isoformat() == day


def test_the_time_zone_is_a_setting_and_stands_for_every_column_of_dates(cleaned, tmp_path):
    moment = "2025-06-30T22:30:00Z"
    actions = [["Action ID", "Raised", "Action", "Timescale"], ["R-1", moment, "Do it.", moment]]
    sheets = {**audits([moment], more=["Moderation date"]), "Actions": actions}
    tables = cleaned({"a.xlsx": sheets}, 'time_zone = "Europe/Berlin"').tables
    days = [tables["audits"]["moderation_date"][0], tables["actions"]["raised"][0], tables["actions"]["due"][0]]
    assert [day.date().isoformat() for day in days] == ["2025-07-01"] * 3
    (tmp_path / "settings.toml").write_text('time_zone = "Europe/Londn"', encoding="utf-8")
    with pytest.raises(InputError, match="no time zone “Europe/Londn”; the nearest is “Europe/London”"):
        load_settings(tmp_path)


def dated(*dates):
    rows = [[f"V-{number}", date, "EH", "Good"] for number, date in enumerate(dates)]
    return {"Audits": [HEADINGS, *rows]}


def test_a_column_that_some_rows_prove_to_be_month_first_is_not_read_and_told_once(cleaned):
    result = cleaned(
        {"a.xlsx": dated(dt.datetime(2025, 5, 6), "06/05/2025", "06/17/2025", "2025-06-05 00:00:00", "2025-06-18")}
    )
    assert result.tables["audits"]["audit_id"].tolist() == ["V-4"]  # no other day is meant, however it was written
    (line,) = lines(every_problem(result.tables, result.issues))
    assert line.startswith(
        "a.xlsx [Audits] rows 2 to 5: held back: Audit date: the column is written month first, as “06/17/2025” in row 4"
    )


def test_a_date_beyond_the_twelfth_speaks_for_the_dates_and_not_for_the_texts_beside_them(cleaned):
    result = cleaned({"a.xlsx": dated("06/05/2025", "06/17/2025", dt.datetime(2025, 6, 17), dt.datetime(2025, 5, 6))})
    assert result.tables["audits"]["audit_id"].tolist() == ["V-2", "V-3"]


@pytest.mark.parametrize("other", ["17/06/2025", "31/06/2025"])
def test_a_row_that_is_day_first_makes_the_others_slips(cleaned, other):
    result = cleaned({"a.xlsx": dated("06/05/2025", "06/17/2025", other)})
    assert "V-0" in result.tables["audits"]["audit_id"].tolist()
    assert [2, "Audit date"] not in [row[:2] for row in of_kind(result, HELD_BACK)]


def test_each_sheet_has_its_own_way(cleaned):
    result = cleaned(
        {"a.xlsx": dated("06/17/2025"), "b.xlsx": {"Audits": [HEADINGS, ["W-1", "06/05/2025", "EH", "Good"]]}}
    )
    assert result.tables["audits"]["audit_date"].dt.month.tolist() == [5]
    record = result.reading[result.reading["heading"] == "Audit date"]
    assert record["how"].tolist() == ["own heading; written month first", "own heading; written day first"]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ('="00451"', "00451"),
        ("'+44 thing", "+44 thing"),
        ("'Twas kind of her’", "'Twas kind of her’"),
        ("'Quoted'", "'Quoted'"),
        ("12;#Ines Marr", "Ines Marr"),
        ("Ines Marr;#12;#Ruth Vale;#14", "Ines Marr; Ruth Vale"),
        ("string;#North", "North"),
        (";#Planning;#Visits;#", "Planning; Visits"),
        ('["Planning", "Visits"]', "Planning; Visits"),
        ('[{"Id": 1, "Value": "Planning"}]', "Planning"),
        ('{"DisplayName": "Ines Marr", "Email": "i@x.example"}', "Ines Marr"),
        ("[1, 2]", "[1, 2]"),
        ("[see plan]", "[see plan]"),
        ("{}", "{}"),
        ("Visits;", "Visits"),
        ("<p>Late.</p>\n<p>Thin &amp; old.</p>", "Late.\nThin & old."),
        ("One<br>two", "One\ntwo"),
        ("<div><b>Late</b> again</div>", "Late again"),
        ("Health &amp; housing", "Health & housing"),
        ("a < b > c", "a < b > c"),
        ("<script>x</script>", "<script>x</script>"),
        ("<p>Not closed", "<p>Not closed"),
        ("&lt;b&gt; &amp;", "&lt;b&gt; &amp;"),
    ],
)
def test_wrappers_of_exporting_programs_are_taken_off_and_nothing_else(written, words):
    assert unwrapped(written) == words


def test_a_semicolon_ends_a_sentence_and_parts_choices():
    assert unwrapped("Late; thin;", long=True) == "Late; thin;"
    assert unwrapped("A;B", several=True) == "A; B"
    assert unwrapped("A;B") == "A;B"


def test_several_themes_of_one_finding_are_several_and_one_spelling_each(cleaned):
    findings = [["Date", "Type", "Finding", "Theme"]]
    findings += [
        [DAY, "Learning", text, theme]
        for text, theme in (("A.", "Planning;visits;"), ("B.", '["Visits"]'), ("C.", "Visits"))
    ]
    tables = cleaned({"a.xlsx": {**audits([]), "Findings": findings}}).tables
    assert tables["findings"]["theme"].tolist() == ["Planning; Visits", "Visits", "Visits"]


@pytest.mark.slow
def test_what_says_nothing_is_nothing_in_texts_references_and_timescales(cleaned):
    for nothing in ("N/A", "n/a", "Not applicable", "NA", 0, 0.0, "0"):
        sheets = audits([nothing, nothing, nothing], more=["Team", "Auditor", "Selection"])
        sheets["Actions"] = [["Action ID", "Raised", "Action", "Timescale"], ["R-1", DAY, "Do it.", nothing]]
        result = cleaned({"a.xlsx": sheets})
        assert of_kind(result, HELD_BACK) == of_kind(result, WARNING) == []
        assert result.tables["audits"][["team", "auditor", "selection"]].isna().all(axis=None)
        assert result.tables["actions"]["timescale"].isna().all()


def test_rows_of_links_to_empty_rows_are_no_rows(cleaned):
    sheet = [HEADINGS, ["V-1", DAY, "EH", "Good"], [0, dt.time(0), 0, 0], [0, 0, 0, False]]
    result = cleaned({"a.xlsx": {"Audits": sheet}})
    assert result.ledger["read"].tolist() == [1]


def test_an_audit_may_be_called_0(cleaned):
    sheet = [[*HEADINGS, "Re-audit of"], [0, DAY, "EH", "Good", None], [1, DAY, "EH", "Good", 0]]
    assert cleaned({"a.xlsx": {"Audits": sheet}}).tables["audits"]["reaudit_of"].fillna("").tolist() == ["", "0"]


@pytest.mark.parametrize("number", ["4.11203E+11", "4E+12", 4112030000012340])
def test_a_number_that_lost_its_digits_is_told_as_such(cleaned, number):
    result = cleaned(
        {
            "a.xlsx": {
                "Audits": [
                    HEADINGS,
                    ["V-1", DAY, "EH", "Good"],
                    *([number, DAY, "EH", grade] for grade in ("Good", "RI")),
                ]
            }
        }
    )
    reason = f"“{number}” is a long number that lost its digits, as Excel shows and saves them"
    assert of_kind(result, HELD_BACK) == [[row, "Audit ID", reason] for row in (3, 4)]
    assert len(result.tables["audits"]) == 1


def test_a_reference_that_lost_its_digits_holds_no_audit_back(cleaned):
    result = cleaned({"a.xlsx": audits(["4.11203E+11"], more=["Child reference"])})
    assert of_kind(result, HELD_BACK) == []
    assert [row[1] for row in of_kind(result, WARNING)] == ["Child reference"]


def test_lost_letters_hold_their_row_back(cleaned):
    content = "Audit ID,Audit date,Level of need,Overall grade,Team\nV-1,01/07/2025,EH,Good,Siân\nV-2,01/07/2025,EH,Good,".encode()
    result = cleaned({"audits.csv": content + b"a\xa5b\n"})
    assert of_kind(result, HELD_BACK) == [
        [3, "Team", "letters of “a\ufffdb” are lost: the file is not text of one encoding"]
    ]


def test_a_count_is_a_whole_number():
    assert read_number("12.0", low=0, whole=True) == 12
    with pytest.raises(NotUnderstood, match="not_a_whole_number"):
        read_number("2.5", low=0, whole=True)


@pytest.mark.parametrize(
    ("cell", "ways"),
    [
        ("Ines Marr and Ruth Vale", {"Ines Marr", "Marr Ines", "Ruth Vale", "Vale Ruth"}),
        ("Marr, Ines; Vale, Ruth", {"Ines Marr", "Ruth Vale"}),
        ("Ines Marr, Ruth Vale", {"Ines Marr", "Ruth Vale"}),
        ("VALE Ruth (North Team)", {"Ruth VALE"}),
        ("Dr Ruth Vale/Ines Marr", {"Ruth Vale", "Ines Marr"}),
        ("Ruth Anne Vale", {"Ruth Anne Vale", "Ruth Vale", "Vale Ruth Anne"}),
        ("Vale <ruth.vale@x.example>", {"ruth.vale@x.example", "Ruth Vale"}),
        ("H&P-123", {"H&P-123"}),
    ],
)
def test_each_person_of_a_cell_in_each_way(cell, ways):
    assert ways <= set(each_person(cell))


def test_everybody_whom_any_column_names_is_taken_out_of_texts(cleaned):
    more = ["Auditor", "Child reference", "Mosaic ID", "Case holder", "E-mail"]
    row = ["VALE Ruth & Ines Marr", "CASE-5501", "7781204", "Okoye, Tamsin", "j.bray@x.example"]
    texts = ["Ruth Vale", "Ines Marr", "CASE-5501", "7781204", "Tamsin Okoye", "j.bray@x.example", "Marr Ines"]
    findings = [["Date", "Type", "Finding"], *([DAY, "Learning", f"As {text} says."] for text in texts)]
    tables = cleaned({"a.xlsx": {**audits(row, more=more), "Findings": findings}}).tables
    assert tables["findings"]["finding"].unique().tolist() == ["As [reference removed] says."]


def feedback(heading, *scores, more=()):
    rows = [[DAY, "Mother", "Positive", "Kind.", *(score if isinstance(score, list) else [score])] for score in scores]
    return {**audits([]), "Feedback": [["Date", "From", "Tone", "Quote", heading, *more], *rows]}


@pytest.mark.parametrize(
    ("sheets", "settings", "scales"),
    [
        (feedback("Rating out of 5", 4, 5), "", [5, 5]),
        (feedback("Score (1-4)", 4), "", [4]),
        (feedback("Score", "4/5", "9 out of 10"), "", [5, 10]),
        (feedback("Score", [4, 5], [8, 10], more=["Score out of"]), "", [5, 10]),
        (feedback("Rating", 7), "score_out_of = 7", [7]),
        (feedback("Rating out of 5", 4), "score_out_of = 10", [5]),
    ],
)
def test_what_scores_are_out_of(cleaned, sheets, settings, scales):
    result = cleaned({"a.xlsx": sheets}, settings)
    assert result.tables["feedback"]["score_out_of"].tolist() == scales
    assert of_kind(result, WARNING) == []


def test_a_scale_that_nothing_says_is_asked_for_once_and_one_beyond_is_told(cleaned):
    result = cleaned({"a.xlsx": feedback("Rating", 4, 5, 4)})
    assert result.tables["feedback"]["score"].isna().all()
    assert [reason for *_, reason in of_kind(result, DOUBT)] == [
        "nothing says what the scores are out of (3 rows): not counted"
    ]


def test_a_score_beyond_its_scale_is_left_out_and_told(cleaned):
    result = cleaned({"b.xlsx": feedback("Rating out of 5", 4, 6)})
    assert result.tables["feedback"]["score"].fillna(-1).tolist() == [4, -1]
    assert of_kind(result, DOUBT) == [[3, "Score", "“6” is outside what is possible: not counted"]]


@pytest.mark.parametrize(
    ("name", "delimiter"), [("audits.txt", "\t"), ("audits.tsv", "\t"), ("audits.csv", "|"), ("Audits Q2.tab", "\t")]
)
def test_text_files_of_columns_are_read(cleaned, name, delimiter):
    text = "\n".join(delimiter.join(line) for line in (HEADINGS, ["V-1", "01/07/2025", "EH", "Good"]))
    assert cleaned({name: text}).tables["audits"]["audit_id"].tolist() == ["V-1"]


def test_ids_that_are_all_nought_come_from_links_to_empty_cells(make_project):
    """One nought may be an ID; of several each would make one audit a version of another."""
    heads = ["Audit ID", "Audit date", "Level of need", "Overall grade"]
    rows = [[number, dt.datetime(2025, 9, day), "EH", "Good"] for day, number in enumerate([7, 0, 0], 1)]

    def told(*chosen):
        cleaned = check_project(make_project({"a.xlsx": {"Audits": [heads, *chosen]}}))
        held = cleaned.problems[cleaned.problems["kind"] == HELD_BACK]
        return cleaned.tables["audits"]["audit_id"].tolist(), held["reason"].tolist()

    assert told(*rows) == (["7"], ["Audit ID is blank"] * 2)
    assert told(*rows[:2]) == (["7", "0"], [])
