"""Facts of what people say: complaints, compliments, feedback and how it moves (R16, HER-L1.b, HER-L2.e, SAL-L2.k)."""

from collections.abc import Sequence

from services.risk import counted
from services.risk.gathering.source import Source, number, stamps
from services.risk.known import Known
from services.risk.remembered.items import GROUNDLESS, Report
from services.risk.view import View

UPHELD = frozenset({"upheld", "part_upheld"})
ENOUGH, SEVERAL = 3, 2
FELL = 20
"""Percent points by which the balance of 90 days fell below that of the 90 before: a trend (R16)."""


def put(seen: View, known: Known) -> None:
    """Complaints, compliments and feedback."""
    _complaints(seen, known)
    praise = list(seen.state.of("compliments").values())
    Source(seen, known, ("compliment.received",), praise).count("compliments.days_365", 365, praise)
    said = list(seen.state.of("professional_feedback").values())
    source = Source(seen, known, ("professional_feedback.received",), said)
    source.count("feedback.professional_negative_180", 180, [each for each in said if each.grade == "negative"])
    _feedback(seen, known, [each for each in seen.state.of("feedback").values() if seen.within(each.day, 180)])


def _complaints(seen: View, known: Known) -> None:
    complaints, resolved = seen.state.of("complaints"), counted.resolved(seen.state)
    outcomes = {key: resolution.grade for key, resolution in resolved.items()}
    standing = [each for key, each in complaints.items() if outcomes.get(key) not in GROUNDLESS]
    source = Source(seen, known, ("complaint.received",), complaints.values())
    for days in (90, 180, 365):
        source.count(f"complaints.days_{days}", days, standing)
    source.compare("complaints", standing)
    source.count(
        "complaints.upheld_365", 365, [each for key, each in complaints.items() if outcomes.get(key) in UPHELD]
    )


def _feedback(seen: View, known: Known, voices: list[Report]) -> None:
    if not voices:
        return
    behind, total = stamps(voices), number(voices)
    negative, positive = _share(voices, "negative"), _share(voices, "positive")
    known.put("feedback.days_180", total, behind)
    known.put("feedback.negative_180", negative, behind)
    known.put("feedback.positive_180", positive, behind)
    known.put("feedback.negative_percent_180", 100 * negative // total, behind)
    known.put("feedback.positive", positive > negative, behind)
    known.put("feedback.adverse", negative >= SEVERAL and negative >= positive, behind)
    if total >= ENOUGH:
        known.put("feedback.often_negative", 3 * negative >= total, behind)
        known.put("feedback.mostly_negative", 2 * negative > total, behind)
    now = [each for each in voices if seen.within(each.day, 90)]
    before = [each for each in voices if not seen.within(each.day, 90)]
    if number(now) >= ENOUGH and number(before) >= ENOUGH:
        known.put("feedback.worsening", _balance(before) - _balance(now) >= FELL, behind)


def _share(voices: Sequence[Report], sentiment: str) -> int:
    return number(each for each in voices if each.grade == sentiment)


def _balance(voices: Sequence[Report]) -> float:
    return 100 * (_share(voices, "positive") - _share(voices, "negative")) / number(voices)
