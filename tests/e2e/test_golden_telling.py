"""Golden scenarios 11, 12 and 17 of domain.md §4.5, the telling: who must know is called once, the history says so."""

import secrets
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from aiokafka import AIOKafkaProducer
from standardwebhooks.webhooks import Webhook

from shared.journal.rows import WIDTH
from shared.kafka import ahead
from shared.topics import ASSESSMENTS, LEDGER, Topics
from tests.component.intake import concerning
from tests.support import servers
from tests.support.deployment import Deployment
from tests.support.golden import ago, arrived, hears, sent, sent_to, step, told
from tests.support.people import Place, until
from tests.support.receiver import Receiver

pytestmark = pytest.mark.e2e


class TestScenario11AHostsNotice:
    def test_quality_and_social_care_are_told(self, calderdale: Place) -> None:
        home = calderdale.known()
        notice = {"notice_id": "N-1", "host_authority": "E06000019", "concern_level": "serious"}
        with Receiver() as quality, Receiver() as care, Receiver() as brokerage:
            those = {"quality_lead": quality, "safeguarding": care, "brokerage": brokerage}
            for role, receiver in those.items():
                hears(calderdale, role, receiver)
            calderdale.accept(calderdale.event("ooa.host_notice.received", home, notice), org="council")

            for role, receiver in those.items():
                [said] = until(lambda receiver=receiver: arrived(receiver, home, "A7"), why=f"{role} is told")
                assert said["acknowledge_by"]
            until(lambda: set(those) <= sent_to(calderdale, home, "A7"), why="the history says so")

    def test_the_host_is_sent_what_is_raised_with_it_and_answers(self, calderdale: Place) -> None:
        home, host = calderdale.known(), "E06000019"
        order = {"placing_authority": calderdale.code, "host_authority": host, "started_on": ago(9), "count": 7,
                 "pre_placement": {"checked_on": ago(10), "result": "satisfactory"}}  # fmt: skip
        with Receiver() as theirs:
            hears(calderdale, "host_authority", theirs, authority=host)
            made = step(calderdale, f"/v1/providers/{home}/placements", **order)
            path = f"/v1/placements/{made['placement_token']}/steps"
            step(calderdale, path, type="host_told", told_on=ago(1), detail="Synthetic: too few at night.")

            [said] = until(lambda: arrived(theirs, home, "A6"), why="the host is sent the message")
            assert said["summary"].endswith(f"{made['placement_token']}: 7 people.")
            assert "night" not in str(said)
            assert httpx2.post(said["acknowledge_url"], trust_env=False).status_code == 200
            step(calderdale, path, type="ended", ended_on=ago(0), because="moved_service")
            until(lambda: arrived(theirs, home, "A6", "alert.cleared"), why="and that it is over")
        until(lambda: "careledger.notification.acknowledged.v1" in calderdale.types(home), why="its answer is kept")


class TestScenario12TheManagerIsLost:
    def test_the_directors_are_told_and_their_answer_is_on_the_record(self, salford: Place) -> None:
        home = salford.known()
        with Receiver() as director, Receiver() as health:
            secret = hears(salford, "director", director)
            hears(salford, "nhs_quality", health)
            lost = {"status": "vacant", "since": ago(1)}
            salford.accept(salford.event("registry.manager.changed", home, lost), org="council")

            until(lambda: arrived(health, home, "A8"), why="health is told")
            said = until(lambda: arrived(director, home, "A8"), why="the director is told")[0]
            request = next(one for one in director.about(home) if one.told[0] == said)
            assert Webhook(secret).verify(request.body, request.headers)["delivery_id"] == said["delivery_id"]
            assert httpx2.post(said["acknowledge_url"], trust_env=False).status_code == 200
            until(lambda: {"director", "nhs_quality"} <= sent_to(salford, home, "A8"), why="the history says so")
        until(lambda: "careledger.notification.acknowledged.v1" in salford.types(home), why="and that it was answered")


