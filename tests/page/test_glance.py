"""The first screen: the words of every verdict at the edge of its rule, and whole screens of thin and of many data."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import nan
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import qa_analysis as qa
from qa_analysis.contract.columns import FAMILIES, QUESTIONS
from qa_analysis.metrics.catalogue import MEASURES
from qa_analysis.metrics.counting import Counting
from qa_analysis.metrics.verdicts import (
    Actions,
    Change,
    Counts,
    Families,
    FirstService,
    Grades,
    Question,
    RestsOn,
    Side,
    Tone,
    Trust,
    Verdicts,
    Waiting,
    verdicts_of,
)  # fmt: skip
from qa_analysis.sentences import glance
from qa_analysis.sentences.verdicts import answers, bottom_line, grades_word, rules, trust_word, waiting_word
from qa_analysis.store.figures import COLUMNS, quarters_shown
from tests.page.pages import QUARTER, assert_whole
from tests.page.test_sentences import Told, row
from tests.tables import SETTINGS

MAY, DAY, LONG_AGO = "2025-05-01", "2025-09-03", "2025-01-10"
Q1, Q2 = QUARTER - 1, QUARTER
READ = {
    "audits_completed", "good_or_better", "inadequate", "good_or_better_by_auditor", "inadequate_by_auditor",
    "good_or_better_at_random", "inadequate_at_random", "chosen_at_random", "moderation_crossing",
    "moderation_crossing_p", "moderation_upheld", "moderation_both_grades", "grades_change", "change_that_shows",
    "good_or_better_other_services", "inadequate_other_services", "grades_beside_other_services",
    "inadequate_not_reaudited", "awaiting_reaudit", "awaiting_reaudit_long", "awaiting_reaudit_longest",
    "reaudits_so_far", "moderation_changed",
}  # fmt: skip


@pytest.fixture(scope="module")
def found(make_audits, make_data):
    """Return a function of cells that returns what the rules say of the second quarter.

    A cell is a date, a level of need, the auditor's grade, the moderator's (or None), and how many such audits; the
    first of them may be re-audits, of the audits numbered.
    """

    def of(*cells, shown=1, reaudits_of=(), level="All", **tables):
        audits = make_audits(*[cell[: 3 + (cell[3] is not None)] for cell in cells for _ in range(cell[4])])
        names = [f"A-{number}" for number in reaudits_of]
        again = pd.Series([*[None] * (len(audits) - len(names)), *names], dtype="str")
        data = make_data(shown, audits=audits.assign(reaudit_of=again), **tables)
        counting = Counting(data, quarters_shown(data, Q2))
        tables = [counting.table(each).assign(measure=each.name) for each in MEASURES if each.name in READ]
        return verdicts_of(pd.concat(tables, ignore_index=True).reindex(columns=COLUMNS), Q2, level)

    return of


# Words at the edges of the rules


@pytest.mark.parametrize(
    ("good", "weak", "word", "bottom"),
    [
        (36, 0, ("steady", "No clear change"), "Grades show no clear change."),  # Newcombe's interval from −0.4 on
        (37, 0, ("up", "Higher"), "Grades are higher than the quarter before: a larger share is Good or better."),
        (13, 0, ("steady", "No clear change"), "Grades show no clear change."),  # to 0.6
        (12, 0, ("down", "Lower"), "Grades are lower than the quarter before: a smaller share is Good or better."),
        (24, 8, ("down", "Lower: more Inadequate"), "Grades are lower than the quarter before: a larger share is Inadequate."),
        (40, 8, ("look", "Mixed"), "Grades are mixed beside the quarter before: a larger share is Good or better and a larger share is Inadequate."),
    ],
)  # fmt: skip
def test_whether_grades_are_better(found, good, weak, word, bottom):
    verdicts = found(
        (MAY, "EH", "G", None, 24), (MAY, "EH", "RI", None, 36),
        (DAY, "EH", "G", None, good), (DAY, "EH", "RI", None, 60 - good - weak), (DAY, "EH", "I", None, weak),
    )  # fmt: skip
    assert grades_word(verdicts.grades, SETTINGS) == word
    assert bottom_line(verdicts, SETTINGS).startswith(f"{bottom} ")


def test_why_grades_are_not_told_of(found, make_comparators):
    now = (DAY, "EH", "G", None, 12)

    def said(*cells, **tables):
        verdicts = found(*cells, **tables)
        return grades_word(verdicts.grades, SETTINGS)[1], bottom_line(verdicts, SETTINGS).partition(". ")[0]

    assert said((MAY, "EH", "G", None, 9), now) == (
        "Too few to tell", "Too few audits to tell whether grades changed: 12 graded, 9 the quarter before"
    )  # fmt: skip
    assert said((DAY, "EH", None, None, 1)) == ("No audit was graded", "No audit was graded")
    assert said(now) == ("No earlier quarter", "There is no earlier quarter to compare grades with")
    assert said(now, (LONG_AGO, "EH", "G", None, 12), shown=2) == (
        "No audit was graded the quarter before", "No audit was graded the quarter before, so grades cannot be compared"
    )  # fmt: skip
    printed = make_comparators({"quarter": Q1, "measure": "good_or_better", "percent": 28})
    assert said(now, comparators=printed) == (
        "Not known for the quarter before",
        "How many audits were graded the quarter before is not known, so grades cannot be compared",
    )
    more_checked = [
        (MAY, "EH", "G", "RI", 2),
        (MAY, "EH", "G", None, 28),
        (DAY, "EH", "G", "RI", 20),
        (DAY, "EH", "G", None, 10),
    ]
    assert said(*more_checked) == (
        "Not comparable: more grades were checked", "Grades cannot be compared: more grades were checked"
    )  # fmt: skip


def _checked(kept, fell, below_kept, rose, alone=0):
    return [
        (DAY, "EH", "G", "G", kept), (DAY, "EH", "G", "RI", fell), (DAY, "EH", "G", None, alone),
        (DAY, "EH", "RI", "RI", below_kept), (DAY, "EH", "RI", "G", rose),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "word", "bottom"),
    [
        (_checked(5, 5, 10, 0), ("well", "Second readers mostly agree"), "Second readers upheld 15 of 20 grades."),
        (_checked(5, 6, 10, 0), ("look", "Grades of Good or better often lowered when checked"), "6 of 11 grades of Good or better fell below it when checked."),
        (_checked(10, 0, 5, 6), ("look", "Grades often raised when checked"), "6 of 11 weaker grades rose to Good or better when checked."),
        (_checked(5, 5, 5, 5), ("look", "Second readers often disagree, both ways"), "Second readers upheld 10 of 20 grades."),
        (_checked(1, 0, 0, 0), ("unknown", "1 of 1 checked grade upheld"), "Second readers upheld 1 of 1 grade."),
        (_checked(0, 0, 0, 0, alone=3), ("unknown", "Not checked"), "No grade had a second reader."),
    ],
)  # fmt: skip
def test_whether_the_grades_can_be_trusted(found, cells, word, bottom):
    verdicts = found(*cells)
    assert trust_word(verdicts.trust, SETTINGS) == word
    assert bottom_line(verdicts, SETTINGS).endswith(f" {bottom}")


@pytest.mark.parametrize(
    ("services", "reaudits", "verdict", "bottom"),
    [
        ({"EH": 3, "CL": 1}, 1, "first", "4 records have waited over six months for a re-audit."),
        ({"EH": 2, "CL": 1}, 1, "none stands out", "3 records have waited over six months for a re-audit."),
        ({"EH": 1}, 1, "one service", "1 record has waited over six months for a re-audit."),
        ({"EH": 3, "CL": 1}, 0, "not recorded", "no re-audit is recorded."),
    ],
)
def test_who_waits(found, services, reaudits, verdict, bottom):
    cells = [(LONG_AGO, level, "I", None, number) for level, number in services.items()]
    # One more was graded so, and was audited again.
    repeated = [(LONG_AGO, "EH", "I", None, reaudits), (DAY, "EH", "G", None, 1)]
    number = sum(services.values()) + 1
    verdicts = found(*cells, *repeated, reaudits_of=[number] * reaudits, shown=2)
    assert verdicts.first.verdict == verdict
    assert bottom_line(verdicts, SETTINGS).endswith(f"; {bottom}")
    assert waiting_word(verdicts)[1] == (
        "Re-audits are not recorded" if not reaudits else f"{number - 1} over six months"
    )


def test_waits_are_told_beside_the_quarter_before_only_after_a_year(found):
    """And nobody is said not to have waited for long where nothing is known of that long ago."""
    start, long, soon = ("2024-08-01", "EH", "G", None, 1), (LONG_AGO, "EH", "I", None, 2), (MAY, "EH", "I", None, 2)
    again = [(MAY, "EH", "G", None, 1), (DAY, "EH", "G", None, 1)]
    told = [
        bottom_line(found(*cells, *again, reaudits_of=[len(cells) + 1], shown=4), SETTINGS).partition("; ")[2]
        for cells in ([start, long], [long], [start, soon], [soon])
    ]
    # Nor beside a quarter without audits.
    gap = found(start, long, ("2025-03-01", "EH", "I", None, 1), again[1], reaudits_of=[4], shown=4)
    told.append(bottom_line(gap, SETTINGS).partition("; ")[2])
    assert told == [
        "1 record has waited over six months for a re-audit (none the quarter before).",
        "1 record has waited over six months for a re-audit.",
        "no record has waited over six months for a re-audit.",
        "",
        "2 records have waited over six months for a re-audit.",
    ]


# Tiles of verdicts made by hand

NO_CHANGE = Change("no clear change", Counts(25, 66), Counts(17, 58), 8.6, -10.4, 26.4)
NOTHING = Change("not known", Counts(0, 0), Counts(0, 0), nan, nan, nan)
BASE = Verdicts(
    Grades("no clear change", NO_CHANGE, NO_CHANGE, (), (Counts(0, 0),) * 2, (Counts(0, 0),) * 2, 28, nan),
    {}, FirstService("none waiting", ()), Waiting("All", 0, 0, 0, 0), Waiting("All", 0, 0, 0, 0),
    True, Trust("not checked", Side(0, 0, 0), Side(0, 0, 0), Counts(0, 0), nan),
    Actions("none", 0, 0, 0, 0), Families("none", Tone(0, 0, nan, nan), Tone(0, 0, nan, nan)), [],
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Glanced(Told):
    """A report of some figures, of verdicts made by hand, and of the analyst's words."""

    found: Verdicts = BASE
    said: tuple[tuple[str, str], ...] = ()

    def written(self, section):
        return [text for name, text in self.said if name == section]


