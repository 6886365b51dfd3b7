"""What is another since a quarter was signed off: figures by their counts, audits by their hashes."""

import pandas as pd
import pytest

from qa_analysis.metrics.catalogue import NAMES
from qa_analysis.metrics.restated import (
    AUDIT,
    KEYS,
    NUMBERS,
    OF_EARLIER_QUARTERS,
    Audits,
    Printed,
    causes,
    changed_audits,
    restated,
)

SIGNED = [
    ("", "good_or_better", "All", "", 25, 66, 37.9, None),
    ("", "good_or_better", "EH", "", 5, 12, 41.7, None),
    ("2025-08", "good_or_better", "All", "", 8, 21, 38.1, None),
    ("", "moderation_changed", "All", "", None, None, 28.4, None),
    ("", "moderation_kappa", "All", "", None, None, None, 0.75),
    ("", "grades_change", "All", "inadequate", None, None, None, 4.5),
]


def figures(*rows):
    return pd.DataFrame(rows, columns=[*KEYS, *NUMBERS])


def with_row(place, row):
    return figures(*SIGNED[:place], row, *SIGNED[place + 1 :])


def test_nothing_is_another_where_the_figures_are_the_same_in_any_order():
    assert not restated(figures(*SIGNED), figures(*reversed(SIGNED)))


def test_a_headline_is_told_as_it_was_and_as_it_is_and_the_others_are_counted():
    found = restated(figures(*SIGNED), figures(
        ("", "good_or_better", "All", "", 24, 66, 36.4, None),
        ("", "good_or_better", "EH", "", 4, 12, 33.3, None),
        ("2025-08", "good_or_better", "All", "", 7, 21, 33.3, None),
        *SIGNED[3:],
    ))  # fmt: skip
    assert {name: [each[:2] for each in both] for name, both in found.headlines.items()} == {
        "good_or_better": [(25, 66), (24, 66)]
    }
    assert found.smaller == 2


@pytest.mark.parametrize(
    ("place", "row"),
    [
        (0, ("", "good_or_better", "All", "", 25, 66, 37.87878788, None)),  # the counts are what is printed
        (3, ("", "moderation_changed", "All", "", None, None, 28, None)),  # 28% both times
        (4, ("", "moderation_kappa", "All", "", None, None, None, 0.75 + 1e-9)),
        (5, ("", "grades_change", "All", "inadequate", None, None, None, 7)),  # the quarter before is another
    ],
)
def test_rounding_alone_and_an_earlier_quarter_are_no_change(place, row):
    assert not restated(figures(*SIGNED), with_row(place, row))


@pytest.mark.parametrize(
    ("place", "row"),
    [
        (3, ("", "moderation_changed", "All", "", None, None, 29, None)),
        (4, ("", "moderation_kappa", "All", "", None, None, None, 0.76)),
        (3, ("", "moderation_changed", "All", "", 8, 28, 28.6, None)),  # printed before, counted now
    ],
)
def test_another_percentage_or_value_is_a_change(place, row):
    assert restated(figures(*SIGNED), with_row(place, row))


def test_a_figure_that_is_gone_or_new_is_a_change():
    gone = restated(figures(*SIGNED), figures(*SIGNED[1:]))
    assert gone.headlines["good_or_better"][0] == Printed(25, 66, pytest.approx(float("nan"), nan_ok=True))
    assert str(gone.headlines["good_or_better"][1].number) == "nan"
    assert restated(figures(*SIGNED[1:]), figures(*SIGNED)).smaller == 0


def test_what_is_not_compared_are_measures():
    assert set(OF_EARLIER_QUARTERS) <= set(NAMES)


def test_audits_are_compared_by_their_hash():
    def audits(*rows):
        return pd.DataFrame([(name, "EH", *rest) for name, *rest in rows], columns=AUDIT)

    was = audits(
        ("a", "Good", "Good", "no"), ("b", "Good", "Good", "no"), ("c", "Good", "Good", "yes"), ("d", "", "", "no")
    )
    now = audits(
        ("e", "Good", "Good", "no"), ("b", "Good", "Good", "yes"), ("c", "Good", "Inadequate", "yes"),
        ("d", "", "", "no"), ("f", "Good", "Good", "no"),
    )  # fmt: skip
    assert changed_audits(was, now) == Audits(added=2, taken_out=1, graded_again=1, moderated=1)


@pytest.mark.parametrize(
    ("audits", "told"),
    [
        (Audits(0, 0, 0, 0), []),
        (Audits(0, 0, 1, 1), [(2, "graded again or moderated")]),
        (Audits(0, 0, 4, 0), [(4, "graded again or moderated")]),  # which of the two is not told
        (Audits(5, 0, 0, 5), [(5, "added"), (5, "moderated")]),
        (Audits(7, 1, 5, 6), [(8, "added or taken out"), (5, "graded again"), (6, "moderated")]),
    ],
)
def test_causes_under_five_are_put_together(audits, told):
    assert list(causes(audits)) == told
