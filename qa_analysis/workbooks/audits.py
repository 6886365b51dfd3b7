"""The rows of the Audits sheet, from the counts that a quarter's layout gives."""

from __future__ import annotations

import random
from calendar import Calendar
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, cast

from qa_analysis.contract.quarters import months_of, parse_quarter
from qa_analysis.workbooks.workbook import PRACTICE_AREAS, Row, sub_grade_heading

# The letters that the layouts use.
GRADES = {
    "O": "Outstanding",
    "G": "Good",
    "R": "Requires improvement",
    "I": "Inadequate",
    "N": "Not graded",
}
NOT_APPLICABLE = "N/A"
SHORTEST_REAUDIT_GAP = timedelta(days=70)

TEAMS = {
    "EH": {"Early Help Lakeside": 3, "Early Help Millbrook": 2},
    "H&P": {
        "Duty and Assessment Team North": 4,
        "Duty and Assessment Team South": 4,
        "Safeguarding Team Alder": 5,
        "Safeguarding Team Birch": 5,
        "Safeguarding Team Hazel": 5,
        "Children with Disabilities Team": 2,
    },
    "CIC": {
        "Children in Care Team Heron": 3,
        "Children in Care Team Kestrel": 3,
        "Children in Care Team Wren": 3,
    },
    "CL": {"Leaving Care Team Beacon": 1, "Leaving Care Team Compass": 1},
}
AUDITORS = tuple(f"AUD-R{number}" for number in range(11, 27))
SELECTIONS = {"Random": 60, "Targeted: weak at earlier dip sample": 15, "Manager's request": 15, "Themed": 10}

BANK_HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in (
        "2024-05-06", "2024-05-27", "2024-08-26", "2024-12-25", "2024-12-26", "2025-01-01",
        "2025-04-18", "2025-04-21", "2025-05-05", "2025-05-26", "2025-08-25",
    )
)  # fmt: skip

# Where the sub-grades of an audit lie: 4 is Outstanding and 1 Inadequate; the middle, the lowest and the highest.
SUB_GRADE_RANGE = {
    "Outstanding": (3.7, 3, 4),
    "Good": (2.95, 2, 4),
    "Requires improvement": (2.1, 1, 3),
    "Inadequate": (1.5, 1, 3),
}
POINTS = {4: "Outstanding", 3: "Good", 2: "Requires improvement", 1: "Inadequate"}
AREA_SHIFT = {
    "Planning": -0.1,
    "Visits and relationships": 0.15,
    "Child's voice": 0.1,
    "Management oversight and supervision": -0.25,
    "Recording and chronology": -0.3,
    "Identity and life story": -0.15,
}


def child_references() -> Iterator[str]:
    """Yield the references of invented children, none of them twice.

    Examples
    --------
    >>> len(set(child_references()))
    400
    """
    for number in random.Random("children").sample(range(1200, 9900), 400):
        yield f"CH-{number:05d}"


def final_grade(row: Row) -> str:
    """Return the moderated grade of an audit where there is one, else the auditor's.

    Examples
    --------
    >>> final_grade({"overall_grade": "Good", "moderated_grade": "Inadequate"})
    'Inadequate'
    """
    return str(row.get("moderated_grade") or row["overall_grade"])


def make_audits(layout: dict[str, Any], earlier: dict[str, list[Row]], children: Iterator[str]) -> list[Row]:
    """Return the audits of the quarter that `layout` describes, in the order of their dates.

    `earlier` holds the audits of the quarters before, by quarter: re-audits refer to them.
    """
    rng = random.Random(layout["quarter"])
    rows = [row for level in layout["grades"] for row in _audits_of_level(layout, level, children, rng)]
    rows.sort(key=_day)
    label = "DD-" + layout["quarter"].replace("-", "")[2:].replace(" ", "-")
    for number, row in enumerate(rows, start=1):
        row["audit_id"] = f"{label}-{number:03d}"
    _mark_reaudits(rows, layout.get("reaudits", []), earlier, rng)
    return rows


def _audits_of_level(layout: dict[str, Any], level: str, children: Iterator[str], rng: random.Random) -> list[Row]:
    rows = _graded_rows(layout["grades"][level])
    shooting = _with_green_shoots(rows, layout["green_shoots"][level])
    days = _audit_days(rows, layout, level, rng)
    written = layout.get("sub_grades", {}).get(level)
    shift = layout.get("shift", {}).get(level, {})
    for index, row in enumerate(rows):
        row.update(
            audit_date=days[index],
            level_of_need=level,
            team=_weighted(TEAMS[level], rng),
            auditor=rng.choice(AUDITORS),
            child_reference=next(children),
            selection=_weighted(SELECTIONS, rng),
        )
        if row["moderated_grade"]:
            row["moderation_date"] = _working_day(days[index] + timedelta(days=rng.randint(5, 14)))
        shoots = index in shooting
        row.update(
            _written_sub_grades(written[index])
            if written
            else _drawn_sub_grades(final_grade(row), level, shoots, shift, rng)
        )
    return rows