def report(found=BASE, level="All", said=(), tables=None, **measures):
    data = SimpleNamespace(project=Path("no project here"), settings=SETTINGS, **(tables or {}))
    return Glanced(data, Q2, level, measures, found, said)


def lines(tile):
    return " ".join(filter(None, tile.lines))


def test_a_quarter_of_few_is_shown_by_unit_squares_and_counts():
    few = Change("too few", Counts(3, 9), Counts(1, 2), nan, nan, nan)
    found = BASE._replace(grades=BASE.grades._replace(verdict="too few", good=few, inadequate=few))
    shares = {
        "good_or_better": pd.concat([row(3, 9), row(1, 2, Q1)]), "inadequate": pd.concat([row(0, 9), row(1, 2, Q1)]),
        "audits_completed": row(10, 12), "audits_not_graded": row(1, 10), "good_or_better_at_random": row(1, 1),
    }  # fmt: skip
    tile = glance.grades(report(found, **shares))
    assert tile.shares == []
    assert [(part.number, part.words) for part in tile.squares] == [
        (3, "Good or better"),
        (6, "Requires improvement"),
        (0, "Inadequate"),
    ]
    assert tile.caption == "9 graded audits"
    assert lines(tile) == (
        "The quarter before: 1 of 2 Good or better, 1 Inadequate. 10 of 12 planned audits were done; 1 has no grade. "
        "Records chosen at random: 1 of 1 Good or better."
    )


