"""Letters of text files that went through other programs. Every name is invented."""

from __future__ import annotations

import pytest

from qa_analysis.contract.rules import issue
from qa_analysis.reading.letters import decoded, mended

NAME = "Zoë’s café – £5"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
def test_a_file_of_one_encoding_is_read_right(encoding):
    text, _ = decoded(NAME.encode(encoding))
    assert text == NAME


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("text", ["Zoë’s “café”", "Małgorzata", "Siân – £5"])
def test_letters_that_were_encoded_several_times_are_put_right_and_told(text, times):
    written = text
    for _ in range(times):
        written = written.encode("utf-8").decode("latin-1")
    assert mended(written) == text
    assert decoded(written.encode("utf-8")) == (text, [issue("letters_encoded_twice")])


def test_lines_of_two_encodings_are_read_each_in_its_own_and_told():
    content = b"\n".join([b"Team", "Siân".encode(), "Zoë’s".encode("cp1252"), "Chloë".encode("cp1252")])
    assert decoded(content) == (
        "Team\nSiân\nZoë’s\nChloë",
        [issue("several_encodings", where="lines 3, 4 are Windows-1252")],
    )


def test_a_line_in_which_nothing_is_certain_loses_its_letters_and_is_told():
    content = "Siân\n".encode() + b"a\xa5b\xa5c\n"  # as odd in the one encoding as in the other
    text, told = decoded(content)
    assert (text, told) == ("Siân\na\ufffdb\ufffdc\n", [issue("letters_lost_in_the_file")])


def test_what_is_no_text_is_none():
    assert decoded(b"a\0b") is None
    assert decoded(b"\xff\xfea") is None


@pytest.mark.parametrize(
    "text", ["Zoë said “CAFÉ”", "£5 – fine…", "São João", "Ångström", "naïve", "½ day; 5°", "É– said Zoë"]
)
def test_sound_letters_stay(text):
    assert mended(text) == text
    assert decoded(text.encode("cp1252", "ignore"))[0] == text
