"""What the answers of a return mean in the words of the ledger: the body of its type, by reference, or both (pure)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.intake.writing import return_fields, return_form
from services.intake.writing.questions import Answers, text
from shared import calendar

PUBLISHER = "returns"
TYPE = "returns.submitted"
TOLD_TWICE = ("safeguarding_alerts_raised", "complaints")
"""Fields of the monitoring return that stand beside its body as well, for readers of returns without one."""


def reference(bound: Mapping[str, Any]) -> str:
    """One return of a provider for a period is one fact: sent twice, it is there once."""
    return f"{bound['return_type']}/{bound['period']}"


def data(bound: Mapping[str, Any], answers: Answers, sent: datetime) -> dict[str, Any]:
    """The data of `returns.submitted`. What was known already is not said again."""
    kind = bound["return_type"]
    said: dict[str, Any] = {
        "return_type": kind,
        "period": bound["period"],
        "submitted_on": calendar.london_date(sent).isoformat(),
    }
    if comments := text(answers, "comments"):
        said["comments"] = comments
    if text(answers, return_form.HOW) == "document":
        return said | {"answered_by_reference": text(answers, return_form.DOCUMENT)}
    fields = return_fields.fields(kind)
    values = {name: _value(fields[name].kind, value) for name, value in answers.items() if name in fields and value}
    said |= {name: values[name] for name in TOLD_TWICE if name in values}
    return said | {"body": {"kind": kind, **_body(kind, bound, values)}}


def _body(kind: str, bound: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    rows: dict[str, dict[str, Any]] = {}
    flat: dict[str, Any] = {}
    for name, value in values.items():
        head, _, rest = name.partition(".")
        if rest:
            rows.setdefault(head, {})[rest] = value
        else:
            flat[name] = value
    if kind == "RT-RISK":
        return {"areas": _areas(rows.get("areas", {}))}
    if kind == "RT-PERF":
        found = [{"code": code, "value": value} for code, value in rows.get("indicators", {}).items()]
        return {"sector": bound["service_type"], "indicators": found}
    if kind == "RT-SDP":
        found = [{"standard": code, "rating": value} for code, value in rows.get("standards", {}).items()]
        return flat | {"standards": found}
    return flat | rows


def _areas(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    areas = dict.fromkeys(name.partition(".")[0] for name in told)
    return [
        {"area": area, "likelihood": int(told[f"{area}.likelihood"]), "impact": int(told[f"{area}.impact"])}
        for area in areas
    ]


def _value(kind: str, value: str | list[str]) -> Any:
    said = value if isinstance(value, str) else ""
    if kind == "count":
        return int(said)
    return float(said) if kind in ("percent", "number") else said
