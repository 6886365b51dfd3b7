import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_analysis.quality.check import problems_of_claims
from qa_analysis.quality.claims import Claim, claims_in, wrong_claims


@pytest.mark.parametrize(
    ("text", "count", "total", "percent"),
    [
        ("5 out of 6 (83%) re-audited records improved", 5, 6, "83"),
        ("5 of 6 (83%)", 5, 6, "83"),
        ("12 of 40 (30 %)", 12, 40, "30"),
        ("12 of 40 audits with green shoots (30%)", 12, 40, "30"),
        ("(62%, 21 of 33)", 21, 33, "64"),
        ("83% (5 of 6)", 5, 6, "83"),
        ("83% (5/6)", 5, 6, "83"),
        ("3/11 (27%)", 3, 11, "27"),
        ("five of six (83%)", 5, 6, "83"),
        ("Five of the six re-audited records improved (83%).", 5, 6, "83"),
        ("None of the 6 were Inadequate (0%)", 0, 6, "0"),
        ("of these 45 audits 8 changed (18%)", 8, 45, "18"),
        ("Of the 45 moderated audits, 8 had their grade changed (17.8%)", 8, 45, "17.8"),
        ("Out of 45 audits, 8 (18%) changed", 8, 45, "18"),
        ("45 audits were moderated, of which 8 changed (18%)", 8, 45, "18"),
        ("45 audits were moderated. Of these, 8 changed (18%).", 8, 45, "18"),
        ("45 of the 66 audits were moderated; of these 8 changed (18%)", 8, 45, "18"),
        ("8 of the 45 moderated audits (18%) (previous quarter 28%)", 8, 45, "18"),
        ("8 (18%) of 45 audits", 8, 45, "18"),
        ("8 audits (18%) out of the 45", 8, 45, "18"),
        ("18% (8) of the 45 audits", 8, 45, "18"),
        ("18% of the 45 moderated audits (n=8) changed", 8, 45, "18"),
        ("83% of re-audited records improved (5 of 6)", 5, 6, "83"),
        ("83%, or 5 of 6, improved", 5, 6, "83"),
        ("5 of 6, or 83%, improved", 5, 6, "83"),
        ("5 of 6 records improved, which is 83%", 5, 6, "83"),
        ("5 of 6 = 83%", 5, 6, "83"),
        ("5 of 6 – 83% – improved", 5, 6, "83"),
        ("5 of 6 (i.e. 83%)", 5, 6, "83"),
        ("8 of 45: 18%", 8, 45, "18"),
        ("8 audits out of 45 (18 per cent)", 8, 45, "18"),
        ("8 out of a total of 45 (18%)", 8, 45, "18"),
        ("1,234 of 5,678 records (22%)", 1234, 5678, "22"),
        ("8 of 45 (18%, down from 28%)", 8, 45, "18"),
        ("8 of 45 (18% compared with 28%)", 8, 45, "18"),
        ("8 of 45 (18%; previous quarter 28%)", 8, 45, "18"),
        ("12 of 30 Help and Protection audits in 2025-26 Q2 (40%)", 12, 30, "40"),
        ("21 of 33 graded Good or better (64%)", 21, 33, "64"),
        ("7 of 25 children aged 5 to 11 (28%)", 7, 25, "28"),
        ("12 of 8 (150%)", 12, 8, "150"),
        ("1 of 8 (13%)", 1, 8, "13"),
        ("1 of 8 (12.5%)", 1, 8, "12.5"),
        ("2 of 3 (66.67%)", 2, 3, "66.67"),
        ("0 of 9 (0%)", 0, 9, "0"),
        ("6 of 6 (100%)", 6, 6, "100"),
        ("5\u00a0of\u00a06\u00a0(83\u00a0%)", 5, 6, "83"),
    ],
)  # fmt: skip
def test_a_claim_is_read(text: str, count: int, total: int, percent: str) -> None:
    (claim,) = claims_in(text)
    assert (claim.count, claim.total) == (count, total)
    if text != "(62%, 21 of 33)":  # 21 of 33 is 63.6%
        assert claim.percent == percent
        assert claim.right
    assert claim.right_percent == percent


