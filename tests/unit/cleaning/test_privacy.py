"""What looks like a personal detail in free text, and what only seems to. Every person and number is invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_analysis.cleaning.privacy import BIRTH, EMAIL, NAME, NHS, PHONE, POSTCODE, personal_details


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("The social worker Jane Smith visited weekly.", [NAME]),
        ("Jane Smith (Team Manager) signed it off.", [NAME]),
        ("Agreed with Aoife O'Neill, social worker.", [NAME]),
        ("Team manager: Siân Pugh-Jones", [NAME]),
        ("SW Adaeze Okafor went on leave.", [NAME]),
        ("Mum Sarah said that she felt heard.", [NAME]),
        ("A boy called Tyrone ran home.", [NAME]),
        ("the social worker Sarah rang", [NAME]),
        ("Her name is Zofia and she is nine.", [NAME]),
        ("Mrs Patel at the school rang.", [NAME]),
        ("Dr. Owusu saw the baby.", [NAME]),
        ("Peter Brown is the foster carer.", [NAME]),
        ("Foster carers Ann and Raj were praised; foster carer Ann wrote.", [NAME]),
        ("Child DOB 12/03/2014 on the front sheet.", [BIRTH]),
        ("date of birth: 3rd March 2012", [BIRTH]),
        ("She was born on 14 May 2011.", [BIRTH]),
        ("D.O.B. 2014-03-12", [BIRTH]),
        ("NHS 943 476 5919 on the form.", [NHS]),
        ("9434765919", [NHS]),
        ("The family lives at 3 High Road, SW1A 1AA.", [POSTCODE]),
        ("moved to M1 1AE in June", [POSTCODE]),
        ("Ring 01632 960983.", [PHONE]),
        ("Mobile 07700 900 123", [PHONE]),
        ("+44 (0)20 7946 0018", [PHONE]),
        ("(0113) 496-0000 is the office", [PHONE]),
        ("write to jane.smith@example.gov.uk", [EMAIL]),
        ("Social worker Jane Smith, jane@example.org, 01632 960 983, SW1A 1AA, born 01/02/2013",
         [NAME, BIRTH, POSTCODE, PHONE, EMAIL]),
    ],
)  # fmt: skip
def test_what_looks_like_a_personal_detail_is_told_by_its_kind(text, kinds):
    assert personal_details(text) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Service Manager, Children in Care",
        "Head of Service, Help and Protection",
        "Team Manager, Children with Disabilities",
        "Principal Social Worker",
        "Service Managers, all services; Virtual School Head",
        "IRO Manager and Practice Lead, Early Help",
        "Head of Safeguarding and Quality Assurance",
        "The social worker's visits were timely. Good recording helped.",
        "Mum said she felt listened to. Dad agreed.",
        "Mother. Father. Child A and Child B.",
        "Care Leavers told their Personal Adviser. Outstanding practice in Early Help.",
        "The manager in March and the auditor in September agreed.",
        "Child Sexual Exploitation and Child Criminal Exploitation were covered.",
        "Social Worker Visits, Team Manager Oversight",
        "A plan called Signs of Safety is used; the form is named above.",
        "Moderated on 17/09/2025; due 30/09/2025.",
        "8 of 45 (18%), 66 of 70 and 10/10 in 2025-26 Q2.",
        "Ten digits that fail the check: 943 476 5910.",
        "Reference 123456789012345",
        "In Q2 2ND place; grade B1 is not a postcode; Q1 1AA neither.",
        "Between 2020 and 2025 there were 1,234,567 contacts.",
        "Follow the DAT and iCART guidance; IRO footprint between reviews.",
        "Carers North East and the Police Public Protection Unit",
        "The school, Ofsted and the court were told.",
        "The child was born at home and the date of birth is recorded.",
        "at 09:00 on 03/09/2025 @ County Hall",
        "Duty and Assessment Team South (social workers) met weekly.",
    ],
)
def test_what_names_nobody_is_left_alone(text):
    assert personal_details(text) == []


@given(st.text())
def test_any_text_is_read_without_an_error(text):
    assert set(personal_details(text)) <= {NAME, BIRTH, NHS, POSTCODE, PHONE, EMAIL}


def test_a_long_text_of_hyphens_takes_no_more_than_its_length():
    assert personal_details("Aa-" * 33_000) == []
