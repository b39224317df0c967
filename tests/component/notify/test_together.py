"""Many at once, late, at night, or kept back: one message instead of a flood, and nothing hidden."""

import functools
import signal
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest

from shared import calendar
from shared.topics import ASSESSMENTS
from tests.component.notify.doors import Hook, until
from tests.component.notify.world import JSON, World, world
from tests.support.servers import Servers

Hooks = Callable[..., Hook]


def listed(door: Hook) -> list[str]:
    """The providers that a webhook was told of, singly or together."""
    return [provider for provider, _ in door.told]


def held(notify: World, alert: str) -> list[bool]:
    """Of each delivery of a kind of alert in this place, in order: was it held back, to be sent with others."""
    with psycopg.connect(notify.database_url) as connection:
        query = """SELECT gather_at IS NOT NULL FROM notify.deliveries d JOIN notify.notices USING (event_id)
                   WHERE d.place = %s AND d.alert = %s AND body ->> 'type' = 'alert.raised' ORDER BY number"""
        return [row[0] for row in connection.execute(query, (notify.ledger.place, alert))]


def is_recorded(notify: World, home: str) -> None:
    """Each that was told together is recorded by itself."""
    until(lambda: "notification.sent" in notify.recorded(home), why=f"the sending about {home} is recorded")


class TestAStorm:
    def test_is_a_few_messages_of_which_each_alert_is_one(self, notify: World, hook: Hooks) -> None:
        notify.place()
        door = hook()
        notify.register("safeguarding", door)

        homes = [notify.raise_("A2", correlationid="one-import")[1] for _ in range(25)]

        until(lambda: len(listed(door)) == 25, seconds=40, why="all 25 are told of")
        assert sorted(listed(door)) == sorted(homes)
        assert len(door.calls) < 16
        together = door.calls[-1].said
        assert together["type"] == "alerts.summary"
        assert f"A2 Safeguarding concern to consider ({len(together['alerts'])})" in together["summary"]
        for home in homes:
            is_recorded(notify, home)
        inside = [one["delivery_id"] for one in together["alerts"]]
        assert notify.http.post(together["acknowledge_url"]).status_code == 200
        answered = {one["id"] for one in notify.deliveries(state="acknowledged")}
        assert set(inside) < answered, "one answer is an answer to each"

    def test_a_roles_silence_is_held_together_after_the_first(self, notify: World, hook: Hooks) -> None:
        notify.place()
        notify.register("safeguarding", hook())
        notify.register("quality_lead", hook())
        homes = [notify.raise_("A2")[1] for _ in range(4)]
        for home in homes:
            notify.one(home, "sent")

        notify.pass_(hours=5)

        until(lambda: held(notify, "A18") == [False, True, True, True], why="the first goes at once")


class TestADigest:
    def test_is_one_mail_in_the_morning(self, notify: World) -> None:
        notify.place()
        address = f"officer@{notify.ledger.place.lower()}.example"
        notify.register("quality_officer", address)
        homes = [notify.raise_("A10")[1] for _ in range(3)]
        for home in homes:
            until(functools.partial(notify.deliveries, home))
        assert notify.mailbox.to(address) == []

        notify.pass_(hours=25)

        mail = until(lambda: notify.mailbox.to(address), why="the day's mail")[0]
        text = next(part.get_content() for part in mail.iter_parts())
        assert all(home in text for home in homes)
        for home in homes:
            is_recorded(notify, home)
        assert len(notify.mailbox.to(address)) == 1

    def test_that_is_late_itself_is_followed_by_the_ends_of_what_it_tells(self, notify: World) -> None:
        notify.place()
        address, answers = f"officer@{notify.ledger.place.lower()}.example", ["451 come back later"]
        notify.mailbox.refuse = lambda to: answers.pop() if to == address and answers else None
        notify.register("quality_officer", address)
        (ended, home), (_, other) = notify.raise_("A10"), notify.raise_("A10")
        until(functools.partial(notify.deliveries, other))
        answers.append("451 and later still")
        notify.pass_(hours=25)
        until(lambda: not answers, why="the day's mail was refused twice")

        notify.clear(ended, home, "A10")
        notify.one(home, "cancelled", role="quality_lead")  # nobody is registered as that: the end is known now
        notify.pass_(minutes=5)
        until(lambda: notify.mailbox.to(address), why="the day's mail")
        until(lambda: [one for one in notify.deliveries(home) if one["type"] == "alert.cleared"], why="its end is next")
        notify.pass_(hours=25)

        first, second = until(lambda: len(found := notify.mailbox.to(address)) == 2 and found)
        texts = [next(part.get_content() for part in mail.iter_parts()) for mail in (first, second)]
        assert (home in texts[0], "(ended)" in texts[0]) == (True, False)
        assert (home in texts[1], other in texts[1]) == (True, False)


class TestAReturnThatIsDue:
    def test_is_told_to_the_provider_itself(self, notify: World, hook: Hooks) -> None:
        notify.place()
        door, home = hook(), "prv-returning"
        notify.register("provider", door, provider=home)

        notify.remind(home, return_type="RT-PMR", period="2026-02", due_on="2026-03-10", name="Synthetic Home")
        notify.pass_(hours=25)

        until(lambda: listed(door) == [home], why="the provider is reminded")
        is_recorded(notify, home)


