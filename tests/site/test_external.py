"""The figures for the public, attacked: nothing small is told, by one set or by several."""

import dataclasses
import functools
import itertools
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from qa_analysis.charts.share_bars import public_shares_chart
from qa_analysis.cleaning.deriving import audits_with_grades
from qa_analysis.cleaning.schemas import dtype_of
from qa_analysis.contract.quarters import parse_quarter, quarter_name
from qa_analysis.contract.settings import load_settings
from qa_analysis.page import external
from qa_analysis.page.external import about, public_figures, public_points, public_rows, public_table, why_left_out
from qa_analysis.store import figures as measures
from qa_analysis.store.data import Data
from qa_analysis.store.figures import figures, figures_csv

QUARTER = parse_quarter("2025-26 Q2")
THRESHOLD = 5


@pytest.fixture(scope="module", autouse=True)
def only_what_goes_out():
    """Work out the measures of the public set alone, which are a few of all: the others take their time for nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measures, "MEASURES", tuple(each for each in measures.MEASURES if each.public))
        yield


@pytest.fixture(scope="module")
def data(example_data, tmp_path_factory) -> Data:
    """Return the example's tables as a project's that keeps no figures: those worked out here are a few of all."""
    return dataclasses.replace(example_data, project=tmp_path_factory.mktemp("external"))


def both_of(data, quarter=QUARTER) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the public figures of a quarter's set, and all the figures that they were made from."""
    table = figures(data, quarter)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(external, "figures", lambda *_: table)
        return public_figures(data, quarter), table


@pytest.fixture(scope="module")
def example_sets(data) -> Callable[[pd.Period], tuple[pd.DataFrame, pd.DataFrame]]:
    """Return a function that returns both of a quarter of the example, worked out once."""
    return functools.cache(lambda quarter: both_of(data, quarter))


@pytest.fixture
def public(example_sets) -> pd.DataFrame:
    return example_sets(QUARTER)[0]


def alone(data):
    """Return the data without earlier quarters to show: each quarter is hidden by itself, and attacked by itself."""
    return dataclasses.replace(data, settings=data.settings.model_copy(update={"comparators": 0}))


def with_audits(data, number, seed, *, ungraded=0, moderated=None):
    """Return the data with audits drawn at random from the example's, as if they were of one quarter.

    The last `ungraded` of them have no grade, and where `moderated` is given the first so many have a second reader's.
    """
    drawn = data.audits.sample(number, replace=True, random_state=seed, ignore_index=True)
    drawn = drawn.assign(audit_id=[f"A{n}" for n in range(number)], quarter=QUARTER, reaudit_of=None)
    drawn = drawn.astype(data.audits.dtypes.to_dict())
    second = drawn["moderated_grade"]
    if moderated is not None:
        second = second.fillna(drawn["overall_grade"]).where(drawn.index < moderated)
    graded = drawn.index < number - ungraded
    drawn = drawn.assign(overall_grade=drawn["overall_grade"].where(graded), moderated_grade=second.where(graded))
    return alone(dataclasses.replace(data, audits=audits_with_grades(drawn, data.settings)))


