"""The published steps alone give the standing that the aggregate has."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as some

from services.governance import publish
from services.governance.domain.taken import CaseError
from services.governance.past import When, folded
from services.governance.provider_case import ProviderCase
from shared import calendar
from shared.events import Event, decisions, registry
from tests.unit.governance.given import ENFORCED, LEVEL_2, LEVEL_3, PAUSE, PLACE, PROVIDER, REASON, after, proposal

ORIGIN = publish.Origin(PLACE, b"k" * 32)
CHOICES = (LEVEL_2, LEVEL_3, PAUSE, ENFORCED, decisions.SuspensionLifted(suspension_id="sus-1"))


def published(case: ProviderCase) -> list[Event]:
    """The case's stored events as they stand on the ledger."""
    rows = [publish.step(event, PROVIDER, ORIGIN) for event in case.collect_events() if hasattr(event, "step")]
    return [
        Event(**row.draft.model_dump(), recordedtime=after(n), writer="governance", sequence=n + 1, prevsequence=n)
        for n, row in enumerate(rows)
    ]


@settings(max_examples=150, deadline=None)
@for_all(
    some.lists(
        some.tuples(some.sampled_from(CHOICES), some.booleans(), some.booleans(), some.booleans(), some.booleans()),
        max_size=8,
    )
)
def test_any_sequence_of_decisions_folds_to_the_same_standing(moves):
    case = ProviderCase(PROVIDER, PLACE)
    for number, (choice, joint, urgent, answered, agrees) in enumerate(moves):
        name, at = f"d{number}", after(10 * number)
        needs = ("icb",) if joint else ()
        imposed = isinstance(choice, decisions.SuspensionImposed)
        ratify_by = date(2026, 3, 9) if urgent and imposed else None
        decision = choice.model_copy(update={"suspension_id": f"sus-{number % 3}"}) if imposed else choice
        try:
            case.propose(proposal(decision, name, consents_needed=needs), at, ratify_by=ratify_by)
            if answered:
                case.answer(name, "consent", at, organisation="icb", actor="icb-lead", agrees=agrees, rationale=REASON)
        except CaseError:
            continue

    standing, waiting = folded(published(case))

    assert standing == case.standing
    assert [(one.proposal, one.needs) for one in waiting] == [(one.proposal, one.needs) for one in case.pending]


def test_every_step_has_an_id_of_its_own_that_never_changes():
    case = ProviderCase(PROVIDER, PLACE)
    case.propose(proposal(LEVEL_3, str(uuid4()), consents_needed=("icb",)), after())
    (name,) = case.decisions
    case.answer(name, "consent", after(1), organisation="icb", actor="icb-lead", agrees=True)

    ids = [event.id for event in published(case)]

    assert len(set(ids)) == 3
    assert ids == [
        publish.step_id(name, "Proposed"), publish.step_id(name, "Consented", "consenticb"),
        publish.step_id(name, "TookEffect"),
    ]  # fmt: skip


def test_every_step_is_published_as_the_register_says():
    for name, model in publish.STEPS.items():
        assert registry.entry_of(model).topics == {"ledger": ("governance",)}, name


class TestTheDayThatItIsJudgedAt:
    NOW = datetime(2026, 6, 10, 14, 0, tzinfo=UTC)

    def judged(self, as_of: datetime) -> date:
        return When(as_of, self.NOW, asked=False, arrived=self.NOW).judged

    def test_the_end_of_a_day_belongs_to_it(self):
        assert self.judged(calendar.end_of(date(2026, 6, 8))) == date(2026, 6, 8)
        assert self.judged(calendar.end_of(date(2026, 6, 8)) - timedelta(hours=1)) == date(2026, 6, 7)

    def test_today_is_not_over_so_that_nothing_due_today_is_overdue(self):
        assert self.judged(calendar.end_of(date(2026, 6, 10))) == date(2026, 6, 9)
