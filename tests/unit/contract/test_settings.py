"""Settings: what each wrong key and value is told, word for word, and what the right ones mean."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from qa_analysis.contract.columns import AUDITS
from qa_analysis.contract.settings import DEFAULTS, Grade, LevelOfNeed, Settings, Target, Values, load_settings
from qa_analysis.errors import InputError

TWO_GRADES = """
[[grades]]
name = "Met"
good = true
[[grades]]
name = "Not met"
failing = true
"""


def loaded(folder: Path, text: str) -> Settings:
    (folder / "settings.toml").write_text(text, encoding="utf-8")
    return load_settings(folder)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("comparitors = 3", "“comparitors” is not a setting; the nearest is “comparators”."),
        ('comparators = "four"', '“comparators” is "four"; it must be a whole number.'),
        ("comparators = 41", "“comparators” is 41; it must be 40 or less."),
        ("comparators = -1", "“comparators” is -1; it must be 0 or more."),
        ("year_start_month = 13", "“year_start_month” is 13; it must be 12 or less."),
        ("small_number_threshold = 0", "“small_number_threshold” is 0; it must be 1 or more."),
        ("quotes_shown = 2.5", "“quotes_shown” is 2.5; it must be a whole number."),
        ("quotes_shown = 0", "“quotes_shown” is 0; it must be 1 or more."),
        ("findings_shown = 0", "“findings_shown” is 0; it must be 1 or more."),
        ('findings_shown = "all"', '“findings_shown” is "all"; it must be a whole number.'),
        ('on_conflict = "first"', '“on_conflict” is "first"; it must be "hold_back" or "last_file".'),
        ('organisation = ""', '“organisation” is ""; it must be some text.'),
        ("board = 5", "“board” is 5; it must be text in quotation marks."),
        ("report_name = 2025-10-01", '“report_name” is "2025-10-01"; it must be text in quotation marks.'),
        ('practice_areas = "Planning"', '“practice_areas” is "Planning"; it must be a list in square brackets.'),
        ('practice_areas = ["Planning", "planning"]', "Two practice areas have the name “Planning”."),
        ("practice_areas = [5]", "“practice_areas”, item 1, is 5; it must be text in quotation marks."),
        ("values = 3", "“values” is 3; it must be a section of its own."),
        ('[values]\nyess = ["J"]', "“yess” in [values] is not a setting; the nearest is “yes”."),
        ('[values]\nyes = ["No"]', "“No” would be read as yes and as no; keep one of them."),
        ("[values]\nno = []", "“no” in [values] needs 1 or more."),
        ('[values.tone]\nMixed = ["So-so"]', "“Mixed” in [values.tone] is not a setting. There are Positive and Learning."),
        ('[values.status]\nComplet = ["Done"]', "“Complet” in [values.status] is not a setting; the nearest is “Complete”. There are Open and Complete."),
        ('[values.finding_type]\nStrength = ["Learning"]', "“Learning” would be read as the finding type Strength and as the finding type Learning; keep one of them."),
        ('[sheets]\nAudit = ["Deep looks"]', "No sheet is called “Audit”; the nearest is “Audits”."),
        ('[sheets]\nAudits = ["Findings"]', "“Findings” would be read as the sheet Audits and as the sheet Findings; keep one of them."),
        ('[columns.Audits]\n"Overal grade" = ["Verdict"]', "The sheet Audits has no column “Overal grade”; the nearest is “Overall grade”."),
        ('[columns.Audits]\n"Overall grade" = "Verdict"', '“Overall grade” in [columns.Audits] is "Verdict"; it must be a list in square brackets.'),
        ('[columns.Audits]\n"Overall grade" = ["Team"]', "“Team” would be read as the column Team of Audits and as the column Overall grade of Audits; keep one of them."),
        ("x = [", "is not valid TOML: invalid value (at end of document)."),
    ],
)  # fmt: skip
def test_a_wrong_key_or_value_is_named_with_the_nearest_valid_one(tmp_path, text, says):
    with pytest.raises(InputError) as error:
        loaded(tmp_path, text)
    assert str(error.value) == f"{tmp_path / 'settings.toml'}: {says}"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[grades]]\nname = "Met"\ngood = true', "“grades” needs 2 or more."),
        (TWO_GRADES.replace("good = true", ""), "No grade has good = true, so that no audit could count as good or better."),
        (TWO_GRADES.replace("failing = true", ""), "No grade has failing = true, so that no audit could count as inadequate."),
        (TWO_GRADES.replace("good = true", "good = true\nshoots = true"), "The grade Met has good = true and shoots = true; it can be one of them."),
        (TWO_GRADES + "good = true", "The grade Not met has good = true and failing = true; it can be one of them."),
        (TWO_GRADES + '[[grades]]\nname = "Partly met"', "Grades are listed best first: Partly met stands below Not met, but its flags say that it is better."),
        (TWO_GRADES.replace('"Not met"', '"met"'), "Two grades have the name “Met”."),
        (TWO_GRADES + 'aliases = ["N/A"]', "“N/A” would be read as the grade Not met and as not graded; keep one of them."),
        (TWO_GRADES + 'aliases = ["MET"]', "“MET” would be read as the grade Met and as the grade Not met; keep one of them."),
        (TWO_GRADES.replace('"Not met"', "7"), "“name” in [[grades]] 2 is 7; it must be text in quotation marks."),
        (TWO_GRADES + "aliases = [7]", "“aliases” in [[grades]] 2, item 1, is 7; it must be text in quotation marks."),
        (TWO_GRADES + "faling = true", "“faling” in [[grades]] 2 is not a setting; the nearest is “failing”."),
        (TWO_GRADES + "comparators = 3", "“comparators” in [[grades]] 2 is not a setting there. Move it to the top of the file, above the first [section]."),
        (TWO_GRADES + "colour = 3", "“colour” in [[grades]] 2 is not a setting. There are name, aliases, good, failing and shoots."),
        (TWO_GRADES + "[[grades]]\nfailing = true", "“name” in [[grades]] 3 is missing."),
        ("levels_of_need = []", "“levels_of_need” needs 1 or more."),
        ('[[levels_of_need]]\ncode = "EH"\nname = "A"\n[[levels_of_need]]\ncode = "eh"\nname = "B"', "Two levels of need have the code “EH”."),
        ('[[levels_of_need]]\ncode = "EH"\nname = "A"\n[[levels_of_need]]\ncode = "CL"\nname = "a"', "“a” would be read as the level of need EH and as the level of need CL; keep one of them."),
        ('[[levels_of_need]]\ncode = "H&P"\nname = "A"\n[[levels_of_need]]\ncode = "HP"\nname = "B"', "The levels of need “H&P” and “HP” would have pages of the same file name; change one code."),
        ('[[levels_of_need]]\ncode = "&"\nname = "A"', "The level of need “&” needs a letter or digit in its code."),
        ('[[levels_of_need]]\ncode = "all"\nname = "A"', "No level of need can have the code “all”: it stands for the whole service."),
        ('[[targets]]\nmeasure = "good_or_beter"\npercent = 70', '“measure” in [[targets]] 1 is "good_or_beter"; it must be "good_or_better" or "inadequate"; the nearest is “good_or_better”.'),
        ('[[targets]]\nmeasure = "inadequate"\npercent = 170', "“percent” in [[targets]] 1 is 170; it must be 100 or less."),
        ('[[targets]]\nmeasure = "inadequate"\npercent = "7"', '“percent” in [[targets]] 1 is "7"; it must be a number.'),
        ('[[targets]]\nmeasure = "inadequate"\npercent = 7\nlevel_of_need = "EHH"', "A target is for the level of need “EHH”, which there is not; the nearest is “EH”."),
        ('[[targets]]\nmeasure = "inadequate"\npercent = 7\n' * 2, "Two targets for inadequate have the label “Target”; give one of them another label."),
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused_in_one_sentence(tmp_path, text, says):
    with pytest.raises(InputError) as error:
        loaded(tmp_path, text)
    assert str(error.value) == f"{tmp_path / 'settings.toml'}: {says}"


def test_a_file_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "settings.toml").write_bytes('board = "Bürd"'.encode("cp1252"))
    with pytest.raises(InputError, match=r"is not saved as UTF-8\. Save it with that encoding\.$"):
        load_settings(tmp_path)


def test_a_file_saved_by_notepad_with_its_mark_is_read(tmp_path):
    (tmp_path / "settings.toml").write_bytes(b'\xef\xbb\xbfboard = "Our board"')
    assert load_settings(tmp_path).board == "Our board"


def test_the_packages_own_settings_are_those_of_the_reference_quarter():
    settings = load_settings(DEFAULTS.parent.parent / "no such folder")
    assert settings.grade_names == ["Outstanding", "Good", "Requires improvement", "Inadequate"]
    assert [grade.name for grade in settings.grades if grade.good] == ["Outstanding", "Good"]
    assert [grade.name for grade in settings.grades if grade.shoots] == ["Requires improvement"]
    assert [grade.name for grade in settings.grades if grade.failing] == ["Inadequate"]
    assert settings.level_codes == ["EH", "H&P", "CIC", "CL"]
    assert [level.slug for level in settings.levels_of_need] == ["EH", "HP", "CIC", "CL"]
    assert (settings.comparators, settings.small_number_threshold, settings.on_conflict) == (4, 5, "hold_back")
    assert (settings.quotes_shown, settings.findings_shown, settings.targets) == (3, 6, [])
    assert (settings.protective_marking, settings.year_start_month) == ("OFFICIAL-SENSITIVE", 4)


def test_a_section_changes_only_the_keys_it_names_and_a_list_is_replaced_whole(tmp_path):
    settings = loaded(tmp_path, 'board = "  The board "\n[values]\nyes = ["Ja"]\n[values.tone]\nPositive = ["Thanks"]')
    assert settings.board == "The board"
    assert settings.values.yes == ["Ja"]
    assert "N" in settings.values.no
    assert settings.values.tone["Positive"] == ["Thanks"]
    assert "Mixed" in settings.values.tone["Learning"]


def test_targets_are_found_by_measure_and_level_of_need(tmp_path):
    text = """
    [[targets]]
    measure = "good_or_better"
    percent = 70
    [[targets]]
    measure = "good_or_better"
    percent = 80.5
    label = "Stretch"
    [[targets]]
    measure = "good_or_better"
    percent = 75
    level_of_need = "EH"
    """
    settings = loaded(tmp_path, text)
    assert settings.targets_for("good_or_better") == {"Target": 70, "Stretch": 80.5}
    assert settings.targets_for("good_or_better", "EH") == {"Target": 75}
    assert settings.targets_for("inadequate") == {}


def test_a_sheet_has_its_own_name_the_contracts_aliases_and_the_settings(tmp_path):
    names = loaded(tmp_path, '[sheets]\nAudits = ["Deep looks"]').names_of(AUDITS)
    assert names == ("Audits", *AUDITS.aliases, "Deep looks")


def test_ten_grades_with_aliases_of_each_form_are_told_apart(tmp_path):
    grades = "".join(
        f'[[grades]]\nname = "{grade}"\naliases = ["{grade}/10", "{grade} out of 10"]\n'
        f"{'good = true' if grade >= 7 else 'failing = true' if grade <= 2 else ''}\n"
        for grade in range(10, 0, -1)
    )
    assert loaded(tmp_path, grades).grade_names == [str(grade) for grade in range(10, 0, -1)]


DOCUMENTED = (DEFAULTS.parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")


def test_every_key_is_documented():
    for model in (Settings, Grade, LevelOfNeed, Target, Values):
        for key in model.model_fields:
            assert any(form in DOCUMENTED for form in (f"| `{key}` |", f"`[[{key}]]`", f"`[{key}]`")), key


def test_no_documented_key_is_unknown():
    known = {key for model in (Settings, Grade, LevelOfNeed, Target, Values) for key in model.model_fields}
    assert set(re.findall(r"^\| `(\w+)` \|", DOCUMENTED, re.MULTILINE)) <= known


def test_documented_defaults_are_those_in_force():
    defaults = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    for key, default in re.findall(r"^\| `(\w+)` \|.*\| `(.*)` \|$", DOCUMENTED, re.MULTILINE):
        if key in defaults:
            assert defaults[key] == tomllib.loads(f"x = {default}")["x"], key


def test_the_documented_example_is_valid(tmp_path):
    (example,) = re.findall(r"```toml\n(.*?)```", DOCUMENTED, re.DOTALL)
    assert loaded(tmp_path, example).targets_for("good_or_better") == {"Target": 70}
