import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from statsmodels.stats.inter_rater import cohens_kappa

from qa_analysis.metrics.moderation import quadratic_weighted_kappa
from tests.tables import counts

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
TABLES = arrays(np.int64, (4, 4), elements=st.integers(0, 12))


def _cases(*cells):
    """Return audits of tuples: date, level of need, first grade, moderated grade, and how many."""
    return [cell[:4] for cell in cells for _ in range(cell[4])]


@pytest.fixture(scope="module")
def reference(make_audits):
    """Return the 45 moderated audits of the reference quarter."""
    return make_audits(
        *_cases(
            ("2025-07-01", "EH", "O", "O", 2),
            ("2025-07-01", "EH", "G", "G", 6),
            ("2025-07-01", "H&P", "G", "RI", 6),
            ("2025-07-01", "H&P", "G", "I", 1),
            ("2025-07-01", "CIC", "RI", "RI", 22),
            ("2025-07-01", "CIC", "RI", "I", 1),
            ("2025-07-01", "CL", "I", "I", 7),
        ),
        ("2025-07-02", "CL", "G"),  # not moderated
        ("2025-07-02", "CL", None, "G"),  # no first grade: no pair
    )


def test_kappa_of_hout_duncan_and_sobel():
    # "Sex is fun": Hout, Duncan & Sobel (1987), in Agresti (1990), Categorical Data Analysis, Table 2.8; with
    # Fleiss-Cohen weights 0.3320 in Friendly & Meyer (2016), Discrete Data Analysis with R, section 4.7.
    table = np.array([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]])
    assert quadratic_weighted_kappa(table) == pytest.approx(0.3320, abs=5e-5)


def test_kappa_of_the_anxiety_ratings():
    # Raters 2 and 3 of the data set "anxiety" of the R package irr: kappa2(anxiety[, 2:3], "squared") = 0.2520325,
    # with the grade that nobody gave left out, as irr does.
    second = [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4]
    third = [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2]
    place = {grade: order for order, grade in enumerate([1, 2, 3, 4, 6])}
    table = np.zeros((5, 5))
    for one, other in zip(second, third, strict=True):
        table[place[one], place[other]] += 1
    assert quadratic_weighted_kappa(table) == pytest.approx(0.2520325, abs=5e-8)


def test_kappa_by_hand():
    # Observed disagreement 2 of 10, expected 0.5 · 0.7 + 0.5 · 0.3 = 0.5 of one: 1 − 0.2 / 0.5.
    assert quadratic_weighted_kappa(np.array([[5, 0], [2, 3]])) == pytest.approx(0.6)


@pytest.mark.parametrize("table", [np.zeros((4, 4)), np.diag([0, 9, 0, 0]), np.diag([1, 0, 0, 0])])
def test_kappa_is_not_defined_where_all_have_one_grade(table):
    assert math.isnan(quadratic_weighted_kappa(table))


@given(TABLES)
def test_kappa_is_the_same_turned_round_and_never_above_one(table):
    kappa = quadratic_weighted_kappa(table)
    if math.isnan(kappa):
        assert np.count_nonzero(table) <= 1
        return
    assert -1 - 1e-9 <= kappa <= 1 + 1e-9
    assert quadratic_weighted_kappa(table.T) == pytest.approx(kappa)
    assert quadratic_weighted_kappa(table[::-1, ::-1]) == pytest.approx(kappa)
    assert (kappa == pytest.approx(1)) == (np.trace(table) == table.sum())


@given(TABLES)
def test_kappa_is_that_of_statsmodels(table):
    if np.count_nonzero(table) > 1:
        expected = cohens_kappa(table, wt="quadratic", return_results=False)
        assert quadratic_weighted_kappa(table) == pytest.approx(expected)


def test_kappa_of_many_tables_is_that_of_each():
    tables = np.random.default_rng(1).integers(0, 9, size=(20, 3, 3))
    assert quadratic_weighted_kappa(tables) == pytest.approx([float(quadratic_weighted_kappa(each)) for each in tables])


def test_kappa_of_a_quarter(reference):
    before, now = counts("moderation_kappa", QUARTERS, audits=reference).to_dict("records")
    # By hand, grades 1 to 4. Disagreement: 6 · 1 + 1 · 4 + 1 · 1 = 11. First grades 2, 13, 23, 7 and final ones
    # 2, 6, 28, 9 of 45: expected Σ first · final · distance² / 45 = 2·(6·1+28·4+9·9) + 13·(2·1+28·1+9·4)
    # + 23·(2·4+6·1+9·1) + 7·(2·9+6·4+28·1) = 398 + 858 + 529 + 490 = 2275, / 45 = 50.556; 1 − 11 / 50.556 = 0.7824.
    assert now["value"] == pytest.approx(1 - 11 / (2275 / 45))
    assert (now["level_of_need"], now["note"]) == ("All", "")
    assert now["ci_low"] < now["value"] < now["ci_high"] <= 1
    # Its width agrees with the large-sample standard error, 0.0963: Fleiss, Cohen & Everitt (1969), eq. 12.
    assert (now["ci_high"] - now["ci_low"]) / (2 * 1.96) == pytest.approx(0.0963, abs=0.01)
    assert before["note"] == "too few"
    assert math.isnan(before["value"])


