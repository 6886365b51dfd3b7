"""Look for what should not stand in free text: names of people, and what tells one person from all others.

It is a second pair of eyes, not a guarantee: it knows the forms in which such details are usually written. What it
finds is told by kind and place, never repeated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

NAME, BIRTH, NHS, POSTCODE = "a person's name", "a date of birth", "an NHS number", "a postcode"
PHONE, EMAIL = "a phone number", "an email address"

_ROLES = (
    r"(?i:social\s+workers?|(?:team|service|practice|deputy|assistant|area|locality)\s+managers?|managers?"
    r"|head\s+of\s+service|directors?|practitioners?|support\s+workers?|key\s*workers?|youth\s+workers?"
    r"|personal\s+advis[eo]rs?|advisers?|reviewing\s+officers?|officers?|auditors?|moderators?|health\s+visitors?"
    r"|midwi(?:fe|ves)|nurses?|teachers?|head\s*teachers?|senco|foster\s+(?:carers?|mum|dad|mother|father)|carers?"
    r"|guardians?|solicitors?|judges?|case\s*holders?)|\b(?:SW|IRO|PA|TM|GP|PC|DSL)"
)
_KIN = (
    r"(?i:(?:step|birth|grand|god|foster)?[\s-]?(?:mother|father|mum|mam|dad)|nan|aunt(?:ie|y)?|uncle|brother|sister"
    r"|cousin|partner|husband|wife|son|daughter)"
)
_CHILD = r"(?:child(?:ren)?|boys?|girls?|baby|siblings?|young\s+person|parents?)"
_PERSON = rf"(?:{_ROLES}|{_KIN}|{_CHILD})"
_CALLED = r"(?i:called|named|known\s+as|whose\s+name\s+is)"
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Revd?)"
_WORD = r"[A-Z](?:['’][A-Z])?[a-zà-öø-ÿ]+(?:[-'’](?!s\b)[A-Z]?[a-zà-öø-ÿ]+){0,3}"

# Capitalised words that stand beside roles without naming anyone: services, roles, places of work, times.
_NO_NAMES = frozenset(
    """
    a action adoption advanced advice after agency all allocated allocation although an and annual anonymous april
    area areas as asked assessment assistant assurance at attendance audit auditor auditors audits august autumn
    available awaiting baby before board both boy business but care carer carers case central centre chair child
    childhood children commissioning community complex conference confirmed connected consultant contact contacts
    core corporate council county court crown dad days december deputy described designated development did director
    disabilities disability district domestic drug duty each early east edge education emergency english
    exploitation external families family father february feedback female file files finance first for forum foster
    fostering friday from front fund gave general girl good grade green group groups had has have head health help
    her his home hospital house housing how however human icart if improvement in inadequate independent information
    intake intensive internal is it january joint july june justice kinship last lead leads learning leaver leavers
    leaving legal life local locality long looked male manager managers march may mental moderator monday monthly
    more most mother multi mum name named new newborn no north november number nurse october of off office officer
    officers ofsted on one only open or other our out outcomes outstanding panel parent parenting parents
    participation partner partners partnership path pathway peer pending people performance permanence permanency
    person personal plan planning plans police policy practice practitioner principal private probation professional
    programme project protection provided public pupil qa quality quarter record records reference referral region
    regional registered requires residential resources response review reviewer reviewing reviews risk road royal
    safeguarding said saturday school schools second section senior september service services she short sibling
    siblings since sixth social some south special specialist staff statutory stop story strategic strategy street
    strengths sufficiency summary summer sunday supervision support systems targeted team teams thames the their
    then therapy there these they third this those through thursday to together transition transport trust tuesday
    twin twins two unallocated unborn under unit unknown unnamed various virtual visit visiting visits voice ward
    was we wednesday weekly welfare were west what when where which while who whole why will winter with withheld
    work worker workers workforce works year years yes yet yorkshire you young your youth
    """.split()  # noqa: SIM905 - a list of words is read more easily as words
)
# Those of them that people are called, too.
_LIKE_NAMES = frozenset(
    """
    april august autumn court crown east english foster good green head house june justice long march may north parent
    royal short street summer west will winter young
    """.split()  # noqa: SIM905
)

_FORMS = (
    rf"\b{_PERSON}(?:,|:|\s*[-–(]|\s+(?:is|was)|\s+{_CALLED})?\s+?\(?(?P<first>{_WORD})\s+(?P<last>{_WORD})\b",
    rf"\b(?:{_PERSON}\s+{_CALLED}|(?i:her|his|their)\s+name\s+(?:is|was)|{_KIN}|(?![A-Z]){_ROLES})\s+(?P<first>{_WORD})\b",
    rf"\b(?P<first>{_WORD})\s+(?P<last>{_WORD})(?:,|\s*[-–(]|\s+(?:is|was))\s*(?:(?:the|her|his|their|a)\s+)?{_PERSON}\b",
    rf"\b{_TITLE}\.?\s+(?P<first>{_WORD})\b",
)
_NAMES = [re.compile(form) for form in _FORMS]
_ROLE = re.compile(rf"\b(?:{_ROLES})\b")

_DAY = (
    r"(?:\d{1,2}\s*[./-]\s*\d{1,2}\s*[./-]\s*\d{2,4}|\d{4}-\d\d-\d\d"
    r"|\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?[a-z]{3,9},?\s+\d{2,4})"
)
_BIRTH = re.compile(
    rf"\b(?:d\.?\s?o\.?\s?b\b\.?|date\s+of\s+birth|born(?:\s+on)?|birthday)[\s:(,-]*(?:is|was|on)?\s*{_DAY}", re.I
)
_TEN_DIGITS = re.compile(r"(?<![\d+])(\d{3})[ -]?(\d{3})[ -]?(\d{4})(?!\d)")
_AREAS = (
    r"AB|AL|B[ABDHLNRST]?|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE"
    r"|K[ATWY]|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?"
    r"|YO|ZE"
)
_POSTCODE = re.compile(rf"\b(?:{_AREAS})\d[\dA-HJKMNP-Y]?\s?\d[ABD-HJLNP-UW-Z]{{2}}\b")
_PHONE = re.compile(r"(?<![\d/.-])(?:\+44\s?(?:\(0\)\s?)?|\(?0)(?:[\s()-]{0,2}\d){9,10}(?![\d/])")
_EMAIL = re.compile(r"(?<![\w.+'-])[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")


def personal_details(text: str) -> list[str]:
    """Return the kinds of personal detail that a text seems to hold, each once; nothing where all is well.

    Names are looked for next to a role, a relation or a title, or after "called"; words that name services, months and
    the like are no names. A date counts where the text says that it is one of birth, ten digits where they pass the
    check of NHS numbers (modulus 11), a postcode where its area exists.

    Examples
    --------
    >>> personal_details("The social worker Jane Smith rang mum on 01632 960 983.")
    ["a person's name", 'a phone number']
    >>> personal_details("Service Manager, Children in Care; 8 of 45 (18%) by 30/09/2025.")
    []
    """
    return [what for what, holds in _KINDS.items() if holds(text)]


def is_role(text: str) -> bool:
    """Return whether a text is a role, with nothing beside it that could be a name.

    Examples
    --------
    >>> is_role("Principal Social Worker"), is_role("IRO"), is_role("Social worker Smith"), is_role("Will Young")
    (True, True, False, False)
    """
    rest, roles = _ROLE.subn(" ", text)
    return roles > 0 and all(map(is_common, re.findall(r"[^\W_]+", rest)))


def is_common(word: str) -> bool:
    """Return whether a word stands beside roles without naming anyone: a service, a time, a place of work.

    Examples
    --------
    >>> is_common("Children"), is_common("Smith")
    (True, False)
    """
    return word.casefold() in _NO_NAMES


def names_nobody(words: Sequence[str]) -> bool:
    """Return whether words are all common, and none of them is what a person may be called.

    Examples
    --------
    >>> names_nobody(["Sibling", "Group"]), names_nobody(["Will", "Young"]), names_nobody(["Baby", "Smith"])
    (True, False, False)
    """
    return all(is_common(word) and word.casefold() not in _LIKE_NAMES for word in words)


def _has_name(text: str) -> bool:
    return any(
        not any(_is_no_name(word) for word in match.groups()) for form in _NAMES for match in form.finditer(text)
    )


def _is_no_name(word: str) -> bool:
    return re.split(r"[-'’]", word)[0].casefold() in _NO_NAMES


def _has_nhs_number(text: str) -> bool:
    return any(is_nhs_number("".join(match.groups())) for match in _TEN_DIGITS.finditer(text))


def is_nhs_number(digits: str) -> bool:
    """Return whether ten digits pass the check of NHS numbers (NHS Data Dictionary, modulus 11).

    Examples
    --------
    >>> is_nhs_number("9434765919"), is_nhs_number("9434765910")
    (True, False)
    """
    weighted = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    check = 11 - weighted % 11
    return check != 10 and check % 11 == int(digits[9])


def _found_by(form: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: form.search(text) is not None


_KINDS: dict[str, Callable[[str], bool]] = {
    NAME: _has_name,
    BIRTH: _found_by(_BIRTH),
    NHS: _has_nhs_number,
    POSTCODE: _found_by(_POSTCODE),
    PHONE: _found_by(_PHONE),
    EMAIL: _found_by(_EMAIL),
}
