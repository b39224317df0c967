"""Facts of those who inspect, assess and rate a service: CQC, other regulators, quality assessments, partners."""

from shared.policies.fact import COUNT_KNOWN, Fact, texts, whole, yes_no

RATING = ("cqc_rating.published",)
ENFORCEMENT = ("cqc_enforcement.recorded",)
REPORTS = ("regulatory_report.received",)
ASSESSMENTS = ("assessment.completed",)
PARTNERS = ("partner_rating.submitted", "returns.submitted")
RATED = "once a rating was published that says it"
AT_ALL = "once rated at all"
ENFORCED = "once one is active; else only where enforcement was heard from this place within 90 days"
ASSESSED = "once an assessment was completed"
COLLATED = "once a month has passed its cut-off (`partner_ratings`)"

FACTS: tuple[Fact, ...] = (
    Fact("cqc.overall", "string", "rating", "newest overall rating; `no_rating` where CQC says that there is none;"
         " the worst service group where only groups are rated and one is worse than good", RATING, RATED),
    *texts("cqc", RATING, RATED, [
        (question, "rating", f"newest rating of the key question `{question}`")
        for question in ("safe", "effective", "caring", "responsive", "well_led")
    ]),
    *yes_no("cqc", RATING, AT_ALL, [
        ("all_questions_known", "all five key questions are rated"),
        ("rating_stale", "the newest rating is older than `clocks.rating.stale_months`"),
    ]),
    *whole("cqc", RATING, AT_ALL, [
        ("rating_age_months", "months", "age of the newest rating in whole months (R26)"),
        ("questions_worse", "key questions", "known to be rated Requires improvement or worse"),
        ("questions_inadequate", "key questions", "known to be rated Inadequate"),
    ]),
    *yes_no("cqc", RATING, AT_ALL, [("inherited", "the newest rating was given to the registration before this one")]),
    *yes_no("cqc", ENFORCEMENT, ENFORCED, [
        ("notice_active", "a warning or requirement notice is active"),
        ("conditions_active", "conditions on the registration, or urgent action that limits it, are active"),
        ("cancellation_active", "a proposal or decision to cancel the registration is active"),
    ]),
    *yes_no("cqc", ENFORCEMENT, ENFORCED, [
        ("requirement_notice_active", "a requirement notice is active"),
        ("warning_notice_active", "a warning notice is active"),
        ("special_measures_active", "it is in special measures"),
        ("suspension_active", "CQC has suspended its registration"),
        ("prosecution_active", "a prosecution is under way"),
        ("urgent_active", "urgent action (s30 or s31) is active"),
    ]),
    *whole("cqc", ("cqc_alert.received",), COUNT_KNOWN, [
        ("alerts_365", "alerts", "alerts received from CQC in the last 365 days"),
    ]),
    # --- other regulators: fire, food, health and safety, public health, sponsorship ---
    *whole("regulatory", REPORTS, COUNT_KNOWN, [
        ("concerns_365", "reports", "of 365 days with a minor or major finding, or enforcement"),
        ("major_365", "reports", "of 365 days with a major finding, or enforcement"),
        ("bodies_365", "regulators", "distinct ones among those with a finding"),
    ]),
    *yes_no("regulatory", REPORTS, "once fire and rescue reported within 400 days", [
        ("fire_adverse", "the newest report of fire and rescue is a major finding, or enforcement"),
    ]),
    # --- quality assessments: PAMMS, and any other tool ---
    *texts("pamms", ASSESSMENTS, ASSESSED, [
        ("overall", "rating", "newest PAMMS result: excellent, good, requires_improvement, poor (AMB-9)"),
    ]),
    *whole("pamms", ASSESSMENTS, ASSESSED, [
        ("standards_poor", "standards", "rated Poor in the newest PAMMS assessment"),
        ("standards_worse", "standards", "rated Requires improvement or Poor in the newest PAMMS assessment"),
        ("age_months", "months", "age of the newest PAMMS assessment in whole months"),
    ]),
    *yes_no("pamms", ASSESSMENTS, ASSESSED, [("stale", "it is older than `clocks.rating_pamms.stale_months`")]),
    *texts("assessment", ASSESSMENTS, ASSESSED, [
        ("overall", "rating", "newest result of a quality assessment by whatever tool, in the same words"),
        ("worst_standard", "rating", "worst standard in it"),
    ]),
    *texts("medicines", ("medicines_review.received",), "once reviewed within 400 days", [
        ("audit", "finding", "newest medicines review: compliant, minor, major"),
    ]),
    *texts("ipc", ("ipc_audit.received",), "once audited within 400 days", [
        ("audit", "finding", "newest infection control audit: compliant, minor, major"),
    ]),
    # --- partner ratings, collated for the newest month whose cut-off has passed (R21) ---
    *whole("partners", PARTNERS, COLLATED, [
        ("red", "partners", "that rate it red"),
        ("amber", "partners", "that rate it amber"),
        ("green", "partners", "that rate it green"),
        ("missing", "partners", "of `partner_ratings.partners` without a rating: shown, never taken for green"),
    ]),
    *texts("partners", PARTNERS, "once one is red, or none is missing", [("worst", "rating", "the worst of them")]),
    *yes_no("partners", PARTNERS, "once none is missing: while one is, nobody knows what it would say", [
        ("complete", "every partner has rated it"),
    ]),
    *texts("partners", PARTNERS, "once the lead has rated it", [("lead", "rating", "the lead's own rating")]),
)  # fmt: skip