@pytest.mark.parametrize(("graded", "squares", "large"), [(9, 9, 0), (10, 0, 2)])
def test_from_ten_graded_audits_on_there_are_shares(graded, squares, large):
    good = Change("too few", Counts(3, graded), Counts(1, 2), nan, nan, nan)
    shares = {"good_or_better": row(3, graded), "inadequate": row(0, graded), "audits_completed": row(graded)}
    tile = glance.grades(report(BASE._replace(grades=BASE.grades._replace(good=good)), **shares))
    assert (sum(part.number for part in tile.squares), len(tile.shares)) == (squares, large)


def test_shares_stand_in_large_figures_with_what_is_known_of_the_quarter_before():
    printed = row(0, None, Q1, percent=22.4)
    tables = {
        "good_or_better": pd.concat([row(25, 66), row(17, 58, Q1)]),
        "inadequate": pd.concat([row(9, 66), printed]),
    }
    tables |= {"audits_completed": row(66), "good_or_better_at_random": pd.concat([row(11, 37), row(3, 9, Q1)])}
    tile = glance.grades(report(**tables))
    assert [share[1:] for share in tile.shares] == [
        ("38%", "Good or better", "25 of 66, was 17 of 58"), ("14%", "Inadequate", "9 of 66, was 22%, as printed")
    ]  # fmt: skip
    assert lines(tile) == ("66 audits were done. Records chosen at random: 11 of 37 Good or better, was 3 of 9.")
    assert lines(glance.grades(report(**tables | {"audits_completed": row(0)}))).startswith("No audit was done.")
    done = glance.grades(report(**tables | {"audits_completed": row(9, 8)}))
    assert lines(done).startswith("9 audits were done (8 were planned).")
    ten = pd.concat([row(11, 37), row(1, 10, Q1)])
    told = lines(glance.grades(report(**tables | {"good_or_better_at_random": ten})))
    assert told.endswith("Records chosen at random: 30% Good or better, was 10%.")
    better = BASE.grades._replace(verdict="higher", inadequate=NO_CHANGE._replace(direction="lower"))
    tile = glance.grades(report(BASE._replace(grades=better), **tables))
    assert (tile.verdict, lines(tile)[:31]) == ("Higher", "A smaller share is Inadequate. ")
    unlike = BASE.grades._replace(
        verdict="not comparable", not_alike=("at random",), at_random=(Counts(30, 60), Counts(10, 58))
    )
    tile = glance.grades(report(BASE._replace(grades=unlike), **tables))
    assert tile.verdict == "Not comparable: more records were chosen at random"
    assert lines(tile).endswith("30 of 60 records were chosen at random, was 10 of 58.")


