"""What really happened to a provider, by which warnings are measured: four kinds of event, as spells of days. Pure.

A downgrade to Inadequate, a restriction of placements, an organisational safeguarding process, a closing. What happens
after a provider has closed does not count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from services.risk.looking_back.knowledge import Known
from services.risk.remembered.items import Day
from services.risk.remembered.rated import WHOLE

INADEQUATE, SUSPENSION, LSI, CLOSURE = "inadequate", "suspension", "lsi", "closure"
KINDS = {
    INADEQUATE: "downgrade by CQC to Inadequate overall",
    SUSPENSION: "suspension, pause or phasing of placements",
    LSI: "organisational safeguarding process (LSI) authorised",
    CLOSURE: "closing of the service, or end of its registration",
}
ANY = "any"
IMPOSED = frozenset({"suspension.imposed", "suspension.agreed_voluntary", "suspension.phased"})
ENDED = frozenset({"closed", "deregistered"})
RATED = frozenset({"outstanding", "good", "requires_improvement", "inadequate"})


@dataclass(frozen=True, slots=True)
class Spell:
    """From the day on which it was known, to the day on which its end was."""

    kind: str
    start: Day
    record: str
    """Id of the event that says so."""
    event: bool = True
    """Whether its beginning is an event to be warned of: a first rating is no downgrade."""
    end: Day | None = None

    def covers(self, day: Day) -> bool:
        """Whether it lasts at the end of a day."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to one provider."""

    spells: tuple[Spell, ...]
    rated: tuple[Day, ...]
    """Days on which CQC published a rating of it: somebody had looked."""
    closed: Day | None
    after_closing: int
    """Ratings published when it had closed."""
    inadequate: frozenset[str]
    """Ids of all ratings of Inadequate, first or not."""

    def events(self, kind: str) -> list[Spell]:
        """Events to be warned of, oldest first; `any`: of all kinds."""
        found = [spell for spell in self.spells if spell.event and kind in (ANY, spell.kind)]
        return sorted(found, key=lambda spell: (spell.start, spell.record))

    def lasts(self, kind: str, day: Day) -> bool:
        """Whether it has already come to that by the end of a day."""
        return any(spell.covers(day) and kind in (ANY, spell.kind) for spell in self.spells)

    def rating_known(self, day: Day) -> bool:
        """Whether it had been rated by then."""
        return bool(self.rated) and self.rated[0] <= day


def happened(facts: Sequence[Known]) -> Happened:
    """What happened, from the facts in the order in which they became known."""
    closed = next((known for known in facts if _closes(known)), None)
    last = None if closed is None else closed.day
    alive = [known for known in facts if last is None or known.day < last]
    ratings = list(_ratings(facts))
    before = [each for each in ratings if last is None or each[0] < last]
    spells = [*_downgrades(before), *_decided(alive)]
    if closed is not None:
        spells = [replace(spell, end=closed.day) if spell.end is None else spell for spell in spells]
        spells.append(Spell(CLOSURE, closed.day, str(closed.event.id)))
    return Happened(
        tuple(spells),
        tuple(day for day, _, _, _ in before),
        last,
        len(ratings) - len(before),
        frozenset(record for _, overall, record, _ in ratings if overall == INADEQUATE),
    )


def _closes(known: Known) -> bool:
    return known.event.kind == "registry.service.closed" and known.event.data.get("reason") in ENDED


def _ratings(facts: Iterable[Known]) -> Iterable[tuple[Day, str, str, bool]]:
    """Day, overall, event id, and whether it is of the registration before this one; of the whole location alone."""
    for known in facts:
        data = known.event.data
        whole = str(data.get("service_group", WHOLE)).strip().lower() == WHOLE
        if known.event.kind == "cqc_rating.published" and whole:
            yield known.day, str(data.get("overall")), str(known.event.id), bool(data.get("inherited"))


def _downgrades(ratings: Iterable[tuple[Day, str, str, bool]]) -> list[Spell]:
    found: list[Spell] = []
    before: str | None = None
    for day, overall, record, inherited in ratings:
        if overall not in RATED:
            continue
        if overall == INADEQUATE != before:
            found.append(Spell(INADEQUATE, day, record, event=before is not None and not inherited))
        elif before == INADEQUATE != overall:
            found[-1] = replace(found[-1], end=day)
        before = overall
    return found


def _decided(facts: Iterable[Known]) -> list[Spell]:
    """Restrictions by their id, and safeguarding processes, from decisions that took effect."""
    found: dict[str, Spell] = {}
    for known in facts:
        decision = known.event.data.get("decision")
        if known.event.kind != "decision.took_effect" or not isinstance(decision, dict):
            continue
        type_, record = str(decision.get("type")), str(known.event.id)
        restriction = f"suspension:{decision.get('suspension_id')}"
        if type_ in IMPOSED and restriction not in found:
            found[restriction] = Spell(SUSPENSION, known.day, record)
        elif type_ == "suspension.lifted" and restriction in found:
            found[restriction] = replace(found[restriction], end=known.day)
        elif type_ == "lsi.authorised" and LSI not in found:
            found[LSI] = Spell(LSI, known.day, record)
        elif type_ == "lsi.closed" and LSI in found:
            found[f"{LSI}:{record}"] = replace(found.pop(LSI), end=known.day)
    return list(found.values())
