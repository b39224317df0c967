"""A meeting's frozen pack in a browser: to be read, printed, and checked against its digest."""

import re
from collections.abc import Mapping
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance.meetings.api import Made, MeetingId
from services.governance.parts import Parts, Ready
from services.governance.web import words
from services.governance.web.board import wording
from services.governance.web.board.doors import Member
from services.governance.web.desk import PageRoute, page
from shared import policy
from shared.policies.pack import Pack

router = APIRouter(prefix="/meetings/{meeting_id}", include_in_schema=False, route_class=PageRoute)
PAGE: Final = 40
NAMED: Final = re.compile(r"(confirmed|indicated|came|decided|referred|plans)\.(.+)")


@router.get("/pack")
async def pack(
    meeting_id: MeetingId, session: Member, made: Ready, office: Made,
    number: Annotated[int, Query(ge=0, le=1000, alias="page", description="0: all, to be printed.")] = 1,
) -> Response:  # fmt: skip
    """The pack. Texts are not opened: they stand sealed in each provider's history."""
    body, digest = await run_in_threadpool(office.freezing.bytes_of, meeting_id, session.principal.places)
    found = orjson.loads(body)
    known = await run_in_threadpool(_policy, made, found["policy"]["digest"])
    every = found["providers"]
    pages = max(-(-len(every) // PAGE), 1)
    number = min(number, pages)
    shown = every if number == 0 else every[(number - 1) * PAGE : number * PAGE]
    return page(
        "board/pack.html", session, title=f"Pack: {found['name']}, {words.day(found['at'])}", pack=found,
        digest=digest, meeting_id=meeting_id, wording=wording, shown=shown, number=number, pages=pages,
        names={one["provider_id"]: one["name"] for one in every}, figures=figures_of(found["counts"]),
        criteria={one.id: one.words for one in known.criteria} if known else {},
        orders={scale: one.order for scale, one in known.scales.items()} if known else {},
    )  # fmt: skip


@router.get("/pack.json")
async def download(meeting_id: MeetingId, session: Member, office: Made) -> Response:
    """The same, byte for byte: its SHA-256 is the digest."""
    body, digest = await run_in_threadpool(office.freezing.bytes_of, meeting_id, session.principal.places)
    headers = {"ETag": f'"{digest}"', "Cache-Control": "no-store",
               "Content-Disposition": f'attachment; filename="pack-{meeting_id}.json"'}  # fmt: skip
    return Response(body, media_type="application/json", headers=headers)


def _policy(made: Parts, digest: str) -> Pack | None:
    try:
        return made.packs.pack(digest)
    except (KeyError, policy.PackError):
        return None


def figures_of(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The place in figures, in words: what counts services first, then what was indicated, received and decided."""
    order = [*FIGURES, "confirmed", "indicated", "plans", "referred", "decided", "came"]
    names = sorted(counts, key=lambda name: order.index(name if name in FIGURES else name.partition(".")[0]))
    return [(_figure(name), counts[name]) for name in names]


def _figure(name: str) -> str:
    if (found := NAMED.fullmatch(name)) is None:
        return FIGURES.get(name, words.plain(name))
    about, rest = found.groups()
    scale, _, last = rest.rpartition(".")
    if about == "confirmed":
        at = "Nothing confirmed" if last == "none" else f"Confirmed at {words.level(last)}"
        return at + ("" if scale in ("", "level") else f" ({words.plain(scale)})")
    if about == "indicated":
        return f"Indicated at the least: {words.level(rest)}"
    if about == "referred":
        return f"Brought before the next body, reason {rest}"
    return f"{BEGUN[about]}: {words.plain(rest).lower()}"


BEGUN: Final = {"came": "Received", "decided": "Decided", "plans": "Improvement plans"}
FIGURES: Final = {
    "providers": "Services",
    "divergent": "Confirmed and indicated differ",
    "restricted": "Placements restricted",
    "unknown": "Not enough known to judge",
    "pending": "Decisions that wait for agreement",
}
