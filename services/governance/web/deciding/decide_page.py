"""Decide about a provider in a browser: what can be decided as it stands, and the form of each decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance import asking
from services.governance.asking import Asking, Reply, Unknown
from services.governance.decisions_api import ProviderId
from services.governance.domain.authority import Asker
from services.governance.parts import DECIDING, Parts, Ready, readable
from services.governance.web.deciding import catalogue, ordering, powers, reading
from services.governance.web.deciding.ordering import About
from services.governance.web.desk import PageRoute, page
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.guard import SignedIn
from services.governance.web.sessions import Session
from shared import calendar, clock
from shared.policies.pack import Pack
from shared.problems import Problem

router = APIRouter(prefix="/providers/{provider_id}/decide", include_in_schema=False, route_class=PageRoute)
Decider = Annotated[Session, Depends(SignedIn(*DECIDING))]
Type = Annotated[str, Path(pattern=r"^[a-z_]{1,30}\.[a-z_]{1,30}$")]
NAME: Final = r"^[^\x00-\x1f\x7f]*$"
SAT: Final = {"meeting_id": "meeting", "item": "item"}
"""A field of every order → where its address says it."""
STALE: Final = (
    "Since you opened this page somebody decided about this provider, or the facts indicate something else."
    " Nothing was recorded. What stands now is shown above the form: look at it, and send again if it is still right."
)


def sat(
    meeting: Annotated[str, Query(max_length=100, pattern=NAME)] = "",
    item: Annotated[str, Query(max_length=100, pattern=NAME)] = "",
) -> dict[str, str]:
    """The meeting, and the item of its agenda, that its page leads here from."""
    return {name: value for name, value in (("meeting", meeting), ("item", item)) if value}


Sat = Annotated[dict[str, str], Depends(sat)]
Of = Annotated[str, Query(max_length=100, pattern=NAME)]


@router.get("")
async def index(provider_id: ProviderId, session: Decider, made: Ready, sat: Sat) -> Response:
    """What can be decided about this provider; first what fits as it stands."""
    provider = await run_in_threadpool(reading.provider, made, provider_id, session.principal)
    pack = await run_in_threadpool(_pack, made, provider)
    asker = Asker(session.principal.organisation, session.principal.roles)
    fitting: dict[str, list[Mapping[str, Any]]] = {}
    others: list[Mapping[str, Any]] = []
    for group, ones in catalogue.GROUPS.items():
        for name, title in ones.items():
            why = catalogue.why_not(name, provider)
            if why is None and pack is not None and not powers.rules(pack, name):
                why = "The policy here gives this to nobody."
            if why is not None:
                others.append({"title": title, "why": why, "address": _address(provider_id, name, sat)})
                continue
            for of, words in ordering.variants(name, pack) or (("", ""),):
                fitting.setdefault(group, []).append({
                    "title": f"{title}: {words}" if words else title, "who": powers.who(pack, name),
                    "is_mine": powers.is_named(pack, name, asker),
                    "address": _address(provider_id, name, sat | ({"of": of} if of else {})),
                })  # fmt: skip
    return page(
        "deciding/index.html", session, title="Decide", p=provider, order=_order(pack), fitting=fitting, others=others,
        bodies=lambda code: powers.body_name(pack, code), taken=catalogue.taken, sat=sat,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which form."""

    provider_id: str
    name: str
    """The type of the order."""
    sat: Mapping[str, str]
    of: str


def wanted(provider_id: ProviderId, name: Type, sat: Sat, of: Of = "") -> Wanted:
    """For endpoints: which form. Raises Unknown."""
    if name not in catalogue.KINDS:
        raise Unknown("nothing of this name can be decided")
    return Wanted(provider_id, name, sat, of)


One = Annotated[Wanted, Depends(wanted)]


@router.get("/{name}")
async def ask(one: One, session: Decider, made: Ready) -> Response:
    """One kind of decision: its form."""
    about, body = await run_in_threadpool(_about, made, one, session)
    return show(_asked(one, about, about.provider["version"]), session, ordering.known(one.name, about, body))


@router.post("/{name}")
async def decide(one: One, request: Request, session: Decider, made: Ready) -> Response:
    """Take it: by the policy, and on the page as it was looked at."""
    posted = await request.form()
    version = str(posted.get("version", ""))
    chosen = [str(each) for field in ("evidence", "event_ids") for each in posted.getlist(field)]
    about, _ = await run_in_threadpool(_about, made, one, session, chosen)
    asked = _asked(one, about, version)
    carried: dict[str, str] = dict(asked.hidden)

    def do(order: Any, asker: Asking) -> Reply:
        try:
            return made.governance.decide(one.provider_id, order, replace(asker, if_match=version))
        except asking.Stale as error:
            carried["version"] = about.provider["version"]  # what is shown now may be sent
            raise Problem(412, "stale", "The page has changed", STALE) from error

    return await carry_out(
        request, replace(asked, hidden=carried), session, made, do=do,
        then=lambda answer: f"/decisions/{answer['decision_id']}?done={one.name}",
    )  # fmt: skip


def _about(made: Parts, one: Wanted, session: Session, chosen: Sequence[str] = ()) -> tuple[About, str]:
    """What the form is made of, and the body of the meeting that it was opened from. Blocks. Raises Unknown."""
    provider = reading.provider(made, one.provider_id, session.principal)
    pack = _pack(made, provider)
    pieces = reading.offered(made.store, provider, readable(session.principal), chosen)
    meetings = reading.meetings(made.store, provider["place"])
    body = next((each["body"] for each in meetings if each["meeting_id"] == one.sat.get("meeting")), "")
    given = {field: one.sat[word] for field, word in SAT.items() if word in one.sat}
    if one.of and one.of not in dict(ordering.variants(one.name, pack)) and one.of != (pack and pack.primary):
        raise Unknown("there is no such scale or body here")
    return About(provider, pack, pieces, meetings, one.of, given), body


def _asked(one: Wanted, about: About, version: str) -> Asked:
    pack, provider, name = about.pack, about.provider, one.name
    more = {
        "p": provider, "order": _order(pack), "rules": powers.told(pack, name), "sat": one.sat,
        "of": dict(ordering.variants(name, pack)).get(about.of, ""), "why_not": catalogue.why_not(name, provider),
        "taken": catalogue.taken,
    }  # fmt: skip
    return Asked(
        catalogue.title(name), ordering.form(name, about), _address(one.provider_id, "", one.sat),
        "Record this decision", hidden={"version": version}, template="deciding/order.html", more=more,
    )  # fmt: skip


def _pack(made: Parts, provider: Mapping[str, Any]) -> Pack | None:
    policy = made.pages.policy(provider["place"], calendar.london_date(clock.now()))
    return policy.pack if policy else None


def _order(pack: Pack | None) -> tuple[str, ...]:
    return pack.scales[pack.primary].order if pack else ()


def _address(provider_id: str, name: str, query: Mapping[str, str]) -> str:
    end = f"/{name}" if name else ""
    return f"/providers/{provider_id}/decide{end}" + (f"?{urlencode(query)}" if query else "")
