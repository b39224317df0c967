"""The field's words (domain.md §3.1-3.4): service types, themes, severities, outcomes."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

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
ProviderId = Annotated[str, StringConstraints(pattern=r"^prv-[0-9a-z]{1,40}$")]


def _as_the_post_writes_it(value: object) -> object:
    plain = "".join(value.split()).upper() if isinstance(value, str) else ""
    return f"{plain[:-3]} {plain[-3:]}" if plain else value


Postcode = Annotated[
    str,
    BeforeValidator(_as_the_post_writes_it),
    StringConstraints(pattern=r"^[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}$", max_length=8),
]
"""As the post writes it: `HR1 2AB`."""
Publisher = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]

Role = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
"""A role (`district_nurse`), never a person's name."""
Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,79}$")]
"""A code of the sender's own list: lower case, no blanks, so that nobody writes prose in it."""
Gss = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{8}$")]
"""A council area."""
Period = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2})?(-[0-9]{2})?$")]
"""`2026-03` a month (a quarter or half-year by its first), `2026` a year, a date for what is asked once."""
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Percent = Annotated[float, Field(ge=0, le=100)]

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

Themes = Annotated[tuple[Theme, ...], Field(max_length=40)]
MarketSign = Literal[
    "m.liquidity", "m.insolvency", "m.ownership_change", "m.manager_loss", "m.staffing_collapse", "m.sponsor_licence",
    "m.industrial_action", "m.occupancy_low", "m.high_turnover", "m.insurance_lapse", "m.fee_dispute",
    "m.contract_handback", "m.cyber_outage", "m.premises_loss", "m.key_debt",
]  # fmt: skip
"""Market and sustainability (domain.md §3.3 C)."""
PracticeTheme = Annotated[str, StringConstraints(pattern=r"^gp\.[a-z_]{1,60}$")]
"""Good practice: the quality themes' own words, behind `gp.`."""
Confidence = Literal["unverified", "corroborated", "upheld"]
Sentiment = Literal["positive", "neutral", "negative"]
Outcome = Literal["upheld", "part_upheld", "not_upheld", "inconclusive", "withdrawn"]
Rag = Literal["red", "amber", "green"]

KeyQuestion = Literal["safe", "effective", "caring", "responsive", "well_led"]
KEY_QUESTIONS: tuple[KeyQuestion, ...] = ("safe", "effective", "caring", "responsive", "well_led")
Rating = Literal["outstanding", "good", "requires_improvement", "inadequate", "no_rating"]
"""`no_rating` stands for every published value that is not one of the four: it never counts as Good."""
QualityRating = Literal["excellent", "good", "requires_improvement", "poor"]
"""A quality assessment's scale (PAMMS); "Outstanding" is written `excellent` at the door (AMB-9)."""

PublisherKind = Literal[
    "council_quality", "council_safeguarding", "council_contracts", "council_social_work", "council_dols",
    "council_complaints", "icb_quality", "icb_safeguarding", "cqc", "provider", "nhs_trust", "gp", "community_health",
    "police", "fire_rescue", "environmental_health", "healthwatch", "public_health_hpt", "advocacy", "ambulance",
    "coroner", "other_la", "public", "family", "worker_whistleblower", "system_feed",
]  # fmt: skip
"""Kinds of body that know something (domain.md §3.1)."""
