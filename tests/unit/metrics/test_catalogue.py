"""The entries of the catalogue: an ordinary measure is one row here, and an entry that is wrong is refused."""

import pandas as pd
import pytest

from qa_analysis.metrics.catalogue import HEADLINES, MEASURES
from qa_analysis.metrics.measure import Measure, Population, in_the_documentation
from tests.tables import counts

Q1, Q2 = QUARTERS = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
AUDITS = Population("audits", "audit", "audits")
# Date, level of need, the auditor's grade, the moderator's where there is one; the first is of the quarter before.
ROWS = [
    ("2025-05-01", "EH", "G"),
    ("2025-07-01", "EH", "O", "G"),
    ("2025-07-02", "EH", "G", "RI"),
    ("2025-08-01", "CL", "RI", "RI"),
    ("2025-08-02", "CL", "G"),
    ("2025-08-03", "CL", "I"),
    ("2025-09-01", "CL", None, "I"),
    ("2025-09-02", "CL", None),
]


@pytest.mark.parametrize(
    ("name", "whole_service", "care_leavers"),
    [
        ("audits_not_graded", (1, 7), (1, 5)),
        ("good_or_better", (2, 6), (1, 4)),
        ("inadequate", (2, 6), (2, 4)),
        ("good_or_better_by_auditor", (3, 5), (1, 3)),
        ("inadequate_by_auditor", (1, 5), (1, 3)),
        ("chosen_at_random", (0, 0), (0, 0)),
        ("inadequate_at_random", (0, 0), (0, 0)),
        ("audits_moderated", (4, 7), (2, 5)),
        ("moderation_pending", (0, 7), (0, 5)),
        ("good_or_better_not_moderated", (1, 2), (1, 1)),
        ("good_or_better_lowered", (1, 2), (0, 0)),
        ("moderation_upheld", (1, 4), (1, 2)),
        ("moderation_changed", (2, 4), (0, 2)),
        ("moderation_raised", (0, 4), (0, 2)),
        ("moderation_lowered", (2, 4), (0, 2)),
        ("moderation_both_grades", (3, 4), (1, 2)),
        ("good_or_better_other_services", (1, 4), (1, 2)),
    ],
)
def test_a_share_is_of_its_population(make_audits, name, whole_service, care_leavers):
    table = counts(name, QUARTERS, audits=make_audits(*ROWS))
    now = table[table["quarter"] == Q2].set_index("level_of_need")[["count", "denominator"]]
    first = "EH" if name.endswith("other_services") else "All"  # the service that is left out
    assert [tuple(now.loc[level]) for level in (first, "CL")] == [whole_service, care_leavers]
    nobody = counts(name, QUARTERS, audits=make_audits())
    assert nobody["count"].sum() == nobody["denominator"].sum() == 0
    assert nobody["percent"].isna().all()


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({}, "a share needs a condition (where), categories (by) or a table"),
        ({"kind": "value"}, "a value needs a table that makes it"),
        ({"where": len, "table": len}, "it has a condition and a table; one of them makes it"),
        ({"where": len, "kind": "count"}, "a count has no condition; its population has"),
        ({"where": len, "name": "Not a name"}, "its name is made of small letters, digits and underscores"),
        ({"where": len, "title": ""}, "it has no title"),
        ({"where": len, "of": "audits"}, "`of` says of whom it is counted, as a Population"),
        ({"by": "team"}, "`by`, `keeps` and `said` are lists of texts"),
        ({"where": len, "interval": "bootstrap"}, "its interval follows from its kind"),
        ({"where": len, "headline": "Read"}, "a headline share needs `said`"),
        ({"by": ("team",), "headline": "Read", "kind": "part"}, "a headline figure has no categories"),
        ({"where": len, "public_words": "Read"}, "it has words for the public and is not public"),
    ],
)
def test_an_entry_that_is_incomplete_or_says_two_things_is_refused(entry, says):
    with pytest.raises(ValueError, match=r"^The measure ") as error:
        Measure(**{"name": "read", "title": "Read", "of": AUDITS, **entry})
    assert str(error.value).endswith(f": {says}.")


def test_the_catalogue_has_what_follows_from_it():
    assert [each.name for each in HEADLINES] == [
        "audits_completed", "good_or_better", "inadequate", "moderation_changed", "reaudits_improved", "green_shoots",
    ]  # fmt: skip
    assert [each.name for each in MEASURES if each.public] == [
        "audits_completed", "grade", "good_or_better", "inadequate", "audits_moderated", "moderation_changed",
        "multi_agency_families",
    ]  # fmt: skip
    lines = in_the_documentation(MEASURES).splitlines()
    assert len(lines) == 2 + len(MEASURES)
    assert "| `inadequate` | graded audits that are Inadequate; also by month | graded audits | Wilson |" in lines
