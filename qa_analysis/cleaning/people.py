"""The people that one cell names, and the ways in which each of them may be written in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

# What a cell has that names several people, or one otherwise than in the order of texts; for a look at a whole column.
MAY_BE_PEOPLE = "[;&\n|@,(+/]|[^0-9] [^0-9]"
_BETWEEN = re.compile(r"\s*(?:;#|[;\n|]|\s[&+]\s|(?<=[^\W\d_]{2})[&+/](?=[^\W\d_]{2})|\b(?:and|with)\b)\s*", re.I)
EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_BRACKETS = re.compile(r"\s*[(\[<][^)\]>]*[)\]>]?\s*")
_TITLE = re.compile(r"^(?:mr|mrs|ms|miss|mx|dr|prof|sir|rev)\.?\s+", re.I)
_NO_PEOPLE = re.compile(r"[={}]|&#?\w+;")  # of programs, and not of names
_WORDS_MOST = 4


def each_person(cell: str) -> Iterator[str]:
    """Yield each way in which the people of a cell may be written: as they stand, and turned round.

    Examples
    --------
    >>> list(each_person("Priya Fenwick & OKORO Tom (Children's)"))
    ['Priya Fenwick', 'Fenwick Priya', 'OKORO Tom', 'Tom OKORO']
    >>> list(each_person("Quarrie, Nell")), list(each_person("josef.tarrant@borchester.example"))[1:]
    (['Quarrie, Nell', 'Nell Quarrie', 'Quarrie Nell'], ['Josef Tarrant', 'Tarrant Josef'])
    >>> list(each_person("CH-04471; CH-04472"))
    ['CH-04471', 'CH-04472']
    """
    if _NO_PEOPLE.search(cell):
        return
    for email in EMAIL.findall(cell):
        yield email
        yield from _ways(" ".join(re.findall(r"[^\W\d_]+", email.partition("@")[0])).title())
    for part in _BETWEEN.split(EMAIL.sub(" ", _BRACKETS.sub(" ", cell))):
        person = _TITLE.sub("", part.strip(" ,.-"))
        names = [name.strip() for name in person.split(",") if name.strip()]
        if any(letter.isdigit() for letter in person):
            yield from names
        elif len(names) > 1 and all(" " in name for name in names):  # several people, and not surname first
            for name in names:
                yield from _ways(name)
        elif len(names) == 2:
            yield ", ".join(names)
            yield from (" ".join(names[::-1]), " ".join(names))
            yield from [f"{names[1].split()[0]} {names[0]}"] if " " in names[1] else []
        elif person:
            yield from _ways(person)


def _ways(name: str) -> Iterator[str]:
    """Yield a name of several words with the last first as well, the first last, and without what is between them."""
    words = name.split()
    if not 2 <= len(words) <= _WORDS_MOST:
        return
    ways = [words, [words[-1], *words[:-1]], [*words[1:], words[0]]]
    ways += [[words[0], words[-1]], [words[-1], words[0]]] if len(words) > 2 else []
    yield from dict.fromkeys(" ".join(way) for way in ways)
