"""A running deployment as the simulation sees it: its clock, its people over HTTP, and nothing behind them."""

import heapq
import itertools
import json
import pathlib
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as of_day
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import psycopg

from tests.county.book import Book, Home, working_days
from tests.support.deployment import Deployment
from tests.support.people import JSON, Place, until

PATIENT = httpx2.Limits(keepalive_expiry=1)
"""A connection is not used again after a while: the services close those that nobody uses."""
LONDON = ZoneInfo("Europe/London")
NOON = of_day(12)
BATCH = 400
PATIENCE = 180.0
Case = Iterator[date]
"""A story that is told on its days: each is yielded, and the story goes on when it has come."""
ROOT = pathlib.Path(__file__).resolve().parents[2]
HOLIDAYS = frozenset(
    date.fromisoformat(day) for day in json.loads((ROOT / "shared" / "bank_holidays.json").read_text())["days"]
)
Story = Callable[[Any, Home, str], Case]


class Differs(AssertionError):
    """The product and the simulation's own ledger do not agree."""


@dataclass
class Town:
    """One place of a deployment whose development clock the simulation moves."""

    running: Deployment
    place: Place
    random: random.Random
    book: Book = field(default_factory=Book)
    today: date = date.min
    clocks: str = "CAL"
    """Whose policy it has."""
    faults: list[str] = field(default_factory=list)
    """What did not agree on its day: the story ends there, the year goes on, and all of it is told at the end."""
    _numbers: Any = field(default_factory=itertools.count)
    _agenda: list[tuple[date, int, Case]] = field(default_factory=list)
    _order: Any = field(default_factory=itertools.count)

    # Time

    def move(self, day: date) -> None:
        """It is noon in London on that day, for every service; what the days before it bring is judged."""
        wanted = datetime.combine(day, NOON, LONDON)
        seconds = (wanted - datetime.now(UTC)).total_seconds()
        scratch = self.running.directory / "clock.new"
        scratch.write_text(f"{seconds}\n")
        scratch.replace(self.running.directory / "clock")
        self.today = day

    def judged(self) -> None:
        """Wait until everybody is judged up to yesterday."""
        yesterday = self.today - timedelta(days=1)
        with psycopg.connect(self.running.settings["DATABASE_URL"], autocommit=True) as connection:
            until(lambda: self._least(connection) >= yesterday, seconds=PATIENCE, why=f"{yesterday} is judged")

    @staticmethod
    def _least(connection: psycopg.Connection[Any]) -> date:
        found = connection.execute(
            "SELECT min(coalesce(d.day, date '0001-01-01')) FROM governance_view.providers AS p LEFT JOIN"
            " governance_view.days AS d ON d.partition = p.partition AND d.topic = 'assessments'"
        ).fetchone()
        return found[0] if found and found[0] else date.min

    def now(self, before: timedelta = timedelta()) -> str:
        """The deployment's own time, a little ago."""
        return (datetime.combine(self.today, NOON, LONDON) - before).astimezone(UTC).isoformat()

    def also(self, case: Case) -> None:
        """A story begins today."""
        self.go_on(case)

    def on(self, day: date, begin: Callable[[], Case]) -> None:
        """A story begins on a day."""

        def later() -> Case:
            yield day
            yield from begin()

        self.go_on(later())

    def go_on(self, case: Case) -> None:
        """A story goes on until it waits for a day that has not come."""
        try:
            for day in case:
                if day > self.today:
                    heapq.heappush(self._agenda, (day, next(self._order), case))
                    return
        except Differs as fault:
            self.faults.append(str(fault))

    def working_days(self, day: date, count: int) -> date:
        """England's."""
        return working_days(day, count, HOLIDAYS)

    def neighbour(self, code: str, clocks: str) -> "Town":
        """Another place of the same deployment, with people of its own, who live through the same days."""
        place = people(self.running, code)
        town = Town(self.running, place, self.random, today=self.today, clocks=clocks, faults=self.faults)
        town._agenda, town._order = self._agenda, self._order
        return town

    # Acting

    def ask(self, path: str, *, who: str = "auditor", service: str = "governance", **params: str) -> Any:
        """What an address shows."""
        self.book.calls += 1
        answer = self.place.call("GET", service, path, who=who, params=params)
        if answer.status_code != 200:
            raise Differs(f"{self.today} GET {path} {params}: {answer.status_code} {answer.text}")
        return answer.json()

    def post(
        self, path: str, body: JSON, *, who: str = "team-manager", org: str = "council", service: str = "governance"
    ) -> JSON:
        """Somebody does something that must be possible."""
        self.book.calls += 1
        answer = self.place.call("POST", service, path, who=who, org=org, json=body)
        if answer.status_code not in (200, 201, 202):
            raise Differs(f"{self.today} POST {path} {json.dumps(body)}: {answer.status_code} {answer.text}")
        found: JSON = answer.json()
        return found

    def tell(self, facts: list[JSON], *, org: str = "icb") -> list[str]:
        """Partners tell facts through the door, in batches; their ids."""
        ids: list[str] = []
        for some in range(0, len(facts), BATCH):
            body = facts[some : some + BATCH]
            self.book.calls += 1
            headers = {"Content-Type": "application/cloudevents-batch+json"}
            answer = self.place.call("POST", "intake", "/v1/events", org=org, content=json.dumps(body), headers=headers)
            results = answer.json().get("results", [])
            bad = [one for one in results if one["status"] != "accepted"]
            if answer.status_code != 202 or bad:
                raise Differs(f"{self.today} {answer.status_code} {bad[:2] or answer.text}")
            ids += [one["id"] for one in results]
        return ids

    def fact(self, kind: str, home: Home, data: JSON, *, before: timedelta = timedelta(hours=1)) -> JSON:
        """A fact about a home, as it happened a little ago."""
        name = f"{self.place.code}-{next(self._numbers)}"
        return self.place.event(kind, home.id, data, reference=name, time=self.now(before))

    def name(self, kind: str) -> str:
        """A reference of ours."""
        return f"{kind}-{next(self._numbers)}"

    # What the product says of it

    def pages(self, path: str, key: str, *, limit: int = 100, **params: str) -> Iterator[JSON]:
        """Every entry of a list, page by page."""
        cursor = ""
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = self.ask(path, limit=str(limit), **more, **params)
            yield from page[key]
            cursor = page["next"] or ""
            if not cursor:
                return

    def owed(self, home: Home, kind: str, id_: str) -> JSON | None:
        """What the list of everything owed says of one thing."""
        found = self.ask("/v1/owed", provider=home.id, kind=kind, limit="500")["owed"]
        return next((one for one in found if one["id"] == id_ or one["reason"] == id_), None)

    def alerts(self, home: str, kind: str = "raised") -> list[JSON]:
        """The alerts of a provider's history."""
        return [one["event"] for one in self.place.history(home, type=f"careledger.alert.{kind}.v1")]

    def is_raised(self, home: Home, code: str, cause: str) -> bool:
        """Whether an alert stands in the history."""
        self.book.calls += 1
        said = (one["data"] for one in self.alerts(home.id))
        return any(one["alert"] == code and one["cause"].startswith(cause) for one in said)


def people(running: Deployment, code: str) -> Place:
    """Whoever acts in a place."""
    http = httpx2.Client(timeout=60, limits=PATIENT)
    return Place(urls=running.urls, issue=running.token, code=code, http=http)


def wait(what: Any, why: str, seconds: float = 20) -> Any:
    """Until it is so."""
    started = time.monotonic()
    try:
        return until(what, seconds=seconds, why=why)
    except AssertionError as error:
        raise Differs(f"{why}: not within {time.monotonic() - started:.0f} s") from error
