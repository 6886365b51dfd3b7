"""Small-number suppression: which counts to hide so that no small one is shown or can be worked out.

What is published is a set of sums over *atoms*, the smallest groups that the sums are made of (audits of one level of
need with one grade, say); nobody publishes the atoms. A count from 1 to one below the threshold is small and is hidden.
That alone is not enough: 8 of 10 shown beside a hidden rest tells the rest. So an attacker is played who knows every
published sum, how the sums are made of atoms, that no atom is negative and even which hidden counts are not zero. As
long as he can place a hidden count, or a small rest, within fewer values than the threshold, one more count is hidden:
the smallest that helps.

The least and the largest value of a count that agree with all that is published are found by integer programming
(Fischetti M, Salazar JJ (2001). Solving the cell suppression problem on tabular data with linear constraints.
Management Science 47, 1008–1027: the "attacker subproblems").
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from qa_analysis.metrics.share import Floats

Atoms: TypeAlias = frozenset[tuple[str, ...]]
SUPPRESSED = "suppressed"  # the note of a hidden number


def suppressed(
    published: Mapping[Atoms, int],
    rests: Mapping[Atoms, int],
    threshold: int,
    *,
    alike: Iterable[tuple[Atoms, Atoms]] = (),
    hidden: Collection[Atoms] = (),
    parts: Mapping[Atoms, Collection[Atoms]] | None = None,
) -> set[Atoms]:
    """Return the sums to hide.

    Parameters
    ----------
    published
        The count of every sum that would be published.
    rests
        The count of every sum that is not published but must not be worked out where it is small, such as those of
        whom something is not said.
    threshold
        The smallest count that is not small.
    alike
        Pairs of sums that are made of different atoms and always the same number.
    hidden
        Sums to hide in any case.
    parts
        For a sum that others are shares of, those others: they are hidden with it.

    Returns
    -------
    set
        Of the keys of `published`.

    Examples
    --------
    Hiding the 3 alone would not do, for the other count and the total would tell it.

    >>> early, care = frozenset({("early",)}), frozenset({("care",)})
    >>> hide = suppressed({early: 3, care: 20, early | care: 23}, {}, threshold=5)
    >>> sorted(min(sums)[0] for sums in hide)
    ['care', 'early']
    """
    attack = _Attack(published, rests, alike, threshold)
    goes_with = {sums: {sums, *(parts or {}).get(sums, ())} for sums in published}
    first = [sums for sums, count in published.items() if 0 < count < threshold or sums in hidden]
    hide = {other for sums in first for other in goes_with[sums]}
    small = [sums for sums, count in rests.items() if 0 < count < threshold]

    def exposed() -> Atoms | None:
        watched = [*(sums for sums in published if sums in hide), *small]
        return next((sums for sums in watched if attack.width(sums, hide) < threshold), None)

    while told := exposed():
        hide |= _most_helpful(attack, told, hide, goes_with, threshold)
    return hide


def _most_helpful(
    attack: _Attack, told: Atoms, hide: set[Atoms], goes_with: Mapping[Atoms, set[Atoms]], threshold: int
) -> set[Atoms]:
    """Return the smallest count that protects the one that is told when hidden too, else that which protects it most.

    A nought is hidden only where no other count helps: it is what a reader is told most by.
    """
    visible = [sums for sums in attack.published if sums not in hide]
    by_size = sorted(visible, key=lambda sums: (attack.published[sums] == 0, attack.published[sums], len(sums)))
    widths: dict[Atoms, int] = {}
    for sums in by_size:
        widths[sums] = attack.width(told, hide | goes_with[sums])
        if widths[sums] >= threshold:
            return goes_with[sums]
    return goes_with[max(by_size, key=lambda sums: widths[sums])]


class _Attack:
    """What an attacker can work out from the sums that are not hidden."""

    def __init__(
        self,
        published: Mapping[Atoms, int],
        rests: Mapping[Atoms, int],
        alike: Iterable[tuple[Atoms, Atoms]],
        threshold: int,
    ) -> None:
        self.published = published
        pairs = list(alike)
        atoms = sorted(frozenset().union(*published, *rests, *(one | other for one, other in pairs)))
        self._places = {atom: place for place, atom in enumerate(atoms)}
        self._alike = [self._row(one) - self._row(other) for one, other in pairs]
        self._rows = {each: self._row(each) for each in published}
        # More than anything can be, so that an unlimited count has an answer too.
        self._bounds = Bounds(0, sum(published.values()) + 10 * threshold)

    def width(self, sums: Atoms, hide: Collection[Atoms]) -> int:
        """Return how many values a sum can have for all that the attacker knows."""
        rows, low, high = [*self._alike], [0.0] * len(self._alike), [0.0] * len(self._alike)
        for each, count in self.published.items():
            rows.append(self._rows[each])
            low.append(min(count, 1) if each in hide else count)
            high.append(np.inf if each in hide else count)
        known = LinearConstraint(np.array(rows), low, high)
        aim = self._row(sums)
        return 1 - self._least(-aim, known) - self._least(aim, known)

    def _least(self, aim: Floats, known: LinearConstraint) -> int:
        """Return the least value of a sum of atoms, each with its sign."""
        found = milp(aim, integrality=np.ones(len(aim), np.int8), bounds=self._bounds, constraints=known)
        if found.fun is None:
            raise ValueError("The published sums contradict one another.")
        return round(float(found.fun))

    def _row(self, sums: Atoms) -> Floats:
        row = np.zeros(len(self._places))
        row[[self._places[atom] for atom in sums]] = 1
        return row
