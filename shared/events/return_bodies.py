"""The bodies of returns, one form for each type (domain.md §3.5): counts, percentages and codes, never prose."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.registry import Data
from shared.events.vocabulary import Count, Percent

ReturnType = Literal[
    "RT-PMR", "RT-SDP", "RT-RISK", "RT-PERF", "RT-ASSUR", "RT-BASE", "RT-CT", "RT-MDRA", "RT-FEED", "RT-OOA"
]
ManagerStatus = Literal["in_post", "absent", "vacant", "interim"]
Fte = Annotated[float, Field(ge=0, le=10_000)]
"""Whole-time equivalents."""
OneToFive = Annotated[int, Field(ge=1, le=5)]


class Monitoring(Data):
    """RT-PMR: what happened in the period (HER-19, OXF-21). Absent: not said; 0: none."""

    kind: Literal["RT-PMR"]
    people_supported: Count | None = None
    beds: Count | None = None
    occupied_beds: Count | None = None
    admissions: Count | None = None
    discharges: Count | None = None
    deaths_expected: Count | None = None
    deaths_unexpected: Count | None = None
    safeguarding_alerts_raised: Count | None = None
    complaints: Count | None = None
    compliments: Count | None = None
    accidents: Count | None = None
    falls: Count | None = None
    pressure_ulcers_category_2: Count | None = None
    pressure_ulcers_category_3: Count | None = None
    pressure_ulcers_category_4: Count | None = None
    medication_errors: Count | None = None
    infections: Count | None = None
    missed_visits: Count | None = None
    late_visits: Count | None = None
    police_incidents: Count | None = None
    other_incidents: Count | None = None
    near_misses: Count | None = None
    dols_applications: Count | None = None
    staff_establishment: Fte | None = None
    staff_vacancies: Fte | None = None
    agency_percent: Percent | None = None
    turnover_percent: Percent | None = None
    sickness_percent: Percent | None = None
    training_percent: Percent | None = None
    supervision_percent: Percent | None = None
    manager_status: ManagerStatus | None = None
    cqc_notifications_made: Count | None = None
    declared_by_role: words.Role | None = None


class SelfRating(Data):
    """How the provider sees itself against one standard."""

    standard: words.Word
    rating: words.QualityRating
    evidence_reference: words.Reference | None = None
    owner_role: words.Role | None = None
    due: date | None = None


class Development(Data):
    """RT-SDP: service development plan or self-assessment profile (HER-20)."""

    kind: Literal["RT-SDP"]
    overall: words.QualityRating | None = None
    standards: tuple[SelfRating, ...] = Field((), max_length=100)
    declared_by_role: words.Role | None = None


class RiskArea(Data):
    """One area of the provider's own risk assessment."""

    area: Literal[
        "governance", "workforce", "finance", "premises", "business_continuity", "cyber", "insurance", "sponsorship"
    ]
    likelihood: OneToFive
    impact: OneToFive


class Risks(Data):
    """RT-RISK: risk self-assessment (SAL-8)."""

    kind: Literal["RT-RISK"]
    areas: tuple[RiskArea, ...] = Field(min_length=1, max_length=20)


class Indicator(Data):
    """One figure of a sector's set."""

    code: words.Word
    value: Annotated[float, Field(ge=-1e9, le=1e9)]
    target: Annotated[float, Field(ge=-1e9, le=1e9)] | None = None


class Performance(Data):
    """RT-PERF: performance and outcomes by the sector's set (SAL-13, CAL-24)."""

    kind: Literal["RT-PERF"]
    sector: words.ServiceType | None = None
    indicators: tuple[Indicator, ...] = Field(min_length=1, max_length=200)


class Assurance(Data):
    """RT-ASSUR: insurance, accounts, social value, sustainability (SAL-13)."""

    kind: Literal["RT-ASSUR"]
    insurance_reference: words.Reference | None = None
    insurance_expires: date | None = None
    accounts_made_up_to: date | None = None
    social_value_commitments: Count | None = None
    social_value_met: Count | None = None


class Baseline(Data):
    """RT-BASE: what Pre-Level 1 asks for: who lives there, what staff are trained in (LGA-9)."""

    kind: Literal["RT-BASE"]
    people_by_need: dict[words.Word, Count] = Field(default_factory=dict, max_length=50)
    staff_trained: dict[words.Word, Count] = Field(default_factory=dict, max_length=100)
    """People trained, by course."""
    staff: Count | None = None


class CapacityTracker(Data):
    """RT-CT: the monthly snapshot, ingested and never asked again (OXF-22)."""

    kind: Literal["RT-CT"]
    maximum_capacity: Count | None = None
    occupied: Count | None = None
    vacant_reserved: Count | None = None
    vacant_admitting: Count | None = None
    packages_of_care: Count | None = None
    registered_nurses: Count | None = None
    care_staff: Count | None = None
    other_staff: Count | None = None
    agency_nurses: Count | None = None
    agency_care_staff: Count | None = None
    agency_other_staff: Count | None = None
    absences: Count | None = None
    visiting_open: bool | None = None
    staff_vaccinated_flu: Count | None = None
    staff_vaccinated_covid: Count | None = None


class PartnerRating(Data):
    """RT-MDRA: a partner's rating as a return (CAL-7); `partner_rating.submitted` is the same as an event."""

    kind: Literal["RT-MDRA"]
    partner: words.PublisherKind
    rating: words.Rag
    reasons: words.Themes = ()
    evidence: tuple[words.Reference, ...] = Field((), max_length=50)


class Score(Data):
    """How a questionnaire's answers fell on one theme."""

    theme: words.Theme
    positive: Count = 0
    neutral: Count = 0
    negative: Count = 0


class Questionnaire(Data):
    """RT-FEED: a feedback questionnaire (HER-M1)."""

    kind: Literal["RT-FEED"]
    voice: Literal["person", "family", "carer", "advocate", "staff"]
    sent: Count | None = None
    answered: Count
    scores: tuple[Score, ...] = Field((), max_length=60)


class OutOfArea(Data):
    """RT-OOA: desk-top monitoring of a service elsewhere (CAL-33, CAL-39)."""

    kind: Literal["RT-OOA"]
    host_authority: words.Gss
    host_rating: words.Rag | None = None
    cqc_overall: words.Rating | None = None
    concerns: Count | None = None
    visits: Count | None = None
    placements: Count


Body = Annotated[
    Monitoring | Development | Risks | Performance | Assurance | Baseline | CapacityTracker | PartnerRating
    | Questionnaire | OutOfArea,
    Field(discriminator="kind"),
]  # fmt: skip