def _weighted(weights: dict[str, int], rng: random.Random) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def _graded_rows(text: str) -> list[Row]:
    """Return a row for each audit that `text` counts, e.g. "G>R 2, R>? 1, O 3".

    Two moderated from Good to Requires improvement, one waiting for moderation, three Outstanding and not moderated.
    """
    rows: list[Row] = []
    for part in text.split(", "):
        grades, count = part.split(" ")
        first, arrow, second = grades.partition(">")
        rows += [
            {
                "overall_grade": GRADES[first],
                "moderated": "Yes" if arrow else "No",
                "moderated_grade": GRADES.get(second),
            }
            for _ in range(int(count))
        ]
    return rows


def _with_green_shoots(rows: list[Row], count: int) -> set[int]:
    """Return which audits show green shoots: those that the auditor had thought Good come first."""
    places = [place for place, row in enumerate(rows) if final_grade(row) == GRADES["R"]]
    places.sort(key=lambda place: rows[place]["overall_grade"] != GRADES["G"])
    return set(places[:count])


def _audit_days(rows: list[Row], layout: dict[str, Any], level: str, rng: random.Random) -> list[date]:
    """Return a working day for each audit, the months evenly; Inadequate ones in the months the layout gives."""
    months = months_of(parse_quarter(layout["quarter"]))
    slots = [months[place % 3] for place in range(len(rows))]
    rng.shuffle(slots)
    allowed = layout.get("inadequate_months", {}).get(level, [month.month for month in months])
    days: dict[int, date] = {}
    for place in sorted(range(len(rows)), key=lambda place: final_grade(rows[place]) != GRADES["I"]):
        inadequate = final_grade(rows[place]) == GRADES["I"]
        month = next(slot for slot in slots if not inadequate or slot.month in allowed)
        slots.remove(month)
        days[place] = rng.choice(_working_days(month.year, month.month))
    return [days[place] for place in range(len(rows))]


def _working_days(year: int, month: int) -> Sequence[date]:
    days = Calendar().itermonthdates(year, month)
    return [day for day in days if day.month == month and day == _working_day(day)]


def _working_day(day: date) -> date:
    while day.isoweekday() > 5 or day in BANK_HOLIDAYS:
        day += timedelta(days=1)
    return day


def _written_sub_grades(letters: str) -> Row:
    """Return sub-grades from one letter an area; a dash, or nothing, is not applicable."""
    return {
        sub_grade_heading(area): GRADES.get(letter, NOT_APPLICABLE)
        for area, letter in zip(PRACTICE_AREAS, letters.ljust(len(PRACTICE_AREAS), "-"), strict=True)
    }


def _drawn_sub_grades(final: str, level: str, shoots: bool, shift: dict[str, float], rng: random.Random) -> Row:
    if final not in SUB_GRADE_RANGE:
        return {}
    middle, low, high = SUB_GRADE_RANGE[final]
    if final == GRADES["R"] and not shoots:
        high = 2
    points: dict[str, int] = {}
    for area in PRACTICE_AREAS:
        drawn = rng.gauss(middle + AREA_SHIFT.get(area, 0) + shift.get(area, 0), 0.55)
        if _applies(area, level, rng):
            points[area] = min(max(int(drawn + 0.5), low), high)
    if final == GRADES["R"] and shoots and 3 not in points.values():
        points[rng.choice(("Visits and relationships", "Child's voice", "Assessment"))] = 3
    if final == GRADES["I"] and 1 not in points.values():
        points["Recording and chronology"] = 1
    return {
        sub_grade_heading(area): POINTS[points[area]] if area in points else NOT_APPLICABLE for area in PRACTICE_AREAS
    }


def _applies(area: str, level: str, rng: random.Random) -> bool:
    if area == "Identity and life story":
        return level in ("CIC", "CL")
    return area != "Multi-agency working" or level != "CL" or rng.random() < 0.8


def _mark_reaudits(
    rows: list[Row], groups: list[dict[str, Any]], earlier: dict[str, list[Row]], rng: random.Random
) -> None:
    """Make audits of `rows` re-audits of the same child's weak audits, as many as `groups` say."""
    done = {row.get("reaudit_of") for audits in earlier.values() for row in audits}
    for group in groups:
        was, now = (GRADES[letter] for letter in group["grades"].split(">"))
        for _ in range(group["count"]):
            first = next(
                row for row in earlier[group["of"]] if _is(row, group["level"], was) and row["audit_id"] not in done
            )
            again = rng.choice([row for row in rows if _can_follow(row, first, now)])
            done.add(first["audit_id"])
            again |= {
                "reaudit_of": first["audit_id"],
                "child_reference": first["child_reference"],
                "team": first["team"],
                "selection": "Re-audit",
            }


def _is(row: Row, level: str, grade: str) -> bool:
    return row["level_of_need"] == level and final_grade(row) == grade


def _can_follow(row: Row, first: Row, grade: str) -> bool:
    late_enough = _day(row) - _day(first) >= SHORTEST_REAUDIT_GAP
    return late_enough and not row.get("reaudit_of") and _is(row, str(first["level_of_need"]), grade)


def _day(row: Row) -> date:
    return cast(date, row["audit_date"])
