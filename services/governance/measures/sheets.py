"""Figures and what stands behind them as JSON or CSV. Pure."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import orjson
from starlette.responses import Response

from services.governance.tables import safe

FIGURE = ("code", "name", "unit", "value", "numerator", "denominator", "unknown", "not_due", "not_known_because",
          "basis", "counts", "of")  # fmt: skip
ITEM = ("measure", "provider_id", "name", "outcome", "why", "about", "value", "body", "count")


def answer(
    page: Mapping[str, Any], rows: str, columns: Sequence[str], form: Literal["json", "csv"] | None, accept: str | None
) -> Response:
    """By `format`, else by `Accept`, else JSON."""
    if form == "csv" or (form is None and "text/csv" in (accept or "")):
        return Response(sheet(page[rows], columns), media_type="text/csv", headers={"Vary": "Accept"})
    return Response(orjson.dumps(page), media_type="application/json", headers={"Vary": "Accept"})


def sheet(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> bytes:
    """A header and a line each; no value may be taken for a formula."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(columns)
    for row in rows:
        table.writerow([safe("" if row[name] is None else row[name]) for name in columns])
    return out.getvalue().encode("utf-8", "replace")
