"""Two observers of one session: how far their codings agree, by published definitions.

Time-based and event-based figures always stand together (Bakeman, Quera & Gnisci 2009, *Observer agreement for timed-
event sequential data*, Behavior Research Methods 41, 137-147). Times are seconds.

- Kappa: κ = (Po − Pe)/(1 − Pe), with Po the share of tallies in which both gave the same code, and Pe the share that
  chance would give, Σ row·column/N² (Cohen 1960, *A coefficient of agreement for nominal scales*, Educational and
  Psychological Measurement 20, 37-46).
- Time units: one at the first event of either observer, one every Δ (`step_s`) after it, up to the last event of either.
  A unit's code, for each observer, is the set of all (actor, act) with |t_event − t_unit| ≤ Δ/2; the empty set is a
  code of its own. `kappa` is the kappa of these units.
- Tolerance: a unit agrees if the other observer gave the same code in any unit within ± `tolerance_s`; else it is
  tallied with what the other has in that unit. Which observer is searched matters, so `kappa_tolerance` says both.
- Alignment: the two sequences of events are aligned (Needleman & Wunsch 1970, *A general method applicable to the search
  for similarities in the amino acid sequence of two proteins*, Journal of Molecular Biology 48, 443-453); a substitution
  costs less than an insertion and a deletion, and nothing is aligned further apart than the tolerance. What is left
  unmatched is tallied in a row and a column called nil. `kappa_aligned` is the kappa of these pairs.
- Percent: of the aligned pairs and the unmatched events together, those that both gave the same code, times 100.

What is undefined is None: never 1, 0 or −100.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable

import msgspec

from ii_companion.session.events import Event
from ii_companion.session.kinds import COMPARED
from ii_companion.session.refusal import Wrong
from ii_companion.session.tally import between

STEP_S = 1.0
TOLERANCE_S = 2.0
FEWEST = 10
"""Under so many events by either, show counts instead of coefficients."""
CODED = {kind: (kind.row.actor, kind.row.word) for kind in COMPARED}
"""What is compared, as event tables say it."""

Code = tuple[str, str]
Units = frozenset[Code]
_EMPTY: Units = frozenset()
_NIL = "nil"


class Coded(msgspec.Struct, frozen=True):
    """One event of one observer."""

    t: float
    actor: str
    act: str

    @property
    def code(self) -> Code:
        return self.actor, self.act


class Disagreement(msgspec.Struct, frozen=True):
    """What one observer coded and what the other had there; None where they had nothing."""

    a: Coded | None
    b: Coded | None


class BothWays(msgspec.Struct, frozen=True):
    """A directional figure, taken from either side."""

    a_to_b: float | None
    b_to_a: float | None


class Agreement(msgspec.Struct, frozen=True):
    """All figures for two codings, with the parameters they were taken with."""

    step_s: float
    tolerance_s: float
    kappa: float | None
    kappa_tolerance: BothWays
    kappa_aligned: float | None
    percent: float | None
    matched: int
    disagreements: list[Disagreement]


def coded(events: Iterable[Event]) -> list[Coded]:
    """The events that are compared, in order of time."""
    found = [Coded(event.t, *CODED[event.kind]) for event in events if event.kind in CODED]
    return sorted(found, key=lambda event: event.t)


def agree(
    a: list[Coded], b: list[Coded], tolerance_s: float = TOLERANCE_S, step_s: float = STEP_S
) -> Agreement:
    """Compare two codings. `step_s` is Δ of the time units, above 0; `tolerance_s` from 0."""
    if not step_s > 0 or not tolerance_s >= 0:
        raise Wrong("the step is above 0 s, the tolerance 0 s or more")
    pairs = align(a, b, tolerance_s)
    same = [(x, y) for x, y in pairs if x is not None and y is not None and x.code == y.code]
    apart = [Disagreement(x, y) for x, y in pairs if x is None or y is None or x.code != y.code]
    grid = _Grid(a, b, step_s)
    return Agreement(
        step_s=step_s,
        tolerance_s=tolerance_s,
        kappa=grid.kappa(),
        kappa_tolerance=BothWays(
            grid.kappa_within(tolerance_s, swap=False), grid.kappa_within(tolerance_s, swap=True)
        ),
        kappa_aligned=_aligned_kappa(pairs),
        percent=100 * len(same) / len(pairs) if pairs else None,
        matched=len(same),
        disagreements=apart,
    )


def kappa_of(table: dict[tuple[object, object], int]) -> float | None:
    """Cohen's kappa of a table of tallies, κ = (Po − Pe)/(1 − Pe); None where there is nothing or chance is all."""
    total = sum(table.values())
    if not total:
        return None
    rows: Counter[object] = Counter()
    columns: Counter[object] = Counter()
    for (row, column), n in table.items():
        rows[row] += n
        columns[column] += n
    # in whole numbers as long as possible, so that full agreement is 1 and not nearly so
    observed = sum(n for (row, column), n in table.items() if row == column) * total
    chance = sum(n * columns[code] for code, n in rows.items())
    whole = total * total
    return None if chance == whole else (observed - chance) / (whole - chance)


