"""The field's words (domain.md §3.1-3.4): service types, themes, severities, outcomes."""

from typing import Annotated, Literal

from pydantic import StringConstraints

ServiceType = Literal[
    "care_home_nursing", "care_home_residential", "home_care", "supported_living", "supported_accommodation",
    "extra_care", "outreach", "day_sitting", "night_sitting", "day_opportunities", "lunch_club",
    "advice_information", "advocacy", "personal_assistant", "shared_lives", "reablement", "ld_inpatient",
    "childrens_all_age",
]  # fmt: skip
Commissioning = Literal["council", "nhs", "joint", "none"]
AliasScheme = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
AliasValue = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=200)]

Severity = Literal["S1", "S2", "S3", "S4"]
"""S1 low, S2 moderate, S3 high, S4 critical (domain.md §3.4)."""
PeopleBand = Literal["0", "1", "2-5", "6-10", "11+", "unknown"]
"""How many people are affected: a band, never names."""

AbuseType = Literal[
    "abuse.physical", "abuse.domestic", "abuse.sexual", "abuse.psychological", "abuse.financial",
    "abuse.modern_slavery", "abuse.discriminatory", "abuse.organisational", "abuse.neglect", "abuse.self_neglect",
]  # fmt: skip
"""The ten types of the Care Act guidance, 14.17."""

UNCLASSIFIED = "q.unclassified"
QUALITY_THEMES = frozenset({
    "q.care_planning", "q.dignity", "q.choice_control", "q.consent_mca", "q.lived_experience",
    "q.nutrition_hydration", "q.skin_pressure", "q.falls_moving", "q.medicines", "q.ipc", "q.eol", "q.health_access",
    "q.safeguarding_system", "q.whistleblow_culture", "q.staffing_levels", "q.recruitment",
    "q.training_supervision", "q.leadership", "q.governance", "q.records_info", "q.complaints", "q.environment",
    "q.homecare_delivery", "q.transport_transfer", "q.communication", "q.equality", "q.contract_compliance",
    "q.engagement", UNCLASSIFIED,
})  # fmt: skip
ABUSE_TYPES = frozenset(AbuseType.__args__)  # type: ignore[attr-defined]
THEMES = QUALITY_THEMES | ABUSE_TYPES
Theme = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,10}\.[a-z_]{1,60}$")]
"""A theme as published is one of THEMES; what does not map becomes `q.unclassified` at the door, never dropped."""

KeyQuestion = Literal["safe", "effective", "caring", "responsive", "well_led"]
KEY_QUESTIONS: tuple[KeyQuestion, ...] = ("safe", "effective", "caring", "responsive", "well_led")
Rating = Literal["outstanding", "good", "requires_improvement", "inadequate", "no_rating"]
"""`no_rating` stands for every published value that is not one of the four: it never counts as Good."""
