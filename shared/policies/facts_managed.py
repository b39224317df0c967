"""Facts of the service itself, what it is asked for, what was agreed with it, and what was decided about it."""

from shared.policies.fact import ALWAYS, COUNT_KNOWN, DAY, ONCE, REGISTERED, Fact, texts, whole, yes_no

SERVICE = ("registry.service.registered", "registry.service.changed", "registry.service.reregistered")
CLOSED = ("registry.service.closed",)
RETURNS = ("returns.submitted", "returns.requested", "returns.waived", *SERVICE, *CLOSED)
CONTACT = ("visit.completed", "contact.recorded", *SERVICE, *CLOSED)
DECISIONS = ("decision.took_effect", "decision.ratification_refused", "carried_over.recorded")
MANAGER = ("registry.manager.changed",)
ENGAGEMENT = ("engagement.recorded",)
PLANS = (
    "plan.drafted", "plan.agreed", "plan.action_added", "plan.action_progressed", "plan.action_closed",
    "plan.extended", "plan.signed_off", "plan.breached", "plan.closed", "carried_over.recorded",
)  # fmt: skip
CONTRACTS = ("contract.registered", "contract.changed", "contract.ended")
PLACEMENTS = ("placement.started", "placement.ended", "ooa.placement.checked", "ooa.placement.reviewed")
HOST = ("ooa.host_notice.received", "ooa.host_notice.assurance_received")
ADVERSE = (
    "quality_concern.raised", "safeguarding_concern.received", "incident.reported", "whistleblowing.received",
    "visit.completed",
)  # fmt: skip
FILED = "once a return that gives it was filed for a period within 400 days"

