from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st
from matplotlib.colors import to_rgb

from qa_analysis.charts.colours import grade_colours, palette, text_colour
from qa_analysis.charts.drawing import short_names, text_width, wrapped
from qa_analysis.charts.style import house_style, plain

SCALES = [(count, good) for count in range(1, 11) for good in range(count + 1)]

# Machado, Oliveira and Fernandes (2009), A physiologically-based model for simulation of color vision deficiency,
# table 1: severity 1.0.
COLOUR_BLINDNESS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def colours_of(count, good):
    names = [str(number) for number in range(count)]
    return grade_colours(names, names[:good])


def linear(colour):
    """Linear RGB of a colour."""
    return np.array([part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)])


def lab(colour, matrix):
    """CIE L*a*b* (D65) of a colour as it is seen through a matrix for linear RGB."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = np.cbrt(xyz @ np.clip(np.array(matrix) @ linear(colour), 0, 1) / np.array([0.9505, 1.0, 1.089]))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(one, other):
    """The contrast ratio of two colours (Web Content Accessibility Guidelines 2.2)."""
    darker, lighter = sorted(np.array([0.2126, 0.7152, 0.0722]) @ linear(colour) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("count", "good"), SCALES)
def test_every_grade_has_its_own_colour_that_stands_out_from_white(count, good):
    colours = colours_of(count, good)
    assert len(set(colours)) == count
    assert all(contrast(colour, "#ffffff") >= 3 for colour in colours)


@pytest.mark.parametrize(("count", "good"), SCALES)
def test_labels_on_every_colour_can_be_read(count, good):
    assert all(contrast(text_colour(colour), colour) >= 4.5 for colour in colours_of(count, good))


@pytest.mark.parametrize("kind", COLOUR_BLINDNESS)
def test_the_four_grades_stay_apart_for_the_colour_blind(kind):
    seen = [lab(colour, COLOUR_BLINDNESS[kind]) for colour in colours_of(4, 2)]
    assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) > 20


def test_contrast_of_published_pairs():
    # https://webaim.org/resources/contrastchecker: grey #767676 is the lightest that passes 4.5:1 on white
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#ffffff", "#000000") == 21


@tried(max_examples=40)
@given(st.text(max_size=200), st.integers(30, 300))
def test_wrapped_lines_fit(text, width):
    with house_style():
        lines = wrapped(text, width)
        assert 1 <= len(lines) <= 8
        assert all(len(line) == 1 or text_width(line) <= width for line in lines)


def test_wrapping_loses_no_word():
    name = "Children looked after by the local authority and living with foster carers"
    assert " ".join(wrapped(name, 100)) == name


def test_the_palette_has_the_colours_of_the_charts_blue_for_good(settings):
    assert palette(settings) == {
        "Outstanding": "#12436d", "Good": "#2073bc", "Requires improvement": "#f46a25", "Inadequate": "#7a1f00",
    }  # fmt: skip


@given(
    st.lists(
        st.text(st.characters(categories=["L", "Zs", "Nd"]), min_size=1, max_size=40), max_size=12, unique_by=plain
    )
)
def test_no_two_short_names_are_alike(names):
    assert len(set(short_names(names))) == len(names)


def test_names_of_six_letters_stay_and_longer_ones_are_cut_before_a_vowel():
    assert short_names(["Secure", "Outstanding", "Satisfactory", "Does not yet meet good"]) == [
        "Secure", "Outst.", "Satis.", "DNYMG",
    ]  # fmt: skip
