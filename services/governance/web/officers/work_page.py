"""My work: everything that is owed, the most overdue first, each with its reason and the page where it is done."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance.monitoring import owing
from services.governance.parts import Parts, Ready, scope
from services.governance.web import names
from services.governance.web.desk import PageRoute, page
from services.governance.web.guard import Knower
from services.governance.web.officers import wording
from shared import calendar, clock
from shared.security import Principal

router = APIRouter(include_in_schema=False, route_class=PageRoute)
PAGE: Final = 50
SOON: Final = timedelta(days=14)
WHEN: Final = {"": "any day", "overdue": "overdue", "soon": "overdue, or due in 14 days"}
Code = Annotated[str, Query(pattern=r"^([a-z0-9][a-z0-9_.-]{0,79})?$")]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form of the page says; empty: whatever it is."""

    role: str = ""
    officer: str = ""
    body: str = ""
    organisation: str = ""
    kind: str = ""
    place: str = ""
    provider: str = ""
    when: str = ""

    def query(self, **more: str) -> str:
        """The query of a link that keeps it."""
        return urlencode({name: value for name, value in (asdict(self) | more).items() if value})

    def asked(self, places: list[str], today: date) -> owing.Asked:
        """As the list is asked for it."""
        by = {"overdue": today - timedelta(days=1), "soon": today + SOON}.get(self.when)
        return owing.Asked(
            places, self.provider or None, self.role or None, self.officer or None, self.body or None,
            self.organisation or None, self.kind or None, by,
        )  # fmt: skip


def wanted(
    *, role: Code = "", officer: Code = "", organisation: Code = "",
    body: Annotated[str, Query(pattern=r"^([A-Z][A-Z_]{1,40})?$")] = "",
    kind: Annotated[str, Query(pattern=r"^[a-z_]{0,20}$")] = "",
    place: Annotated[str, Query(pattern=r"^([A-Z][0-9]{8})?$")] = "",
    provider: Annotated[str, Query(pattern=r"^(prv-[0-9a-z]{1,40})?$")] = "",
    when: Annotated[str, Query(pattern=r"^[a-z]{0,10}$")] = "",
) -> Wanted:  # fmt: skip
    """What the form of the page says."""
    return Wanted(role, officer, body, organisation, kind, place, provider, when)


@router.get("/work")
async def work(
    session: Knower, made: Ready, chosen: Annotated[Wanted, Depends(wanted)],
    after: Annotated[str, Query(max_length=320)] = "",
) -> Response:  # fmt: skip
    """What is owed in one's places: by a role, an officer, a body, an organisation, of a kind."""
    today, places = calendar.london_date(clock.now()), scope(session.principal, chosen.place or None)
    asked = chosen.asked(places, today)
    found, more = await run_in_threadpool(owing.page, made.store, asked, after or None, PAGE, today)
    number = await run_in_threadpool(owing.count, made.store, asked, today)
    known = await run_in_threadpool(names.of, made.store, [one["provider_id"] for one in found if "provider_id" in one])
    bodies = await run_in_threadpool(_bodies, made, session.principal, today)
    return page(
        "officers/work.html", session, title="My work", owed=found, names=known, chosen=chosen, bodies=bodies,
        number=number, next=more and chosen.query(after=more), is_first=not after, today=today, wording=wording,
        roles=wording.roles(wording.PROVIDERS), mine=mine(session.principal), when=WHEN,
    )  # fmt: skip


def mine(principal: Principal) -> list[tuple[str, dict[str, str]]]:
    """Views of one's own: words, and what they choose."""
    own = [code for code in wording.COMMISSIONERS if principal.has(code)]
    found: list[tuple[str, dict[str, str]]] = [("Everything in my places", {})]
    found += [(f"My role: {wording.role(code).lower().replace('icb', 'ICB')}", {"role": code}) for code in own]
    if principal.organisation in wording.ORGANISATIONS:
        said = wording.ORGANISATIONS[principal.organisation].replace("The ", "the ")
        found.append((f"Waits for {said}", {"organisation": principal.organisation}))
    return found


def _bodies(made: Parts, principal: Principal, today: date) -> dict[str, str]:
    """Bodies of the policies in force in one's places."""
    policies = [made.pages.policy(place, today) for place in sorted(principal.places)]
    found: dict[str, Any] = {}
    for policy in policies:
        found |= {key: body.name for key, body in policy.pack.bodies.items()} if policy else {}
    return found
