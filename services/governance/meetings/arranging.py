"""The use cases of meetings: fix one, prepare its agenda, record what came of it (HER-29, CAL-8, SAL-25)."""

import contextlib
from datetime import date
from functools import partial
from typing import Any

from services.governance import register
from services.governance.asking import Asking, PlaceNotHeld, Refused, Reply, Unfit, Unknown
from services.governance.domain import meeting_kind, task
from services.governance.domain.authority import Verdict
from services.governance.domain.meeting import Meeting
from services.governance.event_store import EventStore
from services.governance.matter import Matter
from services.governance.matters import About, Matters, Seal
from services.governance.measures.reading import Measures
from services.governance.meetings import bodies, orders, summary
from services.governance.meetings.showing import Showing
from services.governance.packs import InForce, Packs
from shared import calendar, identifiers
from shared.events import meetings, tasks
from shared.policies.pack import Pack
from shared.vault import Vault

KIND = meeting_kind.KIND


class Meetings:
    """What may be done about meetings. Blocks: call it from a thread."""

    def __init__(self, store: EventStore, packs: Packs, works: Matters, vault: Vault) -> None:
        self._store, self._packs, self._matters, self._vault = store, packs, works, vault
        self._showing, self._measures = Showing(store, packs, works), Measures(store, packs)

    def fix(self, order: orders.NewMeeting, asking: Asking) -> Reply:
        """A meeting of a body. Raises PlaceNotHeld, NoPolicy, Refused, Unfit, Unknown, and what Matters raises."""
        if order.place not in asking.places:
            raise PlaceNotHeld(order.place)
        today = calendar.london_date(asking.at)
        policy = self._packs.in_force(order.place, today)
        body = _body(policy.pack, order.body)
        verdict = _allowed(bodies.may_convene(policy.pack, body, order.sort, asking.asker, today), policy)
        for who in order.providers:
            if register.provider(self._store, who, asking.places).place != order.place:
                raise Unknown(f"{who} is no provider of this place")
        day = calendar.london_date(order.at)
        cut_off = _cut_off(order.cut_off, policy.pack, body, order.sort, day)
        seats = bodies.seats(policy.pack, body, day)
        fixed: dict[str, Any] = {
            "actor": asking.actor, "body": body, "rule": verdict.rule, "cut_off": cut_off, "seats": seats,
            "policy_digest": policy.adoption.digest, "quorum": policy.pack.bodies[body].quorum,
        }  # fmt: skip
        said = partial(_fixed, order, fixed)
        about, content = About(order.place, order.place), order.model_dump(mode="json")
        return self._matters.begin(KIND, about, asking, content, [said])

    def step(self, meeting_id: str, order: orders.AnyStep, asking: Asking) -> Reply:
        """One more step. Raises Unknown, Refused, Unfit, and what Matters raises."""
        made = self._matters.matter(KIND, meeting_id, asking.places)
        state: Meeting = made.state
        policy = self.policy_of(state, made.place, asking)
        approving = isinstance(order, orders.MinutesApproved)
        may = bodies.may_approve if approving else bodies.may_serve
        today = calendar.london_date(asking.at)
        _allowed(may(policy.pack, state.scheduled.body, asking.asker, today), policy)
        about = {"meeting_id": meeting_id, "body": state.scheduled.body, "actor": asking.actor}
        if self._store.answered(asking.scoped_key) is None:  # else what was answered then is answered again
            about |= self._more(order, state, made.place, policy.pack, asking)

        def said(_: str, __: Any, seal: Seal) -> meetings.Meeting:
            return orders.said(order, about, seal)

        also = partial(self._follow, order)
        content = order.model_dump(mode="json")
        return self._matters.step(KIND, meeting_id, asking, content, said, also=also)

    def policy_of(self, state: Meeting, place: str, asking: Asking) -> InForce:
        """The policy that counts today. Raises Unfit where it knows the body no more."""
        policy = self._packs.in_force(place, calendar.london_date(asking.at))
        if state.scheduled.body not in policy.pack.bodies:
            raise Unfit("/body", "The policy in force knows this body no more.", "Cancel what is left under the old.")
        return policy

    def _more(  # noqa: PLR0911 - one answer for each kind of step
        self, order: orders.AnyStep, state: Meeting, place: str, pack: Pack, asking: Asking
    ) -> dict[str, Any]:
        """What only the service knows of a step."""
        body, day = state.scheduled.body, calendar.london_date(state.at)
        match order:
            case orders.Rescheduled():
                new = calendar.london_date(order.at)
                if state.pack is not None and order.cut_off is None:
                    return {"cut_off": state.cut_off}
                return {"cut_off": _cut_off(order.cut_off, pack, body, state.scheduled.sort, new)}
            case orders.ItemAdded():
                return self._item(order, state, place, asking)
            case orders.Attended():
                return {"attendees": [_attendee(one, asking.actor) for one in order.attendees]}
            case orders.ItemDiscussed():
                return self._discussed(order, state, place, asking)
            case orders.Held():
                counted, held_on = state.counted, order.held_on or day
                if held_on > calendar.london_date(asking.at):
                    raise Unfit("/held_on", "That day has not come.", "A meeting is recorded once it was held.")
                if held_on < day:
                    raise Unfit("/held_on", f"It is fixed for {day.isoformat()}.", "Move it to its day first.")
                return {"held_on": held_on, "counted": counted, "quorate": counted >= state.scheduled.quorum}
            case orders.MinutesApproved():
                self._next(order.at_meeting, state, asking)
            case orders.Summarised():
                return self._summary(order, state, place, pack)
        return {}

    def _summary(self, order: orders.Summarised, state: Meeting, place: str, pack: Pack) -> dict[str, Any]:
        decided = self._showing.decided(state.scheduled.meeting_id)
        said = summary.said(order, state, pack, [name for _, name in decided])
        if order.report is not None:
            with contextlib.suppress(Unknown):  # adopted since: the figures of the pack alone
                report = self._measures.report(place, order.report, said["first"], said["last"])
                said["figures"] |= summary.of_report(report)
        return said

    def _item(self, order: orders.ItemAdded, state: Meeting, place: str, asking: Asking) -> dict[str, Any]:
        late: dict[str, Any] = {"late": state.pack is not None}
        if order.provider_id is not None:
            seen = register.provider(self._store, order.provider_id, asking.places)
            if seen.place != place:
                raise Unknown(f"{order.provider_id} is no provider of this place")
        if order.cause is None:
            return late
        found = self._showing.one(state.scheduled.meeting_id, asking.places, calendar.london_date(asking.at)).get(
            "proposed", ()
        )
        proposed = next((one for one in found if one["cause"] == order.cause), None)
        if proposed is None:
            raise Unfit("/cause", "Nothing of this cause is proposed.", "Take one of `proposed`, or leave it out.")
        return late | {name: proposed[name] for name in ("kind", "provider_id", "clause")}

    def _discussed(self, order: orders.ItemDiscussed, state: Meeting, place: str, asking: Asking) -> dict[str, Any]:
        for number, name in enumerate(order.decisions):
            try:
                where = self._store.where(name)[1]
            except KeyError:
                where = ""
            if where != place:
                raise Unfit(f"/decisions/{number}", "There is no such decision in this place.", "Give its decision_id.")
        begins = min(calendar.london_date(state.at), calendar.london_date(asking.at))
        for number, one in enumerate(order.actions):
            if one.due < begins:
                raise Unfit(
                    f"/actions/{number}/due", "That day is over already.", "Give a day by which it can be done."
                )
            if one.provider_id and register.provider(self._store, one.provider_id, asking.places).place != place:
                raise Unknown(f"{one.provider_id} is no provider of this place")
        count = range(len(order.actions))
        return {"tasks": [_task_id(state.scheduled.meeting_id, order.item, asking, number) for number in count]}

    def _next(self, name: str, state: Meeting, asking: Asking) -> None:
        later: Meeting = self._matters.matter(KIND, name, asking.places).state
        if later.scheduled.body != state.scheduled.body or later.at <= state.at or later.status == "cancelled":
            raise Unfit("/at_meeting", "This is no later meeting of the same body.", "Give the one that approved them.")
        if later.status == "scheduled" and calendar.london_date(later.at) > calendar.london_date(asking.at):
            raise Unfit(
                "/at_meeting", "That meeting has not come.", "Minutes are approved at a meeting, not before it."
            )

    def _follow(self, order: orders.AnyStep, made: Matter, asking: Asking) -> list[Matter]:
        """Actions become tasks; what asked for the meeting was answered by it."""
        if not isinstance(order, orders.ItemDiscussed):
            return []
        item = made.state.items[order.item].added
        found = []
        for number, action in enumerate(order.actions):
            name = _task_id(made.matter_id, order.item, asking, number)
            about = action.provider_id or item.provider_id or made.place
            one = Matter(task.KIND.name, name, about, made.place)
            id_ = identifiers.derived_id("task-step", name, "agreed")
            note = self._vault.seal_sync(action.note, event_id=id_, subjects=[about]) if action.note else None
            raised = tasks.TaskRaised(
                task_id=name, actor=asking.actor, task=action.task, how="task", due=action.due, role=action.role,
                meeting_id=made.matter_id, item=order.item, note=note,
            )  # fmt: skip
            one.take(raised, id_, asking.at)
            found.append(one)
        return found + self._answered(order, item, asking)

    def _answered(self, order: orders.ItemDiscussed, item: meetings.MeetingItemAdded, asking: Asking) -> list[Matter]:
        cause = item.cause or ""
        if order.outcome not in ("discussed", "decided") or not cause.startswith("task:"):
            return []
        name = cause.removeprefix("task:")
        owed = self._store.matter(task.KIND.name, name)
        if owed is None or owed.state.outcome is not None:
            return []
        done = tasks.TaskDone(task_id=name, actor=asking.actor)
        owed.take(done, identifiers.derived_id("task-step", name, item.meeting_id, item.item), asking.at)
        return [owed]