@pytest.mark.parametrize(
    ("text", "words", "right"),
    [
        ("45 of the 66 audits were moderated; of these 45 audits 8 changed (19%) (previous quarter 28%).",
         "of these 45 audits 8 changed (19%)", "18"),
        ("Of the 45 moderated audits, 8 had their grade changed – 19%.",
         "Of the 45 moderated audits, 8 had their grade changed – 19%", "18"),
        ("3/11 (33%)", "3/11 (33%)", "27"),
        ("7/7 (90%)", "7/7 (90%)", "100"),
        ("8 of 45 moderated audits had their grade changed, which is 19%",
         "8 of 45 moderated audits had their grade changed, which is 19%", "18"),
        ("8 of 45 audits moderated were changed, 19% (28% last quarter)",
         "8 of 45 audits moderated were changed, 19%", "18"),
        ("8 (19% of 45) changed", "8 (19% of 45)", "18"),
        ("8 of the total 45 (19%)", "8 of the total 45 (19%)", "18"),
        ("(62%, 21 of 33)", "62%, 21 of 33)", "64"),
        ("Good or better in 21 of 33 audits (62%).", "21 of 33 audits (62%)", "64"),
        ("1 of 8 (12%)", "1 of 8 (12%)", "13"),
        ("8 of 45 (17.7%)", "8 of 45 (17.7%)", "17.8"),
        ("2 of 3 (66%)", "2 of 3 (66%)", "67"),
        ("five of six (80%)", "five of six (80%)", "83"),
        ("12 of 40 (33%) showed green shoots", "12 of 40 (33%)", "30"),
        ("8 (19%) of 45 audits", "8 (19%) of 45", "18"),
        ("83% improved (4 of 6)", "83% improved (4 of 6)", "67"),
        ("12 of 8 (67%)", "12 of 8 (67%)", "150"),
        ("0 of 9 (10%)", "0 of 9 (10%)", "0"),
    ],
)  # fmt: skip
def test_a_wrong_claim_is_found_with_the_right_figure(text: str, words: str, right: str) -> None:
    (claim,) = claims_in(text)
    assert (claim.words, claim.right, claim.right_percent) == (words, False, right)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8 of 45 audits changed",
        "83% of families were pleased",
        "8 of 45 changed; 90% of visits were on time",
        "8 of 45 changed, 90% of visits were on time",
        "8 of 45 changed and 90% were on time",
        "8 of 45 changed (90% of visits were on time)",
        "8 of 45 changed. 90% of visits were on time.",
        "8 of 45 changed and visits were timely (90%)",
        "8 of 45 (previous quarter 28%)",
        "8 of 45 (target 90%)",
        "8 of 45, against a target of 90% (5 of 6 teams met it)",
        "8 of 45 (about 20%)",
        "nearly 20% (8 of 45)",
        "8 of 45 (~20%)",
        "8 of 45 (15–20%)",
        "8 of 45 (+10%)",
        "8 of 45 (up 10%)",
        "a 10% increase (8 of 45)",
        "8 of 45 (10 percentage points more)",
        "8 of 45 (10% points)",
        "8 of 45 changed, which is 10% down on last quarter",
        "Of the 66 audits, 45 (for 68% see below) were moderated",
        "Of the 66 audits, 45 were moderated and 8 changed (18%)",
        "In 2025-26 28% were changed",
        "2025/26 (28%)",
        "2024-25 Q2 (28%)",
        "In 2024/25, 28% (previous year 30%)",
        "on 03/09/2025 (28%)",
        "Visited on 3/11 (28%)",
        "03/11 (28%)",
        "5 of 2025 (28%)",
        "3.9.25 (28%)",
        "A mother gave us 10/10 (83% of families did)",
        "scored 10/10 (83%)",
        "rated 4/5 (83%)",
        "9/10 (83%)",
        "children aged 5 to 6 (83%)",
        "5 or 6 (83%)",
        "one in six (20%)",
        "4 in 5 children (82%)",
        "0 of 0 (0%)",
        "one-to-one of six (20%)",
        "half of six (20%)",
        "three of six changed and two were raised (33%)",
        "of 12-year-olds (83%)",
        "24/7 support, 83%",
        "8 of 45 changed\n90% of visits were on time",
        "Step 2 of 3: visits rose by 10%",
        "£5 of 6 (90%)",
        "1.5 of 6 (90%)",
    ],
)
def test_no_false_alarm(text: str) -> None:
    assert claims_in(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "5 of 6 (83%), 8 of 45 (18%) and 7 of 25 (28%)",
        "83% (5 of 6), 18% (8 of 45), 28% (7 of 25)",
        "83%, 5 of 6, 18%, 8 of 45, 28%, 7 of 25",
        "Good 5 of 6: 83%; RI 8 of 45: 18%; Inadequate 7 of 25: 28%",
        "5 of 6 (83%) improved; 45 of the 66 audits were moderated; of these 8 (18%) changed, before that 7 of 25 (28%)",
        "5 of the 6 audits (83%) improved. 45 (68%) were moderated; of these, 8 (18%) changed; Q1: 7/25 (28%)",
    ],
)
def test_each_percentage_is_read_with_its_own_counts(text: str) -> None:
    assert [claim.percent for claim in claims_in(text)] == ["83", "18", "28"]
    assert all(claim.right for claim in claims_in(text))


