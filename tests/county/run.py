"""One year, or less, of one county: who does what on which day, day by day, until the end."""

import heapq
import random
import sys
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.county import asking, desk, elsewhere, judging, lives, next_door, ordered, plans, season, telling, waited
from tests.county.book import CUT_OFF, Home, months, months_on
from tests.county.town import LONDON, Case, Story, Town, people
from tests.support.deployment import Deployment

HIT = ("hit", "late", "missed")
STORIES: dict[str, tuple[Story, tuple[str, ...]]] = {
    "visit": (lives.visit, ("hit", "moved", "cancelled", "late", "missed")),
    "action": (plans.action, ("hit", "extended", "late", "missed")),
    "plan": (plans.plan, ("hit", "extended", "late")),
    "follow_up": (plans.follow_up, HIT),
    "placement": (elsewhere.placement, HIT),
    "host_notice": (elsewhere.host_notice, HIT),
    "manager": (lives.manager, HIT),
    "rating": (lives.rating, HIT),
    "restriction": (lives.restriction, HIT),
    "contract": (desk.contract_review, HIT),
    "feedback": (desk.feedback, HIT),
    "practice": (desk.practice, HIT),
    "continuity": (desk.continuity, HIT),
    "accuracy": (desk.accuracy, HIT),
    "challenge": (desk.challenge, HIT),
    "duty": (desk.duty, HIT),
    "letters": (desk.letters, HIT),
    "consent": (desk.consent, HIT),
    "process": (ordered.process, HIT),
    "ordered": (ordered.visit, ("hit", "again", "late", "missed")),
    "asked": (ordered.asked, HIT),
    "fallen": (waited.fallen, HIT),
    "copied": (waited.copied, HIT),
    "consulted": (waited.consulted, HIT),
    "referred": (waited.referred, HIT),
}
"""Every kind of deadline that belongs to one provider, and every way in which it ends."""
NEXT_DOOR: dict[str, Story] = {
    "quarterly": next_door.quarterly, "mid_term": next_door.mid_term, "half_year": next_door.half_year,
    "baseline": next_door.baseline, "answered": telling.answered,
}  # fmt: skip
"""What only other policies ask."""
TOLD = {kind: story for kind, (story, _) in STORIES.items()} | NEXT_DOOR
NEIGHBOURS = (
    ("E10000025", "oxfordshire-2013", "OXF", ("follow_up", "contract", "quarterly")),
    ("E08000006", "salford-2024", "SAL", ("accuracy", "visit", "mid_term", "half_year")),
    ("E06000051", "herefordshire-lga-2017", "LGA", ("baseline", "answered")),
)
"""Place, policy, whose clocks, and which stories are told there."""
FIGURES: dict[str, tuple[str, ...]] = {"OXF": ("K2", "K3a", "K3b"), "SAL": ("K5a", "K5b"), "LGA": ()}
"""What OXF-8 and SAL-31 ask to be counted."""
TOGETHER = ("process", "ordered", "asked", "fallen", "referred")
"""Stories that all begin on one day: somebody is told of them by what looks every few seconds only."""
LONGEST = {"restriction": 100, "follow_up": 160, "placement": 110, "plan": 75, "action": 100}
"""Days that a story takes at most; of the others 50."""


@dataclass
class County(Town):
    """A town whose stories are told on their days."""

    first: date = date.min
    last: date = date.min
    quietly: bool = True
    steps: int = 0
    neighbours: list[Town] = field(default_factory=list)
    """Places with other policies, whose people live through the same days."""

    def run(self) -> None:
        """Day by day until the end; no day on which anything is due is left out."""
        end = self.last + timedelta(days=1)
        self.on(end, lambda: iter(()))
        while self._agenda and self._agenda[0][0] <= end:
            day = self._agenda[0][0]
            self.move(day)
            for other in self.neighbours:
                other.today = day
            self.judged()
            self.steps += 1
            self._show()
            while self._agenda and self._agenda[0][0] == day:
                self.go_on(heapq.heappop(self._agenda)[2])

    def _show(self) -> None:
        if not self.quietly:
            done = (self.today - self.first).days / max(1, (self.last - self.first).days)
            bar = "#" * round(40 * done)
            said = f"{self.book.calls} calls, {len(self.book.alerts)} alerts foreseen"
            sys.stderr.write(f"\r[{bar:<40}] {self.today} {said}")
            sys.stderr.flush()


