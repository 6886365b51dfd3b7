"""The sentences of the report by subject: from a report's figures to words, right for none, one and missing.

A sentence is a function of a report (`page.report.Report`) that returns a text, or None where there is nothing to
say; one that returns a list gives points. `report.say` calls them by their names.

Two ways of speaking are kept apart. Here changes are counted ("8 records have waited over six months for a re-audit
(4 the quarter before)"); a verdict such as "higher" is given only by `sentences.verdicts`, which says what the rules of
`metrics.verdicts` found.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import isfunction
from typing import TYPE_CHECKING, TypeAlias

from qa_analysis.errors import InputError
from qa_analysis.sentences import (
    actions,
    activities,
    answers,
    audits,
    control_chart,
    feedback,
    findings,
    grades,
    introduction,
    moderation,
    practice_areas,
    reaudits,
    selection,
    services,
    themes,
)
from qa_analysis.text import nearest, nearest_said

if TYPE_CHECKING:
    from qa_analysis.page.report import Report

Points: TypeAlias = "list[str | tuple[str, ...]]"
Sentence: TypeAlias = "Callable[[Report], str | Points | None]"

_SUBJECTS = (
    introduction, audits, selection, grades, control_chart, services, practice_areas,
    answers, reaudits, moderation, activities, findings, feedback, themes, actions,
)  # fmt: skip
SENTENCES: dict[str, Sentence] = {
    name: function
    for subject in _SUBJECTS
    for name, function in vars(subject).items()
    if isfunction(function) and function.__module__ == subject.__name__ and not name.startswith("_")
    if function.__code__.co_argcount == 1  # the others say something of a kind, such as findings of Strength
}


def sentence(name: str) -> Sentence:
    """Return the sentence of that name, of whatever subject.

    Raises
    ------
    InputError
        If there is none; the message names the nearest.

    Examples
    --------
    >>> sentence("upheld").__module__
    'qa_analysis.sentences.moderation'
    """
    if name not in SENTENCES:
        hint = nearest_said(nearest(name, SENTENCES))
        raise InputError(f"There is no sentence “{name}”{hint}. There are {', '.join(sorted(SENTENCES))}.")
    return SENTENCES[name]
