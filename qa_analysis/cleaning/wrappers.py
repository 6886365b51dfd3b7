"""What exporting programs wrap around a value: taken off, and the words left; any other mark-up is text."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

# What a value to be looked at has, in a whole column: a guard, mark-up, an entity, a list, a lookup; 0, 1.2E+11, N/A.
MAY_BE_WRAPPED = r"^[=']|^<|<br|^\[|^\{|;|^\d(?:\.\d+)?[eE]\+?\d|^0$|^(?i:n/?a\.?|n\.a\.|not applicable|none)$"
_GUARD = re.compile(r'="(.*)"', re.S)
_PUBLISHED = re.compile(r"\s*<(div|p)(?:\s[^<>]*)?>.*</\1>\s*", re.S | re.I)
_BREAK = re.compile(r"\s*(?:<br\s*/?>|</(?:p|div|li|h\d|tr)>)\s*", re.I)
_TAG = re.compile(
    r"</?(?:div|p|span|br|strong|b|em|i|u|font|a|ul|ol|li|h[1-6]|table|tbody|tr|td|th)(?:\s[^<>]*)?/?>", re.I
)
_ENTITY = re.compile(
    r"&(?:#\d{1,6}|#x[\da-f]{1,5}|amp|nbsp|quot|apos|rsquo|lsquo|rdquo|ldquo|ndash|mdash|hellip|pound);", re.I
)
_ENDS_IN_ENTITY = re.compile(r"&#?\w+;$")
_KINDS = {"string", "float", "datetime", "boolean", "error"}  # of a calculated column: “string;#North”
_SAID_IN = ("Value", "DisplayName", "Title", "LookupValue", "Email", "EMail")


def unwrapped(text: str, *, long: bool = False, several: bool = False) -> str:
    r"""Return a value without what an exporting program put round it.

    Taken off are the guards of CSV files (`="00451"`, `'00453`), the mark-up of rich text where it holds the whole
    value, entities, the numbers of lookups (`Jane Smith;#12`), JSON lists of words, and the semicolon after each choice
    of a form. Several values are several still: `A; B`.

    Parameters
    ----------
    text
        The value, without stray spaces.
    long
        Whether it is a text of sentences, in which a semicolon at the end is one.
    several
        Whether its column may hold several values.

    Examples
    --------
    >>> [unwrapped(text) for text in ('="00451"', "'00453", ";#Early Help;#", "North&#160;;#12", '["A","B"]', "A;B;")]
    ['00451', '00453', 'Early Help', 'North', 'A; B', 'A; B']
    >>> unwrapped('<div class="ExternalClass0A"><p>Late &amp; thin&#58;</p><p>see <b>plan</b>.<br></p></div>')
    'Late & thin:\nsee plan.'
    >>> unwrapped("Graded <b>Good</b>"), unwrapped("“A;B”")
    ('Graded <b>Good</b>', '“A;B”')
    """
    if guarded := _GUARD.fullmatch(text):
        return unwrapped(guarded[1].replace('""', '"').strip(), long=long, several=several)
    if text[:1] == "'" and text[1:2] not in ("", " ") and not set("'’") & set(text[1:]):
        text = text[1:]
    if text[:1] in ("[", "{") and text[-1:] in ("]", "}"):
        parts = [_without_entities(part) for part in _of_json(text)]
    elif ";#" in text:
        parts = [_without_entities(part) for part in _of_lookup(text)]
    else:
        text = _without_markup(text) if "<" in text else text
        text = _without_entities(text)
        listed = not long and (several or text.endswith(";")) and not _ENDS_IN_ENTITY.search(text)
        parts = text.split(";") if listed else [text]
    words = dict.fromkeys(part.strip() for part in parts if part.strip())
    return "; ".join(words) if words else "" if parts else text


def _without_entities(text: str) -> str:
    return html.unescape(text).replace("\xa0", " ").strip() if _ENTITY.search(text) and "&lt;" not in text else text


def _of_json(text: str) -> list[str]:
    """Return the words of a JSON list or object as SharePoint and Power Automate write them, or the text itself."""
    try:
        found = json.loads(text)
    except ValueError:
        return [text]
    items = found if isinstance(found, list) else [found]
    said = [_of_object(each) if isinstance(each, dict) else each for each in items]
    words = [each for each in said if isinstance(each, str)]
    return words if len(words) == len(said) else [text]


def _of_object(item: dict[str, Any]) -> Any:
    return next((item[key] for key in _SAID_IN if item.get(key)), None)


def _of_lookup(text: str) -> Iterator[str]:
    """Yield the words of `Jane Smith;#12`, `12;#Jane Smith`, `;#A;#B;#` and `string;#North`."""
    parts = [part for part in text.split(";#") if part.strip()]
    words = [part for part in parts if not part.strip().isdigit()]
    yield from words[1:] if words and words[0] in _KINDS and len(words) > 1 else words or parts


def _without_markup(text: str) -> str:
    """Return a text without the mark-up of a rich-text field, if it holds the whole text or only breaks its lines."""
    only_breaks = not re.search(r"<(?!br\s*/?>)", text, re.I)
    if not _PUBLISHED.fullmatch(text) and not only_breaks:
        return text
    lines = _TAG.sub("", _BREAK.sub("\n", text)).split("\n")
    return "\n".join(line for each in lines if (line := each.strip()) and line != "&nbsp;")
