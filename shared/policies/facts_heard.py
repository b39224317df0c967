"""Facts of what was heard of a service: concerns, safeguarding, incidents, complaints, feedback, market signals."""

from shared.events.vocabulary import QUALITY_THEMES, UNCLASSIFIED
from shared.policies.fact import COUNT_KNOWN, Fact, counts, expected, whole, yes_no

TAKEN_BACK = ("fact.withdrawn", "fact.corrected")
CONCERNS = ("quality_concern.raised", "concern.outcome_recorded", "concern.regraded", *TAKEN_BACK)
SAFEGUARDING = ("safeguarding_concern.received",)
ENQUIRIES = ("safeguarding_concern.received", "safeguarding_enquiry.concluded")
INCIDENTS = ("incident.reported",)
DEATHS = ("death.recorded",)
SPEAKING_UP = ("whistleblowing.received",)
COMPLAINTS = ("complaint.received", "complaint.resolved")
FEEDBACK = ("feedback.received",)
MARKET = ("market.signal.recorded", "market.failure_event.recorded")
DEMAND = ("referral_demand.reported",)
SIZE = ("registry.service.registered", "registry.service.changed")
THEMED = (
    "quality_concern.raised", "visit.completed", "whistleblowing.received", "complaint.received", "complaint.resolved",
    "assessment.completed", "regulatory_report.received", "medicines_review.received", "ipc_audit.received",
)  # fmt: skip
WINDOWS = (30, 60, 90, 180, 365)
HEARD = "once one was received inside the window"
ENOUGH = "once three were received in the last 180 days"
WEIGHED = "severity x confidence x decay by age (the pack's `weighing`) of each of 400 days, per 10 beds or 250 hours"
SIZED = "once its size is recorded and its count of 365 days is known"
THEME = "standing concerns of S2 or more, visits, disclosures, complaints upheld and assessments, of 180 days, on"
THEMES_KNOWN = "once one is counted; else only where concerns, and visits or assessments, were heard from this place"