@dataclass(frozen=True)
class Size:
    """How large a simulation is."""

    homes: int
    months: int
    each: int
    """How often each kind of deadline ends in each way."""
    spread: int
    """Days over which the stories begin; 0: all on one day."""
    without: tuple[str, ...] = ()
    """Stories that are not told: those that wait long for what looks every few seconds, or outlast it."""


LENGTHY = ("duty", "follow_up", "contract", "continuity", "letters", "plan", "restriction")
FULL = Size(homes=204, months=12, each=2, spread=21)
SMALL = Size(homes=14, months=2, each=1, spread=0, without=LENGTHY)


def begin(running: Deployment, seed: int, size: Size, code: str = "E08000033") -> County:
    """A county on the eve of its first month, with its policy."""
    county = County(running, people(running, code), random.Random(seed))
    offset = float((running.directory / "clock").read_text() or 0)
    now = (datetime.now(LONDON) + timedelta(seconds=offset)).date()
    county.first = months_on(now.replace(day=1), 1)
    county.last = months_on(county.first, size.months) - timedelta(days=1)
    county.move(county.first - timedelta(days=1))
    return county


def simulate(county: County, size: Size) -> None:
    """Everything that happens in a county, until its last day is over."""
    answer = county.place.adopt("calderdale-2023")
    assert answer.status_code in (200, 201), answer.text
    season.settle(county, size.homes)
    cast(county)
    for month in months(county.first, county.last):
        county.on(month, lambda month=month: asking.returns(county, month, county.last))
        county.on(month, lambda month=month: asking.partners(county, month))
    county.on(county.first, lambda: opening(county))
    for home in county.book.homes:
        how = next((one.partition(":")[2] for one in home.busy if one.startswith("level:")), "hit")
        county.also(judging.levels(county, home, how, county.first, county.last - timedelta(days=8)))
        county.also(season.no_contact(county, home, county.last + timedelta(days=2)))
    for turns in (("PQM", 1, 9), ("PROVIDER_CONCERN", 1, 2), ("GQAB", 2, 2)):
        county.also(judging.meetings(county, turns, county.first, county.last - timedelta(days=12)))
    stories(county, size)
    if not size.without:
        around(county)
    county.run()


def around(county: County) -> None:
    """Two small places with other policies: follow-ups and contracts in the one, assessments in the other."""
    for code, pack, clocks, kinds in NEIGHBOURS:
        town = county.neighbour(code, clocks)
        county.neighbours.append(town)
        answer = town.place.adopt(pack)
        assert answer.status_code in (200, 201), answer.text
        season.settle(town, 14)
        county.on(county.first, lambda town=town: opening(town))
        if "answered" in kinds:
            telling.register(town)
        for kind in kinds:
            for how in HIT:
                day, story = county.first + timedelta(days=1), TOLD[kind]
                home = chosen(town, kind) if kind == "mid_term" else None  # before contracts are signed
                county.on(day, lambda town=town, kind=kind, home=home, how=how, story=story: story(
                    town, home or chosen(town, kind), how))  # fmt: skip


def opening(county: Town) -> Case:
    """The first day: the register of contracts, and what CQC had said before."""
    season.sign_contracts(county)
    season.first_ratings(county)
    yield from ()


