import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_analysis.metrics.moderation import OTHERS, auditor_letters, drift_by_auditor, moderation_drift
from qa_analysis.metrics.share import NOT_RECORDED

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))


@pytest.fixture
def audits(make_audits):
    """Three of AUD-1: lowered by two steps, raised by one, upheld; two of AUD-2 upheld; others without both grades."""
    table = make_audits(
        ("2025-07-01", "EH", "O", "RI"),
        ("2025-08-01", "CIC", "RI", "G"),
        ("2025-05-01", "EH", "G", "G"),
        ("2025-07-02", "EH", "I", "I"),
        ("2025-07-03", "EH", "I", "I"),
        ("2025-07-04", "EH", "G"),
        ("2025-07-05", "EH", None, "G"),
        ("2025-07-06", "CL", "G", "RI"),
    )
    return table.assign(auditor=["AUD-1", "aud-1", "AUD-1", "AUD-2", "AUD-2 ", "AUD-1", "AUD-2", None])


def test_drift_by_quarter_counts_audits_with_both_grades_and_averages_their_steps(audits):
    drift = moderation_drift(audits, QUARTERS).set_index(["quarter", "level_of_need"])
    assert drift.loc[(Q2, "All")].to_dict() == {
        "audits": 5, "raised": 1, "upheld": 2, "lowered": 2, "mean_steps": pytest.approx((2 - 1 + 0 + 0 + 1) / 5),
    }  # fmt: skip
    assert drift.loc[(Q1, "EH"), ["audits", "upheld"]].tolist() == [1, 1]
    assert drift.loc[(Q2, "H&P"), "audits"] == 0
    assert pd.isna(drift.loc[(Q2, "H&P"), "mean_steps"])
    assert len(drift) == 2 * 5


def test_drift_by_auditor_names_those_with_enough_by_letter_and_those_not_recorded_last(audits):
    drift = drift_by_auditor(audits, QUARTERS, fewest=2).set_index("auditor")
    letters = auditor_letters(audits)
    assert drift.index.tolist() == [*sorted(letters.values()), NOT_RECORDED]
    assert drift.loc[letters["aud1"]].to_dict() == {
        "auditors": 1, "audits": 3, "raised": 1, "upheld": 1, "lowered": 1, "mean_steps": pytest.approx(1 / 3),
    }  # fmt: skip
    assert drift.loc[NOT_RECORDED, ["audits", "lowered"]].tolist() == [1, 1]


def of_auditors(make_audits, **numbers):
    """Return for each auditor a number of audits, all lowered by a step."""
    names = [name for name, number in numbers.items() for _ in range(number)]
    return make_audits(*[("2025-07-01", "EH", "G", "RI")] * len(names)).assign(auditor=names)


def counted(drift):
    return drift[["auditor", "auditors", "audits", "lowered"]].to_numpy().tolist()


def test_one_rare_auditor_is_put_together_with_the_one_who_has_the_next_fewest(make_audits):
    audits = of_auditors(make_audits, first=9, second=6, third=3)
    letter = auditor_letters(audits)["first"]
    assert counted(drift_by_auditor(audits, QUARTERS)) == [[letter, 1, 9, 9], [OTHERS, 2, 9, 9]]


def test_two_rare_auditors_hide_each_other_and_nobody_else(make_audits):
    audits = of_auditors(make_audits, first=9, second=5, third=3, fourth=1)
    letters = auditor_letters(audits)
    expected = sorted([[letters["first"], 1, 9, 9], [letters["second"], 1, 5, 5]])
    assert counted(drift_by_auditor(audits, QUARTERS)) == [*expected, [OTHERS, 2, 4, 4]]


def test_a_rare_auditor_with_nobody_to_hide_behind_is_left_out(make_audits):
    assert drift_by_auditor(of_auditors(make_audits, only=3), QUARTERS).empty
    audits = of_auditors(make_audits, only=3, unknown=2)
    audits["auditor"] = audits["auditor"].where(audits["auditor"] == "only")
    assert counted(drift_by_auditor(audits, QUARTERS)) == [[NOT_RECORDED, 1, 2, 2]]


def test_drift_by_auditor_of_a_level_keeps_the_letters(audits):
    of_level = drift_by_auditor(audits, [Q2], "EH", fewest=1)
    assert set(of_level["auditor"]) == set(auditor_letters(audits).values())
    assert of_level["audits"].sum() == 3


def test_no_audits_give_an_empty_table(make_audits):
    empty = make_audits().assign(auditor=pd.Series(dtype="str"))
    assert drift_by_auditor(empty, QUARTERS).empty
    assert moderation_drift(empty, QUARTERS)["audits"].tolist() == [0] * 10


NAMES = [f"AUD-{number:02}" for number in range(60)]


def of_names(names):
    return pd.DataFrame({"audit_id": [f"A{number}" for number in range(len(names))], "auditor": names})


def test_letters_go_on_after_z_and_each_auditor_has_one():
    letters = auditor_letters(of_names(NAMES))
    assert len(set(letters.values())) == 60
    assert {"A", "Z", "AA", "BH"} <= set(letters.values())


def test_letters_follow_neither_names_nor_rows_nor_numbers_of_audits():
    often = [name for number, name in enumerate(NAMES) for _ in range(number + 1)]
    letters = auditor_letters(of_names(often))
    by_letter = sorted(letters, key=lambda name: (len(letters[name]), letters[name]))
    assert by_letter not in (sorted(letters), sorted(letters, reverse=True))


def test_letters_change_with_the_data_so_that_a_reference_alone_tells_nothing():
    few = of_names(NAMES)
    assert auditor_letters(few) != auditor_letters(few.assign(audit_id=few["audit_id"] + "x"))


@given(st.permutations(NAMES[:8]))
def test_letters_do_not_depend_on_the_order_of_rows(names):
    table = of_names(NAMES[:8])
    shuffled = table.set_index("auditor").loc[names].reset_index()
    assert auditor_letters(shuffled) == auditor_letters(table)
