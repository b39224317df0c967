"""Signs that a provider may fail, and that it did (SAL-27, CAL-9; Care Act 2014 s48, SI 2015/301)."""

from datetime import date
from typing import Literal

from shared.events import vocabulary as words
from shared.events.registry import ANYONE, Data, Sealed, published

READERS = ("risk", "governance")


@published("market.signal.recorded", topic="ledger", writers=("intake",), readers=READERS, senders=ANYONE)
class MarketSignalRecorded(Data):
    """A sign of critical business risk (SAL-27f)."""

    signal_id: words.Reference
    signal: words.MarketSign
    confidence: words.Confidence = "unverified"
    source: words.PublisherKind | None = None
    detail: Sealed | None = None


@published("market.failure_event.recorded", topic="ledger", writers=("intake",), readers=READERS, senders=ANYONE)
class MarketFailureEventRecorded(Data):
    """The business failed as the regulations define it, or CQC gave warning of it."""

    failure_id: words.Reference
    code: Literal[
        "administrator_appointed", "receiver_appointed", "administrative_receiver_appointed",
        "voluntary_winding_up", "winding_up_order", "partnership_insolvency_order", "charity_unable_to_pay",
        "partners_bankrupt", "voluntary_arrangement", "individual_bankrupt", "individual_voluntary_arrangement",
        "cqc_s56_notice",
    ]  # fmt: skip
    """SI 2015/301 reg 2; `cqc_s56_notice` is CQC's notice that the council will probably have a duty."""
    effective_date: date
    people_affected_band: words.PeopleBand = "unknown"
    detail: Sealed | None = None
