"""Sentences about practice areas, green shoots and re-audits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.metrics.cautions import SMALL, if_few_in_areas, if_small
from qa_analysis.metrics.reaudits import THIS_QUARTER
from qa_analysis.metrics.share import ALL
from qa_analysis.sentences.counting import THE_QUARTER_BEFORE, audits_of, counts, was
from qa_analysis.text import count_of, listed, percent, plural

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings


def weakest_and_strongest(ranked: pd.DataFrame, settings: Settings, level: str = ALL) -> str:
    """Return the practice areas with the largest and the smallest share Good or better, with their counts.

    Parameters
    ----------
    ranked
        As `metrics.practice_areas.ranked_areas` returns them.
    settings
        What Good or better is called.
    level
        The level of need.
    """
    rows = ranked[ranked["level_of_need"] == level]
    if rows.empty:
        return "No practice area was graded."
    if (rows["place"] == "").all():
        return (
            f"Graded {settings.good_words} in the one practice area: {_share(rows.iloc[0])}."
            if len(rows) == 1
            else f"Every practice area has the same share graded {settings.good_words}."
        )
    strongest, weakest = (listed(map(_share, _places(rows, place))) for place in ("strongest", "weakest"))
    return f"Largest share graded {settings.good_words}: {strongest}. Smallest: {weakest}."


def _places(rows: pd.DataFrame, place: str) -> list[dict[str, object]]:
    return [{str(key): value for key, value in row.items()} for row in rows[rows["place"] == place].to_dict("records")]


def _share(row: pd.Series | dict[str, object]) -> str:
    return f"{row['practice_area']} {count_of(int(str(row['count'])), int(str(row['denominator'])))}"


def areas_graded(ranked: pd.DataFrame, completed: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> str | None:
    """Return in how many audits the practice areas were graded, where it was not in all of them.

    Parameters
    ----------
    ranked
        As `metrics.practice_areas.ranked_areas` returns them.
    completed
        The measure `audits_completed`.
    quarter
        The quarter reported on.
    level
        The level of need.
    """
    graded = ranked.loc[ranked["level_of_need"] == level, "denominator"]
    audits, _ = counts(completed, quarter, level)
    if graded.empty or graded.min() == audits:
        return None
    fewer = ranked[(ranked["level_of_need"] == level) & (ranked["denominator"] < audits)]
    named = listed(f"{row['practice_area']} {row['denominator']}" for _, row in fewer.iterrows())
    return f"Of {plural(audits, 'audit')}, not every one graded every practice area: {named}. Shares are out of those."


def changes_of_areas(
    changes: pd.DataFrame, settings: Settings, level: str = ALL, *, caution: str | None = None
) -> str | None:
    """Return how many practice areas moved up and down since the quarter before, counted, or nothing where none can.

    Parameters
    ----------
    changes
        As `metrics.practice_areas.area_changes` returns them.
    settings
        What Good or better is called.
    level
        The level of need.
    caution
        What a reader is warned of beside any comparison, as `sentences.reasons_differ` returns it.
    """
    rows = changes[(changes["level_of_need"] == level) & changes["direction"].isin(["up", "down", "level"])]
    if rows.empty:
        return None
    of = {
        direction: list(rows.loc[rows["direction"] == direction, "practice_area"])
        for direction in ("up", "down", "level")
    }
    said = [
        f"{len(areas)} with a {words} share graded {settings.good_words} than {THE_QUARTER_BEFORE} ({listed(areas)})"
        for words, areas in (("larger", of["up"]), ("smaller", of["down"]))
        if areas
    ]
    if of["level"]:
        said.append(f"{len(of['level'])} with the same share ({listed(of['level'])})")
    both = f"Of {plural(len(rows), 'practice area')} graded in both quarters"
    few = if_few_in_areas(rows["denominator"], rows["earlier_denominator"])
    return " ".join(filter(None, [f"{both}: {'; '.join(said)}. These are counts, not tests.", few, caution]))


def areas_new_or_missing(changes: pd.DataFrame, level: str = ALL) -> str | None:
    """Return the practice areas graded in only one of the two quarters, or nothing where there are none."""
    rows = changes[changes["level_of_need"] == level]
    new, missing = (list(rows.loc[rows["direction"] == what, "practice_area"]) for what in ("new", "not graded"))
    said = [f"New this quarter, so without a comparison: {listed(new)}." if new else ""]
    said.append(f"Graded {THE_QUARTER_BEFORE} but not in this one: {listed(missing)}." if missing else "")
    return " ".join(filter(None, said)) or None


def green_shoots(
    shares: pd.DataFrame, lowered: pd.DataFrame, quarter: pd.Period, settings: Settings, level: str = ALL
) -> str:
    """Return how many audits with the grade looked at show green shoots, with the quarter before.

    Parameters
    ----------
    shares, lowered
        The measures `green_shoots` and `green_shoots_lowered`.
    quarter
        The quarter reported on.
    settings
        The grades in which green shoots are looked for, and what Good or better is called.
    level
        The level of need.
    """
    grade = settings.shoots_words
    if not grade:
        return "The settings name no grade in which green shoots are looked for."
    good = settings.good_words
    means = f"An audit shows green shoots if it is graded {grade} overall and {good} in at least one practice area."
    _, of = counts(shares, quarter, level)
    if not of:
        return f"{means} There was none to look for: no audit was graded {grade}, or no practice area was graded."
    count, _ = counts(shares, quarter, level)
    before, earlier = counts(shares, quarter - 1, level)
    then = f"; {THE_QUARTER_BEFORE} {count_of(before, earlier)}" if earlier else ""
    said = f"{means} {count} of {of} {audits_of(of)} graded {grade} ({percent(count, of)}) did{then}."
    few = f" Only {of} {audits_of(of)} graded {grade}." if of < SMALL else ""
    fell, _ = counts(lowered, quarter, level)
    fell_before, _ = counts(lowered, quarter - 1, level)
    if not fell:
        return f"{said}{few}"
    before_that = f" ({THE_QUARTER_BEFORE} {fell_before} of {before})" if fell_before else ""
    which, auditors = (f"{fell} of the {count}", "auditors") if count > 1 else ("It", "auditor")
    lowered_from = f"{which}{before_that} {was(fell)} lowered by moderation from {good}"
    return f"{said} {lowered_from}; the practice areas are as the {auditors} had them.{few}"


def reaudits(outcomes: pd.DataFrame, days: pd.Series[int], quarter: pd.Period, level: str = ALL) -> str:
    """Return how many re-audited records improved, stayed the same or got worse, and how long it took.

    Parameters
    ----------
    outcomes
        As `metrics.reaudits.reaudit_outcomes` returns them.
    days
        The days from each audit to its re-audit, of the quarter's re-audits.
    quarter
        The quarter reported on.
    level
        The level of need.
    """
    improved, of = counts(outcomes, quarter, level, category="improved")
    ungraded = len(days) - (of or 0)
    if days.empty:
        return "No record was re-audited."
    if not of:
        return f"{plural(ungraded, 'record')} {was(ungraded)} re-audited, without a grade before and after to compare."
    same, worse = (counts(outcomes, quarter, level, category=each)[0] for each in ("same", "worse"))
    others = f"{same or 'none'} had the same grade and {worse or 'none'} a worse one"
    said = f"{count_of(improved, of)} re-audited records improved; {others}."
    if of == 1:
        said = (
            f"The one re-audited record {'improved' if improved else 'got worse' if worse else 'had the same grade'}."
        )
    without = f"{ungraded} more had no grade before or after to compare." if ungraded else ""
    few = if_small(of, "re-audit") if of > 1 else ""
    anyway = "Records are re-audited because they were weak, so some would have improved anyway." if improved else ""
    caution = f"{few} {anyway}".strip()
    return " ".join(filter(None, [said, without, _took(days), caution]))


def _took(days: pd.Series[int]) -> str:
    if days.empty:
        return ""
    low, high = int(days.min()), int(days.max())
    span = plural(low, "day") if low == high else f"{low} to {high} days"
    middle = f"; half took {int(days.median() + 0.5)} days or fewer" if len(days) > 3 else ""
    return f"From audit to re-audit it took {span}{middle}."


def awaiting_reaudit(
    waiting: pd.DataFrame, again: pd.DataFrame, quarter: pd.Period, settings: Settings, level: str = ALL
) -> str:
    """Return how many audits with the failing grade have not been re-audited yet, and for how long.

    Parameters
    ----------
    waiting, again, quarter, level
        As in `still_waiting`.
    settings
        What the failing grade is called.
    """
    grade = settings.failing_words
    still = still_waiting(waiting, again, quarter, level)
    if still is None:
        before = _waited(waiting, quarter - 1, level)
        earlier = f", {before} at the end of {THE_QUARTER_BEFORE}" if before else ""
        return f"No audit graded {grade} was waiting for a re-audit at the quarter's end{earlier}."
    return f"Graded {grade} and not yet re-audited: {still}"


def still_waiting(waiting: pd.DataFrame, again: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> str | None:
    """Return how many audits wait for a re-audit, since when and for how long, or nothing where none does.

    Parameters
    ----------
    waiting, again
        The measures `awaiting_reaudit` and `awaiting_reaudit_again`.
    quarter
        The quarter reported on.
    level
        The level of need.
    """
    of = _waited(waiting, quarter, level)
    if not of:
        return None
    now, _ = counts(waiting, quarter, level, category=THIS_QUARTER)
    rows = waiting[(waiting["quarter"] == quarter) & (waiting["level_of_need"] == level)]
    days = plural(int(rows["longest"].max()), "day")
    repeated, _ = counts(again, quarter, level)
    before = _waited(waiting, quarter - 1, level)
    earlier = "" if before is None else f", {before or 'none'} at the end of {THE_QUARTER_BEFORE}"
    said = _of_one(now, days, repeated) if of == 1 else _of_several(now, of, days, repeated)
    return f"{plural(of, 'audit')} at the quarter's end{earlier}. {said}"


def _waited(waiting: pd.DataFrame, quarter: pd.Period, level: str) -> int | None:
    """Return how many audits waited at a quarter's end, or None where nobody knows."""
    _, of = counts(waiting, quarter, level, category=THIS_QUARTER)
    return of


def _of_one(now: int, days: str, repeated: int) -> str:
    whose = f"is of {'this' if now else 'an earlier'} quarter"
    weak_before = "; the record was being re-audited already" if repeated else ""
    return f"It {whose} and has waited for {days}{weak_before}."


def _of_several(now: int, of: int, days: str, repeated: int) -> str:
    whose = {0: "All are of earlier quarters", of: "All are of this quarter"}.get(now)
    earlier = of - now
    some = f"{earlier} {'is' if earlier == 1 else 'are'} of earlier quarters"
    weak_before = f"in {repeated} the record was being re-audited already"
    return f"{listed([whose or some, f'the longest wait is {days}', *([weak_before] if repeated else [])])}."
