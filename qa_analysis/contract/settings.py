"""The settings: the package's own, changed by a project's `settings.toml` where it has one."""

from __future__ import annotations

import itertools
import tomllib
import zoneinfo
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from qa_analysis.contract.columns import AUDITS, SHEETS, Column, Sheet
from qa_analysis.contract.levels import ALL
from qa_analysis.contract.settings_errors import did_you_mean, sentence
from qa_analysis.errors import InputError
from qa_analysis.text import fold, listed

DEFAULTS = Path(__file__).with_name("settings.toml")
LEFT_ALONE = "Left alone"  # in place of a sheet or column: what is none of the report's
_ALONE = [AUDITS.column("audit_id").heading]  # where nothing else tells an audit

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Words = list[Name]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Grade(_Strict):
    """A grade: its name, what else is read as it, and what it counts as."""

    name: Name
    aliases: Words = []
    good: bool = False
    failing: bool = False
    shoots: bool = False


class Scale(_Strict):
    """A scale of grades that some practice areas have of their own."""

    practice_areas: Annotated[Words, Field(min_length=1)]
    grades: Annotated[list[Grade], Field(min_length=2)]


class LevelOfNeed(_Strict):
    """A service that a child can be open to."""

    code: Name
    name: Name
    aliases: Words = []

    @property
    def slug(self) -> str:
        """The code as it stands in file names: its letters and digits."""
        return "".join(letter for letter in self.code if letter.isalnum())


class Target(_Strict):
    """A share that a council aims at: its measure, its percentage (0–100), and for which level of need."""

    measure: Literal["good_or_better", "inadequate"]
    percent: Annotated[float, Field(ge=0, le=100)]
    level_of_need: Name = ALL
    label: Name = "Target"


class Values(_Strict):
    """What is read as what in columns with a closed list."""

    not_graded: Words
    yes: Annotated[Words, Field(min_length=1)]
    no: Annotated[Words, Field(min_length=1)]
    finding_type: dict[Literal["Strength", "Learning"], Words]
    tone: dict[Literal["Positive", "Learning"], Words]
    status: dict[Literal["Open", "Complete"], Words]
    answer: dict[Literal["Yes", "Partly", "No", "Not applicable"], Words]


