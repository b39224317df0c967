"""What the forms of one meeting know of it, so that its reader chooses instead of typing. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.governance.web import words
from services.governance.web.board import wording
from services.governance.web.form import Choices
from shared.policies.pack import Pack

ORGANISATIONS: Final = ("council", "icb", "nhs", "cqc", "police", "healthwatch", "provider")
"""Who comes to such meetings; a body's own seats may name others."""
FEW: Final = 60
"""So many services of a place stand in each row of a form; of more, those on the agenda."""


@dataclass(frozen=True)
class Setting:
    """One meeting, as a form sees it."""

    meeting: Mapping[str, Any]
    seats: Sequence[str]
    """The body's seats on the day on which it was fixed: `organisation:role`."""
    pack: Pack
    names: Mapping[str, str]
    """The services of the place."""
    later: Sequence[Mapping[str, Any]] = ()
    """The meetings of the body after this one."""
    decisions: Sequence[Mapping[str, Any]] = ()
    """Decisions of the body about the item's service."""
    item: str = ""
    """The item that the form is about, where its address names one."""
    cause: str = ""
    """What was proposed and is to be taken, or left out."""

    @property
    def about(self) -> Mapping[str, Any] | None:
        """The item that the form is about."""
        return next((one for one in self.meeting["items"] if one["item"] == self.item), None)

    @property
    def proposed(self) -> Mapping[str, Any] | None:
        """What was proposed."""
        return next((one for one in self.meeting.get("proposed", ()) if one["cause"] == self.cause), None)

    def name(self, provider_id: str | None) -> str:
        """A service by its name."""
        return self.names.get(provider_id or "", provider_id or "")

    def items(self) -> Choices:
        """What is on the agenda."""
        found = enumerate(self.meeting["items"], 1)
        return [(one["item"], wording.item(number, one, self.names)) for number, one in found]

    def organisations(self) -> Choices:
        """Who may sit there: the body's own first."""
        own = [seat.partition(":")[0] for seat in self.seats]
        return _said((*own, *(one["organisation"] for one in self.meeting["attendees"]), *ORGANISATIONS))

    def roles(self) -> Choices:
        """The roles of the body's seats, then those of the policy's other bodies."""
        own = [seat.partition(":")[2] for seat in self.seats]
        others = (role for body in self.pack.bodies.values() for member in body.members for role in member.roles)
        return _said((*own, *(one["role"] for one in self.meeting["attendees"]), *sorted(others)))

    def expected(self) -> list[dict[str, Any]]:
        """Who was recorded; else the body's seats, of which nobody is there until somebody says so."""
        if self.meeting["attendees"]:
            return [dict(one) | {"mine": False} for one in self.meeting["attendees"]]
        seats = (seat.partition(":") for seat in self.seats)
        return [{"organisation": who, "role": role, "present": False, "mine": False} for who, _, role in seats]

    def services(self) -> Choices:
        """Whom an action may be about: the item's service first, then those on the agenda, or all of a small place."""
        first = self.about["provider_id"] if self.about else None
        listed = [first, *(one["provider_id"] for one in self.meeting["items"]), *self.meeting["about"]]
        known = [name for name in dict.fromkeys(listed) if name]
        if len(self.names) <= FEW or not known:
            known = list(dict.fromkeys((*known, *self.names)))
        return [(name, self.name(name)) for name in known]

    def bodies(self) -> Choices:
        """The bodies of the policy, and whom its reports name."""
        groups = (to for one in self.pack.reports for to in one.to if to not in self.pack.bodies)
        return [(key, wording.body(self.pack, key)) for key in dict.fromkeys((*self.pack.bodies, *groups))]

    def reports(self) -> Choices:
        """The standing reports that this body gives."""
        return [(one.id, f"{one.name} ({one.id})") for one in self.pack.reports if one.by == self.meeting["body"]]


def tasks(pack: Pack) -> Choices:
    """What a policy calls the things that are to be done, and a way out."""
    of_levels = (one.task for each in pack.responses.values() for one in each)
    of_decisions = (one.task for each in pack.follows.values() for one in each)
    known = {name: words.plain(name) for name in (*of_levels, *of_decisions)}
    return [*sorted(known.items(), key=lambda one: one[1]), ("other", "Something else: say what in the note")]


def _said(codes: Iterable[str]) -> Choices:
    return [(code, words.plain(code)) for code in dict.fromkeys(codes)]
