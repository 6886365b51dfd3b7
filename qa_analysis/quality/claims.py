"""Check the figures that people write: whether the 19% of "8 of 45 (19%)" follows from its own counts.

A claim is a count, a total and a percentage that belong together. A text is cut into tokens, each with a letter
for what it is, and a reading is a pattern of these letters. Where no wording ties counts and percentage
together there is no claim: a false alarm costs more trust than a missed slip.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa_analysis.text import rounded_percent

if TYPE_CHECKING:
    import pandas as pd

WRITTEN_TEXTS: Mapping[str, str] = {
    "findings": "finding",
    "commentary": "text",
    "thematic_audits": "summary",
    "manager_qa": "summary",
}

_NUMBER_WORDS = re.findall(r"\w+", "zero one two three four five six seven eight nine ten eleven twelve")
_WORDED = rf"(?:{'|'.join(_NUMBER_WORDS)}|none)"
_PERCENT = r"\d{1,3}(?:\.\d+)?\s?(?:%|per\s?cent\b|pct\b)"
_ROUGHLY = (
    r"about|approximately|approx\.?|around|roughly|circa|almost|nearly|over|under|above|below|than|at least"
    r"|at most|up|up to|down|by|(?:target|threshold|aim|ambition|benchmark|goal)(?:\s+(?:of|is|was|at))?"
)
_CHANGE = r"(?:percentage\s+)?points?|increase|decrease|rise|fall|drop|reduction|more|fewer|less|higher|lower|up|down"

# The letter of a token and how the token is written; the first that fits is taken.
# p percentage, n number, f fraction, o "of", h "of these", t "of which", = "which is", k a word that begins
# another statement, v a word that begins a comparison, w any other word, x what ends every reading.
_TOKENS: tuple[tuple[str, str], ...] = (
    ("x", rf"(?:[~≈<>≤≥+±]\s?|[–—−-](?=\d)|\b(?:{_ROUGHLY})\s+)+{_PERCENT}"),
    ("x", rf"{_PERCENT}(?=\s+(?:last|previous(?:ly)?|prior|from\s+Q[1-4]|against\s+the\s+target)\b)"),  # another figure
    ("x", rf"{_PERCENT}(?=[\s-](?:{_CHANGE})\b)|\d[\d.,]*\s?%?(?:[–—-]|\s+to\s+){_PERCENT}"),
    ("p", rf"(?<![\w.,]){_PERCENT}"),
    ("w", r"\b(?:19|20)\d\d(?:\s?[-/–]\s?(?:\d\d){1,2})?\b(?![/.-]\d)|\bQ[1-4]\b"),  # years and quarters
    ("w", r"\baged?\s+\d+(?:\s?(?:-|–|to|and)\s?\d+)?\b"),
    ("x", r"\d+[/.-]\d+[/.-]\d+|\b(?:on|by|from|since|until|dated|w/c)\s+\d+/\d+|\b0\d/\d+|\b\d+/0\d"),  # dates
    ("x", r"\b(?:scor|rat|gave|giv|mark)\w*(?:\s+\w+){0,2}?\s+\d+\s?/\s?\d+|\d+\s?/\s?10\b"),  # scores
    ("f", r"(?<![\w.,/£#+–—-])\d+\s?/\s?[1-9]\d*(?![\w/]|[.,]\d)"),
    ("n", r"(?<![\w.,/£#+–—-])(?:\d{1,3}(?:,\d{3})+|\d+)(?![\w/]|[.,:–—]\d|-\w)"),
    ("n", rf"\b{_WORDED}\b(?!-\w)"),
    ("h", r"\b(?:out\s+)?of\s+(?:these|those)\b"),
    ("t", r"\bof\s+(?:which|whom|them)\b"),
    ("o", r"\b(?:out\s+)?of\b(?:\s+(?:all|the|our|its|their|a\s+total|total)\b(?:\s+of\b)?)*"),
    ("", r"\bn\s?=\s?"),
    ("=", r"=|\bor\b(?=\s+\d)|\bi\.?e\b\.?|\b(?:which|that|this)(?:\s+is|['’]s)\b|\bmaking\b|\brepresenting\b"),
    ("=", r"\bequal(?:s|\s+to)\b|\b(?:equates|equating|equivalent)\s+to\b"),
    ("k", r"\b(?:and|but|while|whereas|half|most|some|others?)\b"),
    ("v", r"\b(?:compared|against|down|up|versus|vs|from|last|previous(?:ly)?)\b"),
    ("w", r"(?-i:\b[A-Z]\w*\s+and\s+[A-Z]\w*)|[^\W\d][\w&'’/-]*"),
    ("(", r"[(\[]"),
    (")", r"[)\]]"),
    (",", r","),
    (":", r":"),
    (";", r";"),
    (".", r"[.!?]"),
    ("-", r"[–—-]"),
    ("x", r"\d[\d.,/:-]*\w*|[^\s\"'“”‘’*]"),
)
_TOKEN = re.compile("|".join(f"(?P<t{place}>{form})" for place, (_, form) in enumerate(_TOKENS)), re.IGNORECASE)

_PAIR = "(?P<count>n)W{0,3}[oh](?P<total>n)"
_BARE_PAIR = "(?P<count>n)W{0,2}[oh](?P<total>n)"
_OF_TOTAL = "(?:^|(?<=[.;,:(k-]))[oh](?P<total>n)W{0,5},?W{0,3}(?P<count>n)"
_OF_THESE = r"(?P<total>n)W{0,3}(?:[oh]nW{0,8}|W{0,8})(?:\(p\)W{0,6})?[.;,-]?k?[ht],?(?P<count>n)"
_BRACKETED = r"W{0,6}\(=?(?P<percent>p)(?=[),;:.v(-]|$)"
_MEANING = "W{0,8}[,(-]?=(?P<percent>p)"
_LOOSE = "W{0,6}[,:-](?P<percent>p)(?=[),;:.v(-]|$)"
_READINGS = tuple(
    re.compile(form.replace("W", "[wv]"))
    for form in (
        *(counts + ending for counts in (_PAIR, _OF_TOTAL, _OF_THESE) for ending in (_BRACKETED, _MEANING, _LOOSE)),
        rf"{_PAIR}W{{0,2}};(?P<percent>p)(?=\))",  # (8 of 45; 18%)
        rf"(?P<percent>p)=?\(=?{_BARE_PAIR}W{{0,3}}\)",  # 83% (5 of 6 records)
        rf"(?P<percent>p)[oh]?W{{1,8}}\({_BARE_PAIR}\)",  # 83% of re-audited records (5 of 6)
        rf"(?P<percent>p)[,:;-]{_BARE_PAIR}(?=[),;.-]|$)",  # (62%, 21 of 33)
        rf"(?P<percent>p)[,-]?={_BARE_PAIR}",  # 83%, or 5 of 6,
        r"(?P<count>n)W{0,3}\((?P<percent>p)\)W{0,2}[oh](?P<total>n)",  # 8 (18%) of 45
        r"(?P<count>n)W{0,3}\((?P<percent>p)[oh](?P<total>n)W{0,3}\)",  # 8 (18% of 45)
        r"(?P<percent>p)\((?P<count>n)\)W{0,2}[oh](?P<total>n)",  # 18% (8) of 45
        r"(?P<percent>p)[oh](?P<total>n)W{0,4}\((?P<count>n)\)",  # 18% of 45 audits (8)
    )
)


@dataclass(frozen=True)
class Claim:
    """A count, a total and a percentage that a text puts together.

    `percent` and `right_percent` are the digits as printed, without the sign: as written, and as they follow
    from the counts at that many decimals, rounded half up.
    """

    words: str
    count: int
    total: int
    percent: str
    right_percent: str

    @property
    def right(self) -> bool:
        """Whether the percentage follows from the counts."""
        return self.percent == self.right_percent


@dataclass(frozen=True)
class _Token:
    letter: str
    start: int
    end: int
    value: str


def claims_in(text: str) -> list[Claim]:
    """Return the claims of a text, in the order of their percentages.

    Where a percentage may be read with one or another pair of counts, the reading that is right is taken, so
    that only what is wrong in every reading is wrong. A part may be more than its total ("12 of 8 (150%)"):
    only the arithmetic is judged.

    Examples
    --------
    >>> text = "45 of the 66 audits were moderated; of these 45 audits 8 changed (19%)."
    >>> for claim in claims_in(text):
    ...     print(claim.words, claim.right, claim.right_percent)
    of these 45 audits 8 changed (19%) False 18
    >>> claims_in("8 of 45 changed; 90% of visits were on time.")
    []
    """
    tokens = list(_tokens(text))
    letters = "".join(token.letter for token in tokens)
    if "p" not in letters:
        return []
    readings: dict[int, list[Claim]] = {}
    for pattern in _READINGS:
        for start in range(len(letters)):
            if found := pattern.match(letters, start):
                readings.setdefault(found.start("percent"), []).extend(_claim(text, tokens, found))
    best = (sorted(claims, key=lambda claim: not claim.right)[:1] for _, claims in sorted(readings.items()))
    return [claim for claims in best for claim in claims]


def wrong_claims(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the claims of a column of texts of a cleaned table whose percentage does not follow from their counts.

    Returns
    -------
    DataFrame
        One row for each wrong claim, in the order of `table`: `file`, `sheet` (str), `row` (Int64, as Excel
        shows it), `words` (str, as written) and `right` (str, the percentage that the counts give: "18%").

    Examples
    --------
    >>> import pandas as pd
    >>> findings = pd.DataFrame({"source_file": ["q2.xlsx"], "source_sheet": ["Findings"], "source_row": [9],
    ...                          "finding": ["8 of 45 changed (19%)"]})
    >>> wrong_claims(findings, "finding")
          file     sheet  row                  words right
    0  q2.xlsx  Findings    9  8 of 45 changed (19%)   18%
    """
    import pandas as pd

    texts = table[column].astype("str")
    likely = table[texts.str.contains("%|per ?cent|pct", case=False, regex=True, na=False)]
    columns = ["source_file", "source_sheet", "source_row", column]
    rows = [
        (file, sheet, row, claim.words, f"{claim.right_percent}%")
        for file, sheet, row, text in likely[columns].itertuples(index=False)
        for claim in claims_in(text)
        if not claim.right
    ]
    types = {"file": "str", "sheet": "str", "row": "Int64", "words": "str", "right": "str"}
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        letter = _TOKENS[int((match.lastgroup or "t0")[1:])][0]
        value = match.group()
        if letter == "f":
            count, total = value.split("/")
            if int(count) > int(total):  # 24/7
                yield _Token("x", match.start(), match.end(), value)
                continue
            yield _Token("n", match.start(), match.end(), count)
            yield _Token("o", match.start(), match.end(), "/")
            yield _Token("n", match.start(), match.end(), total)
        elif letter:
            yield _Token(letter, match.start(), match.end(), value)


def _claim(text: str, tokens: list[_Token], found: re.Match[str]) -> Iterator[Claim]:
    count, total = (_number(tokens[found.start(part)].value) for part in ("count", "total"))
    if total == 0:
        return
    percent = re.sub(r"[^\d.]", "", tokens[found.start("percent")].value)
    _, _, decimals = percent.partition(".")
    last = found.end() - 1
    if last + 1 < len(tokens) and tokens[last + 1].letter == ")":
        last += 1
    words = " ".join(text[tokens[found.start()].start : tokens[last].end].split())
    yield Claim(words, count, total, percent, rounded_percent(count, total, len(decimals)))


def _number(written: str) -> int:
    word = written.strip().lower()
    if word == "none":
        return 0
    return _NUMBER_WORDS.index(word) if word in _NUMBER_WORDS else int(word.replace(",", ""))
