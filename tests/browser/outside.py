"""Intake and notify as they run beside the site, each with what its pages show; the pages of operations ask them."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from services.governance.web import neighbours
from tests.browser.conftest import Site
from tests.component.intake import conftest as intakes
from tests.component.intake.browsing import Visitor
from tests.component.notify.doors import Hook, Mailbox, Reply
from tests.component.notify.world import World
from tests.support.servers import Servers, fresh_database, fresh_topics
from tests.support.serving import Hosted, hosting, listener

CONCERN = {
    "danger": "yes", "looked_for": "Nowhere", "service": "none", "service_name": "Willow Lodge (synthetic)",
    "service_area": "Ross", "description": "Doses were missed twice (synthetic).", "themes": "q.medicines",
    "abuse_types": "none", "harm": "minor", "could_happen": "minor", "again": "no", "people": "1", "when": "date",
    "date-day": "3", "date-month": "2", "date-year": "2026", "immediate_action": "",
    "reporter_type": "health_professional", "contact": "yes", "name": "Synthetic Person", "email": "",
    "telephone": "", "own_reference": "",
}  # fmt: skip
"""Answers by which every page of the form is asked."""
PATIENT = 60.0
"""Seconds: what is tested is what a page shows, however busy the machine."""
RETURN = {"how": "form", "complaints": "0", "safeguarding_alerts_raised": "0"}


@dataclass(frozen=True)
class Filled:
    """A form that is filled in and not sent: what holds it, and every question that was asked."""

    start: str
    questions: set[str]
    """Their addresses."""
    cookies: list[Any]


@dataclass(frozen=True)
class Outside:
    """The two services; what waits at intake, and what one of two recipients was told and the other could not be."""

    forms: str
    """Where intake is."""
    intake: Hosted[intakes.Running]
    waiting: str
    """A concern about nobody that is known, by its id."""
    told_in: str
    """The place of the alert."""
    link: str
    """Where whoever was told acknowledges."""
    place: str = intakes.PLACE

    def filled(self, kind: str, answers: dict[str, str], start: str) -> Filled:
        """A form that is filled in up to its last page."""
        return self.intake.do(_filled(self.intake.running, kind, answers, start))

    def returning(self) -> str:
        """Where a service begins its return."""
        return self.intake.do(_returning(self.intake.running))


@contextmanager
def beside(site: Site, servers: Servers, folder: Path) -> Iterator[Outside]:
    """Both services, started at once, and the site's governance asking them while they are there."""
    address, bootstrap, issuer = servers.database_url, servers.kafka_bootstrap, site.running.issuer
    mailbox, good, gone = Mailbox(), Hook(), Hook(Reply(410))
    with (
        fresh_database(address) as told, fresh_database(address) as told_vault, fresh_topics(bootstrap) as telling,
        fresh_database(address) as taken, fresh_database(address) as taken_vault, fresh_topics(bootstrap) as taking,
        listener() as (listening, forms), ThreadPoolExecutor(1) as pool,
    ):  # fmt: skip
        notify = World(
            told, told_vault, bootstrap, telling, issuer, mailbox, folder, _numbers=itertools.count(6_000_019)
        )
        telling_of = pool.submit(_told, notify, site.place.bad, good, gone)
        settings = intakes.settings_for(issuer, taken, taken_vault, bootstrap, taking)
        try:
            with hosting(intakes.run(settings, issuer), listening) as intake:
                waiting = [intake.do(_quarantined(intake.running, severity)) for severity in ("S1", "S4")]
                link = telling_of.result()
                with _asked_by(site, {"intake": forms, "notify": notify.url}):
                    yield Outside(forms, intake, waiting[-1], notify.ledger.place, link)
        finally:
            telling_of.exception()
            if notify.process is not None and notify.process.poll() is None:
                notify.process.kill()
                notify.process.wait(20)
            for each in (mailbox, good, gone):
                each.close()


def _told(notify: World, provider: str, *hooks: Hook) -> str:
    """An alert is told to all of these, as far as they take it; the link of the first."""
    notify.start()
    notify.place()
    for hook in hooks:
        notify.register("safeguarding", hook)
    notify.raise_("A2", provider)
    notify.one(provider, "dead", role="safeguarding")
    notify.one(provider, "sent", role="safeguarding")
    return str(hooks[0].calls[0].said["acknowledge_url"])


async def _quarantined(intake: intakes.Running, severity: str) -> str:
    return str((await intake.result(intakes.concern(f"cqc:{intakes.new_alias()}", severity=severity)))["id"])


async def _filled(intake: intakes.Running, kind: str, answers: dict[str, str], start: str) -> Filled:
    visitor = Visitor(intake.client)
    await visitor.get(start)
    await visitor.send()
    asked = set()
    while "/questions/" in visitor.path:
        asked.add(visitor.path)
        names = {attrs.get("name", "") for tag, attrs in visitor.seen.tags if tag in ("input", "textarea")}
        await visitor.send(**{name.replace("-", "__"): answers[name] for name in names if name in answers})
        assert visitor.page is not None
        assert visitor.page.status_code == 200, visitor.text
    assert visitor.path == f"/{kind}/answers", visitor.text
    where = {"domain": "127.0.0.1", "path": f"/{kind}"}
    return Filled(start, asked, [{"name": name, "value": value} | where for name, value in visitor.cookies.items()])


async def _returning(intake: intakes.Running) -> str:
    provider = await intake.register(name="Quince House (synthetic)")
    wanted = {"provider_id": provider, "return_type": "RT-PMR", "period": "2026-03"}
    answer = await intake.steward("POST", "/v1/returns/links", wanted, roles=["contracts-officer"])
    assert answer.status_code == 201, answer.text
    return str(answer.json()["path"])


@contextmanager
def _asked_by(site: Site, addresses: dict[str, str]) -> Iterator[None]:
    clients, seconds = site.running.app.state.neighbours._clients, neighbours.SECONDS
    before = dict(clients)
    clients |= {name: httpx2.AsyncClient(base_url=address, timeout=PATIENT) for name, address in addresses.items()}
    neighbours.SECONDS = PATIENT
    yield
    neighbours.SECONDS = seconds
    for name in addresses:
        site.do(clients[name].aclose())
    clients |= before