class Settings(_Strict):
    """Everything that one council sets differently from another."""

    organisation: Name
    board: Name
    report_name: Name
    protective_marking: str
    year_start_month: Annotated[int, Field(ge=1, le=12)]
    time_zone: Name
    score_out_of: Annotated[int, Field(ge=0, le=1000)]
    comparators: Annotated[int, Field(ge=0, le=40)]
    quotes_shown: Annotated[int, Field(ge=1)]
    findings_shown: Annotated[int, Field(ge=1)]
    small_number_threshold: Annotated[int, Field(ge=1)]
    public_again: bool
    on_conflict: Literal["hold_back", "last_file"]
    later_file_wins: Words
    dates_far_off: Literal["hold_back", "count"]
    audit_id: Annotated[Words, Field(min_length=1)]
    audit_id_unique_in: Literal["project", "file"]
    graded: bool
    readers: Words
    counted_types: Words
    counted_statuses: Words
    practice_areas: Words
    grades: Annotated[list[Grade], Field(min_length=2)]
    scales: dict[str, Scale]
    levels_of_need: Annotated[list[LevelOfNeed], Field(min_length=1)]
    targets: list[Target]
    values: Values
    sheets: dict[str, Words]
    columns: dict[str, dict[str, Words]]

    @model_validator(mode="after")
    def _time_zone_exists(self) -> Settings:
        try:
            zoneinfo.ZoneInfo(self.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            hint = did_you_mean(self.time_zone, zoneinfo.available_timezones())
            like = f"“{self.time_zone}”{hint}"
            raise ValueError(f"there is no time zone {like}; write one such as Europe/London") from None
        return self

    @model_validator(mode="after")
    def _nothing_stands_twice(self) -> Settings:
        for what, names in (
            ("grades have the name", self.grade_names),
            ("levels of need have the code", self.level_codes),
            ("practice areas have the name", self.practice_areas),
            ("readers are called", self.readers),
            (
                "scales are for the practice area",
                [area for each in self.scales.values() for area in each.practice_areas],
            ),
        ):
            if twice := _first_twice(fold(name) for name in names):
                raise ValueError(f"two {what} “{next(name for name in names if fold(name) == twice)}”")
        return self

    @model_validator(mode="after")
    def _words_mean_one_thing(self) -> Settings:
        values = self.values
        for what, entries in (
            ("grade", [(grade.name, [grade.name, *grade.aliases]) for grade in self.grades]),
            (
                "level of need",
                [(level.code, [level.code, level.name, *level.aliases]) for level in self.levels_of_need],
            ),
            ("finding type", [(name, [name, *words]) for name, words in values.finding_type.items()]),
            ("tone", [(name, [name, *words]) for name, words in values.tone.items()]),
            ("status", [(name, [name, *words]) for name, words in values.status.items()]),
            ("answer", [(name, [name, *words]) for name, words in values.answer.items()]),
        ):
            not_graded = [("not graded", values.not_graded)] if what == "grade" else []
            _one_meaning([(f"the {what} {name}", words) for name, words in entries] + not_graded)
        _one_meaning([("yes", values.yes), ("no", values.no)])
        return self

    @model_validator(mode="after")
    def _grades_make_a_scale(self) -> Settings:
        if not any(grade.good for grade in self.grades):
            raise ValueError("no grade has good = true, so that no audit could count as good or better")
        if not any(grade.failing for grade in self.grades):
            raise ValueError("no grade has failing = true, so that no audit could count as inadequate")
        for grade in self.grades:
            if grade.good and (grade.failing or grade.shoots):
                flag = "failing" if grade.failing else "shoots"
                raise ValueError(f"the grade {grade.name} has good = true and {flag} = true; it can be one of them")
        for above, below in itertools.pairwise(self.grades):
            if _rank(below) < _rank(above):
                raise ValueError(
                    f"grades are listed best first: {below.name} stands below {above.name}, but its flags say that it "
                    "is better"
                )
        return self

    @model_validator(mode="after")
    def _scales_say_what_is_good(self) -> Settings:
        for name, scale in self.scales.items():
            if not any(grade.good for grade in scale.grades):
                raise ValueError(f"no grade of the scale {name} has good = true")
            _one_meaning([(f"the grade {grade.name}", [grade.name, *grade.aliases]) for grade in scale.grades])
        return self

    @model_validator(mode="after")
    def _levels_have_files_of_their_own(self) -> Settings:
        for level in self.levels_of_need:
            if not level.slug:
                raise ValueError(f"the level of need “{level.code}” needs a letter or digit in its code")
            if fold(level.code) == fold(ALL):
                raise ValueError(f"no level of need can have the code “{level.code}”: it stands for the whole service")
        if twice := _first_twice(level.slug.casefold() for level in self.levels_of_need):
            codes = " and ".join(f"“{level.code}”" for level in self.levels_of_need if level.slug.casefold() == twice)
            raise ValueError(f"the levels of need {codes} would have pages of the same file name; change one code")
        return self

    @model_validator(mode="after")
    def _targets_are_for_levels_there_are(self) -> Settings:
        for target in self.targets:
            if target.level_of_need not in (ALL, *self.level_codes):
                hint = did_you_mean(target.level_of_need, self.level_codes)
                raise ValueError(
                    f"a target is for the level of need “{target.level_of_need}”, which there is not{hint}"
                )
        twice = _first_twice((target.measure, target.level_of_need, target.label) for target in self.targets)
        if twice:
            raise ValueError(f"two targets for {twice[0]} have the label “{twice[2]}”; give one of them another label")
        return self

    @model_validator(mode="after")
    def _sheets_and_columns_exist(self) -> Settings:
        names = [sheet.name for sheet in SHEETS]
        for name in (*self.sheets, *self.columns, *self.later_file_wins):
            if name not in names and (name, name in self.sheets) != (LEFT_ALONE, True):
                raise ValueError(f"no sheet is called “{name}”{did_you_mean(name, names)}")
        for sheet in SHEETS:
            headings = [column.heading for column in sheet.columns]
            own = self.columns.get(sheet.name, {})
            prefixes = tuple(f"{column.heading}: " for column in sheet.columns if column.prefix)
            for heading in own:
                if heading not in (*headings, LEFT_ALONE) and not (prefixes and heading.startswith(prefixes)):
                    raise ValueError(
                        f"the sheet {sheet.name} has no column “{heading}”{did_you_mean(heading, headings)}"
                    )
            _one_meaning([(f"the column {each} of {sheet.name}", [each, *own.get(each, [])]) for each in headings])
            _one_meaning([(f"the column {each} of {sheet.name}", words) for each, words in own.items()])
        _one_meaning([(f"the sheet {sheet.name}", [sheet.name, *self.sheets.get(sheet.name, [])]) for sheet in SHEETS])
        _one_meaning([(f"the sheet {name}", words) for name, words in self.sheets.items()])
        return self

    @model_validator(mode="after")
    def _audits_are_told_by_columns_there_are(self) -> Settings:
        headings = {column.heading: column for column in AUDITS.columns if not column.prefix}
        for each in self.audit_id:
            if each not in headings or headings[each].name == "reaudit_of":
                raise ValueError(f"audit_id names “{each}”, which tells no audit{did_you_mean(each, headings)}")
        if self.audit_id != _ALONE and self.audit_id_unique_in == "file":
            raise ValueError('audit_id_unique_in = "file" is for audits that are told by their Audit ID alone')
        return self

    @property
    def parts_of_audit_id(self) -> list[str]:
        """The names of the columns that tell an audit together; none where its Audit ID does."""
        return [column.name for each in self.audit_id for column in AUDITS.columns if column.heading == each
                and self.audit_id != _ALONE]  # fmt: skip

    def required(self, sheet: Sheet) -> frozenset[str]:
        """Return the names of the columns that each row of a sheet needs."""
        needed = {column.name for column in sheet.columns if column.required}
        if sheet is AUDITS and (parts := self.parts_of_audit_id):
            needed = (needed - {"audit_id"}) | set(parts)
        if sheet is AUDITS and not self.graded:
            needed -= {"overall_grade"}
        return frozenset(needed)

    def column(self, sheet: Sheet, name: str) -> Column:
        """Return a column by its name with or without a label, required where the settings need it."""
        column = sheet.column(name.partition(": ")[0])
        return replace(column, required=column.name in self.required(sheet))

    def of_area(self, area: str) -> Settings:
        """Return the settings with the grades of a practice area, where it has a scale of its own."""
        scale = self.own_scales.get(fold(area))
        return self.model_copy(update={"grades": scale.grades}) if scale else self

    @property
    def own_scales(self) -> dict[str, Scale]:
        """The scales of practice areas by these, folded."""
        return {fold(area): scale for scale in self.scales.values() for area in scale.practice_areas}

    def key_of(self, sheet: Sheet) -> str:
        """Return the headings of the columns that tell the rows of a sheet apart."""
        return listed(self.audit_id if sheet is AUDITS else (sheet.column(name).heading for name in sheet.key))

    @property
    def grade_names(self) -> list[str]:
        """The grades' names, best first."""
        return [grade.name for grade in self.grades]

    @property
    def level_codes(self) -> list[str]:
        """The codes of the levels of need, in the order in which they are shown."""
        return [level.code for level in self.levels_of_need]

    @property
    def level_names(self) -> dict[str, str]:
        """The names of the levels of need by their codes, in the order in which they are shown."""
        return {level.code: level.name for level in self.levels_of_need}

    @property
    def good_grades(self) -> list[str]:
        """The grades that count as Good or better, best first."""
        return [grade.name for grade in self.grades if grade.good]

    @property
    def good_words(self) -> str:
        """What "Good or better" is called on this scale of grades."""
        good = self.good_grades
        return f"{good[-1]} or better" if len(good) > 1 else good[0]

    @property
    def failing_words(self) -> str:
        """What "Inadequate" is called on this scale of grades."""
        failing = [grade.name for grade in self.grades if grade.failing]
        return f"{failing[0]} or worse" if len(failing) > 1 else failing[0]

    @property
    def shoots_words(self) -> str:
        """The grades in which green shoots are looked for."""
        return listed((grade.name for grade in self.grades if grade.shoots), last="or")

    def level_name(self, code: str) -> str:
        """Return what the whole service or a level of need is called; what is neither is called as it is."""
        return "Whole service" if code == ALL else self.level_names.get(code, code)

    def meanings(self, kind: str) -> dict[str, str]:
        """Return what the words of a closed list mean, each folded; none for a kind of column that holds anything.

        In a grade column a word for "not graded" means nothing.
        """
        lists: dict[str, Mapping[Any, Words]] = {
            "grade": {grade.name: grade.aliases for grade in self.grades},
            "level_of_need": {level.code: [level.name, *level.aliases] for level in self.levels_of_need},
            "yes_no": {"Yes": self.values.yes, "No": self.values.no},
            "finding_type": self.values.finding_type,
            "tone": self.values.tone,
            "status": self.values.status,
            "answer": self.values.answer,
        }
        return {fold(word): name for name, words in lists.get(kind, {}).items() for word in (name, *words)}

    def names_of(self, sheet: Sheet) -> tuple[str, ...]:
        """Return every name by which a sheet is known: its own, the contract's aliases and this council's."""
        return (sheet.name, *sheet.aliases, *self.sheets.get(sheet.name, ()))

    def names_of_column(self, sheet: Sheet, column: Column) -> tuple[str, ...]:
        """Return every heading by which a column is known: its own, the contract's aliases and this council's."""
        return (column.heading, *column.aliases, *self.columns.get(sheet.name, {}).get(column.heading, ()))

    def labelled(self, sheet: Sheet) -> dict[str, str]:
        """Return the columns that are named with a label, and what they are called here by what they are.

        Examples
        --------
        >>> settings = load_settings(Path("a folder without settings"))
        >>> columns = {"Audits": {"Answer: Seen alone": ["Was the child seen alone?"]}}
        >>> settings.model_copy(update={"columns": columns}).labelled(AUDITS)
        {'Was the child seen alone?': 'answers: Seen alone'}
        """
        prefixes = {column.heading: column.name for column in sheet.columns if column.prefix}
        return {
            word: f"{prefixes[start]}: {label}"
            for heading, words in self.columns.get(sheet.name, {}).items()
            for start, colon, label in [heading.partition(": ")]
            if colon and start in prefixes
            for word in words
        }

    def labels(self, sheet: Sheet, column: Column) -> list[str]:
        """Return the labels of a column that has some: practice areas, or the questions that the settings name."""
        names = dict.fromkeys(self.labelled(sheet).values())
        own = [label for name, _, label in (each.partition(": ") for each in names) if name == column.name]
        own += [area for scale in self.scales.values() for area in scale.practice_areas if column.name == "sub_grades"]
        if column.name == "readers":
            return list(self.readers)
        if column.name != "sub_grades":
            return own
        known = {fold(area) for area in self.practice_areas}
        return [*self.practice_areas, *(label for label in own if fold(label) not in known)]

    def last_file_wins(self, sheet: Sheet) -> bool:
        """Return whether, of rows with one key that differ, those of the later file are used."""
        return self.on_conflict == "last_file" or sheet.name in self.later_file_wins

    def left_alone(self, sheet: Sheet | None = None) -> Words:
        """Return the headings of a sheet that are none of the report's, or the sheets that are none."""
        return (self.columns.get(sheet.name, {}) if sheet else self.sheets).get(LEFT_ALONE, [])

    def headings_of(self, sheet: Sheet) -> dict[str, str]:
        """Return every heading by which a column of a sheet is known, and the column's own heading; no prefixes."""
        columns = [column for column in sheet.columns if not column.prefix]
        return {name: column.heading for column in columns for name in self.names_of_column(sheet, column)}

    def targets_for(self, measure: str, level_of_need: str = ALL) -> dict[str, float]:
        """Return the percentages (0–100) aimed at for a measure, by the label of their line in a chart."""
        return {
            target.label: target.percent
            for target in self.targets
            if (target.measure, target.level_of_need) == (measure, level_of_need)
        }


def load_settings(project: Path) -> Settings:
    """Return the settings in force in a project folder: the package's, changed by the folder's `settings.toml`.

    Tables are merged key by key; a list, such as `grades`, is replaced whole.

    Parameters
    ----------
    project
        The project's folder.

    Returns
    -------
    Settings
        What is in force.

    Raises
    ------
    InputError
        If the file is not TOML, or a key or value in it is not understood; the message names the key and the
        nearest valid one.

    Examples
    --------
    >>> load_settings(Path("a folder without settings")).grade_names
    ['Outstanding', 'Good', 'Requires improvement', 'Inadequate']
    """
    defaults = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    own = project / "settings.toml"
    changes = _read(own) if own.is_file() else {}
    try:
        return Settings.model_validate(_merged(defaults, changes))
    except ValidationError as error:
        raise InputError(f"{own}: {sentence(error.errors()[0], Settings)}") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not saved as UTF-8. Save it with that encoding.") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: is not valid TOML: {str(error)[0].lower()}{str(error)[1:]}.") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be opened ({error.strerror}). Close it in other programs.") from None


def _merged(defaults: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = defaults | changes
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(defaults.get(key), dict):
            merged[key] = _merged(defaults[key], value)
    return merged


def _rank(grade: Grade) -> int:
    return 0 if grade.good else 2 if grade.failing else 1


def _one_meaning(meanings: Iterable[tuple[str, Iterable[str]]]) -> None:
    """Raise ValueError where a word would be read as two things."""
    owner: dict[str, str] = {}
    for meaning, words in meanings:
        for word in words:
            other = owner.setdefault(fold(word), meaning)
            if other != meaning:
                raise ValueError(f"“{word}” would be read as {other} and as {meaning}; keep one of them")


def _first_twice(values: Iterable[Any]) -> Any:
    """Return the first value that occurs more than once, or None."""
    return next((value for value, times in Counter(values).items() if times > 1), None)
