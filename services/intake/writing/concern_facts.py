"""What the answers of the concern form mean in the words of the ledger (pure)."""

from datetime import date, datetime
from typing import Any

from services.intake.writing import concern_form
from services.intake.writing.questions import Answers, chosen, text
from shared import calendar

PUBLISHER = "concerns"
"""Whoever raised it, and by whichever door: so that one reference is one concern (golden 17)."""
TYPE = "quality_concern.raised"
SEVERAL = frozenset({"2-5", "6-10", "11+"})


def severity(answers: Answers) -> str:
    """S1 to S4 by harm and scope (domain.md §3.4); ours where that leaves room. What is not known never lowers it."""
    abuse, harm = chosen(answers, "abuse_types"), text(answers, "harm")
    if text(answers, "danger") == "yes" or harm == "died" or "abuse.organisational" in abuse:
        return "S4"
    if harm == "serious":
        return "S4" if "abuse.neglect" in abuse else "S3"
    if text(answers, "could_happen") == "serious" or (abuse and text(answers, "people") in SEVERAL):
        return "S3"
    is_nothing = harm == "none" and text(answers, "could_happen") == "none" and not abuse
    return "S1" if is_nothing and text(answers, "again") == "no" else "S2"


def data(answers: Answers, reference: str) -> dict[str, Any]:
    """The data of `quality_concern.raised`, texts in clear."""
    who = text(answers, "reporter_type")
    said: dict[str, Any] = {
        "concern_id": named(answers, reference),
        "themes": [*chosen(answers, "themes"), *chosen(answers, "abuse_types")],
        "severity": severity(answers),
        "people_affected_band": text(answers, "people") or "unknown",
        "description": text(answers, "description"),
        "immediate_action": text(answers, "immediate_action"),
        "reporter": reporter(answers),
        "channel": "form",
        "reporter_type": "" if who == concern_form.NOT_SAID else who,
        "anonymous": text(answers, "contact") != "yes",
    }
    return {name: value for name, value in said.items() if value != ""}


def named(answers: Answers, reference: str) -> str:
    """The concern's name: the professional's own reference, or else ours."""
    return text(answers, "own_reference") or reference


def is_kept_from_provider(answers: Answers) -> bool:
    """A worker's words stay from the employer until an officer decides: they may tell whose they are."""
    return text(answers, "reporter_type") == concern_form.WORKER


def happened(answers: Answers, submitted: datetime) -> datetime:
    """When it happened: the start of the London day that was named; else when it was told."""
    day = text(answers, "date") if text(answers, "when") == "date" else ""
    return calendar.midnight(date.fromisoformat(day)) if day else submitted


def reporter(answers: Answers) -> str:
    """Who raised it and how to reach them: sealed apart from the concern. Empty for one who stays anonymous."""
    if text(answers, "contact") != "yes":
        return ""
    return "\n".join(said for name in ("name", "email", "telephone") if (said := text(answers, name)))