class _Grid:
    """Time units from the first event of either to the last, and what each observer has in them."""

    def __init__(self, a: list[Coded], b: list[Coded], step: float) -> None:
        both = sorted([*a, *b], key=lambda event: event.t)
        self.step = step
        self.first = both[0].t if both else 0.0
        self.n = int((between(self.first, both[-1].t) + 1e-9) / step) + 1 if both else 0
        self.a, self.b = self._units(a), self._units(b)

    def _units(self, events: list[Coded]) -> dict[int, Units]:
        """The units with something in them: |event − unit| ≤ Δ/2, an event half-way belongs to both."""
        found: dict[int, set[Code]] = defaultdict(set)
        for event in events:
            place = between(self.first, event.t) / self.step
            for unit in range(max(0, int(place) - 1), min(self.n, int(place) + 3)):
                if abs(round(event.t - (self.first + unit * self.step), 6)) <= round(self.step / 2, 6):
                    found[unit].add(event.code)
        return {unit: frozenset(codes) for unit, codes in found.items()}

    def kappa(self) -> float | None:
        if not self.n:
            return None
        table: Counter[tuple[object, object]] = Counter()
        touched = self.a.keys() | self.b.keys()
        for unit in touched:
            table[self.a.get(unit, _EMPTY), self.b.get(unit, _EMPTY)] += 1
        table[_EMPTY, _EMPTY] += self.n - len(touched)
        return kappa_of(dict(table))

    def kappa_within(self, tolerance: float, *, swap: bool) -> float | None:
        """A unit agrees if the other observer gave the same code within ± tolerance; else it tallies as it stands."""
        if not self.n:
            return None
        mine, theirs = (self.b, self.a) if swap else (self.a, self.b)
        reach = int(tolerance / self.step + 1e-9)
        where: dict[Units, list[int]] = defaultdict(list)
        for unit in sorted(theirs):
            where[theirs[unit]].append(unit)
        table: Counter[tuple[object, object]] = Counter()
        touched = mine.keys() | theirs.keys()
        for unit in touched:
            code, other = mine.get(unit, _EMPTY), theirs.get(unit, _EMPTY)
            agreed = code == other or self._near(code, unit, reach, where, theirs)
            table[code, code if agreed else other] += 1
        table[_EMPTY, _EMPTY] += self.n - len(touched)
        return kappa_of(dict(table))

    def _near(
        self, code: Units, unit: int, reach: int, where: dict[Units, list[int]], theirs: dict[int, Units]
    ) -> bool:
        low, high = max(0, unit - reach), min(self.n - 1, unit + reach)
        if code:
            units = where.get(code, [])
            return bisect_right(units, high) > bisect_left(units, low)
        return any(near not in theirs for near in range(low, high + 1))


Pairs = list[tuple[Coded | None, Coded | None]]


def align(a: list[Coded], b: list[Coded], tolerance: float) -> Pairs:
    """Align two codings (Needleman & Wunsch 1970), each event with at most one of the other's and none out of order.

    A substitution costs 1, an insertion or a deletion 1 each, so a substitution is cheaper than both; a match nothing;
    what lies further apart than the tolerance is never aligned. Of equally cheap alignments the one closest in time is
    taken. Only pairs within the tolerance are looked at, so an hour takes a moment.
    """
    times = [event.t for event in b]
    best = _PrefixBest(len(b))
    back: list[tuple[int, int, int]] = []
    for i, event in enumerate(a):
        low = bisect_left(times, event.t - tolerance - 1e-9)
        high = bisect_right(times, event.t + tolerance + 1e-9)
        found = []
        for j in range(low, high):
            apart = abs(between(event.t, times[j]))
            gain = (2.0 if event.code == b[j].code else 1.0) - 1e-6 * apart / (1 + tolerance)
            value, before = best.best_up_to(j)
            found.append((j, value + gain, before))
        for j, value, before in found:
            back.append((i, j, before))
            best.put(j + 1, value, len(back) - 1)
    pairs: list[tuple[int, int]] = []
    _, at = best.best_up_to(len(b))
    while at >= 0:
        i, j, at = back[at]
        pairs.append((i, j))
    return _in_order(a, b, dict(pairs))


def _in_order(a: list[Coded], b: list[Coded], partner: dict[int, int]) -> Pairs:
    taken = set(partner.values())
    rows: list[tuple[float, Coded | None, Coded | None]] = [
        (event.t, event, b[partner[i]] if i in partner else None) for i, event in enumerate(a)
    ]
    rows += [(event.t, None, event) for j, event in enumerate(b) if j not in taken]
    return [(x, y) for _, x, y in sorted(rows, key=lambda row: row[0])]


class _PrefixBest:
    """The best value put at places 1 to n, for any prefix of them (a Fenwick tree of maxima)."""

    def __init__(self, n: int) -> None:
        self._tree: list[tuple[float, int]] = [(0.0, -1)] * (n + 1)

    def put(self, place: int, value: float, what: int) -> None:
        while place < len(self._tree):
            if value > self._tree[place][0]:
                self._tree[place] = (value, what)
            place += place & -place

    def best_up_to(self, place: int) -> tuple[float, int]:
        found = (0.0, -1)
        while place > 0:
            if self._tree[place][0] > found[0]:
                found = self._tree[place]
            place -= place & -place
        return found


def _aligned_kappa(pairs: Pairs) -> float | None:
    """Kappa of the aligned events, what only one observer has in a nil row and column."""
    table: Counter[tuple[object, object]] = Counter()
    for x, y in pairs:
        table[x.code if x else _NIL, y.code if y else _NIL] += 1
    return kappa_of(dict(table))