def test_kappa_is_the_same_every_time(reference):
    pd.testing.assert_frame_equal(
        counts("moderation_kappa", QUARTERS, audits=reference), counts("moderation_kappa", QUARTERS, audits=reference)
    )


@pytest.mark.parametrize(("number", "note"), [(19, "too few"), (20, "")])
def test_kappa_is_hidden_under_20_audits(make_audits, number, note):
    cells = [("2025-07-01", "EH", "G", "G", number - 5), ("2025-07-01", "EH", "RI", "RI", 5)]
    (row,) = counts("moderation_kappa", [Q2], audits=make_audits(*_cases(*cells))).to_dict("records")
    assert row["note"] == note
    assert math.isnan(row["value"]) == (note != "")
    if not note:
        assert (row["value"], row["ci_low"], row["ci_high"]) == (1, 1, 1)


def test_kappa_of_one_grade_is_told_to_have_none(make_audits):
    (row,) = counts("moderation_kappa", [Q2], audits=make_audits(*_cases(("2025-07-01", "EH", "G", "G", 30)))).to_dict(
        "records"
    )
    assert row["note"] == "all one grade"
    assert math.isnan(row["value"])
    assert math.isnan(row["ci_low"])


@pytest.mark.parametrize(("auditor", "moderator"), [("G", "RI"), ("RI", "G")])
def test_kappa_is_hidden_where_one_reader_gave_one_grade(make_audits, auditor, moderator):
    # One reader gave Good to all 20, the other Requires improvement to one: kappa would be 0 with an interval of 0 to 0.
    audits = make_audits(*_cases(("2025-07-01", "EH", "G", "G", 19), ("2025-07-01", "EH", auditor, moderator, 1)))
    (row,) = counts("moderation_kappa", [Q2], audits=audits).to_dict("records")
    assert row["note"] == "all one grade"
    assert math.isnan(row["value"])
    assert math.isnan(row["ci_low"])
    both = make_audits(*_cases(("2025-07-01", "EH", "G", "G", 19), ("2025-07-01", "EH", "RI", "RI", 1)))
    (row,) = counts("moderation_kappa", [Q2], audits=both).to_dict("records")
    assert (row["value"], row["note"]) == (1, "")


def test_the_direction_of_changes(reference):
    (row, *_) = counts("moderation_direction_p", [Q2], audits=reference).to_dict("records")
    assert (row["value"], row["note"]) == (2 / 2**8, "")  # none raised, 8 lowered


@pytest.mark.parametrize(
    ("raised", "lowered", "p"),
    [
        # Siegel & Castellan (1988), Table D, one-tailed, doubled: N = 8: x = 1 .035; N = 10: x = 2 .055;
        # N = 14: x = 3 .029 (the example of section 5.1); N = 20: x = 5 .021.
        (1, 7, 0.035),
        (8, 2, 0.055),
        (11, 3, 0.029),
        (5, 15, 0.021),
    ],
)
def test_the_sign_test_agrees_with_the_table(make_audits, raised, lowered, p):
    audits = make_audits(*_cases(("2025-07-01", "EH", "RI", "G", raised), ("2025-07-01", "EH", "G", "I", lowered)))
    (row, *_) = counts("moderation_direction_p", [Q2], audits=audits).to_dict("records")
    assert row["value"] / 2 == pytest.approx(p, abs=0.0006)


def test_the_direction_is_told_of_each_level_by_itself(make_audits):
    changed = ("2025-07-01", "EH", "G", "RI", 6), ("2025-07-01", "CL", "RI", "G", 6)
    table = counts("moderation_direction_p", [Q2], audits=make_audits(*_cases(*changed))).set_index("level_of_need")
    assert table.loc["All", "value"] == 1  # 6 and 6
    assert table.loc[["EH", "CL"], "value"].tolist() == [2 / 2**6] * 2
    assert table.loc[["H&P", "CIC"], "note"].tolist() == ["too few"] * 2


@pytest.mark.parametrize(("changes", "note"), [(0, "too few"), (5, "too few"), (6, "")])
def test_under_six_changes_are_too_few_to_tell(make_audits, changes, note):
    audits = make_audits(*_cases(("2025-07-01", "EH", "G", "RI", changes), ("2025-07-01", "EH", "G", "G", 30)))
    (row, *_) = counts("moderation_direction_p", [Q2], audits=audits).to_dict("records")
    assert row["note"] == note
    assert math.isnan(row["value"]) == (note != "")


def test_no_audits_have_no_agreement(make_audits):
    of_all = counts("moderation_direction_p", QUARTERS, audits=make_audits()).query("level_of_need == 'All'")
    for table in (counts("moderation_kappa", QUARTERS, audits=make_audits()), of_all):
        assert table["quarter"].tolist() == QUARTERS
        assert table["note"].tolist() == ["too few"] * 2
        assert table["value"].isna().all()
    assert counts("moderation_kappa", [], audits=make_audits()).empty