class TestScenario17OneReference:
    """One reference is one concern by whatever door, and however often Kafka delivers it: one alert, one call."""

    def test_by_form_by_e_mail_and_by_api_is_told_once(self, place: Place, standing: Deployment) -> None:
        word, own, theirs = (secrets.token_hex(4) for _ in range(3))
        home = place.known(name=f"Synthetic {word} House (not a real service)")
        with Receiver() as receiver:
            hears(place, "safeguarding", receiver)
            servers.run(by_form(place.urls["intake"], home, word, own))
            until(lambda: arrived(receiver, home, "A1"), why="the form's concern is told")
            assert [by_mail(place, home, own) for _ in range(2)] == ["duplicate", "duplicate"]

            first = place.concern(home, severity="S4", concern_id=theirs)
            place.accept(first)
            assert place.post(first).json()["results"][0]["status"] == "duplicate"
            place.accept(first | {"id": secrets.token_hex(8)})  # the same concern in another envelope
            until(lambda: len(arrived(receiver, home, "A1")) == 2, why="the partner's concern is told")

            assert servers.run(delivered_again(standing.settings, home)) > 5
            place.accept(place.concern(home, severity="S4"))
            until(lambda: len(arrived(receiver, home, "A1")) >= 3, why="what came after is told")
            calls = [said["delivery_id"] for said in arrived(receiver, home, "A1")]
            until(lambda: set(calls) <= set(self.recorded(place, home)), why="the history says so")

        assert (len(calls), len(set(calls)), len(told(place, home, "raised", "A1"))) == (3, 3, 3)
        assert [self.recorded(place, home).count(call) for call in calls] == [1, 1, 1]
        # The form's, the partner's in two envelopes, and what came after.
        assert place.types(home).count("careledger.quality_concern.raised.v1") == 4

    @staticmethod
    def recorded(place: Place, home: str) -> list[str]:
        return [one["delivery_id"] for one in sent(place, home, "A1")]


async def by_form(intake: str, home: str, word: str, own: str) -> None:
    """A professional reports serious neglect by the public form, with a reference of their own."""
    async with httpx2.AsyncClient(base_url=intake, timeout=20, trust_env=False) as client:
        visitor = await concerning.begin(SimpleNamespace(client=client))
        said = {"looked_for": word, "reporter_type": "health_professional", "own_reference": own}
        await concerning.fill(visitor, home, harm="serious", abuse_types=["abuse.neglect"], **said)
        await visitor.send()
        assert visitor.path == "/concern/sent", visitor.text


def by_mail(place: Place, home: str, own: str) -> str:
    """The same by e-mail, which an officer completes: what became of it."""
    mail = EmailMessage()
    mail["Message-ID"], mail["Subject"] = f"<{secrets.token_hex(8)}@example.org>", "Worry"
    mail.set_content("Synthetic: doses were missed twice.")
    asked: dict[str, Any] = {"who": "quality-officer", "headers": {"Content-Type": "message/rfc822"}}
    taken = place.call("POST", "intake", f"/v1/mail?place={place.code}", content=mail.as_bytes(), **asked)
    assert taken.status_code in (200, 201, 202), taken.text
    body = {"provider": home, "themes": ["q.medicines"], "severity": "S4", "concern_id": own}
    path = f"/v1/drafts/{taken.json()['draft']}"
    done = place.call("POST", "intake", path, who="quality-officer", json=body)
    assert done.status_code in (200, 201), done.text
    return str(done.json()["status"])


async def delivered_again(settings: dict[str, str], home: str) -> int:
    """Everything about a home on two topics once more, as after a fault; how many records."""
    bootstrap, names = settings["KAFKA_BOOTSTRAP"], Topics(prefix=settings["TOPIC_SET"])
    lanes = {(topic, number): 0 for topic in (LEDGER, ASSESSMENTS) for number in range(WIDTH[topic])}
    found = [one async for records in ahead.read(bootstrap, names, lanes) for one in records if one.key == home]
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    try:
        for one in found:
            await producer.send_and_wait(
                names.name(one.topic), one.raw, one.key.encode(), one.partition, headers=list(one.headers.items())
            )
    finally:
        await producer.stop()
    return len(found)