class Attacker:
    """Somebody who has the published file, knows what its figures are sums of, and can solve equations."""

    def __init__(self, table, settings):
        self.table = table
        self.levels = [level for level in dict.fromkeys(table["level_of_need"]) if level != "All"]
        self.grades = settings.grade_names
        self.good = [grade.name for grade in settings.grades if grade.good]
        self.failing = [grade.name for grade in settings.grades if grade.failing]
        self.unknown = [(level, grade) for level in self.levels for grade in [*self.grades, "not graded"]]
        self.unknown += ["changed", "upheld", "graded by one reader", "families"]
        same = self.row(self.cells("All", self.grades)) - self.row(["changed", "upheld", "graded by one reader"])
        self.known = [(same, 0)]
        for row in table.to_dict("records"):
            for column, sums in zip(("count", "denominator"), self.sums(row), strict=True):
                if pd.notna(row[column]):
                    self.known.append((self.row(sums), row[column]))

    def cells(self, level, grades):
        levels = self.levels if level == "All" else [level]
        return [(each, grade) for each in levels for grade in grades]

    def sums(self, row):
        level, measure = row["level_of_need"], row["measure"]
        graded = self.cells(level, self.grades)
        return {
            "audits_completed": (self.cells(level, [*self.grades, "not graded"]), []),
            "grade": (self.cells(level, [row["category"]]), graded),
            "good_or_better": (self.cells(level, self.good), graded),
            "inadequate": (self.cells(level, self.failing), graded),
            "audits_moderated": (["changed", "upheld"], []),
            "moderation_changed": (["changed"], ["changed", "upheld"]),
            "multi_agency_families": (["families"], []),
        }[measure]

    def row(self, sums):
        return np.array([float(each in sums) for each in self.unknown])

    def between(self, sums):
        """Return the least and the most that a number can be."""
        rows, values = zip(*self.known, strict=True)
        aim = self.row(sums)
        found = [
            milp(
                sign * aim,
                integrality=np.ones(len(aim), int),
                bounds=Bounds(0, 500),
                constraints=LinearConstraint(np.array(rows), values, values),
            )
            for sign in (1, -1)
        ]
        assert all(each.success for each in found)
        return round(found[0].fun), round(-found[1].fun)


def rests_of(truth, attacker):
    """Return whom nothing on the page counts, though numbers on it may tell how many they are: sums, and how many."""
    whole = truth[truth["level_of_need"] == "All"].set_index(["measure", "category"])
    completed, moderated = whole.loc[("audits_moderated", ""), ["denominator", "count"]]
    graded = whole.loc[("good_or_better", ""), "denominator"]
    one_reader, not_graded = ["graded by one reader"], attacker.cells("All", ["not graded"])
    yield one_reader, graded - moderated
    yield not_graded, completed - graded
    yield [*one_reader, *not_graded], completed - moderated


def assert_safe(public, table, settings, quarter=QUARTER):
    """Attack one quarter's figures, beside what they would be without suppression."""
    public, truth = (each[each["quarter"] == quarter_name(quarter)] for each in (public, table))
    truth = truth[truth["month"] == ""]
    attacker = Attacker(public, settings)
    keys = ["measure", "level_of_need", "category"]
    both = public.merge(truth, on=keys, suffixes=("", "_true"), validate="1:1")
    assert len(both) == len(public)
    secrets = [rest for rest, count in rests_of(truth, attacker) if 0 < count < THRESHOLD]
    for row in both.to_dict("records"):
        counted, everyone = attacker.sums(row)
        rest = [each for each in everyone if each not in counted]
        if pd.isna(row["count"]):
            assert row["note"] == "suppressed"
            assert pd.isna(row["percent"])
            assert pd.isna(row["ci_low"])
            secrets.append(counted)
        else:
            assert row["count"] == row["count_true"]
            assert row["count"] == 0 or row["count"] >= THRESHOLD
        if everyone and pd.isna(row["denominator"]):
            secrets.append(everyone)
        if rest and 0 < row["denominator_true"] - row["count_true"] < THRESHOLD:
            secrets.append(rest)
    for secret in secrets:
        low, high = attacker.between(secret)
        assert high - low >= THRESHOLD - 1, (secret, low, high)


@pytest.mark.parametrize("number", [1, 4, 6, 11, 20, 35, 70])
def test_nothing_small_can_be_worked_out(data, number):
    ungraded = 1 + number // 4
    for some in (
        with_audits(data, number, seed=1),
        with_audits(data, number, seed=2, ungraded=ungraded, moderated=max(0, number - ungraded - 2)),
    ):
        assert_safe(*both_of(some), data.settings)