class TestAReminder:
    def test_comes_once_before_the_time_is_over(self, notify: World, hook: Hooks) -> None:
        notify.place()
        door = hook()
        notify.register("safeguarding", door)
        _, provider = notify.raise_("A2")
        notify.one(provider, "sent")

        notify.pass_(hours=3, minutes=10)

        said = until(lambda: len(door.calls) == 2 and door.calls[1].said)
        assert said["type"] == "alerts.reminder"
        assert said["summary"].startswith("Nobody has acknowledged 1 alert yet")
        assert notify.http.post(said["acknowledge_url"]).status_code == 200
        until(lambda: not notify.deliveries(provider, state="sent"))


class TestSharing:
    def test_what_was_kept_from_cqc_is_sent_when_a_decision_shares_it(self, notify: World, hook: Hooks) -> None:
        notify.place(pack="salford-2024")
        door = hook()
        notify.register("cqc", door)
        _, provider = notify.raise_("A4", data={"evidence": ["decision-1"]})
        assert notify.one(provider, "suppressed")["reason"] == "switched_off"

        notify.decide(provider, {"type": "share.authorised", "audience": "cqc", "event_ids": ["decision-1"]})

        assert until(lambda: door.calls)[0].said["alert"] == "A4"
        until(lambda: notify.recorded(provider) == ["notification.suppressed", "notification.sent"])

    def test_a_marked_alert_goes_to_its_audience_alone_and_not_before_its_time(
        self, notify: World, hook: Hooks
    ) -> None:
        notify.place()
        cqc, chair, director = hook(), hook(), hook()
        for role, door in (("cqc", cqc), ("panel_chair", chair), ("director", director)):
            notify.register(role, door)
        _, hidden = notify.raise_("A4", audiences="council")
        assert notify.one(hidden, "suppressed")["reason"] == "audience"

        _, later = notify.raise_("A4", embargountil=notify.now + timedelta(hours=2))
        assert notify.one(later, "due")["reason"] == "embargo"
        assert cqc.calls == []
        notify.pass_(hours=3)
        assert until(lambda: cqc.calls)[0].said["provider"]["id"] == later


@pytest.mark.parametrize(
    ("pack", "alert", "data", "roles"),
    [
        ("herefordshire-lga-2017", "A3", {"to_role": "director"}, ["director"]),  # 6
        ("oxfordshire-2013", "A4", {}, ["cqc"]),  # 7
        ("oxfordshire-2013", "A5", {}, ["icb_quality", "icb_safeguarding"]),  # 7
        ("calderdale-2023", "A7", {}, ["quality_lead", "brokerage", "contracts"]),  # 11
        ("salford-2024", "A8", {}, ["director", "nhs_quality", "icb_quality", "board_secretary"]),  # 12
    ],
)
def test_golden_scenarios_reach_the_roles_of_their_policy(  # noqa: PLR0917 - the table's columns
    notify: World, hook: Hooks, pack: str, alert: str, data: JSON, roles: list[str]
) -> None:
    notify.place(pack=pack)
    doors = {role: hook() for role in roles}
    for role, door in doors.items():
        notify.register(role, door)

    _, provider = notify.raise_(alert, data=data)

    until(lambda: all(door.calls for door in doors.values()))
    assert {call.said["provider"]["id"] for door in doors.values() for call in door.calls} == {provider}


@pytest.fixture
def own(servers: Servers, tmp_path: Path) -> Iterator[World]:
    """A service that may be away for days."""
    with world(servers, tmp_path) as made:
        yield made


def test_two_days_away(own: World, hook: Hooks) -> None:
    """All that is open, live and unsaid is told, together and marked late; nobody is chased for our own absence.

    A day that nobody closed meanwhile is an A19 (golden 22's kind: what is silent is said), until it is closed.
    """
    own.place()
    door, lead, steward = hook(), hook(), hook()
    for role, to in (("safeguarding", door), ("quality_lead", lead), ("data_steward", steward)):
        own.register(role, to)
    _, before = own.raise_("A2")
    own.one(before, "sent")
    own.end(signal.SIGTERM)

    own.ledger.clock = own.now
    homes = [own.raise_("A2")[1] for _ in range(12)]
    over_id, over = own.raise_("A2")
    own.clear(over_id, over, "A2")
    own.pass_(days=2)
    own.start()

    until(lambda: set(homes) <= set(listed(door)), seconds=40, why="all that is open is told")
    told = [call.said for call in door.calls[1:] if call.said["type"] != "alerts.reminder"]
    late = [one for said in told for one in said.get("alerts", [said])]
    assert sorted(one["provider"]["id"] for one in late) == sorted(homes), "once each, and not what is over"
    assert all(one["summary"].startswith("Late: recorded at") for one in late)
    assert len(door.calls) < 6, "few messages"
    assert lead.calls == [], "no ladder storm"
    assert own.one(before, "sent")["acknowledge_by"] > own.now.isoformat()

    day = calendar.last_closed_day(own.now)
    close(own, calendar.add_days(day, -3))
    own.pass_(days=1)
    raised = until(lambda: [c.said for c in steward.calls if c.said["alert"] == "A19"])[0]
    assert "is still open at 06:00" in raised["summary"]
    assert raised["provider"]["id"] is None
    close(own, calendar.add_days(day, 1))
    until(lambda: steward.calls[-1].said["type"] == "alert.cleared")


def close(own: World, day: date) -> None:
    """Intake closes a day in one partition, and risk judges it."""
    number, lane = len(own.ledger.records), "partition/0"
    own.ledger.mark("day.closed", {"date": day.isoformat()}, writer="intake", partitions=[0])
    judged = {"date": day.isoformat(), "ledger_offset": 1}
    own.ledger._seal("day.judged", lane, lane, judged, "risk", None, ASSESSMENTS, partition=0)
    own.publish(own.ledger.records[number:])