def _services(*numbers):
    return tuple(Waiting(code, *each) for code, each in zip(["EH", "H&P", "CIC", "CL"], numbers, strict=False))


def test_the_service_to_look_at_first():
    first = FirstService("first", _services((4, 5, 9, 300), (1, 1, 1, 200)))
    found = BASE._replace(
        first=first, beside={each.level: SimpleNamespace(verdict="too few") for each in first.services}
    )
    shares = {
        "good_or_better": pd.concat([row(2, 9, level="EH"), row(0, 0, level="H&P")]),
        "inadequate": pd.concat([row(1, 9, level="EH"), row(0, 0, level="H&P")]),
    }
    tile = glance.first_service(report(found, **shares))
    assert (tile.sign, tile.verdict, tile.services.first) == ("look", "Early Help", True)
    assert tile.services.rows == [
        ["Early Help", "2 of 9", "1", "5 of 9", "4"],
        ["Help and Protection", "–", "–", "1 of 1", "1"],
    ]
    assert lines(tile) == (
        "The longest has waited 300 days. Services are compared by who waits, not by practice; some records may have closed. "
        "Too few audits to compare the services’ grades."
    )
    beside = {"EH": SimpleNamespace(verdict="different"), "H&P": SimpleNamespace(verdict="no clear difference")}
    other = found._replace(first=first._replace(verdict="none stands out"), beside=beside)
    tile = glance.first_service(report(other, **shares))
    assert (tile.verdict, tile.services.first) == ("No service stands out", False)
    assert lines(tile).endswith("Grades clearly differ from the rest: Early Help.")
    nowhere = found._replace(first=first._replace(verdict="not recorded"))
    tile = glance.first_service(report(nowhere, **shares))
    assert tile.services.headings == ["Service", "Good or better", "Inadequate"]
    assert lines(tile).startswith("6 records have been graded Inadequate; how many still wait is not known. Too few")
    one = found._replace(first=FirstService("not recorded", _services((0, 1, 1, 9))))
    tile = glance.first_service(report(one, **shares))
    assert lines(tile).startswith("1 record has been graded Inadequate; whether it still waits is not known.")


