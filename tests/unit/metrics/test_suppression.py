"""Small-number suppression: what is hidden cannot be worked out, which another attacker than ours confirms."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_analysis.metrics.suppression import suppressed

THRESHOLD = 5


def atom(*names):
    return frozenset({names})


def table_of(cells):
    """Return the published sums of a table of counts: rows, columns and all; the cells are the atoms."""
    rows, columns = len(cells), len(cells[0])
    everything = {(row, column): cells[row][column] for row in range(rows) for column in range(columns)}
    groups = [[(row, column) for column in range(columns)] for row in range(rows)]
    groups += [[(row, column) for row in range(rows)] for column in range(columns)]
    groups += [list(everything)]
    return {
        frozenset((str(row), str(column)) for row, column in group): sum(everything[place] for place in group)
        for group in groups
    }


def test_nothing_is_hidden_where_nothing_is_small():
    assert suppressed({atom("a"): 5, atom("b"): 0, atom("a") | atom("b"): 5}, {}, THRESHOLD) == set()


def test_a_small_count_takes_the_smallest_that_helps_with_it():
    sums = {atom("a"): 3, atom("b"): 20, atom("c"): 8, atom("d"): 0}
    sums[frozenset().union(*sums)] = 31
    assert suppressed(sums, {}, THRESHOLD) == {atom("a"), atom("c")}


def test_two_hidden_ones_are_not_enough_where_both_are_known_to_be_one():
    sums = {atom("a"): 1, atom("b"): 1, atom("c"): 9}
    sums[frozenset().union(*sums)] = 11
    assert suppressed(sums, {}, THRESHOLD) == {atom("a"), atom("b"), atom("c")}


def test_a_small_rest_is_not_told_by_a_count_and_its_total():
    counted, rest = atom("good"), atom("not")
    assert suppressed({counted: 20, counted | rest: 22}, {rest: 2}, THRESHOLD) == {counted}


def test_the_same_number_under_two_names_is_hidden_under_both():
    levels, moderation = atom("all"), atom("checked") | atom("unchecked")
    sums = {levels: 3, moderation: 3}
    assert suppressed(sums, {}, THRESHOLD, alike=[(levels, moderation)]) == {levels, moderation}


def test_what_is_hidden_in_any_case_is_hidden():
    assert suppressed({atom("a"): 0}, {}, THRESHOLD, hidden=[atom("a")]) == {atom("a")}


def test_a_share_is_hidden_with_what_it_is_a_share_of():
    none, everyone = atom("none"), atom("none") | atom("other")
    assert suppressed({none: 0, everyone: 3}, {}, THRESHOLD, parts={everyone: [none]}) == {none, everyone}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=2), min_size=2, max_size=3))
def test_every_hidden_sum_can_be_at_least_as_many_numbers_as_the_threshold(cells):
    sums = table_of(cells)
    hidden = suppressed(sums, {}, THRESHOLD)
    assert all(each in hidden for each, count in sums.items() if 0 < count < THRESHOLD)
    visible = {each: count for each, count in sums.items() if each not in hidden}
    places = sorted({place for each in sums for place in each})
    if len(places) > 4:  # every table there is: 13 ** 4 of them at most
        return
    guesses = np.indices((13,) * len(places)).reshape(len(places), -1)
    sums_of = {each: guesses[[places.index(place) for place in each]].sum(axis=0) for each in sums}
    fits = np.logical_and.reduce([sums_of[each] == count for each, count in visible.items()])
    assert all(len(np.unique(sums_of[each][fits])) >= THRESHOLD for each in hidden)