def _fixed(
    order: orders.NewMeeting, fixed: dict[str, Any], meeting_id: str, _: Any, seal: Seal
) -> meetings.MeetingScheduled:
    said: dict[str, Any] = {"meeting_id": meeting_id, "sort": order.sort, "at": order.at, "providers": order.providers}
    return meetings.MeetingScheduled.model_validate(said | fixed | {"reason": seal(order.reason)})


def _body(pack: Pack, name: str) -> str:
    try:
        return bodies.named(pack, name)
    except bodies.NoSuchBody as error:
        raise Unfit("/body", str(error)[:1].upper() + str(error)[1:] + ".", "Use one of these, or an alias.") from error


def _allowed(verdict: Verdict, policy: InForce) -> Verdict:
    if not verdict.allowed:
        raise Refused(verdict, policy.reference)
    return verdict


def _cut_off(asked: date | None, pack: Pack, body: str, sort: meetings.Sort, day: date) -> date:
    if asked is None:
        return bodies.cut_off(pack, body, sort, day)
    if asked > day:
        raise Unfit(
            "/cut_off", "The cut-off would come after the meeting.", "Give the meeting's day or an earlier one."
        )
    if asked < (earliest := calendar.add_months(day, -1)):
        fix = f"Give {earliest.isoformat()} or a later day: once it is frozen, a pack stays what it is."
        raise Unfit("/cut_off", "The pack would lack more than a month before the meeting.", fix)
    return asked


def _attendee(one: orders.Seat, actor: str) -> meetings.Attendee:
    mine = actor if one.mine else None
    return meetings.Attendee(organisation=one.organisation, role=one.role, present=one.present, actor=mine)


def _task_id(meeting_id: str, item: str, asking: Asking, number: int) -> str:
    return f"task-{identifiers.derived_id('task', meeting_id, item, asking.scoped_key, str(number)).hex[:16]}"
