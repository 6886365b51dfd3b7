"""The settings: the package's own, changed by a project's `settings.toml` where it has one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from qa_analysis.contract import SHEETS, Sheet
from qa_analysis.errors import InputError
from qa_analysis.matching import fold, nearest

DEFAULTS = Path(__file__).with_name("settings.toml")

Name = Annotated[str, Field(min_length=1)]
Aliases = dict[Name, list[str]]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Grade(_Strict):
    """A grade: its name, what else is read as it, and what it counts as."""

    name: Name
    aliases: list[str] = []
    good: bool = False
    failing: bool = False
    shoots: bool = False


class LevelOfNeed(_Strict):
    """A service that a child can be open to."""

    code: Name
    name: Name
    aliases: list[str] = []


class Values(_Strict):
    """What is read as what in columns with a closed list."""

    not_graded: list[str]
    yes: list[str]
    no: list[str]
    finding_type: Aliases
    tone: Aliases
    status: Aliases


class Settings(_Strict):
    """Everything that one council sets differently from another."""

    organisation: Name
    board: Name
    report_name: Name
    protective_marking: str
    year_start_month: Annotated[int, Field(ge=1, le=12)]
    comparators: Annotated[int, Field(ge=0, le=40)]
    on_conflict: Literal["hold_back", "last_file"]
    practice_areas: list[str]
    grades: Annotated[list[Grade], Field(min_length=2)]
    levels_of_need: Annotated[list[LevelOfNeed], Field(min_length=1)]
    values: Values
    sheets: dict[str, list[str]]
    columns: dict[str, dict[str, list[str]]]

    @model_validator(mode="after")
    def _aliases_are_unambiguous(self) -> Settings:
        grades = ((grade.name, grade.name, *grade.aliases) for grade in self.grades)
        levels = ((level.code, level.code, level.name, *level.aliases) for level in self.levels_of_need)
        for what, entries in (("grade", grades), ("level of need", levels)):
            owner: dict[str, str] = {}
            for entry, *names in entries:
                for name in names:
                    if owner.setdefault(fold(name), entry) != entry:
                        raise ValueError(
                            f"“{name}” would be read as the {what} {owner[fold(name)]} and as {entry}; keep one of them"
                        )
        return self

    @model_validator(mode="after")
    def _sheets_and_columns_exist(self) -> Settings:
        names = [sheet.name for sheet in SHEETS]
        for name in (*self.sheets, *self.columns):
            if name not in names:
                raise ValueError(f"no sheet is called “{name}”{_did_you_mean(name, names)}")
        for sheet in SHEETS:
            headings = [column.heading for column in sheet.columns]
            for heading in self.columns.get(sheet.name, {}):
                if heading not in headings:
                    raise ValueError(
                        f"the sheet {sheet.name} has no column “{heading}”{_did_you_mean(heading, headings)}"
                    )
        return self

    @property
    def grade_names(self) -> list[str]:
        """The grades' names, best first."""
        return [grade.name for grade in self.grades]

    @property
    def level_codes(self) -> list[str]:
        """The codes of the levels of need, in the order in which they are shown."""
        return [level.code for level in self.levels_of_need]

    def names_of(self, sheet: Sheet) -> tuple[str, ...]:
        """Return every name by which a sheet is known: its own, the contract's aliases and this council's."""
        return (sheet.name, *sheet.aliases, *self.sheets.get(sheet.name, ()))


def load_settings(project: Path) -> Settings:
    """Return the settings in force in a project folder: the package's, changed by the folder's `settings.toml`.

    Tables are merged key by key; a list, such as `grades`, is replaced whole.

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
        raise InputError(f"{own}: {_sentence(error)}") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not saved as UTF-8. Save it with that encoding.") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: is not valid TOML: {error}.") from None


def _merged(defaults: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = defaults | changes
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(defaults.get(key), dict):
            merged[key] = _merged(defaults[key], value)
    return merged


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
    if first["type"] == "extra_forbidden":
        key = str(first["loc"][-1])
        return f"“{place}” is not a setting{_did_you_mean(key, _keys_beside(first['loc']))}."
    if not place:
        return f"{first['msg'].removeprefix('Value error, ')}."
    return f"“{place}” is {first['input']!r}: {first['msg'][0].lower()}{first['msg'][1:]}."


def _keys_beside(location: tuple[int | str, ...]) -> Iterable[str]:
    models: dict[object, type[BaseModel]] = {"grades": Grade, "levels_of_need": LevelOfNeed, "values": Values}
    return (models.get(location[0], Settings) if len(location) > 1 else Settings).model_fields


def _did_you_mean(word: str, candidates: Iterable[str]) -> str:
    found = nearest(word, candidates)
    return f"; the nearest is “{found}”" if found else ""
