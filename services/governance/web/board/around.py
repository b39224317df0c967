"""What stands around a meeting on its page: names, decisions, actions, the policy's words for its body. Blocks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.governance import documents
from services.governance.asking import NoPolicy
from services.governance.domain import meeting_kind, task
from services.governance.domain.meeting import Meeting
from services.governance.meetings.office import Office
from services.governance.parts import Parts
from services.governance.web import names
from shared.policies.pack import Pack

Document = dict[str, Any]
MANY = 200


@dataclass(frozen=True)
class Around:
    """One meeting, and what its page shows beside it."""

    meeting: Document
    state: Meeting
    pack: Pack | None
    """Of today; None: no policy is in force."""
    names: Mapping[str, str]
    decisions: Mapping[str, Document]
    tasks: Mapping[str, Document]

    def asks(self, clause: str | None) -> str:
        """What a rule that asks for this meeting says."""
        return asks(self.pack, clause)

    @property
    def place(self) -> str:
        """Of which place's body it is."""
        return str(self.meeting["place"])


def one(made: Parts, office: Office, meeting_id: str, places: frozenset[str], today: date) -> Around:
    """A meeting. Raises Unknown."""
    meeting = office.showing.one(meeting_id, places, today)
    state: Meeting = made.matters.matter(meeting_kind.KIND, meeting_id, places).state
    items = meeting["items"]
    about = {*meeting["about"], *(one["provider_id"] for one in (*items, *meeting.get("proposed", ())))} - {None}
    named = [*meeting.get("decisions", ()), *(name for each in items for name in each["decisions"])]
    decisions = _decisions(made, named, places)
    about |= {each["provider_id"] for each in decisions.values()}
    return Around(
        meeting, state, policy(made, meeting["place"], today), names.of(made.store, about), decisions,
        _tasks(made, [name for each in items for name in each["tasks"]]),
    )  # fmt: skip


def policy(made: Parts, place: str, today: date) -> Pack | None:
    """The pack in force, if there is one."""
    try:
        return made.packs.in_force(place, today).pack
    except NoPolicy:
        return None


def asks(pack: Pack | None, clause: str | None) -> str:
    """What a rule that asks for a meeting says, in the policy's words; empty for one that it does not have."""
    rules = (*pack.convene, *pack.referrals, *pack.bodies.values()) if pack else ()
    return next((one.says for one in rules if one.id == clause and one.says), "")


def of_provider(made: Parts, provider_id: str, place: str, body: str) -> list[Document]:
    """Decisions of a body about a service, the newest first."""
    found = [documents.taken(each) for each in made.store.case(provider_id, place).decisions.values()]
    return sorted((each for each in found if each["body"] == body), key=lambda each: each["proposed_at"], reverse=True)


def later(office: Office, around: Around) -> list[Document]:
    """The meetings of the same body after this one."""
    asked = {"body": around.meeting["body"], "provider": None, "status": None, "first": None, "last": None}
    after = (around.meeting["at"], around.meeting["meeting_id"])
    found = office.showing.page([around.place], asked, after, MANY)
    return [each for each in found if each["status"] != "cancelled"]


def _decisions(made: Parts, ids: Iterable[str], places: frozenset[str]) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for name in dict.fromkeys(ids):
        provider_id, place = made.store.where(name)
        if place in places:
            taken = documents.taken(made.store.case(provider_id, place).decision(name))
            found[name] = taken | {"provider_id": provider_id}
    return found


def _tasks(made: Parts, ids: Iterable[str]) -> dict[str, Document]:
    known = ((name, made.store.matter(task.KIND.name, name)) for name in dict.fromkeys(ids))
    return {name: task.document(each.state) for name, each in known if each is not None}