FACTS: tuple[Fact, ...] = (
    *counts("concerns", "quality concerns, less those not upheld or withdrawn", CONCERNS, WINDOWS),
    *whole("concerns", CONCERNS, COUNT_KNOWN, [
        ("same_theme_30", "quality concerns", "most that share one theme within the last 30 days"),
        ("moderate_60", "quality concerns", "of severity S2 or more in the last 60 days"),
        ("themes_60", "themes", "distinct themes of those of S2 or more in the last 60 days"),
        ("key_questions_60", "key questions", "fewest key questions into which all of those of S2 or more in the last"
         " 60 days fit"),
        ("high_180", "quality concerns", "of severity S3 or S4 in the last 180 days"),
        ("critical_365", "quality concerns", "of severity S4 in the last 365 days"),
    ]),
    *whole("concerns", CONCERNS, COUNT_KNOWN, [
        ("low_same_theme_30", "quality concerns", "most of severity S1 or S2 that share one theme within the last 30"
         " days (CAL-18, R13)"),
        ("people_same_theme_30", "people", "at least so many are affected by those that share one theme within the last"
         " 30 days: the least of each band, added up; an unknown band is one person (R14)"),
        ("upheld_365", "quality concerns", "upheld, or upheld in part, in the last 365 days"),
        ("open_90", "quality concerns", "of the last 90 days of which nobody has said what became of them"),
        ("unaddressed", "quality concerns", "raised 90 to 365 days ago, of which nobody has said what became of them"
         " (SAL-24)"),
    ]),
    Fact("concerns.weighted", "double", "points", f"{WEIGHED} (R22)", (*CONCERNS, *SIZE), SIZED),
    *expected("concerns", "quality concerns", CONCERNS),
    *counts("safeguarding", "safeguarding concerns, each reference once", SAFEGUARDING, WINDOWS),
    *whole("safeguarding", SAFEGUARDING, COUNT_KNOWN, [
        ("same_type_30", "safeguarding concerns", "most that share one type of abuse within the last 30 days"),
    ]),
    *whole("safeguarding", ENQUIRIES, COUNT_KNOWN, [
        ("same_source_30", "safeguarding concerns", "of the last 30 days, with the service itself as the source of"
         " risk (R14)"),
        ("organisational_180", "safeguarding concerns", "of organisational abuse in the last 180 days (R14)"),
        ("enquiries_365", "safeguarding concerns", "of the last 365 days that led to a section 42 enquiry"),
        ("risk_remained_365", "enquiries", "concluded in the last 365 days with the risk remaining"),
    ]),
    Fact("safeguarding.weighted", "double", "points", f"{WEIGHED}; each counts as S3: corroborated once an"
         " enquiry was begun, upheld once it was substantiated", (*ENQUIRIES, *SIZE), SIZED),
    *expected("safeguarding", "safeguarding concerns", SAFEGUARDING),
    *whole("themes", THEMED, THEMES_KNOWN, [
        (theme.removeprefix("q."), "reports", f"{THEME} `{theme}`")
        for theme in sorted(QUALITY_THEMES - {UNCLASSIFIED})
    ]),
    # --- harm, and reporting: kept apart, so that nobody looks worse for reporting more near misses (domain.md 4.2) ---
    *counts("incidents", "incidents that did harm (moderate or worse, or of which the harm is not said)", INCIDENTS),
    *whole("incidents", INCIDENTS, COUNT_KNOWN, [
        ("police_30", "incidents", "in which the police are involved, in the last 30 days (SAL-27c)"),
        ("police_90", "incidents", "in which the police are involved, in the last 90 days"),
        ("same_kind_30", "incidents", "most with harm of one kind within the last 30 days"),
    ]),
    *whole("incidents", (*INCIDENTS, *DEATHS), COUNT_KNOWN, [
        ("serious_90", "incidents", "with serious harm, or an unexpected death, in the last 90 days"),
    ]),
    *expected("incidents", "incidents that did harm", INCIDENTS),
    *whole("reporting", INCIDENTS, COUNT_KNOWN, [
        ("no_harm_365", "incidents", "reported with no or low harm, near misses among them, in the last 365 days: they"
         " speak for the openness of a service and are in no other count"),
    ]),
    *whole("reporting", ("statutory_notification.copied",), COUNT_KNOWN, [
        ("notifications_365", "notifications", "copies of notifications to CQC in the last 365 days"),
    ]),
    *counts("deaths", "deaths recorded", DEATHS),
    *whole("deaths", DEATHS, "as the others; unknown while none is known to be unexpected and of one it is not known", [
        ("unexpected_90", "deaths", "unexpected, in the last 90 days"),
    ]),
    *expected("deaths", "deaths", DEATHS),
    *counts("whistleblowing", "disclosures by workers or others who speak up", SPEAKING_UP),
    *whole("whistleblowing", SPEAKING_UP, COUNT_KNOWN, [
        ("high_180", "disclosures", "of severity S3 or S4 in the last 180 days (R14)"),
    ]),
    # --- what people say ---
    *counts("complaints", "complaints, less those not upheld or withdrawn", COMPLAINTS, (90, 180, 365)),
    *whole("complaints", COMPLAINTS, COUNT_KNOWN, [
        ("upheld_365", "complaints", "upheld, or upheld in part, in the last 365 days"),
    ]),
    *expected("complaints", "complaints", COMPLAINTS),
    *whole("compliments", ("compliment.received",), COUNT_KNOWN, [
        ("days_365", "compliments", "compliments of the last 365 days"),
    ]),
    *whole("feedback", FEEDBACK, HEARD, [
        ("days_180", "voices", "feedback of the last 180 days by people, families, carers, advocates and staff"),
        ("negative_180", "voices", "of these, negative"),
        ("positive_180", "voices", "of these, positive"),
    ]),
    *whole("feedback", FEEDBACK, "once one with a sentiment was received in the last 180 days", [
        ("negative_percent_180", "percent", "share of negative feedback in the last 180 days"),
    ]),
    *yes_no("feedback", FEEDBACK, "once any was received in the last 180 days", [
        ("positive", "feedback received is generally positive: more of it positive than negative, in 180 days"),
        ("adverse", "feedback received gives rise to additional concerns: two or more negative voices in 180 days, and"
         " no fewer than positive ones"),
    ]),
    *yes_no("feedback", FEEDBACK, ENOUGH, [
        ("often_negative", "a third of the feedback of 180 days or more is negative (SAL-L2.k)"),
        ("mostly_negative", "more than half of the feedback of 180 days is negative (SAL-L3.q)"),
    ]),
    *yes_no("feedback", FEEDBACK, "once three were received in each of the last two times 90 days", [
        ("worsening", "positive less negative feedback, as a share, fell by a fifth or more from one 90 days to the"
         " next (R16)"),
    ]),
    *whole("feedback", ("professional_feedback.received",), COUNT_KNOWN, [
        ("professional_negative_180", "reports", "negative feedback of health and social care professionals in the last"
         " 180 days"),
    ]),
    # --- the market ---
    *whole("market", MARKET, COUNT_KNOWN, [("signals_90", "codes", "distinct signals of the last 90 days (R20)")]),
    *yes_no("market", MARKET, COUNT_KNOWN, [
        ("failure", "insolvency signalled within 90 days, or a business failure recorded within 400 (SI 2015/301)"),
        ("sponsor_licence", "a signal of 90 days about its sponsorship licence (SAL-27d)"),
        ("staffing", "a signal of 90 days of staffing collapse (SAL-27d)"),
        ("industrial_action", "a threat of or actual industrial action within 90 days (SAL-27e)"),
    ]),
    *whole("demand", DEMAND, "once a report of referrals lies within 90 days", [
        ("refusal_percent_90", "percent", "of the offers of the last 90 days that it refused"),
        ("handbacks_90", "packages", "handed back in the last 90 days"),
        ("barriers_90", "reports", "of the last 90 days that name a barrier"),
    ]),
    *whole("dols", ("dols_activity.reported",), "once reported within 400 days", [
        ("applications_365", "applications", "deprivation of liberty safeguards, of the last 365 days"),
        ("backlog", "applications", "waiting, as last reported"),
    ]),
    *whole("reablement", ("reablement.reported",), "once reported within 400 days", [
        ("independent_percent", "percent", "people who left reablement independent, as last reported"),
    ]),
)  # fmt: skip
