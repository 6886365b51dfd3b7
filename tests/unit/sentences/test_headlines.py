import math
import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_analysis.metrics.verdicts import direction_of
from qa_analysis.sentences.headlines import headlines
from tests.tables import counts

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
MAY, AUGUST = "2025-05-01", "2025-08-01"


def _cases(*cells):
    """Return audits of tuples: date, level of need, grade, moderated grade (or None), and how many."""
    return [cell[:3] if cell[3] is None else cell[:4] for cell in cells for _ in range(cell[4])]


@pytest.fixture(scope="module")
def make(make_audits, make_data):
    """Return a function of audits, of which some are re-audits, and of the other tables."""

    def of(*rows, reaudit_of=None, **tables):
        audits = make_audits(*rows)
        named = pd.Series(reaudit_of or {}, dtype="str").reindex(audits["audit_id"]).array
        return make_data(audits=audits.assign(reaudit_of=named), **tables)

    return of


@pytest.fixture(scope="module")
def data(make, make_sub_grades, make_plan):
    rows = _cases(
        (MAY, "EH", "G", "G", 18),
        (MAY, "EH", "G", "RI", 7),  # moderation changed 7 of 25
        (MAY, "CL", "I", None, 15),
        (AUGUST, "EH", "G", "G", 37),
        (AUGUST, "EH", "G", "RI", 8),  # 8 of 45
        (AUGUST, "CL", "I", None, 1),
        (AUGUST, "CL", None, None, 1),
    )
    sub_grades = make_sub_grades(
        ("A-19", MAY, "EH", "Visits", "G"), ("A-78", AUGUST, "EH", "Visits", "G"), ("A-79", AUGUST, "EH", "Visits", "O")
    )  # fmt: skip
    plan = make_plan((Q2, "EH", 50), (Q2, "CL", 2))
    return make(*rows, reaudit_of={"A-41": "A-26", "A-86": "A-27"}, sub_grades=sub_grades, audit_plan=plan)


def test_the_headlines_in_words(data):
    result = headlines(data, Q2)
    assert result["measure"].tolist() == [
        "audits_completed", "good_or_better", "inadequate", "moderation_changed", "reaudits_improved", "green_shoots",
    ]  # fmt: skip
    assert result["verdict"].tolist() == [
        "more", "higher", "lower", "no clear change", "no audits to count the quarter before", "no clear change",
    ]  # fmt: skip
    sentences = result["sentence"].tolist()
    assert sentences[0] == "Audits completed: 47 of 52 planned, more than the 40 of the quarter before."
    assert sentences[1].startswith(
        "Audits graded Good or better: 37 of 46 (80%); 18 of 40 (45%) the quarter before: higher (the difference may be anything from +"
    )
    assert sentences[2].startswith(
        "Audits graded Inadequate: 1 of 46 (2%); 15 of 40 (38%) the quarter before: lower (the difference may be anything from −"
    )
    assert sentences[3] == (
        "Grades changed by moderation: 8 of 45 (18%); 7 of 25 (28%) the quarter before: "
        "no clear change (the difference may be anything from −31.6 to +9.1 points)."
    )
    assert sentences[4] == "Re-audited records that improved: 1 of 2 (50%); no audits to count the quarter before."
    assert sentences[5].startswith("Audits graded Requires improvement with green shoots: 2 of 8 (25%); 1 of 7 (14%)")


def test_the_numbers_behind_the_words(data):
    row = headlines(data, Q2).set_index("measure").loc["moderation_changed"]
    assert (row["count"], row["denominator"], row["earlier_count"], row["earlier_denominator"]) == (8, 45, 7, 25)
    assert row["percent"] == pytest.approx(17.78, abs=0.01)
    assert row["earlier_percent"] == 28
    assert (round(row["value"], 1), round(row["ci_low"], 1), round(row["ci_high"], 1)) == (-10.2, -31.6, 9.1)


def test_the_first_quarter_has_no_earlier_one(data):
    result = headlines(data, Q1)
    assert result["verdict"].tolist() == [
        "no earlier quarter", "no earlier quarter", "no earlier quarter", "no earlier quarter", "no audits to count this quarter",
        "no earlier quarter",
    ]  # fmt: skip
    assert result["sentence"].tolist()[:2] == [
        "Audits completed: 40; no earlier quarter.",
        "Audits graded Good or better: 18 of 40 (45%); no earlier quarter.",
    ]
    assert result.loc[4, "sentence"] == "Re-audited records that improved: no audits to count this quarter."


def test_without_comparators_nothing_is_compared(make):
    result = headlines(make((MAY, "EH", "G"), (AUGUST, "EH", "G"), comparator_quarters=0), Q2)
    assert result["verdict"].tolist()[:2] == ["no earlier quarter"] * 2
    assert result["sentence"].tolist()[1] == "Audits graded Good or better: 1 of 1 (100%); no earlier quarter."
    assert result[["earlier_count", "value", "ci_low"]].isna().all(axis=None)