@pytest.mark.parametrize("ungraded", [0, 1, 10])
def test_two_audits_that_one_reader_alone_graded_cannot_be_worked_out(data, ungraded):
    """Whoever is moderated has a grade, so those graded tell of the others, whether all are graded or not."""
    some = with_audits(data, 20 + ungraded, 3, ungraded=ungraded, moderated=18)
    public, table = both_of(some)
    truth = table[table["month"] == ""]
    assert [count for _, count in rests_of(truth, Attacker(public, data.settings))] == [2, ungraded, 2 + ungraded]
    assert_safe(public, table, data.settings)


def test_the_example_is_safe_in_every_quarter(data, example_sets):
    for quarter in data.quarters:
        assert_safe(*example_sets(quarter), data.settings, quarter)


def test_a_quarter_looks_the_same_in_every_set_it_is_in(data, example_sets):
    for (earlier, _), (later, _) in itertools.pairwise(map(example_sets, data.quarters)):
        for name in set(earlier["quarter"]) & set(later["quarter"]):
            one, other = (each[each["quarter"] == name].reset_index(drop=True) for each in (earlier, later))
            pd.testing.assert_frame_equal(one, other)


def test_a_share_of_nothing_is_none(data, public):
    nothing = public.assign(count=0, denominator=0, note="")
    points = dict(public_points(nothing, QUARTER, data.settings))
    assert points["Good or better, of the audits that were graded"] == "none"


def test_the_reference_quarter_shows_what_it_can(data, public):
    assert public_points(public, QUARTER, data.settings) == [
        ("Audits completed", "66"),
        ("Good or better, of the audits that were graded", "25 of 66 (38%)"),
        ("Inadequate, of the audits that were graded", "9 of 66 (14%)"),
        ("Audits checked by a second reader", "45"),
        ("Grade changed by the second reader, of the audits that were checked", "8 of 45 (18%)"),
        ("Families considered in multi-agency audits", "8"),
    ]
    now = public[public["quarter"] == "2025-26 Q2"]
    hidden = now[now["note"] == "suppressed"]
    assert list(hidden[["measure", "level_of_need", "category"]].itertuples(index=False, name=None)) == [
        ("grade", "All", "Outstanding"),
        ("grade", "All", "Good"),
        ("good_or_better", "EH", ""),
        ("good_or_better", "CL", ""),
    ]


def test_only_few_measures_and_no_text_go_out(data, public):
    assert list(public.columns) == figures_csv(public).splitlines()[0].split(",")
    assert set(public["measure"]) == {
        "audits_completed", "grade", "good_or_better", "inadequate", "audits_moderated", "moderation_changed",
        "multi_agency_families",
    }  # fmt: skip
    assert set(public["level_of_need"]) == {"All", *data.settings.level_codes}
    assert set(public["category"]) == {"", *data.settings.grade_names}
    assert set(public["month"]) == {""}
    assert set(public["note"]) <= {"", "suppressed"}
    assert public["value"].isna().all()


def test_charts_and_tables_say_what_is_suppressed(data, public):
    levels = public_rows(public, "good_or_better", QUARTER)
    chart = public_shares_chart(levels, data.settings, by="level_of_need")
    assert chart.title == "Good or better, by level of need"
    assert chart.alt == (
        "Bar chart of audits that were Good or better, by level of need, 2025-26 Q2. Whole service: 25 of 66 (38%); "
        "Early Help: suppressed; Help and Protection: 10 of 30 (33%); Children in Care: 7 of 18 (39%); "
        "Care Leavers: suppressed."
    )
    table = public_table(public_rows(public, "grade", QUARTER), data.settings)
    assert list(table.columns) == ["grade", "count", "denominator", "percent", "ci_low", "ci_high", "note"]
    families = public_table(public_rows(public, "multi_agency_families"), data.settings)
    assert list(families.columns) == ["quarter", "count", "note"]


