"""Facts of quality concerns and safeguarding: counts, patterns, severity, outcomes (R6-R8, R13, R14, R22)."""

from collections import Counter
from collections.abc import Iterable

from services.risk import counted, themes
from services.risk.gathering.source import Source, size, stamps
from services.risk.known import Known
from services.risk.remembered.items import Concern, Report, Safeguarding, Visit
from services.risk.view import View
from shared.events.vocabulary import QUALITY_THEMES, UNCLASSIFIED
from shared.policies.catalogue import MAX_WINDOW_DAYS
from shared.policies.scoring import Weighing

COUNTED_DAYS = (30, 60, 90, 180, 365)
CONCERN, SAFEGUARDING = "quality_concern.raised", "safeguarding_concern.received"
LEAST_PEOPLE = {"0": 0, "1": 1, "2-5": 2, "6-10": 6, "11+": 11, "unknown": 1}
Themed = Concern | Report | Visit
UPHELD = frozenset({"upheld", "part_upheld"})
HIGH = frozenset({"S3", "S4"})
LOW = frozenset({"S1", "S2"})
THEME_FACTS = {f"themes.{theme.removeprefix('q.')}": theme for theme in QUALITY_THEMES - {UNCLASSIFIED}}
SEEN = ("visit.completed", "assessment.completed")


def put(seen: View, known: Known) -> None:
    """Concerns, safeguarding, and the themes that they and other reports name."""
    judged = counted.verdicts(seen.state)
    standing = counted.standing(seen.state)
    _concerns(seen, known, standing, judged)
    _safeguarding(seen, known)
    _themes(seen, known, standing.values())


def _concerns(seen: View, known: Known, standing: dict[str, Concern], judged: dict[str, counted.Verdict]) -> None:
    source = Source(seen, known, (CONCERN,), seen.state.concerns.values())
    concerns = list(standing.values())
    for days in COUNTED_DAYS:
        source.count(f"concerns.days_{days}", days, concerns)
    source.compare("concerns", concerns)
    recent = source.young(concerns, 30)
    source.put("concerns.same_theme_30", 30, recent, counted.most_shared(each.themes for each in recent))
    low = [each for each in recent if each.severity in LOW]
    source.put("concerns.low_same_theme_30", 30, low, counted.most_shared(each.themes for each in low))
    source.put("concerns.people_same_theme_30", 30, recent, _people(recent))
    moderate = [each for each in source.young(concerns, 60) if each.severity != "S1"]
    every = {theme for each in moderate for theme in each.themes} - {UNCLASSIFIED}
    source.put("concerns.moderate_60", 60, moderate, len(moderate))
    source.put("concerns.themes_60", 60, moderate, len(every))
    fewest = themes.fewest(themes.questions(each.themes) for each in moderate)
    source.put("concerns.key_questions_60", 60, moderate, fewest)
    source.count("concerns.high_180", 180, [each for each in concerns if each.severity in HIGH])
    source.count("concerns.critical_365", 365, [each for each in concerns if each.severity == "S4"])
    said = {key: verdict.last.outcome for key, verdict in judged.items() if verdict.last is not None}
    source.count("concerns.upheld_365", 365, [each for key, each in standing.items() if said.get(key) in UPHELD])
    waiting = [each for key, each in standing.items() if key not in said]
    source.count("concerns.open_90", 90, waiting)
    long = [each for each in source.young(waiting, 365) if not seen.within(each.day, 90)]
    source.put("concerns.unaddressed", 365, long, len(long))
    weighing, tens = seen.pack.weighing, size(seen)
    if weighing is not None and tens is not None:
        young = {key: each for key, each in standing.items() if seen.within(each.day, MAX_WINDOW_DAYS)}
        weights = (
            weigh(seen, weighing, each.day, each.severity, "upheld" if said.get(key) in UPHELD else each.confidence)
            for key, each in young.items()
        )
        source.put("concerns.weighted", 365, young.values(), round(sum(weights) / tens, 3))


def weigh(seen: View, weighing: Weighing, day: int, severity: str, confidence: str) -> float:
    """Severity × confidence × what is left of it: half after each half-life. What is later than C has age 0."""
    values = weighing.model_dump()
    age = max((seen.due.today or day) - day, 0)
    left = 0.5 ** (age / values["half_life_days"].get(severity, MAX_WINDOW_DAYS))
    return float(values["severity"].get(severity, 0) * values["confidence"].get(confidence, 1) * left)


def _people(concerns: list[Concern]) -> int:
    """At least so many people are affected by those that share one theme."""
    people: Counter[str] = Counter()
    for concern in concerns:
        for theme in set(concern.themes) - {UNCLASSIFIED}:
            people[theme] += LEAST_PEOPLE.get(concern.people, 1)
    return max(people.values(), default=0)


def _safeguarding(seen: View, known: Known) -> None:
    received, enquiries = seen.state.safeguarding, seen.state.of("enquiries")
    source = Source(seen, known, (SAFEGUARDING,), received.values())
    every = list(received.values())
    for days in COUNTED_DAYS:
        source.count(f"safeguarding.days_{days}", days, every)
    source.compare("safeguarding", every)
    recent = source.young(every, 30)
    source.put("safeguarding.same_type_30", 30, recent, counted.most_shared(each.types for each in recent))
    source.count("safeguarding.same_source_30", 30, [each for each in every if each.source == "service_provider"])
    organisational = [each for each in every if "abuse.organisational" in each.types]
    source.count("safeguarding.organisational_180", 180, organisational)
    source.count("safeguarding.enquiries_365", 365, [each for each in every if each.enquiry in ("yes", "other")])
    remained = [each for each in enquiries.values() if each.grade == "remained"]
    source.count("safeguarding.risk_remained_365", 365, remained)
    weighing, tens = seen.pack.weighing, size(seen)
    if weighing is not None and tens is not None:
        young = {key: each for key, each in received.items() if seen.within(each.day, MAX_WINDOW_DAYS)}
        concluded = {key: each.kind for key, each in enquiries.items()}
        weights = (
            weigh(seen, weighing, each.day, "S3", _confidence(each, concluded.get(key))) for key, each in young.items()
        )
        source.put("safeguarding.weighted", 365, young.values(), round(sum(weights) / tens, 3))


def _confidence(received: Safeguarding, concluded: str | None) -> str:
    if concluded in ("substantiated", "partly_substantiated"):
        return "upheld"
    if concluded == "not_substantiated":
        return "not_upheld"
    return "corroborated" if received.enquiry in ("yes", "other") else "unverified"


def _themes(seen: View, known: Known, standing: Iterable[Concern]) -> None:
    """How many reports of 180 days name a theme: each report once for each."""
    state = seen.state
    if not known.wants("themes."):
        return
    resolved = counted.resolved(state)
    upheld = [each for key, each in state.of("complaints").items() if key in resolved and resolved[key].grade in UPHELD]
    found = (*state.of("regulatory").values(), *state.of("audits").values())
    reports: list[Themed] = [
        *(each for each in standing if each.severity != "S1"), *state.visits.values(), *upheld,
        *(each for each in found if each.grade != "compliant"),
        *state.of("whistleblowing").values(), *state.of("assessments").values(),
    ]  # fmt: skip
    inside = [each for each in reports if seen.within(each.day, 180)]
    looked = Source(seen, known, SEEN, (*state.visits.values(), *state.of("assessments").values()))
    alive = looked.alive(180) and Source(seen, known, (CONCERN,), state.concerns.values()).alive(180)
    for fact, theme in THEME_FACTS.items():
        named = [each for each in inside if theme in each.themes]
        if named or alive:
            known.put(fact, len(named), stamps(named))