def test_the_headlines_of_a_level_of_need(data):
    result = headlines(data, Q2, "CL").set_index("measure")
    assert result.loc["audits_completed", "sentence"] == (
        "Audits completed: 2 of 2 planned, fewer than the 15 of the quarter before."
    )
    assert result.loc["good_or_better", "count"] == 0
    assert result.loc["moderation_changed", "verdict"] == "no audits to count this quarter"
    assert result.loc["green_shoots", "verdict"] == "no audits to count this quarter"
    nobody = headlines(data, Q2, "CIC").set_index("measure")
    assert nobody.loc["audits_completed", "sentence"] == "Audits completed: 0, as many as the quarter before."
    assert nobody.loc["inadequate", "sentence"] == "Audits graded Inadequate: no audits to count this quarter."


def test_an_earlier_quarter_from_history_is_compared_by_its_counts(make, make_comparators):
    history = make_comparators(
        {"quarter": Q1, "measure": "moderation_changed", "count": 7, "denominator": 25, "percent": 28},
        {"quarter": Q1, "measure": "good_or_better", "percent": 52.5},
        {"quarter": Q1, "measure": "audits_completed", "count": 60},
    )
    data = make(*_cases((AUGUST, "EH", "G", "G", 37), (AUGUST, "EH", "G", "RI", 8)), comparators=history)
    result = headlines(data, Q2).set_index("measure")
    assert result.loc["moderation_changed", "sentence"].endswith(
        "7 of 25 (28%) the quarter before: no clear change (the difference may be anything from −31.6 to +9.1 points)."
    )
    assert (
        result.loc["audits_completed", "sentence"] == "Audits completed: 45, fewer than the 60 of the quarter before."
    )
    bare = result.loc["good_or_better"]
    assert bare["verdict"] == "no earlier counts"
    assert bare["sentence"] == (
        "Audits graded Good or better: 37 of 45 (82%); 53% the quarter before, as printed: no earlier counts."
    )
    assert bare["value"] == pytest.approx(100 * 37 / 45 - 52.5)
    assert math.isnan(bare["ci_low"])


def test_changes_for_the_figures(data):
    result = counts("change", QUARTERS, audits=data.audits, sub_grades=data.sub_grades)
    assert len(result) == 5 * 2 * 5
    row = result[
        (result["quarter"] == Q2) & (result["level_of_need"] == "All") & (result["category"] == "moderation_changed")
    ]
    assert row[["value", "ci_low", "ci_high"]].round(1).values.tolist() == [[-10.2, -31.6, 9.1]]
    assert result.loc[result["quarter"] == Q1, ["value", "ci_low", "ci_high"]].isna().all(axis=None)
    assert "count" not in result


def test_a_quarter_missing_in_the_middle_is_not_no_earlier_quarter(make):
    data = make(("2025-02-01", "EH", "G"), (AUGUST, "EH", "G"))
    assert headlines(data, Q2)["verdict"].tolist()[:2] == ["no audits the quarter before"] * 2
    assert headlines(data, Q2)["sentence"].tolist()[0] == "Audits completed: 1; no audits the quarter before."
    result = counts("change", [Q1 - 1, *QUARTERS], audits=data.audits, sub_grades=data.sub_grades)
    assert result["value"].isna().all()


def test_empty_tables(make):
    result = headlines(make(), Q2)
    assert result["verdict"].tolist() == ["no earlier quarter"] + ["no audits to count this quarter"] * 5
    assert "nan" not in " ".join(result["sentence"]).lower()


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(-1, 1, "no clear change"), (0.1, 1, "higher"), (-1, -0.1, "lower"), (0, 5, "no clear change"), (-5, 0, "no clear change")],
)  # fmt: skip
def test_a_verdict_needs_an_interval_without_zero(low, high, said):
    assert direction_of(low, high) == said


@pytest.mark.slow
@settings(deadline=None, max_examples=8)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([MAY, AUGUST]),
            st.sampled_from(["EH", "CL"]),
            st.sampled_from(["O", "G", "RI", "I", None]),
            st.sampled_from(["G", "RI", None]),
        ),
        max_size=30,
    ),
    st.sampled_from(["All", "EH"]),
)
def test_no_verdict_goes_against_its_numbers_and_no_sentence_has_a_hole(make, rows, level):
    result = headlines(make(*rows), Q2, level)
    assert not result["sentence"].str.contains("nan|None|NA|<", regex=True).any()
    assert result["sentence"].str.endswith(".").all()
    told = result[result["verdict"].isin(["higher", "lower"])]
    assert ((told["value"] > 0) == (told["verdict"] == "higher")).all()
    for sentence, said in zip(result["sentence"], result["verdict"], strict=True):
        assert said in sentence
        assert re.search(r"[+−]?\d", sentence) or "no audits" in said