@pytest.mark.parametrize(("services", "shown", "on_a_phone"), [(6, 6, 6), (7, 7, 3), (8, 3, 3)])
def test_of_eight_services_the_first_three_are_shown_and_on_a_phone_of_seven(services, shown, on_a_phone):
    settings = SETTINGS.model_copy(
        update={
            "levels_of_need": [
                type(SETTINGS.levels_of_need[0])(code=f"S{n}", name=f"Service {n}") for n in range(services)
            ]
        }
    )
    first = FirstService("none stands out", tuple(Waiting(f"S{number}", 1, 1, 1, 200) for number in range(services)))
    many = report(BASE._replace(first=first))
    tile = glance.first_service(replace(many, data=SimpleNamespace(settings=settings)))
    assert [cells[0] for cells in tile.services.rows] == [f"Service {number}" for number in range(shown)]
    assert min(shown, tile.services.on_a_phone) == on_a_phone
    said = "" if shown == services else f"{shown} of {services} services are shown. "
    assert lines(tile).startswith(f"{said}Services are compared by who waits, not by practice")


def test_a_services_own_tile_about_waiting():
    def tile(long, waiting, so_far, beside="too few"):
        found = BASE._replace(
            waiting=Waiting("EH", long, waiting, so_far, 300 if waiting else 0),
            beside={"EH": SimpleNamespace(verdict=beside)},
        )
        return glance.waiting(report(found, "EH"))

    assert (tile(2, 3, 9).verdict, tile(0, 3, 9).verdict) == ("2 over six months", "No wait over six months")
    assert lines(tile(2, 3, 9)) == (
        "3 of 9 records graded Inadequate so far have not been re-audited; some may have closed. Too few audits to compare its grades with the other services’."
    )
    none = tile(0, 0, 9, "different")
    assert none.verdict == "No record is waiting"
    assert lines(none) == (
        "Of 9 records graded Inadequate so far, none waits for a re-audit. Its grades clearly differ from the other services’."
    )
    nowhere = BASE._replace(first=FirstService("not recorded", ()), waiting=Waiting("EH", 1, 2, 2, 300))
    tile_of_none = glance.waiting(report(nowhere, "EH"))
    assert (tile_of_none.verdict, lines(tile_of_none)) == (
        "Re-audits are not recorded",
        "2 records have been graded Inadequate; how many still wait is not known. Some may have closed.",
    )
    assert [each.figure for each in answers(nowhere, SETTINGS)] == ["25 of 66 (38%)", "–", "–"]
    assert lines(tile(0, 0, 0)).startswith("No record has been graded Inadequate so far.")


@pytest.mark.parametrize(
    ("trust", "says", "squares"),
    [
        (Trust("lowered", Side(8, 7, 17), Side(30, 0, 4), Counts(37, 45), 0.016), "Second readers upheld 37 of 45 grades (82%); of 30 weaker ones none rose to Good or better. Checks were not drawn at random.", [8, 7, 17]),
        (Trust("counts only", Side(1, 0, 0), Side(0, 1, 0), Counts(1, 2), nan), "Too few checked grades to say more; the one grade below Good or better that was checked rose to it.", [1, 0]),
        (Trust("counts only", Side(0, 0, 0), Side(2, 0, 0), Counts(2, 2), nan), "Too few checked grades to say more; of 2 weaker ones none rose to Good or better.", []),
        (Trust("counts only", Side(9, 1, 0), Side(9, 0, 2), Counts(18, 19), nan), "Too few checked grades below Good or better to say more; of 9 weaker ones none rose to Good or better. Checks were not drawn at random.", [9, 1]),
        (Trust("counts only", Side(9, 1, 0), Side(10, 0, 30), Counts(19, 20), nan), "No more can be said: the weaker grades were checked less than half as often; of 10 weaker ones none rose to Good or better. Checks were not drawn at random.", [9, 1]),
        (Trust("not checked", Side(0, 0, 3), Side(0, 0, 1), Counts(0, 0), nan), "No grade had a second reader.", [0, 0, 3]),
    ],
)  # fmt: skip
def test_what_second_readers_did(trust, says, squares):
    tile = glance.trust(report(BASE._replace(trust=trust)))
    assert lines(tile) == says
    assert [part.number for part in tile.squares] == squares
    assert tile.caption == f"Auditors’ grades of Good or better: {sum(squares) or 'none'}"


