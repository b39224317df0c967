"""HTTP: spreadsheets by a saved mapping: each row is answered, in a rehearsal or for good (architecture §5, intake)."""

import csv
import difflib
import io
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from psycopg.types.json import Jsonb
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from services.intake import authority, normalise, spreadsheet
from services.intake.api import fields
from services.intake.faults import NotTheirs, Refused, Unusable
from services.intake.judgement import Outcome
from services.intake.parts import Parts, Publisher, Ready, sender_of
from services.intake.spreadsheet import Row, SheetMapping
from services.intake.submission import Submission
from shared import logs, problems, security
from shared.events import registry

CSV = "text/csv"
CHUNK = 500
router = APIRouter(prefix="/v1/spreadsheets", tags=["spreadsheets"])
_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {CSV: {"schema": {"type": "string", "format": "binary"}}}}
}
Name = Annotated[str, Query(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]


class Mappings(BaseModel):
    """The mappings of the token's publisher."""

    mappings: list[SheetMapping]


class RowResult(BaseModel):
    """What became of one row."""

    line: int
    """The line of the file on which the row ends."""
    status: Literal["accepted", "duplicate", "quarantined", "conflict", "refused"]
    id: UUID | None = None
    reason: str | None = None
    errors: list[problems.FieldError] = Field(default_factory=list)


class SheetResult(BaseModel):
    """What became of a file: one result a row."""

    mapping: str
    dry_run: bool
    rows: int
    counts: dict[str, int]
    results: list[RowResult]


@router.post("/mappings", status_code=201)
async def post_mapping(mapping: SheetMapping, principal: Publisher, parts: Ready) -> SheetMapping:
    """Save how a spreadsheet is read. The same name again replaces it."""
    publisher = sender_of(principal)
    _check(mapping)
    async with parts.pool.connection() as connection:
        await connection.execute(
            "INSERT INTO mappings(publisher, name, mapping, changedtime, changed_by) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (publisher, name) DO UPDATE SET mapping = excluded.mapping,"
            " changedtime = excluded.changedtime, changed_by = excluded.changed_by",
            (publisher, mapping.name, Jsonb(mapping.model_dump(mode="json")), parts.now(), principal.subject),
        )
    return mapping


@router.get("/mappings")
async def get_mappings(principal: Publisher, parts: Ready) -> Mappings:
    """The saved mappings of the token's publisher."""
    async with parts.pool.connection() as connection:
        found = await connection.execute(
            "SELECT mapping FROM mappings WHERE publisher = %s ORDER BY name", (sender_of(principal),)
        )
        return Mappings(mappings=[SheetMapping.model_validate(each) for (each,) in await found.fetchall()])


@router.post("", status_code=202, openapi_extra=_BODY, response_model=SheetResult,
             responses={202: {"content": {CSV: {"schema": {"type": "string"}}}}})  # fmt: skip
async def post_spreadsheet(
    request: Request, mapping: Name, principal: Publisher, parts: Ready, dry_run: bool = False
) -> Response:
    """Load a CSV file by a mapping. With `dry_run` nothing is kept, and the answer is the same.

    The answer is JSON, or with `Accept: text/csv` the file's rows with what became of each.
    """
    publisher = sender_of(principal)
    found = await _find(parts, publisher, mapping)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != CSV:
        raise problems.Problem(415, "not-csv", "This is no CSV", f"Send the file as {CSV}.")
    try:
        rows = spreadsheet.rows(await request.body(), found)
    except spreadsheet.Unreadable as error:
        raise problems.Problem(422, "unreadable", "This file cannot be read", f"{error}.") from error
    sender = authority.kinds(principal.organisation, principal.roles)
    read = [_read(row, found, publisher, parts.digest_key, sender) for row in rows]
    outcomes = iter(await _take(parts, principal, [it for it in read if isinstance(it, Submission)], dry_run=dry_run))
    results = [
        _refused(row, it) if isinstance(it, Refused) else _result(row, next(outcomes))
        for row, it in zip(rows, read, strict=True)
    ]
    counts = Counter(result.status for result in results)
    told = SheetResult(mapping=mapping, dry_run=dry_run, rows=len(rows), counts=dict(counts), results=results)
    if CSV in request.headers.get("accept", ""):
        headers = {"Content-Disposition": f'attachment; filename="{mapping}-result.csv"'}
        return Response(_exported(found, rows, results), 202, headers, media_type=CSV)
    return JSONResponse(told.model_dump(mode="json", exclude_none=True), 202)


def _check(mapping: SheetMapping) -> None:
    """Raises the 422 problem for a type or a field that there is not."""
    known = normalise.partner_types()
    entry = next((each for each in known.values() if mapping.type in (each.type, each.kind)), None)
    if entry is None:
        near = difflib.get_close_matches(mapping.type, known, n=3, cutoff=0.4) or sorted(known)
        raise _invalid("/type", "There is no such type that may be sent.", f"Use one of: {', '.join(near)}.")
    names = set(registry.inbound(entry.model).model_fields) | {"sharing"}
    for name in spreadsheet.heads(mapping):
        if name not in names:
            near = difflib.get_close_matches(name, names, n=3, cutoff=0.4) or sorted(names)
            raise _invalid(f"/fields/{name}", f"{entry.kind} has no such field.", f"Use one of: {', '.join(near)}.")


def _invalid(path: str, problem: str, fix: str) -> problems.Problem:
    error = {"path": path, "problem": problem, "fix": fix}
    return problems.Problem(422, "invalid", "The request does not fit the schema", errors=[error])


async def _find(parts: Parts, publisher: str, name: str) -> SheetMapping:
    async with parts.pool.connection() as connection:
        found = await connection.execute(
            "SELECT mapping FROM mappings WHERE publisher = %s AND name = %s", (publisher, name)
        )
        rows = await found.fetchall()
    if not rows:
        raise problems.Problem(404, "not-found", "There is nothing here", "No mapping of yours has this name.")
    return SheetMapping.model_validate(rows[0][0])


def _read(
    row: Row, mapping: SheetMapping, publisher: str, digest_key: bytes, sender: Collection[registry.Sender]
) -> Submission | Refused:
    try:
        said = spreadsheet.said(row, mapping)
        return normalise.fact(
            mapping.type,
            said.data,
            reference=said.reference,
            attributes={"subject": said.subject, "time": said.time, "correlationid": logs.correlation.get()},
            publisher=publisher,
            digest_key=digest_key,
            sender=sender,
        )
    except (Unusable, NotTheirs) as refused:
        return refused


async def _take(
    parts: Parts, principal: security.Principal, facts: Sequence[Submission], *, dry_run: bool
) -> list[Outcome]:
    take = parts.door.rehearse if dry_run else parts.door.admit
    outcomes: list[Outcome] = []
    at_once = len(facts) if dry_run else CHUNK  # a rehearsal keeps nothing: only whole does it see a row twice
    for at in range(0, len(facts), at_once or 1):
        outcomes += await take(facts[at : at + at_once], principal.places)
    return outcomes


def _result(row: Row, outcome: Outcome) -> RowResult:
    reason = "the same row was loaded before with other content" if outcome.status == "conflict" else outcome.reason
    return RowResult(line=row.line, status=outcome.status, id=outcome.id, reason=reason)


def _refused(row: Row, refused: Refused) -> RowResult:
    return RowResult(
        line=row.line, status="refused", reason="this row cannot be used", errors=fields(refused, typed=True)
    )


def _exported(mapping: SheetMapping, rows: Sequence[Row], results: Sequence[RowResult]) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(spreadsheet.exported(["line", "status", "why", *mapping.columns]))
    for row, result in zip(rows, results, strict=True):
        why = result.reason if not result.errors else "; ".join(f"{e.path}: {e.problem} {e.fix}" for e in result.errors)
        cells = [row.cells.get(name, "") for name in mapping.columns]
        writer.writerow(spreadsheet.exported([result.line, result.status, why, *cells]))
    return file.getvalue()
