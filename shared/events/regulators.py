"""What other regulators and clinical reviewers found (OXF-13, OXF-18, SAL-7, SAL-31)."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.attachments import Attached
from shared.events.registry import OFFICIALS, PROFESSIONALS, Data, Sealed, published

READERS = ("risk", "governance")


@published("regulatory_report.received", topic="ledger", writers=("intake",), readers=READERS, senders=PROFESSIONALS)
class RegulatoryReportReceived(Attached):
    """Fire, food, health and safety, health protection or immigration inspected (SAL-L1.h, L2.i, L3.o)."""

    report_id: words.Reference
    regulator: Literal[
        "fire", "environmental_health", "food_standards", "hse", "health_protection", "sponsorship", "coroner", "other"
    ]
    finding: Literal["compliant", "minor", "major", "enforcement"]
    score: int | None = Field(None, ge=0, le=5)
    """A food hygiene rating."""
    themes: words.Themes = ()
    report_date: date | None = None
    summary: Sealed | None = None


class Review(Attached):
    """A clinical reviewer's result. The newest of its kind counts."""

    review_id: words.Reference
    score: words.Percent | None = None
    finding: Literal["compliant", "minor", "major"]
    themes: words.Themes = ()
    """What was found wanting."""
    reviewed_on: date | None = None
    findings: Sealed | None = None


@published("medicines_review.received", topic="ledger", writers=("intake",), readers=READERS, senders=PROFESSIONALS)
class MedicinesReviewReceived(Review):
    """A pharmacist reviewed how medicines are managed (OXF-18)."""


@published("ipc_audit.received", topic="ledger", writers=("intake",), readers=READERS, senders=PROFESSIONALS)
class IpcAuditReceived(Review):
    """Infection prevention and control was audited (SAL-31)."""


@published("cqc_alert.received", topic="ledger", writers=("intake",), readers=READERS, senders=OFFICIALS)
class CqcAlertReceived(Data):
    """CQC told the council something between its reports (SAL-11)."""

    alert_ref: words.Reference
    category: Literal[
        "whistleblowing", "safeguarding", "complaint", "inspection_concern", "registration", "market_oversight", "other"
    ]
    severity: words.Severity | None = None
    themes: words.Themes = ()
    summary: Sealed | None = None
