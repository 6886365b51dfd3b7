"""From the bytes of a text file to letters: one encoding, several in one file, and letters that were encoded twice.

What is certain is put right and told; a letter of which nothing is certain becomes U+FFFD, whose cell cannot be read.
"""

from __future__ import annotations

import re
from typing import Any

from qa_analysis.contract.rules import issue

LOST = "\ufffd"
_DOUBLED = re.compile("[\u00c2-\u00c5].|\u00e2..", re.S)  # how letters of two and three bytes begin when read singly
_SUSPECT = re.compile("[\u00c2-\u00c5\u00e2][^\x00-\x7f]|[a-z\u00df-\u00ff][^\x00-\x7f\u2019\u2013\u2014\u2026\u201d]")
_LINE_WITH_ACCENTS = re.compile("[^\n]*[^\x00-\x7f][^\n]*")
_SYMBOLS = "\u00a1-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u2020-\u2022\u2030\u2039\u203a\u20ac\u2122"
_ODD = re.compile(
    rf"(?<=[^\W\d_])[{_SYMBOLS}\u201a\u201e\u02c6\u02c7\u02d8-\u02dd\u2044\u2202-\u25ca\ufb01\ufb02](?=[^\W\d_])"
    "|(?<=[a-z\u00df-\u00ff])[\u00c0-\u00d6\u00d8-\u00de\u0160\u017d\u0178\u0152]"  # a capital within a word
    "|(?<=[a-z\u00df-\u00ff])[\u2018\u201c\u201a\u201e]|[\u00d0\u00de\u00f0\u00fe\u0192\u0131\x80-\x9f\ufffd]"
    r"|(?<=\s)[\u00ca\u00d1-\u00d5](?=\s)"  # dashes and quotation marks of the Macintosh
)
_CONTROLS = re.compile("[\x80-\x9f]")
_CERTAIN = 4  # times as many letters that stand oddly in the one encoding as in the other
_SINGLE = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman"}


def decoded(content: bytes) -> tuple[str, list[dict[str, Any]]] | None:
    r"""Return the text of a file, and what was put right or lost in it; None where it is no text.

    Returns
    -------
    tuple
        The text, and issues.

    Examples
    --------
    >>> decoded("Siân\n".encode() + "Siân’s\n".encode("cp1252"))
    ('Siân\nSiân’s\n', [{'code': 'several_encodings', 'where': 'line 2 is Windows-1252'}])
    >>> decoded("Siân’s".encode("mac_roman"))
    ('Siân’s', [{'code': 'several_encodings', 'where': 'the file is Mac Roman'}])
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16"), []
        except UnicodeDecodeError:
            return None
    if b"\0" in content:
        return None
    try:
        text, told = content.decode("utf-8-sig"), list[dict[str, Any]]()
    except UnicodeDecodeError:
        several = _of_several(content.removeprefix(b"\xef\xbb\xbf"))
        if several is None:
            return None
        text, told = several
    if not told and LOST in text:
        told = [issue("letters_lost_in_the_file")]
    if _SUSPECT.search(text):
        right = _LINE_WITH_ACCENTS.sub(lambda line: mended(line[0]), text)
        told += [issue("letters_encoded_twice")] if right != text else []
        text = right
    return text, told


def _of_several(content: bytes) -> tuple[str, list[dict[str, Any]]] | None:
    """Return the text of lines of which some are UTF-8, if any, and the others of one encoding of single bytes."""
    lines = content.split(b"\n")
    texts = [_utf_8(line) for line in lines]
    others = [place for place, text in enumerate(texts) if text is None]
    single = _encoding_of(b"\n".join(lines[place] for place in others))
    for place in others:
        texts[place] = lines[place].decode(single or "ascii", "replace")
    mixed = len(others) < sum(not line.isascii() for line in lines)
    where = "line" + "s"[: len(others) > 1] + " " + ", ".join(str(place + 1) for place in others[:5])
    where += f" and {len(others) - 5} more" if len(others) > 5 else ""
    whole = "\n".join(filter(lambda text: text is not None, texts))  # type: ignore[arg-type]
    if single is None:
        if not mixed and LOST in content.decode("cp1252", "replace"):
            return None
        return whole, [issue("letters_lost_in_the_file")]
    verb = "are" if len(others) > 1 else "is"
    if mixed:
        return whole, [issue("several_encodings", where=f"{where} {verb} {_SINGLE[single]}")]
    return whole, [] if single == "cp1252" else [issue("several_encodings", where=f"the file is {_SINGLE[single]}")]


def _utf_8(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _encoding_of(content: bytes) -> str | None:
    """Return the encoding of single bytes in which letters stand as they do in words; None where that is not plain."""
    odd = {name: len(_ODD.findall(content.decode(name, "replace"))) for name in _SINGLE}
    windows, mac = odd.values()
    if not windows or windows * _CERTAIN <= mac:
        return "cp1252"
    return "mac_roman" if mac * _CERTAIN <= windows else None


def mended(text: str) -> str:
    """Return a text with its letters as they were meant, where they were read in a wrong encoding and that is certain.

    Examples
    --------
    >>> mended("SiÃ¢nâ€™s team"), mended("Si‰nÕs team"), mended("Zoë’s – “CAFÉ”")
    ('Siân’s team', 'Siân’s team', 'Zoë’s – “CAFÉ”')
    """
    meant, once = text, ""
    while once != meant:
        meant, once = _DOUBLED.sub(_once, meant), meant
    if not _CONTROLS.search(meant):
        text = meant
    if not text.isascii() and _ODD.search(text):
        for read_as, written in (("cp1252", "mac_roman"), ("mac_roman", "cp1252")):
            try:
                other = text.encode(read_as).decode(written)
            except UnicodeError:
                continue
            if not _ODD.search(other):
                return other
    return text


def _once(letters: re.Match[str]) -> str:
    """Return what the bytes of a few letters are as UTF-8, if that is a letter or a sign of European texts."""
    try:
        other = b"".join(each.encode("latin-1" if "\x80" <= each <= "\x9f" else "cp1252") for each in letters[0])
        meant = other.decode("utf-8")
    except UnicodeError:
        return letters[0]
    return meant if re.fullmatch("[\x80-\u017f\u2010-\u2026\u20ac]", meant) else letters[0]
