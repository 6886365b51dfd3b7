"""What is wrong in a settings file, as a sentence that names the key, the value and the nearest valid one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel

from qa_analysis.text import listed, nearest, nearest_said

_MUST_BE = {
    "string_type": "text in quotation marks",
    "string_too_short": "some text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list in square brackets",
    "dict_type": "a section of its own",
    "model_type": "a section of its own",
    "greater_than_equal": "{ge:g} or more",
    "less_than_equal": "{le:g} or less",
}

Place = Sequence[int | str]


def sentence(error: Mapping[str, Any], settings: type[BaseModel]) -> str:
    """Return what one error of pydantic's says about a file of `settings`, as a sentence for who wrote the file."""
    kind, place, context = error["type"], error["loc"], error.get("ctx", {})
    if kind == "value_error":
        words = str(context["error"])
        return f"{words[0].upper()}{words[1:]}."
    if kind == "extra_forbidden":
        return _unknown_key(place, settings)
    if kind == "missing":
        return f"{_named(place)} is missing."
    if kind == "too_short":
        return f"{_named(place)} needs {context['min_length']} or more."
    if kind == "literal_error":
        return _no_choice(place, error["input"], re.findall(r"'([^']*)'", context["expected"]))
    must_be = _MUST_BE[kind].format(**context) if kind in _MUST_BE else f"otherwise: {error['msg']}"
    return f"{_named(place)} is {_written(error['input'])}; it must be {must_be}."


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Return the words that name the candidate nearest to `word`; nothing where none is like it.

    Examples
    --------
    >>> did_you_mean("good_or_beter", ["good_or_better", "inadequate"])
    '; the nearest is “good_or_better”'
    """
    return nearest_said(nearest(word, candidates))


def _unknown_key(place: Place, settings: type[BaseModel]) -> str:
    key, valid = str(place[-1]), _model_at(place[:-1], settings).model_fields
    hint = did_you_mean(key, valid)
    if hint:
        return f"{_named(place)} is not a setting{hint}."
    if key in settings.model_fields:
        return f"{_named(place)} is not a setting there. Move it to the top of the file, above the first [section]."
    return f"{_named(place)} is not a setting. {_there_are(valid)}"


def _no_choice(place: Place, value: Any, valid: list[str]) -> str:
    if place[-1] == "[key]":
        return f"{_named(place[:-1])} is not a setting{did_you_mean(str(place[-2]), valid)}. {_there_are(valid)}"
    choice = " or ".join(f'"{each}"' for each in valid)
    return f"{_named(place)} is {_written(value)}; it must be {choice}{did_you_mean(str(value), valid)}."


def _there_are(valid: Iterable[str]) -> str:
    return f"There are {listed(valid)}."


def _model_at(place: Place, model: type[BaseModel]) -> type[BaseModel]:
    """Return the model that describes the section of a settings file at `place`."""
    for name in (part for part in place if isinstance(part, str)):
        annotation = model.model_fields[name].annotation
        model = next(each for each in (annotation, *get_args(annotation)) if hasattr(each, "model_fields"))
    return model


def _named(place: Place) -> str:
    """Return a place in the file as people find it: “good” in [[grades]] 3."""
    item = f", item {int(place[-1]) + 1}," if isinstance(place[-1], int) else ""
    *section, key = place[:-1] if item else place
    where = ""
    if section and isinstance(section[-1], int):
        where = f" in [[{'.'.join(map(str, section[:-1]))}]] {section[-1] + 1}"
    elif section:
        where = f" in [{'.'.join(map(str, section))}]"
    return f"“{key}”{where}{item}"


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
