"""Organisations and brands: who runs and who trades, as a view over the providers of some places (pure)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from services.intake.identity import Provider
from shared import identifiers

By = Literal["organisation", "brand"]
FIRST = ("cqc_provider_id", "companies_house_no", "charity_no", "ods_hq_code")
"""By which of its ids an organisation is told apart, the first that is known; without any, by its name."""
SUFFIXES = re.compile(r"\b(limited|ltd|plc|llp|cic|uk)\b")


@dataclass(frozen=True, slots=True)
class Group:
    """An organisation or a brand, and the providers that name it."""

    id: str
    by: By
    name: str
    ids: dict[str, str]
    brands: tuple[str, ...]
    providers: tuple[Provider, ...]

    @property
    def open(self) -> int:
        """How many of them have not closed, moved away or turned out to be another one."""
        return sum("closed_on" not in provider.facts for provider in self.providers)


def grouped(providers: Iterable[Provider], by: By) -> list[Group]:
    """One group for each organisation (or brand), by name. What names none belongs to none."""
    found: dict[str, list[Provider]] = {}
    for provider in providers:
        if (key := _key(provider, by)) is not None:
            found.setdefault(key, []).append(provider)
    groups = [_group(key, theirs, by) for key, theirs in found.items()]
    return sorted(groups, key=lambda group: (group.name.casefold(), group.id))


def _key(provider: Provider, by: By) -> str | None:
    """What tells it apart: the same organisation may be spelt in two ways, and two may have one name."""
    if by == "organisation":
        ids = provider.facts.get("organisation_ids") or {}
        for scheme in FIRST:
            if scheme in ids:
                return f"{scheme}:{ids[scheme]}"
    name = provider.facts.get(by)
    plain = " ".join(re.findall(r"[a-z0-9]+", SUFFIXES.sub(" ", name.casefold()))) if name else ""
    return f"name:{plain}" if plain else None


def _group(key: str, providers: Sequence[Provider], by: By) -> Group:
    newest = max(providers, key=lambda provider: provider.number)
    ids: dict[str, str] = {}
    for provider in providers:
        ids |= provider.facts.get("organisation_ids") or {}
    return Group(
        id=f"{'org' if by == 'organisation' else 'brand'}-{identifiers.derived_id(by, key).hex[:16]}",
        by=by,
        name=newest.facts.get(by) or key,
        ids=ids if by == "organisation" else {},
        brands=tuple(sorted({each.facts["brand"] for each in providers if each.facts.get("brand")})),
        providers=tuple(providers),
    )
