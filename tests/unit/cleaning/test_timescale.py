import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_analysis.cleaning.timescale import due_date, due_dates

RAISED = pd.Timestamp(2025, 10, 14)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        # dates
        ("2025-12-31", "2025-12-31"),
        ("2025-12-31 00:00:00", "2025-12-31"),
        ("31/12/2025", "2025-12-31"),
        ("03/11/25", "2025-11-03"),
        ("3.11.25", "2025-11-03"),
        ("3-11-2025", "2025-11-03"),
        ("3 Nov 2025", "2025-11-03"),
        ("3rd November 2025", "2025-11-03"),
        ("Monday 3rd of November, 2025", "2025-11-03"),
        ("3-Nov-25", "2025-11-03"),
        ("3 Sept 2026", "2026-09-03"),
        ("by 28 February 2026", "2026-02-28"),
        ("Whole-service meeting, 12 November 2025", "2025-11-12"),
        ("46022", "2025-12-31"),
        ("46022.0", "2025-12-31"),
        ("01/09/2025", "2025-09-01"),  # before it was raised: late from the start, but a date
        # days without a year: the first on or after it was raised
        ("12 November", "2025-11-12"),
        ("14 October", "2025-10-14"),
        ("13 Oct", "2026-10-13"),
        ("5th January", "2026-01-05"),
        ("12 November 10.30am", "2025-11-12"),
        # months
        ("Dec 2025", "2025-12-31"),
        ("December 2025", "2025-12-31"),
        ("Dec-25", "2025-12-31"),
        ("Dec '25", "2025-12-31"),
        ("Dec", "2025-12-31"),
        ("december.", "2025-12-31"),
        ("by end of February 2028", "2028-02-29"),
        ("End of March", "2026-03-31"),
        ("Sept", "2026-09-30"),
        ("October", "2025-10-31"),
        ("12/2025", "2025-12-31"),
        ("2025-12", "2025-12-31"),
        ("May", "2026-05-31"),
        ("may", "2026-05-31"),
        # meetings
        ("November whole-service meeting", "2025-11-30"),
        ("  november\nwhole service  MEETING ", "2025-11-30"),
        ("Whole-service meeting in January", "2026-01-31"),
        ("January 2027 whole-service meeting", "2027-01-31"),
        ("October whole-service meeting", "2025-10-31"),
        ("September ISC Board", "2026-09-30"),
        ("May team meeting", "2026-05-31"),
    ],
)
def test_a_timescale_with_a_date(text: str, due: str) -> None:
    assert due_date(text, RAISED) == pd.Timestamp(due)


@pytest.mark.parametrize(
    "text",
    [
        "TBC", "tbc", "", " ", "Ongoing", "ASAP", "Immediately", "Quarterly", "Spring 2026", "2026", "Q3", "2025-26",
        "2025-26 Q3", "31/09/2025", "00/12/2025", "15/13/2025", "29 February 2026", "30 February", "December 12",
        "TBC - November meeting", "after the November whole-service meeting", "from 01/11/2025",
        "15/11/2025 and 31/12/2025", "November and December meetings", "whole-service meeting may change",
        "next whole-service meeting", "reviewed in March by managers", "step 1 of 2", "Marching orders", None,
        float("nan"), pd.NaT, 3, "123456", "31/12/2025 (TBC)",
    ],
)  # fmt: skip
def test_a_timescale_without_a_date(text: object) -> None:
    assert due_date(text, RAISED) is pd.NaT


def test_the_month_it_was_raised_in_counts_to_its_last_day() -> None:
    assert due_date("November meeting", pd.Timestamp(2025, 11, 30)) == pd.Timestamp(2025, 11, 30)
    assert due_date("November meeting", pd.Timestamp(2025, 12, 1)) == pd.Timestamp(2026, 11, 30)


def test_without_a_day_raised_only_a_year_gives_a_date() -> None:
    assert due_date("Dec", pd.NaT) is pd.NaT
    assert due_date("12 November", pd.NaT) is pd.NaT
    assert due_date("Dec 2025", pd.NaT) == pd.Timestamp(2025, 12, 31)


def test_a_column_is_read_row_by_row() -> None:
    timescale = pd.Series(["Dec", "Dec", "TBC", None], index=[7, 8, 9, 11], dtype="str")
    raised = pd.Series(pd.to_datetime(["2025-10-14", "2026-01-05", "2025-10-14", "2025-10-14"]), index=[7, 8, 9, 11])
    due = due_dates(timescale, raised)
    assert due.index.tolist() == [7, 8, 9, 11]
    assert due.tolist() == [pd.Timestamp(2025, 12, 31), pd.Timestamp(2026, 12, 31), pd.NaT, pd.NaT]


def test_an_empty_column_has_dates_for_its_type() -> None:
    due = due_dates(pd.Series([], dtype="str"), pd.Series([], dtype="datetime64[us]"))
    assert due.empty
    assert due.dtype == "datetime64[us]"


@given(
    day=st.dates(pd.Timestamp(2001, 1, 1).date(), pd.Timestamp(2098, 12, 31).date()),
    form=st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "by %d/%m/%Y"]),
)
def test_every_written_day_is_read_back(day, form) -> None:
    assert due_date(day.strftime(form), RAISED) == pd.Timestamp(day)


@given(st.text(max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    due_date(text, RAISED)


@given(
    raised=st.dates(pd.Timestamp(2001, 1, 1).date(), pd.Timestamp(2098, 12, 31).date()),
    month=st.sampled_from(["January", "April", "August", "December"]),
)
def test_a_month_is_never_over_before_the_action_is_raised(raised, month) -> None:
    due = due_date(f"{month} meeting", pd.Timestamp(raised))
    assert pd.Timestamp(raised) <= due < pd.Timestamp(raised) + pd.Timedelta(days=366 + 31)
    assert due.is_month_end
    assert due.strftime("%B") == month