def _grades_changed(*pairs):
    return pd.concat([row(number, 9, first_grade=first, final_grade=final) for first, final, number in pairs])


@pytest.mark.parametrize(
    ("below", "pairs", "says"),
    [
        (Side(25, 0, 0), [("Requires improvement", "Inadequate", 4), ("Good", "Inadequate", 2), ("Inadequate", "Requires improvement", 1)], "of 25 weaker ones none rose to Good or better, 4 were lowered to Inadequate."),
        (Side(8, 1, 0), [("Requires improvement", "Inadequate", 1), ("Requires improvement", "Good", 1)], "of 9 weaker ones 1 rose to Good or better, 1 was lowered to Inadequate."),
        (Side(1, 0, 0), [("Requires improvement", "Inadequate", 1)], "the one grade below Good or better that was checked was lowered to Inadequate."),
    ],
)  # fmt: skip
def test_weaker_grades_that_were_lowered_are_told(below, pairs, says):
    trust = Trust("mostly agree", Side(10, 0, 0), below, Counts(30, 35), 0.5)
    tile = glance.trust(report(BASE._replace(trust=trust), moderation_outcome=_grades_changed(*pairs)))
    assert lines(tile) == f"Second readers upheld 30 of 35 grades (86%); {says}"


def test_what_families_said(make_feedback):
    quotes = make_feedback(
        (DAY, "Positive", "EH", "Mother", 9),
        (DAY, "Positive", "EH", "Young  person", 8),
        (DAY, "Learning", None, "School"),
    ).assign(quote=["Kind.", "She " + "listened " * 20, "Late."])
    found = BASE._replace(families=Families("quotes", Tone(2, 2, 8, 9), Tone(1, 0, nan, nan)))
    tile = glance.families(report(found, tables={"feedback": quotes}))
    assert (tile.sign, tile.verdict) == ("said", "2 positive, 1 to learn from")
    assert lines(tile) == (
        "Scores out of 10: 8 to 9 from 2 positive. 3 quotes recorded; how many families were asked is not known."
    )
    (first, who), (second, school) = tile.quotes
    assert first.endswith("listened …")
    assert len(first) <= 120
    assert (who, second, school) == ("Young  person, 8/10", "Late.", "School")
    written = glance.families(report(found, said=[(FAMILIES, "They want notice.")], tables={"feedback": quotes}))
    assert lines(written).startswith("They want notice. (Analyst) 3 quotes recorded;")
    assert "Scores" not in lines(written)
    of_a_service = report(found, "EH", [(FAMILIES, "They want notice.")], {"feedback": quotes})
    own = glance.families(of_a_service)  # its quotes and scores stand in its sections alone
    assert (lines(own), own.quotes) == ("3 quotes recorded; how many families were asked is not known.", [])
    two_scales = glance.families(report(found, tables={"feedback": quotes.assign(score_out_of=[5, 10, 10])}))
    assert lines(two_scales).startswith("2 gave a score, not all on one scale.")
    nobody = glance.families(report())
    assert (nobody.verdict, nobody.lines, nobody.quotes) == ("No comment was recorded", (), ())


