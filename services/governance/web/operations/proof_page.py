"""What the last proofs of the whole record found, and the signed checkpoints that they are held against."""

from typing import Any, Final

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance.event_store import EventStore
from services.governance.parts import Ready
from services.governance.proof import keys, verifying
from services.governance.web.desk import PageRoute, page
from services.governance.web.operations.doors import Prover

router = APIRouter(include_in_schema=False, route_class=PageRoute)
RUNS: Final = 10
DAYS: Final = 14
_CHECKPOINTS = "SELECT writer, day, position, at FROM checkpoints ORDER BY day DESC, writer LIMIT %s"


@router.get("/operations/proof")
async def proof(session: Prover, made: Ready) -> Response:
    """The newest first. A proof walks the whole record: it is begun by command, not by a page."""
    runs, checkpoints = await run_in_threadpool(_found, made.store)
    return page(
        "operations/proof.html", session, title="Proof of the record", runs=runs, checkpoints=checkpoints,
        key=keys.written(made.signing.public_key()),
    )  # fmt: skip


def _found(store: EventStore) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    with store.reading() as cursor:
        runs = verifying.last(cursor, RUNS)
        cursor.execute(_CHECKPOINTS, (DAYS * 4,), prepare=True)
        return runs, [dict(row) for row in cursor]
