"""What to call a fact that is not known: why it is not, and how it could be made known. For `missing`."""

from shared.policies import catalogue
from shared.policies.facts_regulated import ENFORCEMENT

Subject = tuple[str, str, str]
"""What it is about, why it is not known, how to make it known."""

RATING: Subject = ("rating", "no CQC rating is known", "load CQC's ratings, or record the one that was published")
QUESTIONS: Subject = (
    "key_questions",
    "the newest rating is known without all of its key questions",
    "load the rating from a source that gives the five key questions",
)
_HEARD = "record it, or have its source say that there is none: a count is nought only where its source is heard"
_PEERS: Subject = (
    "peer_baseline",
    "what is expected for a service of its size and nature is not known",
    "record its size, and publish a baseline of a peer group that is large enough",
)
SUBJECTS: tuple[tuple[str, Subject], ...] = (
    ("service.", ("registration", "the service's kind or size is not recorded", "complete its entry in the register")),
    ("cqc.alerts", ("cqc_alerts", "nothing was heard of CQC's alerts here inside the window", _HEARD)),
    ("cqc.", RATING),
    ("concerns.weighted", ("size", "its size is not recorded, or no concern was heard of here within a year",
                           "record its beds or weekly hours of care, and connect a source of concerns")),
    ("safeguarding.weighted", ("size", "its size is not recorded, or no concern was heard of here within a year",
                               "record its beds or weekly hours of care, and connect a source of concerns")),
    ("concerns.", ("quality_concerns", "no quality concern was heard of here inside the window", _HEARD)),
    ("safeguarding.", ("safeguarding_concerns", "no safeguarding concern was heard of here inside the window",
                       "have the safeguarding team publish its concerns, or that there were none")),
    ("themes.", ("themes", "concerns, and visits or assessments, were not both heard of here within 180 days",
                 "record a visit or an assessment, and connect a source of concerns")),
    ("incidents.", ("incidents", "no incident was heard of here inside the window", _HEARD)),
    ("reporting.", ("reporting", "no incident was heard of here inside the window", _HEARD)),
    ("deaths.", ("deaths", "no record of deaths was heard of here inside the window, or one does not say whether it"
                 " was expected", "record deaths with `expected`, or a count of nought for a period")),
    ("whistleblowing.", ("whistleblowing", "no disclosure was heard of here inside the window", _HEARD)),
    ("complaints.", ("complaints", "no complaint was heard of here inside the window", _HEARD)),
    ("compliments.", ("compliments", "no compliment was heard of here inside the window", _HEARD)),
    ("feedback.professional", ("professional_feedback", "no professional's feedback was heard of here within 180 days",
                               "ask those who visit the service")),
    ("feedback.", ("feedback", "too little feedback was received within 180 days", "ask people, their"
                   " families and carers")),
    ("visits.", ("visits", "no visit was heard of inside the window", "visit, and record it")),
    ("plan.", ("improvement_plan", "no improvement plan is followed here, and none ended within a year",
               "it is known once a plan is agreed")),
    ("actions.", ("decisions", "no day is closed yet, or the policy sets no limit", "it is known when a day closes")),
    ("self_assessment.", ("self_assessment", "no development plan or self-assessment was analysed within 400 days",
                          "ask for one, and record what its analysis found")),
    ("engagement.forum", ("engagement", "no forum was recorded here within a year", "record who came to the forum")),
    ("engagement.", ("engagement", "the provider's willingness to engage is not recorded", "record it: willing,"
                     " reluctant or refusing")),
    ("figures.", ("return_figures", "no return of the last 400 days gives the figure", "ask for the return")),
    ("occupancy.", ("occupancy", "no return of the last 400 days gives the occupancy", "ask for the return")),
    ("manager.", ("manager", "nothing is recorded of its manager", "record the manager's status: no name is needed")),
    ("ownership.", ("ownership", "no change of ownership was heard of here inside the window", _HEARD)),
    ("market.", ("market_signals", "no market signal was heard of here inside the window", _HEARD)),
    ("demand.", ("referral_demand", "no report of referrals lies within 90 days", "have brokerage report the period")),
    ("dols.", ("dols", "no activity was reported within a year", "have the DoLS team report the period")),
    ("reablement.", ("reablement", "none was reported within 400 days", "have the period reported")),
    ("regulatory.", ("regulatory_reports", "no other regulator's report was heard of here inside the window", _HEARD)),
    ("medicines.", ("medicines_review", "medicines were not reviewed within 400 days", "ask for a review")),
    ("ipc.", ("ipc_audit", "infection control was not audited within 400 days", "ask for an audit")),
    ("pamms.", ("pamms", "no PAMMS assessment is recorded", "assess the service, or record the result")),
    ("assessment.", ("quality_assessment", "no quality assessment is recorded", "assess it, or record the result")),
    ("partners.", ("partner_ratings", "partners have not all rated it for the month", "ask those who are missing")),
    ("contract.", ("contract", "no contract is recorded, or not this term of it", "register the contract, or that there"
                   " is none")),
    ("out_of_area.", ("placements", "no placement here is recorded", "record who is placed here, by number")),
    ("quiet.", ("adverse", "nothing adverse was ever recorded", "nothing need be done")),
    ("default_notice.", ("decisions", "no day is closed yet", "it is known when a day closes")),
    ("restriction.", ("decisions", "no day is closed yet", "it is known when a day closes")),
    ("lsi.", ("decisions", "no day is closed yet", "it is known when a day closes")),
    ("host.", ("decisions", "no day is closed yet", "it is known when a day closes")),
    ("returns.", ("returns", "no period that is asked for has begun yet", "it is known once a period's grace is over")),
    ("contact.", ("contact", "no visit or contact is recorded", "visit or speak with the provider, and record it")),
)  # fmt: skip
"""By the beginning of a fact's name; the first that fits."""


def subject(fact: catalogue.Fact) -> Subject:
    """What to say of one fact while it is not known."""
    if fact.name.endswith("outside_expected"):
        return _PEERS
    if fact.fed_by == ENFORCEMENT:
        why = "nothing was heard of CQC enforcement in this place in the last 90 days"
        return "cqc_enforcement", why, "load CQC's enforcement, or record that there is none"
    return next(said for prefix, said in SUBJECTS if fact.name.startswith(prefix))


REASONS = {fact.name: subject(fact) for fact in catalogue.FACTS}
"""By fact."""
