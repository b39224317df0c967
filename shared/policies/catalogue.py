"""The facts that a policy may speak of: one typed, documented list.

`services/risk/facts.py` works each of them out.

A fact is *known* or *absent*; absent makes a criterion `unknown` unless the rest of it decides. There is no default.
Ages are whole London days before C, the last midnight that both writers have closed; what is later than C has age 0.
"""

from dataclasses import dataclass
from typing import Literal

FactType = Literal["bool", "int", "string"]

MAX_WINDOW_DAYS = 400
"""No window of any fact is longer: state is kept for that long."""

CONCERNS = ("quality_concern.raised", "concern.outcome_recorded")
SAFEGUARDING = ("safeguarding_concern.received",)
SERVICE = ("registry.service.registered", "registry.service.changed", "registry.service.reregistered")
RATING = ("cqc_rating.published",)
ENFORCEMENT = ("cqc_enforcement.recorded",)
RETURNS = ("returns.submitted", *SERVICE)
CONTACT = ("visit.completed", "contact.recorded", *SERVICE)
DECISIONS = ("decision.took_effect", "decision.ratification_refused")
NOT_YET: tuple[str, ...] = ()

COUNT_KNOWN = "once one is counted; else only where such a fact was heard from this place inside the window"
ALWAYS = "always"
NEVER = "never yet: nothing feeds it"
REGISTERED = "once the service is registered"
RATED = "once a rating was published that says it"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact."""

    name: str
    type: FactType
    unit: str
    means: str
    fed_by: tuple[str, ...]
    known: str


def _counts(prefix: str, what: str, fed_by: tuple[str, ...]) -> tuple[Fact, ...]:
    return tuple(
        Fact(f"{prefix}.days_{n}", "int", what, f"{what} of the last {n} days", fed_by, COUNT_KNOWN)
        for n in (30, 60, 90, 180, 365)
    )


def _expected(prefix: str, what: str, fed_by: tuple[str, ...]) -> tuple[Fact, ...]:
    known = "once a baseline of its peers is in force, its exposure is recorded and its count is known"
    means = "than expected for a service of its size and nature (the pack's `expected`)"
    return (
        Fact(f"{prefix}.outside_expected", "bool", "", f"more {what} {means}", fed_by, known),
        Fact(f"{prefix}.far_outside_expected", "bool", "", f"far more {what} {means}", fed_by, known),
    )


FACTS: tuple[Fact, ...] = (
    Fact("service.type", "string", "code", "service type (domain.md §3.1)", SERVICE, REGISTERED),
    Fact("service.commissioning", "string", "code", "council, nhs, joint or none", SERVICE, REGISTERED),
    Fact("service.beds", "int", "beds", "registered beds", SERVICE, "once recorded"),
    Fact(
        "service.regulated", "bool", "", "CQC registers it: it has a CQC location id, or is of a kind that needs one",
        SERVICE, REGISTERED,
    ),
    Fact("cqc.overall", "string", "rating", "newest overall rating; `no_rating` where CQC says that there is none;"
         " the worst service group where only groups are rated and one is worse than good", RATING, RATED),
    *(
        Fact(f"cqc.{question}", "string", "rating", f"newest rating of the key question `{question}`", RATING, RATED)
        for question in ("safe", "effective", "caring", "responsive", "well_led")
    ),
    Fact("cqc.all_questions_known", "bool", "", "all five key questions are rated", RATING, "once rated at all"),
    Fact("cqc.rating_stale", "bool", "", "the newest rating is older than `clocks.rating.stale_months`", RATING,
         "once rated at all"),
    Fact("cqc.notice_active", "bool", "", "a warning or requirement notice is active", ENFORCEMENT, COUNT_KNOWN),
    Fact("cqc.conditions_active", "bool", "", "conditions on the registration, or urgent action that limits it, are"
         " active", ENFORCEMENT, COUNT_KNOWN),
    Fact("cqc.cancellation_active", "bool", "", "a proposal or decision to cancel the registration is active",
         ENFORCEMENT, COUNT_KNOWN),
    *_counts("concerns", "quality concerns, less those not upheld or withdrawn", CONCERNS),
    Fact("concerns.same_theme_30", "int", "quality concerns", "most that share one theme within the last 30 days",
         CONCERNS, COUNT_KNOWN),
    Fact("concerns.moderate_60", "int", "quality concerns", "of severity S2 or more in the last 60 days", CONCERNS,
         COUNT_KNOWN),
    Fact("concerns.themes_60", "int", "themes", "distinct themes of those of S2 or more in the last 60 days", CONCERNS,
         COUNT_KNOWN),
    Fact("concerns.key_questions_60", "int", "key questions", "fewest key questions into which all of those of S2 or"
         " more in the last 60 days fit", CONCERNS, COUNT_KNOWN),
    Fact("concerns.high_180", "int", "quality concerns", "of severity S3 or S4 in the last 180 days", CONCERNS,
         COUNT_KNOWN),
    Fact("concerns.critical_365", "int", "quality concerns", "of severity S4 in the last 365 days", CONCERNS,
         COUNT_KNOWN),
    *_expected("concerns", "quality concerns", CONCERNS),
    *_counts("safeguarding", "safeguarding concerns, each reference once", SAFEGUARDING),
    Fact("safeguarding.same_type_30", "int", "safeguarding concerns", "most that share one type of abuse within the"
         " last 30 days", SAFEGUARDING, COUNT_KNOWN),
    *_expected("safeguarding", "safeguarding concerns", SAFEGUARDING),
    Fact("returns.asked", "int", "periods", "periods of the last 12 months that were filed or whose grace is over",
         RETURNS, "once one period was filed or its grace is over; the clock starts at the later of registration,"
         " commissioning and adoption"),
    Fact("returns.outstanding", "int", "periods", "of these, not filed at all", RETURNS, "as returns.asked"),
    Fact("returns.missed_running", "int", "periods", "newest periods in a row that are not filed", RETURNS,
         "as returns.asked"),
    Fact("returns.missed_12_months", "int", "periods", "of these, not filed by the end of the grace", RETURNS,
         "as returns.asked"),
    Fact("contact.within_minimum", "bool", "", "a visit or contact lies within `minimum_contact.months`", CONTACT,
         "once there was contact, or once it is overdue"),
    Fact("visits.immediate_risk_90", "int", "visits", "visits of the last 90 days that saw an immediate risk",
         ("visit.completed",), COUNT_KNOWN),
    Fact("visits.clear_365", "bool", "", "a visit lies within 365 days and none of them saw an immediate risk",
         ("visit.completed",), "once there was a visit within 365 days"),
    Fact("restriction.active", "bool", "", "an advisory notice or a suspension is in place", DECISIONS, ALWAYS),
    Fact("restriction.over_three_months", "bool", "", "it has been for longer than `clocks.restriction.over_months`:"
         " from 00:00 the day after the anniversary; a short gap does not start the clock again", DECISIONS,
         "once a day is closed"),
    Fact("default_notice.active", "bool", "", "a contract default notice is neither satisfied nor withdrawn",
         DECISIONS, ALWAYS),
    Fact("default_notice.further_for_plan", "bool", "", "an active one is a further one (within"
         " `clocks.default_notice.further_months`) and was served because improvement timescales were missed",
         DECISIONS, ALWAYS),
    Fact("feedback.positive", "bool", "", "feedback received is generally positive", NOT_YET, NEVER),
    Fact("feedback.adverse", "bool", "", "feedback received gives rise to additional concerns", NOT_YET, NEVER),
    Fact("plan.on_time", "bool", "", "improvement actions are delivered to timescales", NOT_YET, NEVER),
    Fact("plan.behind", "bool", "", "little or no progress against improvement actions, timescales not achieved",
         NOT_YET, NEVER),
    Fact("plan.failed", "bool", "", "timescales of the service improvement plan not met, or little or no progress"
         " against it", NOT_YET, NEVER),
    Fact("self_assessment.clear", "bool", "", "the development plan or self-assessment raises no additional concern",
         NOT_YET, NEVER),
    Fact("self_assessment.adverse", "bool", "", "the development plan or self-assessment raises additional concerns",
         NOT_YET, NEVER),
    Fact("engagement.willing", "bool", "", "the provider engages with commissioners to improve", NOT_YET, NEVER),
    Fact("engagement.refuses", "bool", "", "the provider is unwilling to engage with commissioners to improve",
         NOT_YET, NEVER),
)  # fmt: skip

BY_NAME: dict[str, Fact] = {fact.name: fact for fact in FACTS}
