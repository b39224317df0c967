"""Go-live: what stood before the first event is taken into the case and the plans, labelled; it alarms nobody."""

import logging
from collections.abc import Iterator

from services.governance import keeping
from services.governance.domain import plan
from services.governance.event_store import Cursor, EventStore, IntegrityError, Keep
from services.governance.matter import Matter
from services.governance.watching import following
from services.governance.watching.following import About
from shared import calendar, identifiers
from shared.events import Event, carried_over, plans
from shared.journal.rows import Row
from shared.policies.section import Limit

log = logging.getLogger(__name__)


def follow(store: EventStore, about: About, event: Event, said: carried_over.CarriedOverRecorded) -> None:
    """Levels, restrictions and notices into the case, open plans and actions as plans to be worked on. Once."""
    case = store.case(about.seen.provider_id, about.seen.place)
    case.carry_over(said, str(event.id))
    if case.pending_events:

        def rows(cursor: Cursor) -> list[Row]:
            for statement, values in keeping.statements(case, set(), Limit(days=0)):
                cursor.execute(statement, values, prepare=True)
            return []

        try:
            store.save(case, keep=Keep(rows, silent=True))
        except IntegrityError:
            log.info("%s was decided about in this moment: what was carried over is taken in again", case.provider_id)
            raise
    for open_ in said.plans:
        _plan(store, about, event, open_)


def _plan(store: EventStore, about: About, event: Event, open_: carried_over.OpenPlan) -> None:
    """Under its own reference, under which risk knows it as well; its steps are of their own days."""
    known = store.matter(plan.KIND.name, open_.plan_id)
    if known is not None:
        if known.subject != about.seen.provider_id:
            log.error(
                "the plan %s of %s is another provider's: give it a reference of its own", open_.plan_id, event.id
            )
        return
    made = Matter(plan.KIND.name, open_.plan_id, about.seen.provider_id, about.seen.place)
    for number, step in enumerate(_steps(open_)):
        id_ = identifiers.derived_id("carried-over-plan", str(event.id), open_.plan_id, str(number))
        made.record(step, id_, calendar.midnight(open_.agreed_on))
    following.save(store, about, [made])


def _steps(open_: carried_over.OpenPlan) -> Iterator[plans.Plan]:
    name = open_.plan_id
    yield plans.PlanDrafted(plan_id=name, source="other", carried_over=True)
    for one in open_.actions:
        yield plans.PlanActionAdded(
            plan_id=name, action_id=one.action_id, due=one.due, themes=(one.theme,) if one.theme else (),
            significant=one.significant,
        )  # fmt: skip
    last = max((one.due for one in open_.actions), default=open_.agreed_on)
    yield plans.PlanAgreed(plan_id=name, agreed_on=open_.agreed_on, due=open_.due or last)
