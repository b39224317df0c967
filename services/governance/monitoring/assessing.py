"""The use cases of assessments: begin, answer, share the draft, hear the provider, review disputes, conclude."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from services.governance import evidence, register
from services.governance.asking import Asking, Reply, Unfit
from services.governance.domain import quality_assessment
from services.governance.domain.quality_assessment import Assessment
from services.governance.event_store import Cursor, EventStore
from services.governance.matter import Matter
from services.governance.matters import About, Matters, Said, Seal
from services.governance.monitoring import assessment_orders as orders
from services.governance.monitoring import following, sets
from services.governance.monitoring.question_set import QuestionSet
from shared import calendar
from shared.events import Data
from shared.events import quality_assessments as published
from shared.vault import Vault

KIND = quality_assessment.KIND

_KNOWN = """
SELECT matter_id FROM matters WHERE kind = 'assessment' AND subject = %s AND document->>'question_set' = %s
  AND open = %s AND (open OR document->>'status' = 'final') ORDER BY number
"""


@dataclass(frozen=True, slots=True)
class Assessing:
    """Blocks: call it from a thread."""

    store: EventStore
    matters: Matters
    vault: Vault

    def begin(self, provider_id: str, order: orders.NewAssessment, asking: Asking) -> Reply:
        """A new assessment; the first that was concluded with the same questions is its baseline (SAL-4, 2.4).

        Raises Unknown, Unfit, and what Matters raises.
        """
        seen = register.provider(self.store, provider_id, asking.places)
        kind = order.service_type or seen.facts["service_type"]
        questions = _set(order.question_set)
        if not questions.is_for(kind):
            named = ", ".join(questions.service_types)
            raise Unfit("/question_set", f"{questions.name} is not for {kind}.", f"It is for {named}.")

        def first(assessment_id: str, _: Any, __: Seal) -> Data:
            return published.AssessmentBegun(
                assessment_id=assessment_id, actor=asking.actor, question_set=questions.name,
                version=questions.version, service_type=kind, visit_id=order.visit_id,
                baseline_id=self._baseline(provider_id, questions.name),
            )  # fmt: skip

        def guard(cursor: Cursor, own: str) -> None:
            if others := [one for one in _known(cursor, provider_id, questions.name, is_open=True) if one != own]:
                fix = "Go on with it, or abandon it first."
                raise Unfit("/question_set", f"An assessment with these is not concluded ({others[0]}). {fix}", fix)

        about = About(provider_id, seen.place)
        return self.matters.begin(KIND, about, asking, order.model_dump(mode="json"), [first], guard=guard)

    def step(self, assessment_id: str, order: orders.AnyStep, asking: Asking) -> Reply:
        """One more step, with what follows from it: tasks, an improvement plan. Raises as `begin` does."""
        before = self.matters.matter(KIND, assessment_id, asking.places)
        questions = sets.named(before.state.begun.question_set, before.state.begun.version)
        baseline = self._first(before.state.begun.baseline_id)
        scene = orders.Scene(questions, baseline, asking.actor, calendar.london_date(asking.at))
        if isinstance(order, orders.Answered):
            self._demand(before.place, order)
        said = _said(order, scene)
        also = partial(self._also, order, questions)
        return self.matters.step(KIND, assessment_id, asking, order.model_dump(mode="json"), *said, also=also)

    def _also(self, order: orders.AnyStep, questions: QuestionSet, made: Matter, asking: Asking) -> list[Matter]:
        if isinstance(order, orders.Shared):
            return [following.comments(made, asking)]
        if isinstance(order, orders.Completed):
            return following.concluded(self.store, self.vault, made, order, questions=questions, asking=asking)
        if isinstance(order, orders.Abandoned):
            return following.no_more_comments(self.store, made, asking)
        return []

    def _baseline(self, provider_id: str, name: str) -> str | None:
        with self.store.reading() as cursor:
            return next(iter(_known(cursor, provider_id, name, is_open=False)), None)

    def _first(self, assessment_id: str | None) -> Assessment | None:
        found = self.store.matter(KIND.name, assessment_id) if assessment_id else None
        return found.state if found else None

    def _demand(self, place: str, order: orders.Answered) -> None:
        for number, one in enumerate(order.answers):
            try:
                evidence.demand(self.store, place, one.references)
            except Unfit as error:
                path = f"/answers/{number}{error.path.replace('/evidence', '/references')}"
                raise Unfit(path, error.problem, error.fix) from None


def _known(cursor: Cursor, provider_id: str, name: str, *, is_open: bool) -> list[str]:
    """Assessments of a provider with these questions, the oldest first: those that are open, or those concluded."""
    cursor.execute(_KNOWN, (provider_id, name, is_open), prepare=True)
    return [row["matter_id"] for row in cursor]


def _set(name: str) -> QuestionSet:
    if name not in sets.shipped():
        raise Unfit("/question_set", f"There are no questions {name}.", f"Give one of {', '.join(sets.shipped())}.")
    return sets.named(name)


def _said(order: orders.AnyStep, scene: orders.Scene) -> Sequence[Said]:
    if isinstance(order, orders.Answered):
        return [_answers(one, number, scene) for number, one in enumerate(order.answers)]
    return [partial(_step, order, scene)]


def _answers(order: orders.Answer, number: int, scene: orders.Scene) -> Said:
    return lambda _name, state, seal: orders.answered(order, number, state, scene, seal)


def _step(order: orders.AnyStep, scene: orders.Scene, name: str, state: Assessment, seal: Seal) -> Data:
    match order:
        case orders.Shared():
            return orders.shared(state, scene)
        case orders.Commented():
            said = order.model_dump(exclude={"type", "comment"})
            return published.AssessmentCommented(
                **said, assessment_id=name, actor=scene.actor, comment=seal(order.comment)
            )
        case orders.Disputed():
            return published.AssessmentDisputed.model_validate({
                "assessment_id": name, "actor": scene.actor, "question": order.question, "grounds": seal(order.grounds),
            })  # fmt: skip
        case orders.Reviewed():
            return orders.reviewed(order, state, scene.actor, seal)
        case orders.Completed():
            return orders.completed(order, state, scene, seal)
    assert isinstance(order, orders.Abandoned)  # noqa: S101 - answers have steps of their own
    return orders.ended(order, state, scene.actor, seal)
