"""From answers to ratings: per standard and overall, exactly, the same whatever the order of the answers. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from services.governance.monitoring.question_set import RATINGS, Question, QuestionSet, Standard
from shared.events import vocabulary as words
from shared.events.quality_assessments import Scored

POINTS: Mapping[str, int] = {"fully": 3, "mostly": 2, "partly": 1, "not": 0}
MOST = 3
ISSUES = frozenset({"partly", "not"})
"""Answers that ask for an action (CAL-4, SAL-14)."""
GOOD = RATINGS.index("good")


@dataclass(frozen=True, slots=True)
class Result:
    """What a set of answers amounts to."""

    overall: words.QualityRating | None
    """None where nothing that was asked applies."""
    percent: float | None
    standards: tuple[Scored, ...]


def missing(questions: QuestionSet, service_type: str, answers: Mapping[str, str]) -> tuple[str, ...]:
    """Questions of this kind of service without an answer."""
    return tuple(one.id for _, one in questions.asked(service_type) if one.id not in answers)


def score(questions: QuestionSet, service_type: str, answers: Mapping[str, str]) -> Result:
    """The ratings. What is not applicable, or not answered, counts neither for nor against."""
    asked: dict[str, list[Question]] = {}
    for standard, question in questions.asked(service_type):
        asked.setdefault(standard.code, []).append(question)
    shares = {one.code: _share(asked.get(one.code, ()), answers) for one in questions.standards}
    failed = {code for code, every in asked.items() if any(_failed(one, answers) for one in every)}
    rated = {
        code: _rating(questions, share, limited=code in failed)
        for code, share in shares.items()
        if share is not None
    }  # fmt: skip
    whole = _mean(questions.standards, shares)
    limited = bool(failed) or "poor" in rated.values()
    return Result(
        overall=None if whole is None else _rating(questions, whole, limited=limited),
        percent=_percent(whole),
        standards=tuple(
            Scored(standard=code, rating=rated.get(code), percent=_percent(share)) for code, share in shares.items()
        ),
    )


def issues(questions: QuestionSet, service_type: str, answers: Mapping[str, str]) -> list[Question]:
    """The questions that ask for an action."""
    return [one for _, one in questions.asked(service_type) if answers.get(one.id) in ISSUES]


def wanting(questions: QuestionSet, standard: str, service_type: str, answers: Mapping[str, str]) -> tuple[str, ...]:
    """The themes that were found wanting in a standard."""
    of = (
        one for s, one in questions.asked(service_type) if s.code == standard and answers.get(one.id) in ISSUES
    )  # fmt: skip
    return tuple(sorted({theme for one in of for theme in one.themes}))


def compared(now: words.QualityRating, percent: float | None, then: str, then_percent: float | None) -> str:
    """Against the baseline (SAL-4, 2.4): by the rating, and by the percentage within the same."""
    before, after = RATINGS.index(then), RATINGS.index(now)
    if after == before and percent is not None and then_percent is not None:
        before, after = round(then_percent * 10), round(percent * 10)
    return "same" if after == before else "improved" if after > before else "worse"


def _share(every: Iterable[Question], answers: Mapping[str, str]) -> Fraction | None:
    counted = [(one.weight, POINTS[answers[one.id]]) for one in every if answers.get(one.id) in POINTS]
    total = sum(weight for weight, _ in counted)
    return Fraction(sum(weight * points for weight, points in counted), total * MOST) if total else None


def _mean(standards: Iterable[Standard], shares: Mapping[str, Fraction | None]) -> Fraction | None:
    counted = [(one.weight, share) for one in standards if (share := shares[one.code]) is not None]
    total = sum(weight for weight, _ in counted)
    return sum((weight * share for weight, share in counted), Fraction(0)) / total if total else None


def _rating(questions: QuestionSet, share: Fraction, *, limited: bool) -> words.QualityRating:
    bands, percent = questions.bands, share * 100
    reached: words.QualityRating = "poor"
    for name, least in (
        ("requires_improvement", bands.requires_improvement), ("good", bands.good), ("excellent", bands.excellent),
    ):  # fmt: skip
        if percent >= least:
            reached = name  # type: ignore[assignment]
    return min(reached, questions.limit, key=RATINGS.index) if limited else reached


def _failed(question: Question, answers: Mapping[str, str]) -> bool:
    return question.critical and answers.get(question.id) == "not"


def _percent(share: Fraction | None) -> float | None:
    return None if share is None else round(float(share * 100), 1)