def cast(county: County) -> None:
    """What partners think of each home, and whose levels are looked at late or never."""
    since = county.first.replace(day=CUT_OFF + 1)
    homes = county.random.sample(county.book.homes, len(county.book.homes))
    worse = max(4, len(homes) // 6)
    for number, home in enumerate(homes):
        home.indicated.append((since, "red" if number % 6 == 5 and number < worse else
                               "amber" if number < worse else "green"))  # fmt: skip
    for number, how in ((0, "late"), (1, "missed"), (worse, "none")):
        homes[number].busy.add(f"level:{how}")
    for number, how in enumerate(HIT, worse + 1):
        home, month = homes[number], months_on(county.first, 1)
        home.busy |= {f"level:differs:{how}", "differs", "falls"}
        county.on(month, lambda home=home, month=month: change(county, home, month, "amber"))
    if county.last >= months_on(county.first, 8):
        lowered = homes[2]
        lowered.busy |= {"lowered", "action", "plan", "follow_up", "rating", "falls"}
        month = months_on(county.first, 3)
        county.on(month, lambda month=month: change(county, lowered, month, "green"))
        county.on(month, lambda: judging.better(county, lowered, lowered.indicated[-1][0]))
        county.on(county.last - timedelta(days=40), lambda: season.rises(county, county.today))
    calls = county.random.sample(homes, len(homes) * 9 // 10)
    every = list(months(county.first, county.last))
    for number, month in enumerate(every):
        county.on(month, lambda month=month, number=number: season.contact(county, calls[number :: len(every)], month))
    for number in range(max(2, len(homes) // 20)):
        home = next(one for one in homes[3 + number :] if one.regulated and "falls" not in one.busy)
        home.busy |= {"falls", "rating"}
        month = every[1 + number % (len(every) - 1)]
        county.on(month, lambda home=home, month=month: season.falls(county, home, month))


def change(county: County, home: Home, month: date, colour: str) -> Case:
    """From this month on its partners think so of it."""
    home.indicated.append((month.replace(day=CUT_OFF + 1), colour))
    yield from ()


def stories(county: County, size: Size) -> None:
    """Each kind of deadline ends in each way, at some home, some time in the year."""
    length = (county.last - county.first).days
    for kind, (story, hows) in ((kind, one) for kind, one in STORIES.items() if kind not in size.without):
        for how in (how for how in hows for _ in range(size.each)):
            latest = 0 if kind in TOGETHER else min(size.spread, length - LONGEST.get(kind, 50) - 4)
            week = county.random.randrange(0, latest) // 7 if latest > 0 else 0
            day = county.first + timedelta(days=1 + 7 * week)
            # Contracts are signed on the first day: whose is looked at is known only then.
            home = None if kind in OF_CONTRACTS else chosen(county, kind)
            county.on(day, lambda story=story, kind=kind, home=home, how=how: story(
                county, home or chosen(county, kind), how))  # fmt: skip


def chosen(county: Town, kind: str) -> Home:
    """A home that has no deadline of this kind yet."""
    homes = county.random.sample(county.book.homes, len(county.book.homes))
    home = next(one for one in homes if kind not in one.busy and fits(kind, one))
    home.busy.add(kind)
    return home


OF_CONTRACTS = ("contract", "quarterly", "copied")
"""Only where there is one."""
APART = (
    {"placement", "host_notice", "asked"},  # while a host's notice stands nobody is placed there (CAL-35)
    {"contract", "quarterly"},
    {"visit", "mid_term", "consulted"},
    {"process", "fallen"},  # one large scale process each
    {"baseline", "answered"},  # of a decision others are told, who have no inbox here
)
"""Not at one home."""


def fits(kind: str, home: Home) -> bool:
    """Whether such a deadline can fall to such a home."""
    if kind in ("rating", "copied") and not home.regulated:
        return False
    if kind in ("consent", "restriction"):  # of a joint service it is to be ratified too
        return home.commissioning == "joint"
    # Decisions about a joint service would wait for the other commissioner, who has no inbox here.
    if kind in ("process", "fallen", "baseline", "answered") and home.commissioning != "council":
        return False
    if any(kind in them and them & home.busy for them in APART):
        return False
    return kind not in OF_CONTRACTS or bool(home.contracts)
