"""Who owns which services, as themes group them (SAL-18): by the brand, else by the legal entity. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Facts = Mapping[str, Any]
CQC: Final = "cqc_provider_id"


@dataclass(frozen=True, slots=True)
class Owned:
    """A service as the register knows it."""

    provider_id: str
    place: str
    facts: Facts

    @property
    def owner(self) -> str | None:
        """None: nobody recorded it."""
        said = self.facts.get("brand") or self.facts.get("organisation")
        return str(said).strip() or None if said else None

    @property
    def is_open(self) -> bool:
        """Whether it has not closed."""
        return not self.facts.get("closed")

    @property
    def entity(self) -> str | None:
        """What names the legal entity: CQC's id of it, else its name."""
        return (self.facts.get("organisation_ids") or {}).get(CQC) or self.facts.get("organisation")


@dataclass(frozen=True, slots=True)
class Owner:
    """One owner, with what is open of theirs in the places that somebody holds."""

    name: str
    services: Sequence[Owned]
    related: Sequence[Owned] = ()
    """Run by the same legal entity, under another name or none."""

    @property
    def places(self) -> list[str]:
        """In which of them."""
        return sorted({one.place for one in self.services})

    @property
    def entities(self) -> list[str]:
        """The legal entities behind it, with CQC's ids."""
        return sorted({_entity(one.facts) for one in self.services if one.entity})


def owners(every: Iterable[Owned]) -> tuple[list[Owner], list[Owned]]:
    """Those with most services first; and the services whose owner nobody recorded."""
    found: dict[str, list[Owned]] = {}
    nobody: list[Owned] = []
    for one in every:
        if one.is_open:
            found.setdefault(_key(one.owner), []).append(one) if one.owner else nobody.append(one)
    made = [Owner(str(ones[0].owner), ones) for ones in found.values()]
    return sorted(made, key=lambda one: (-len(one.services), one.name.casefold())), nobody


def named(every: Iterable[Owned], name: str) -> Owner | None:
    """One owner, however its name is written, with what the same legal entity runs beside."""
    known = [one for one in every if one.is_open]
    theirs = [one for one in known if one.owner and _key(one.owner) == _key(name)]
    entities = {one.entity for one in theirs if one.entity}
    beside = [one for one in known if one not in theirs and one.entity in entities]
    return Owner(str(theirs[0].owner), theirs, beside) if theirs else None


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _entity(facts: Facts) -> str:
    number = (facts.get("organisation_ids") or {}).get(CQC)
    name = facts.get("organisation") or "name not recorded"
    return f"{name} (CQC {number})" if number else str(name)