def test_what_was_never_recorded_is_not_said_to_be_none(data):
    unmoderated = data.audits.assign(moderated_grade=data.audits["moderated_grade"].mask(data.audits["moderated"]))
    unrecorded = dataclasses.replace(
        data,
        audits=audits_with_grades(unmoderated, data.settings),
        multi_agency_audits=data.multi_agency_audits.iloc[:0],
    )
    public = public_figures(alone(unrecorded), QUARTER)
    assert set(public["measure"]) == {"audits_completed", "grade", "good_or_better", "inadequate"}
    assert [name for name, _ in public_points(public, QUARTER, data.settings)] == [
        "Audits completed",
        "Good or better, of the audits that were graded",
        "Inadequate, of the audits that were graded",
    ]
    assert why_left_out(public_rows(public, "multi_agency_families")) == "Nothing was recorded for this section."


@pytest.mark.parametrize(
    ("counts", "denominators", "says"),
    [
        ([None, 25], [8, 66], ""),
        ([None, 0], [None, None], ""),
        ([0, 25], [0, 66], ""),
        ([None, None], [8, None], "All numbers that would stand here are suppressed."),
        ([0, 0], [0, 0], "There was nothing to count."),
        ([None, 0], [8, 0], "All numbers that would stand here are suppressed, or there was nothing to count."),
    ],
)
def test_where_a_chart_would_say_nothing_a_sentence_says_why(counts, denominators, says):
    rows = pd.DataFrame({"count": counts, "denominator": denominators}, dtype="Int64")  # as they are in public_rows
    assert why_left_out(rows) == says


def test_of_one_audit_no_chart_is_drawn_and_it_is_not_said_that_there_was_none(data):
    public = public_figures(with_audits(data, 1, seed=1), QUARTER)
    hidden = "All numbers that would stand here are suppressed"
    assert why_left_out(public_rows(public, "good_or_better")) == f"{hidden}."
    assert why_left_out(public_rows(public, "grade", QUARTER)) == f"{hidden}."
    assert why_left_out(public_rows(public, "good_or_better", QUARTER)) == f"{hidden}, or there was nothing to count."


def test_without_a_threshold_nothing_is_said_of_suppression(data):
    assert "suppressed" not in about(data.settings.model_copy(update={"small_number_threshold": 1}))
    assert "Numbers from 1 to 4 are not shown" in about(data.settings)


@pytest.mark.parametrize(("number", "seed"), [(9, 1)])
def test_nothing_small_can_be_worked_out_with_ten_grades_and_eight_services(data, tmp_path, number, seed):
    scale = "".join(
        f'[[grades]]\nname = "{grade}"\ngood = {str(grade <= 4).lower()}\nfailing = {str(grade > 8).lower()}\n'
        for grade in range(1, 11)
    )
    levels = "".join(f'[[levels_of_need]]\ncode = "S{level}"\nname = "Service {level}"\n' for level in range(1, 9))
    (tmp_path / "settings.toml").write_text(f"comparators = 0\n{scale}{levels}", encoding="utf-8")
    own, some, chance = load_settings(tmp_path), with_audits(data, number, seed), np.random.default_rng(seed)
    drawn = {
        "level_of_need": pd.Series(chance.choice(own.level_codes, number), dtype=dtype_of("level_of_need", own)),
        "overall_grade": pd.Series(chance.choice(own.grade_names, number), dtype=dtype_of("grade", own)),
        "moderated_grade": pd.Series(chance.choice(own.grade_names, number), dtype=dtype_of("grade", own)),
    }
    drawn["moderated_grade"] = drawn["moderated_grade"].where(some.audits["moderated"])
    some = dataclasses.replace(some, audits=audits_with_grades(some.audits.assign(**drawn), own), settings=own)
    public, table = both_of(some)
    assert set(public["level_of_need"]) == {"All", *some.settings.level_codes}
    assert len(public[public["measure"] == "grade"]) == 10
    assert_safe(public, table, some.settings)
