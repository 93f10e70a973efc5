"""Which companies, periods and kinds of events meet in a context, so that its passages tempt."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from scripts.training import synthetic_names as names
from scripts.training.synthetic_events import Kind, Told, kinds, tell
from scripts.training.synthetic_tables import Table, table
from scripts.training.synthetic_values import Style, style

#: how many passages a context holds, with weights
PASSAGES = ((1, 25), (2, 15), (3, 20), (4, 40))
REPORT_CURRENCIES = (
    ("$", "", "word", 2, 1),
    ("$", "", "word", 2, 1),
    ("$", "", "word", 2, 1),
    ("US$", "", "word", 2, 1),
    ("£", "", "bn", 2, 1),
    ("€", "", "word", 2, 1),
    ("€", "", "bn", 2, 1),
)


@dataclass
class Draft:
    """A passage being written: its events or its table, then its text."""

    company: names.Company
    look: Style
    events: list[Told]
    table: Table | None = None
    title: str = ""
    text: str = ""
    published: str | None = None


@dataclass
class Scheme:
    """What holds for a whole context.

    With `repeated`, a kind of event is told in several passages: of different companies or, in a `series`, of the
    same company in other periods. `report` contexts are notes of company reports. With `same`, every passage is
    about one company, as the chunks of one article are.
    """

    choices: list[Kind]
    report: bool
    repeated: Kind | None
    series: bool
    same: bool
    look: Style
    pool: names.Pool
    told: list[tuple[str, Kind]] = field(default_factory=list)


def plan(rng: random.Random) -> list[Draft]:
    """The passages of a context, with what each will tell."""
    (total,) = rng.choices([n for n, _ in PASSAGES], [weight for _, weight in PASSAGES])
    scheme = _scheme(rng)
    drafts: list[Draft] = []
    first = _firm(scheme, rng)
    for place in range(total):
        firm = first if scheme.same or place == 0 else _firm(scheme, rng)
        look = _look(scheme, place, rng)
        if rng.random() < 0.08:
            taken = {draft.table.name for draft in drafts if draft.table}
            drafts.append(Draft(firm, look, [], table(firm, scheme.pool, look, rng, taken)))
            continue
        told: list[Told] = []
        for kind in _picked(scheme, firm, place, 2 if total < 3 or rng.random() < 0.5 else 1, rng):
            told.append(tell(kind, firm, scheme.pool, look, rng, bool(told)))
        drafts.append(Draft(firm, look, told))
    rng.shuffle(drafts)
    return drafts


def _scheme(rng: random.Random) -> Scheme:
    report = rng.random() < 0.17
    choices = [kind for kind in kinds().values() if ("reports" in kind.flags) == report]
    repeated = rng.choice(choices) if rng.random() < 0.5 else None
    if report and repeated is not None and "series" not in repeated.flags:
        repeated = None  # questions on reports seldom name the company, so a kind stands once in a context
    series = repeated is not None and "series" in repeated.flags and (report or rng.random() < 0.6)
    same = series or (repeated is None and rng.random() < (0.6 if report else 0.4))
    return Scheme(choices, report, repeated, series, same, _style(report, rng), names.Pool(rng))


def _firm(scheme: Scheme, rng: random.Random) -> names.Company:
    """A company of the pool; where the repeated kind is of one sector, one renamed into it."""
    firm, kind = scheme.pool.pop(), scheme.repeated
    if kind is None or _suits(firm, kind):
        return firm
    sector = _sectors(kind)[0]
    return firm._replace(full=f"{firm.short} {rng.choice(names.sectors()[sector])}", sector=sector)


def _look(scheme: Scheme, place: int, rng: random.Random) -> Style:
    """How a passage writes figures, and its year: two apart in a series, since reports give two years each."""
    shift = -2 * place if scheme.series else rng.choice((0, -1, 1, -2))
    if scheme.same and not scheme.series and not scheme.report:
        shift = 0
    look = scheme.look if scheme.same or rng.random() < 0.5 else _style(scheme.report, rng)
    return replace(look, year=scheme.look.year + shift)


def _style(report: bool, rng: random.Random) -> Style:
    look = style(rng)
    if report:
        look = replace(look, currency=rng.choice(REPORT_CURRENCIES), percent="%", hedge=rng.choice((0.0, 0.2)))
    return look


def _picked(scheme: Scheme, firm: names.Company, place: int, count: int, rng: random.Random) -> list[Kind]:
    """The kinds of events a passage tells: the repeated one, then others that cannot be mixed up with what is told."""
    picked: list[Kind] = []
    if scheme.repeated is not None and (place < 2 or rng.random() < 0.6):
        picked.append(scheme.repeated)
        scheme.told.append((firm.full, scheme.repeated))
    weights = [_weight(firm, kind) for kind in scheme.choices]
    while len(picked) < count:
        (kind,) = rng.choices(scheme.choices, weights)
        known = [other for name, other in scheme.told if name == firm.full or scheme.report]
        if kind not in known and _suits(firm, kind) and not _clash(kind, known):
            picked.append(kind)
            scheme.told.append((firm.full, kind))
    return picked


def _sectors(kind: Kind) -> list[str]:
    """The sectors whose companies alone have such events; none for any."""
    return [flag.partition("=")[2].replace("_", " ") for flag in sorted(kind.flags) if flag.startswith("sector=")]


def _suits(firm: names.Company, kind: Kind) -> bool:
    return not _sectors(kind) or firm.sector in _sectors(kind)


def _weight(firm: names.Company, kind: Kind) -> int:
    """Kinds that only firms of one sector have come up more often for such firms."""
    return 8 if _sectors(kind) and _suits(firm, kind) else 1


def _clash(kind: Kind, known: list[Kind]) -> bool:
    """Whether another kind told of the same company could answer this kind's questions."""
    topics = {flag for flag in kind.flags if flag.startswith("topic=")}
    return any(topics & other.flags for other in known)
