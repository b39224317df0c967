"""What each return asks, as data: the fields of its body, in plain words, and the sectors that they are asked of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from services.intake.writing.questions import Option

HOMES = frozenset({"care_home_nursing", "care_home_residential", "ld_inpatient"})
VISITING = frozenset(
    {"home_care", "supported_living", "extra_care", "outreach", "reablement", "day_sitting", "night_sitting"}
)
ALL: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a return. Its name is that of the body (domain.md §3.5), with a dot where the body has rows."""

    name: str
    label: str
    kind: Literal["count", "percent", "number", "choice", "date", "text"] = "count"
    of: frozenset[str] | None = ALL
    """The service types that it is asked of; all where unsaid."""
    options: tuple[Option, ...] = ()
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that stand on one page."""

    name: str
    title: str
    fields: tuple[Field, ...]


def _choices(*values: tuple[str, str]) -> tuple[Option, ...]:
    return tuple(Option(value, words) for value, words in values)


MANAGER = _choices(
    ("in_post", "In post"), ("absent", "Absent for the time being"), ("vacant", "No registered manager"),
    ("interim", "An interim manager"),
)  # fmt: skip
RATINGS = _choices(
    ("excellent", "Excellent"), ("good", "Good"), ("requires_improvement", "Requires improvement"), ("poor", "Poor"),
)  # fmt: skip
SCALE = _choices(("1", "1, very low"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5, very high"))

_MONITORING = (
    Section("people", "People you support", (
        Field("people_supported", "People supported at the end of the period"),
        Field("beds", "Registered beds", of=HOMES),
        Field("occupied_beds", "Beds occupied at the end of the period", of=HOMES),
        Field("admissions", "Admissions", of=HOMES),
        Field("discharges", "Discharges", of=HOMES),
        Field("deaths_expected", "Deaths that were expected"),
        Field("deaths_unexpected", "Deaths that were not expected"),
    )),
    Section("what-happened", "What happened", (
        Field("safeguarding_alerts_raised", "Safeguarding alerts that you raised", is_needed=True),
        Field("complaints", "Complaints received", is_needed=True),
        Field("compliments", "Compliments received"),
        Field("accidents", "Accidents"),
        Field("falls", "Falls"),
        Field("pressure_ulcers_category_2", "Pressure ulcers, category 2"),
        Field("pressure_ulcers_category_3", "Pressure ulcers, category 3"),
        Field("pressure_ulcers_category_4", "Pressure ulcers, category 4"),
        Field("medication_errors", "Medication errors"),
        Field("infections", "Infections"),
        Field("near_misses", "Near misses"),
        Field("missed_visits", "Missed visits", of=VISITING),
        Field("late_visits", "Late visits", of=VISITING),
        Field("police_incidents", "Incidents with the police"),
        Field("other_incidents", "Other incidents"),
        Field("dols_applications", "Applications for deprivation of liberty", of=HOMES),
        Field("cqc_notifications_made", "Notifications made to CQC"),
    )),
    Section("staff", "Staff", (
        Field("manager_status", "Registered manager", "choice", options=MANAGER),
        Field("staff_establishment", "Staff establishment, whole-time equivalents", "number"),
        Field("staff_vacancies", "Vacancies, whole-time equivalents", "number"),
        Field("agency_percent", "Agency staff, percent of hours", "percent"),
        Field("turnover_percent", "Turnover, percent", "percent"),
        Field("sickness_percent", "Sickness, percent", "percent"),
        Field("training_percent", "Mandatory training up to date, percent", "percent"),
        Field("supervision_percent", "Supervision up to date, percent", "percent"),
    )),
)  # fmt: skip
STANDARDS = (
    ("assessment_and_planning", "Assessment and care planning"), ("experience", "People’s experience"),
    ("staff_knowledge", "What staff know"), ("training_and_recruitment", "Training and recruitment"),
    ("environment_and_safety", "Environment, equipment and safety"),
    ("leadership_and_quality", "Leadership and quality"),
)  # fmt: skip
_DEVELOPMENT = (
    Section("overall", "How good is your service?", (
        Field("overall", "Overall", "choice", options=RATINGS, is_needed=True),
    )),
    Section("standards", "Standard by standard", tuple(
        Field(f"standards.{code}", words, "choice", options=RATINGS) for code, words in STANDARDS
    )),
)  # fmt: skip
AREAS = (
    ("governance", "Governance"), ("workforce", "Workforce"), ("finance", "Finance"), ("premises", "Premises"),
    ("business_continuity", "Business continuity"), ("cyber", "Cyber security"), ("insurance", "Insurance"),
    ("sponsorship", "Sponsorship of workers from abroad"),
)  # fmt: skip
_RISKS = tuple(
    Section(code.replace("_", "-"), words, (
        Field(f"areas.{code}.likelihood", "How likely is a serious problem in the next 6 months?", "choice", options=SCALE, is_needed=True),  # noqa: E501
        Field(f"areas.{code}.impact", "How bad would it be for the people you support?", "choice", options=SCALE, is_needed=True),  # noqa: E501
    ))
    for code, words in AREAS
)  # fmt: skip
_PERFORMANCE = (
    Section("figures", "Figures of the period", (
        Field("indicators.occupancy_percent", "Occupancy, percent", "percent", HOMES),
        Field("indicators.admissions_from_hospital", "Admissions from hospital", of=HOMES),
        Field("indicators.care_plans_reviewed_percent", "Care plans reviewed on time, percent", "percent"),
        Field("indicators.weight_loss", "People with unplanned weight loss", of=HOMES),
        Field("indicators.hours_delivered", "Hours of care delivered", "number", VISITING),
        Field("indicators.visits_on_time_percent", "Visits on time, percent", "percent", VISITING),
        Field("indicators.continuity_percent", "Visits by a known carer, percent", "percent", VISITING),
        Field("indicators.referrals_refused", "Referrals refused", of=VISITING),
        Field("indicators.packages_handed_back", "Packages handed back", of=VISITING),
        Field("indicators.people_satisfied_percent", "People satisfied, percent of those asked", "percent", is_needed=True),  # noqa: E501
    )),
)  # fmt: skip
_ASSURANCE = (
    Section("assurance", "Insurance, accounts and social value", (
        Field("insurance_reference", "Insurance policy number", "text", is_needed=True),
        Field("insurance_expires", "Insurance ends on", "date", is_needed=True),
        Field("accounts_made_up_to", "Accounts made up to", "date"),
        Field("social_value_commitments", "Social value commitments made"),
        Field("social_value_met", "Social value commitments met"),
    )),
)  # fmt: skip
NEEDS = (("dementia", "Dementia"), ("learning_disability", "Learning disability"), ("mental_health", "Mental health"),
         ("physical_disability", "Physical disability"), ("end_of_life", "End of life"))  # fmt: skip
COURSES = (("moving_and_handling", "Moving and handling"), ("medicines", "Medicines"), ("safeguarding", "Safeguarding"),
           ("mental_capacity_act", "Mental Capacity Act"), ("infection_control", "Infection control"))  # fmt: skip
_BASELINE = (
    Section("needs", "People by need", tuple(Field(f"people_by_need.{code}", words) for code, words in NEEDS)),
    Section("trained", "Staff who are trained", (
        Field("staff", "Care staff in all", is_needed=True),
        *(Field(f"staff_trained.{code}", words) for code, words in COURSES),
    )),
)  # fmt: skip

ByProvider = Literal["RT-PMR", "RT-SDP", "RT-RISK", "RT-PERF", "RT-ASSUR", "RT-BASE"]
RETURNS: Mapping[str, tuple[str, tuple[Section, ...]]] = {
    "RT-PMR": ("Provider monitoring return", _MONITORING),
    "RT-SDP": ("Service development plan", _DEVELOPMENT),
    "RT-RISK": ("Risk self-assessment", _RISKS),
    "RT-PERF": ("Performance return", _PERFORMANCE),
    "RT-ASSUR": ("Insurance, accounts and social value", _ASSURANCE),
    "RT-BASE": ("Baseline information", _BASELINE),
}
"""Those that a provider fills in. The others come from a feed (RT-CT) or from partners (RT-MDRA, RT-OOA, RT-FEED)."""


def fields(return_type: str) -> dict[str, Field]:
    """Every field of a return, by name."""
    return {field.name: field for section in RETURNS[return_type][1] for field in section.fields}
