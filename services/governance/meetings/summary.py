"""What a meeting tells the next body, or those below it: counts of its frozen pack and of what it did. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import orjson

from services.governance.asking import Unfit
from services.governance.domain.meeting import Meeting
from services.governance.meetings.orders import Summarised
from shared.policies.pack import Pack


def said(order: Summarised, state: Meeting, pack: Pack, decided: Iterable[str]) -> dict[str, Any]:
    """To whom, over which days, and the figures (CAL-10.e, CAL-14, SAL-12). `decided`: what names it. Raises Unfit."""
    if (frozen := state.frozen) is None:
        raise Unfit("/type", "The pack of this meeting was not frozen.", "Figures are those of its pack: freeze it.")
    document = orjson.loads(frozen)
    return {
        "to": order.to or _receivers(order, state, pack),
        "first": date.fromisoformat(document["since"]),
        "last": date.fromisoformat(document["cut_off"]),
        "figures": document["counts"] | done(state, decided),
    }


def of_report(report: Mapping[str, Any]) -> dict[str, int]:
    """The figures of a standing report: how many, and out of how many. What is not known is left out."""
    counted = [(one["code"], part, one[part]) for one in report["figures"] for part in ("numerator", "denominator")]
    return {f"{code}.{part}": number for code, part, number in counted if number is not None}


def done(state: Meeting, decided: Iterable[str]) -> dict[str, int]:
    """What the meeting did, counted: the decisions of its minutes, and those that name it themselves, each once."""
    came = [one for item in state.items.values() for one in item.discussed]
    counts = {
        "meeting.items": len(state.items),
        "meeting.discussed": sum(bool(item.discussed) for item in state.items.values()),
        "meeting.decisions": len({*decided, *(name for one in came for name in one.decisions)}),
        "meeting.actions": sum(len(one.tasks) for one in came),
    }
    return counts | {"meeting.quorate": int(bool(state.held and state.held.quorate))}


def _receivers(order: Summarised, state: Meeting, pack: Pack) -> tuple[str, ...]:
    report = next((one for one in pack.reports if one.id == order.report), None)
    if report is None:
        known = ", ".join(one.id for one in pack.reports if one.by == state.scheduled.body) or "none"
        raise Unfit("/to", "Say to whom this goes.", f"Give `to`, or a report of this body: {known}.")
    if report.by != state.scheduled.body:
        raise Unfit("/report", f"{report.id} is given by {report.by}.", "Give a report of this body, or `to`.")
    return report.to