def test_late_actions_are_named_with_their_days_and_leads_and_then_what_is_next(make_actions):
    step = {"quarter": Q2, "status": "Open"}
    actions = make_actions(
        {**step, "action_id": "1", "action": "Visit.", "lead": "Manager", "due": pd.Timestamp(2025, 9, 29)},
        {**step, "action_id": "2", "action": "Plan", "due": pd.Timestamp(2025, 9, 30)},
        {**step, "action_id": "3", "action": "Done since", "due": pd.Timestamp(2025, 10, 1), "completed": pd.Timestamp(2025, 10, 2)},
        {**step, "action_id": "4", "action": "Film", "lead": "Head", "due": pd.Timestamp(2025, 10, 5)},
        {**step, "action_id": "4", "action": "Film", "lead": "Other", "due": pd.Timestamp(2025, 12, 5)},
        {**step, "action_id": "5", "action": "Undated"},
        {**step, "action_id": "6", "action": "Of a later quarter", "quarter": Q2 + 1, "due": pd.Timestamp(2025, 9, 1)},
    )  # fmt: skip
    found = BASE._replace(actions=Actions("late", 0, 2, 1, 2))
    tile = glance.actions(report(found, tables={"actions": actions}))
    assert (tile.sign, tile.verdict) == ("look", "2 actions late, 1 undated")
    assert tile.points == [
        ("1 day late:", "Visit", " (Manager)"), ("Late, due 30 September:", "Plan", ""),
        ("Next, 5 October:", "Film (Head)", ""),
    ]  # fmt: skip
    assert [(part.number, part.words) for part in tile.bar] == [(2, "in time"), (1, "undated"), (2, "late")]
    assert tile.caption == "5 actions, as recorded at 30 September 2025"
    many = make_actions(
        *[{**step, "action_id": str(n), "action": "A", "due": pd.Timestamp(2025, 8, 1 + n)} for n in range(5)]
    )
    points = glance.actions(report(found, tables={"actions": many})).points
    assert [point[0] for point in points] == ["60 days late:", "59 days late:", "3 more late", "Next:"]


@pytest.mark.parametrize(
    ("numbers", "verdict"),
    [
        (("late", 0, 0, 0, 1), "1 action late"), (("undated", 1, 0, 2, 0), "2 actions undated"),
        (("in time", 0, 2, 0, 0), "Nothing is late"), (("all done", 2, 0, 0, 0), "All is done"),
        (("none", 0, 0, 0, 0), "No action was recorded"),
    ],
)  # fmt: skip
def test_whether_actions_are_late(make_actions, numbers, verdict):
    tile = glance.actions(report(BASE._replace(actions=Actions(*numbers)), tables={"actions": make_actions()}))
    assert (tile.verdict, bool(tile.bar), bool(tile.caption)) == (verdict, numbers[0] != "none", numbers[0] != "none")
    assert bool(tile.more[0]) == (numbers[0] != "none")


ASKED = [
    ("inadequate", [("", 1, 9)], "1 record graded Inadequate: has a manager confirmed that the child is safe?"),
    ("inadequate", [("", 9, 66)], "9 records graded Inadequate: has a manager confirmed for each that the child is safe?"),
    ("failed again", [("", 1, 29)], "1 record has failed a second time so far: what will be different now?"),
    ("waiting since earlier quarters", [("", 1, 9)], "1 record has waited since earlier quarters: is it still open, and what was done since?"),
    ("waiting since earlier quarters", [("", 20, 29)], "20 records have waited since earlier quarters: which are still open, and what was done since?"),
    ("no re-audit recorded", [("", 10, 10)], "No re-audit is recorded of 10 records graded Inadequate: were they read again?"),
    ("no re-audit recorded", [("", 1, 1)], "No re-audit is recorded of 1 record graded Inadequate: was it read again?"),
    ("good grades lowered", [("", 7, 15)], "17 grades of Good or better were not checked: should they be?"),
    ("late or undated actions", [("late", 1, 9)], "When will the late action be finished?"),
    ("late or undated actions", [("late", 3, 9), ("undated", 2, 9)], "When will the 3 late actions be finished and the 2 undated actions get a date?"),
    ("theme without action", [("Visits", 3, 4)], "“Visits” (3 of 4 quarters) comes back and no action names it: what will change?"),
    ("theme without action", [("A", 3, 4), ("B", 3, 5), ("C", 3, 4)], "“A” (3 of 4 quarters), “B” (3 of 5 quarters) and 1 more theme come back and no action names them: what will change?"),
    ("service without audits", [("EH", 0, 0), ("CL", 3, 8)], "Early Help had no audit and Care Leavers had 3 of 8 planned audits: why, and when will the others be done?"),
    ("service without audits", [("EH", 0, 8), ("CL", 0, 0)], "Early Help and Care Leavers had no audit: why, and when will they have some?"),
    ("service without audits", [("H&P", 1, 3)], "Help and Protection had 1 of 3 planned audits: why, and when will the others be done?"),
]  # fmt: skip


