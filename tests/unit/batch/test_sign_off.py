"""Nobody is named in the record of a sign-off."""

from types import SimpleNamespace

import pandas as pd
import pytest

from qa_analysis.batch.sign_off import require_nobody_is_named
from qa_analysis.errors import InputError

AUDITS = pd.DataFrame({
    "audit_id": ["DD-771", "DD-772"], "auditor": ["Priya Fenwick", "Head of Service"],
    "child_reference": ["CH-04470", "CH-04471"],
})  # fmt: skip
DATA = SimpleNamespace(audits=AUDITS, multi_agency_audits=pd.DataFrame({"family_reference": ["Quarrie"]}))


@pytest.mark.parametrize("role", ["the Director of Children’s Services", "Head of Service", "Improvement Board"])
def test_a_role_may_sign_off_even_one_that_audits(role):
    require_nobody_is_named(DATA, role, "Agreed with 2 questions.")


@pytest.mark.parametrize(
    ("role", "note", "said"),
    [
        ("Priya Fenwick", "", "--by names somebody whom the workbooks name as a reference. Give a role instead."),
        ("Director FENWICK Priya", "", "--by names somebody"),
        ("Quarrie", "", "--by names somebody"),
        ("the Director", "as said of ch-04471", "--note names somebody"),
        ("the social worker Jane Smith", "", "--by seems to hold a person's name. Give a role instead."),
        ("the Director", "ring 01632 960 983", "--note seems to hold a phone number."),
    ],
)
def test_nobody_else_is_named(role, note, said):
    with pytest.raises(InputError) as error:
        require_nobody_is_named(DATA, role, note)
    assert str(error.value).startswith(said)