FACTS: tuple[Fact, ...] = (
    *texts("service", SERVICE, REGISTERED, [
        ("type", "code", "service type (domain.md §3.1)"),
        ("commissioning", "code", "council, nhs, joint or none"),
    ]),
    Fact("service.beds", "int", "beds", "registered beds", SERVICE, "once recorded"),
    Fact("service.care_hours", "int", "hours", "hours of care a week", SERVICE, "once recorded"),
    Fact("service.regulated", "bool", "", "CQC registers it: it has a CQC location id, or is of a kind that needs one",
         SERVICE, REGISTERED),
    *texts("manager", MANAGER, ONCE, [("status", "code", "in_post, absent, vacant or interim")]),
    *yes_no("manager", MANAGER, ONCE, [
        ("vacant", "there is no registered manager (R19)"),
        ("absent_over_28", "the registered manager has been absent for more than 28 days (rulings 13)"),
    ]),
    *whole("manager", MANAGER, COUNT_KNOWN, [("changes_365", "changes", "of the manager in the last 365 days")]),
    *yes_no("manager", MANAGER, COUNT_KNOWN, [("lost_90", "the registered manager left within 90 days (SAL-27b)")]),
    *yes_no("ownership", ("registry.ownership.changed",), COUNT_KNOWN, [
        ("changed_90", "it changed hands within 90 days (SAL-27b)"),
    ]),
    *whole("returns", RETURNS, "once one period was filed or its grace is over; the clock starts at the later of"
           " registration, commissioning and adoption", [
        ("asked", "periods", "periods of the last 12 months that were filed or whose grace is over"),
        ("outstanding", "periods", "of these, not filed at all"),
        ("missed_running", "periods", "newest periods in a row that are not filed"),
        ("missed_12_months", "periods", "of these, not filed by the end of the grace"),
    ]),
    *whole("figures", ("returns.submitted",), FILED, [
        ("vacancy_percent", "percent", "staff posts vacant"),
        ("agency_percent", "percent", "hours worked by agency staff"),
        ("turnover_percent", "percent", "staff turnover"),
        ("sickness_percent", "percent", "staff sickness"),
        ("training_percent", "percent", "staff whose training is up to date"),
        ("supervision_percent", "percent", "staff who were supervised as planned"),
        ("falls", "falls", "of the newest period"),
        ("pressure_ulcers", "people", "with pressure ulcers of category 2 to 4, of the newest period"),
        ("medication_errors", "errors", "of the newest period"),
        ("missed_visits", "visits", "missed by a home care service in the newest period"),
    ]),
    *whole("occupancy", ("returns.submitted",), FILED, [("percent", "percent", "beds occupied")]),
    *yes_no("contact", CONTACT, "once there was contact, or once it is overdue", [
        ("within_minimum", "a visit or contact lies within `minimum_contact`"),
    ]),
    *whole("visits", ("visit.completed",), COUNT_KNOWN, [
        ("immediate_risk_90", "visits", "visits of the last 90 days that saw an immediate risk"),
    ]),
    *yes_no("visits", ("visit.completed",), "once there was a visit within 365 days", [
        ("clear_365", "a visit lies within 365 days and none of them saw an immediate risk"),
    ]),
    *yes_no("self_assessment", ("returns.analysed",), "once one was analysed", [
        ("clear", "the newest development plan or self-assessment raises no additional concern"),
        ("adverse", "the newest development plan or self-assessment raises additional concerns, or contradicts what is"
         " known otherwise (R17)"),
    ]),
    *yes_no("engagement", ENGAGEMENT, ONCE, [
        ("willing", "the provider engages with commissioners to improve"),
        ("reluctant", "the provider is reluctant, or engages in part"),
        ("refuses", "the provider is unwilling to engage with commissioners to improve (R15)"),
    ]),
    *whole("engagement", ENGAGEMENT, COUNT_KNOWN, [
        ("forum_attended_365", "forums", "attended in the last 365 days"),
        ("forum_missed_365", "forums", "missed in the last 365 days"),
    ]),
    *texts("engagement", ENGAGEMENT, ONCE, [("relationship", "code", "established, developing or none")]),
    # --- improvement plans ---
    *yes_no("plan", PLANS, ALWAYS, [
        ("open", "an improvement plan is agreed or active, and not signed off by both or closed"),
        ("extended", "the timescale of an open plan was extended"),
        ("signed_365", "a plan was signed off by the provider and the council within 365 days (LGA-10)"),
    ]),
    *whole("actions", PLANS, ALWAYS, [
        ("open", "actions", "of plans and follow-ups that are not completed (R25)"),
        ("safeguarding_open", "actions", "of these, from safeguarding (CAL-22)"),
    ]),
    *whole("actions", PLANS, DAY, [
        ("overdue", "actions", "of these, past their date, extensions counted"),
        ("over_limit", "actions", "significant follow-ups open for longer than `clocks.follow_up.months` (OXF-8)"),
    ]),
    *yes_no("plan", PLANS, DAY, [
        ("behind", "little or no progress against improvement actions, timescales not achieved: an action is past its"
         " date or was closed without being done, or the newest review saw little or no progress (R9)"),
        ("failed", "timescales of the service improvement plan not met, or little or no progress against it: an action"
         " is past a date that was extended before, two reviews running saw little or no progress, or the plan was"
         " recorded as breached (R9)"),
    ]),
    *yes_no("plan", PLANS, "once there is an open plan, or one that ended within 365 days", [
        ("on_time", "improvement actions are delivered to timescales; one that was closed without being done is not"),
    ]),
    *yes_no("plan", PLANS, DAY, [
        ("repeatedly_failed", "breached again after an extension or another plan, or no progress in two reviews running"
         " (SAL-L3.h)"),
    ]),
    # --- contract and placements ---
    *yes_no("contract", CONTRACTS, ONCE, [
        ("recorded", "a contract is registered and has not ended; false where `no contract` is recorded (OXF-5)"),
        ("signed", "its documents are signed"),
        ("officer_assigned", "an officer is allocated (OXF-7)"),
    ]),
    *texts("contract", CONTRACTS, ONCE, [
        ("size_band", "code", "size band of the contracts, the largest (OXF-5)"),
        ("tier", "code", "monitoring tier that was set by hand, the highest (OXF-20, R23): 1 to 5"),
    ]),
    *whole("contract", (*DECISIONS, "contract.changed"), ALWAYS, [
        ("breaches_365", "breaches", "default notices served in the last 365 days"),
    ]),
    *yes_no("contract", (*DECISIONS, "contract.changed"), ALWAYS, [
        ("serious_breach_365", "two notices served in 365 days, or termination considered"),
    ]),
    *whole("out_of_area", PLACEMENTS, "once a placement here was recorded", [
        ("placements", "people", "that this council has placed here, outside its area (CAL-39, R27)"),
        ("checks_overdue", "placements", "whose check is past `clocks.placement_check`"),
    ]),
    *yes_no("host", HOST, ALWAYS, [
        ("concern_active", "the host authority gave notice of concerns, and has not assured that improvements are made"
         " and embedded (CAL-35)"),
    ]),
    # --- decisions ---
    *yes_no("restriction", DECISIONS, ALWAYS, [("active", "an advisory notice or a suspension is in place")]),
    *yes_no("restriction", DECISIONS, DAY, [
        ("over_three_months", "it has been for longer than `clocks.restriction.over_months`: from 00:00 the day after"
         " the anniversary; a short gap does not start the clock again"),
    ]),
    *yes_no("restriction", DECISIONS, ALWAYS, [
        ("enforced", "a suspension that is not by agreement is in place"),
        ("voluntary", "a pause or phasing by agreement is in place"),
    ]),
    *whole("restriction", DECISIONS, DAY, [("months", "months", "that it has been in place; 0 where none is")]),
    *yes_no("lsi", DECISIONS, ALWAYS, [("active", "organisational safeguarding is authorised and not closed")]),
    *yes_no("default_notice", DECISIONS, ALWAYS, [
        ("active", "a contract default notice is neither satisfied nor withdrawn"),
        ("further_for_plan", "an active one is a further one (within `clocks.default_notice.further_months`) and was"
         " served because improvement timescales were missed"),
    ]),
    *yes_no("default_notice", DECISIONS, ALWAYS, [
        ("of_its_own", "an active one was served for a breach, missed timescales or another cause of its own, and not"
         " because of the level alone (golden 21: a consequence of a level must not keep that level)"),
    ]),
    *whole("quiet", ADVERSE, "once something adverse was recorded", [
        ("days", "days", "since the newest concern of S2 or worse, safeguarding concern, harm, disclosure or immediate"
         " risk (R25)"),
    ]),
)  # fmt: skip