@pytest.mark.parametrize(("topic", "rests_on", "says"), ASKED)
def test_questions_in_words(topic, rests_on, says):
    question = Question(topic, tuple(RestsOn(*each) for each in rests_on))
    found = BASE._replace(questions=[question], trust=BASE.trust._replace(good=Side(8, 7, 17)))
    tile = glance.questions(report(found))
    assert (tile.numbered, tile.verdict, tile.more) == ([says], "1 question", ("Why these", "why-these"))


def test_the_analysts_questions_take_the_place_of_the_programs():
    found = BASE._replace(questions=[Question("failed again", (RestsOn("", 2, 9),))])
    said = [(QUESTIONS, "Who reads them?"), (QUESTIONS, "And when?")]
    tile = glance.questions(report(found, said=said))
    assert (tile.verdict, tile.numbered, tile.lines) == ("2 questions", ["Who reads them?", "And when?"], ["(Analyst)"])
    nothing = glance.questions(report())
    assert (nothing.verdict, nothing.lines) == (
        "No question",
        ["The fixed rules raise no question; that is not assurance."],
    )


def test_the_rules_name_their_figures():
    trust = Trust("lowered", Side(8, 7, 17), Side(30, 0, 4), Counts(37, 45), 0.0156)
    told = dict(rules(report(BASE._replace(trust=trust))))
    assert "Here: Good or better +8.6 points (−10.4 to +26.4) and Inadequate" in told["Grades"]
    assert told["Grades"].endswith("With these numbers a rise of 28 points in Good or better shows four times in five, a smaller one more seldom.")  # fmt: skip
    assert "97.5%" in told["Grades"]
    assert told["Trust"].endswith(
        "Here, of grades checked, 7 fell below Good or better and none rose to it, p = 0.016; other changes do not count."
    )
    nothing = BASE._replace(grades=BASE.grades._replace(good=NOTHING, inadequate=NOTHING, rise=nan))
    told = dict(rules(report(nothing, "EH")))
    assert list(told) == ["Grades", "Trust"]
    assert told["Grades"].endswith("moved the same way; else “not comparable”.")
    assert told["Trust"].endswith("Here none was checked.")


# Whole screens


@pytest.fixture(scope="module")
def screen(page_data, make_audits):
    """Return a function of audits, a level of need and other tables that returns the text of the first screen."""

    def show(*rows, level="All", **tables):
        block = qa.Report(page_data(audits=make_audits(*rows), **tables), Q2, level).at_a_glance()
        text = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", str(block.html), flags=re.DOTALL)
        told = " ".join(text.split())
        assert_whole(told)
        return told

    return show


@pytest.mark.slow
def test_screens_of_thin_data(screen):
    """One audit, none of a grade, none of a service."""
    one = screen((DAY, "EH", "G"))
    assert one.startswith("There is no earlier quarter to compare grades with. No grade had a second reader. ")
    assert "1 audit was done." in one
    assert "No record is waiting" in one
    assert "Help and Protection, Children in Care and Care Leavers had no audit: why" in one
    ungraded = screen((DAY, "EH", None))
    assert ungraded.startswith("No audit was graded. No grade had a second reader. ")
    assert "1 audit was done; 1 has no grade." in ungraded
    assert "Early Help – – 0 0" in ungraded
    other = screen((DAY, "EH", "G"), level="CL")
    assert "No audit was done." in other
    assert "What should the board ask?" not in other
    assert "Early Help" not in other