def _table(column: str, texts: list[str | None]) -> pd.DataFrame:
    size = len(texts)
    return pd.DataFrame(
        {
            "source_file": pd.Series(["q2.xlsx"] * size, dtype="str"),
            "source_sheet": pd.Series(["Findings"] * size, dtype="str"),
            "source_row": pd.Series(range(2, size + 2), dtype="Int64"),
            column: pd.Series(texts, dtype="str"),
        }
    )


def test_wrong_claims_name_file_sheet_and_row() -> None:
    table = _table("finding", ["8 of 45 (18%)", None, "8 of 45 (19%) and 2 of 3 (66%)", "no figures"])
    assert wrong_claims(table, "finding").values.tolist() == [
        ["q2.xlsx", "Findings", 4, "8 of 45 (19%)", "18%"],
        ["q2.xlsx", "Findings", 4, "2 of 3 (66%)", "67%"],
    ]


def test_empty_tables_hold_no_wrong_claims() -> None:
    empty = wrong_claims(_table("text", []), "text")
    assert empty.columns.tolist() == ["file", "sheet", "row", "words", "right"]
    assert empty.empty
    assert problems_of_claims({"commentary": _table("text", [])}).empty


def test_the_analysts_texts_are_checked_and_the_families_are_not() -> None:
    wrong = problems_of_claims(
        {
            "commentary": _table("text", ["3/11 (33%)"]),
            "findings": _table("finding", ["8 of 45 (19%)"]),
            "thematic_audits": _table("summary", ["5 of 6 (80%)"]),
            "manager_qa": _table("summary", ["5 of 6 (83%)"]),
            "feedback": _table("quote", ["1 of 2 (10%)"]),
        }
    )
    assert wrong["nearest"].tolist() == ["18%", "27%", "83%"]


@given(
    count=st.integers(0, 400), total=st.integers(1, 400), decimals=st.integers(0, 2), slip=st.sampled_from([-1, 0, 1])
)
def test_right_is_what_the_counts_round_to_half_up(count: int, total: int, decimals: int, slip: int) -> None:
    scale = 10**decimals
    whole = (200 * count * scale + total) // (2 * total) + slip
    percent = f"{whole // scale}" + (f".{whole % scale:0{decimals}d}" if decimals else "")
    claims = claims_in(f"{count} of {total} ({percent}%)") if whole >= 0 and whole // scale <= 999 else []
    assert all(claim.right == (slip == 0) for claim in claims)


@given(st.text(alphabet="0123456789 of(),;.%/-–anxdthes", max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    assert all(isinstance(claim, Claim) for claim in claims_in(text))


@pytest.mark.parametrize(
    "text",
    [
        "6 of 8 plans (60% last year)",
        "6 of 8 plans (60% last quarter)",
        "6 of 8 plans (60% previous quarter)",
        "6 of 8 plans (60% previously)",
        "6 of 8 plans (60% from Q1)",
        "6 of 8 plans, 60% last quarter",
        "6 of 8 plans, 60% against the target",
    ],
)
def test_a_percentage_of_another_time_is_no_claim_about_these_counts(text):
    assert claims_in(text) == []


@pytest.mark.parametrize("sign", ["%", " per cent", " PER CENT", " Percent", " PCT"])
def test_a_percentage_is_found_however_its_sign_is_written(sign):
    place = {"source_file": "a.xlsx", "source_sheet": "Findings", "source_row": 2}
    table = pd.DataFrame([place | {"finding": f"8 of 45 changed (19{sign})"}])
    assert wrong_claims(table, "finding")["right"].tolist() == ["18%"]
