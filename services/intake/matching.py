"""Who may be meant by what waits in quarantine: suggested with a score and a reason, never matched by itself (pure)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from services.intake.submission import Subject

POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][0-9A-Z]?)\s*([0-9][A-Z]{2})\b", re.IGNORECASE)
NOTHING = frozenset({
    "the", "care", "home", "house", "nursing", "residential", "homecare", "domiciliary", "services", "service",
    "limited", "ltd", "plc", "llp", "centre", "and",
})  # fmt: skip
"""Words that half of all services have in their names: alike in them alone is not alike."""
LEAST = 60
MOST = 5
SLIP = 90
"""The score of an id that differs in one character, or in two that changed places."""


@dataclass(frozen=True, slots=True)
class Named:
    """How a sender named a provider."""

    subject: Subject
    name: str | None = None
    postcode: str | None = None

    @property
    def words(self) -> str:
        """Its name: as the sender says it, or what the subject holds of one."""
        return self.name or re.sub(r"\[[^\]]*\]$", "", self.subject.value)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A provider that may be meant."""

    provider_id: str
    place: str
    name: str
    postcode: str | None
    aliases: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One that is near enough to be looked at by a steward."""

    provider_id: str
    place: str
    name: str
    score: int
    """0 to 100: how near, not how likely."""
    reason: str


def suggest(named: Named, candidates: Iterable[Candidate]) -> list[Suggestion]:
    """The nearest, best first; none where nothing is near."""
    found = [near for candidate in candidates if (near := _nearness(named, candidate)) is not None]
    return sorted(found, key=lambda each: (-each.score, each.name, each.provider_id))[:MOST]


def postcode(text: str) -> str | None:
    """A postcode in a text, as the post writes it."""
    match = POSTCODE.search(text)
    return f"{match[1]} {match[2]}".upper() if match else None


def _nearness(named: Named, candidate: Candidate) -> Suggestion | None:
    score, reasons = max(_by_id(named, candidate), _by_name(named, candidate))
    if score < LEAST:
        return None
    return Suggestion(candidate.provider_id, candidate.place, candidate.name, score, "; ".join(reasons))


def _by_id(named: Named, candidate: Candidate) -> tuple[int, list[str]]:
    for scheme, value in candidate.aliases:
        if scheme == named.subject.scheme and len(value) > 3 and OSA.distance(value, named.subject.value) == 1:  # noqa: PLR2004
            return SLIP, [f"its {scheme} {value} differs in one place only"]
    return 0, []


def _by_name(named: Named, candidate: Candidate) -> tuple[int, list[str]]:
    said, known = _telling(POSTCODE.sub(" ", named.words)), _telling(candidate.name)
    if not said or not known:
        return 0, []
    one, other = " ".join(said), " ".join(known)
    part = max(fuzz.token_set_ratio(one, other), fuzz.partial_ratio(one, other))
    alike = (fuzz.token_sort_ratio(one, other) + part) / 2
    reasons = [f"its name is {alike:.0f}% alike"]
    theirs = postcode(named.postcode or "") or postcode(named.words)
    if theirs is None or candidate.postcode is None:
        return round(alike * 0.9), reasons
    if theirs == candidate.postcode:
        return round(alike * 0.7 + 30), [*reasons, f"the same postcode {theirs}"]
    if theirs.split()[0] == candidate.postcode.split()[0]:
        return round(alike * 0.8 + 5), [*reasons, f"the same part of the town ({theirs.split()[0]})"]
    return round(alike * 0.7), [*reasons, "another postcode"]


def _telling(name: str) -> list[str]:
    """The words of a name that tell it from others."""
    words = list(_words(name))
    return [word for word in words if word not in NOTHING] or words


def _words(name: str) -> Iterator[str]:
    for word in re.findall(r"[a-z0-9]+", name.casefold().replace("'", "").replace("\u2019", "")):
        yield "saint" if word == "st" else word
