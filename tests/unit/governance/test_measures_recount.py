"""Figures against an independent recount of small random histories, in whatever order the record brings them."""

import itertools
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.governance.measures import guide, measured
from services.governance.measures.asked import Asked
from services.governance.measures.record import Fact, Place
from shared.events import cqc, decisions, returns, visits, voice
from tests.unit.governance.measured import effect, figure, home, level, on, place

BEGUN = date(2025, 1, 1)
ASKED = Asked(date(2025, 7, 1), date(2026, 6, 30))
HOMES = ("prv-0", "prv-1", "prv-2")
KINDS = ("level", "rated", "asked", "imposed", "visit", "heard")
Happened = tuple[str, int, str, int]
"""Whose, on which day, what, and which choice of it."""
histories = st.lists(
    st.tuples(st.sampled_from(HOMES), st.integers(0, 600), st.sampled_from(KINDS), st.integers(0, 3)),
    max_size=14,
    unique_by=lambda one: (one[0], one[1], one[2]),
)


def facts(number: int, happened: Happened) -> list[Fact]:
    who, days, what, choice = happened
    day, name = BEGUN + timedelta(days=days), f"{who}-{number}"
    after = day + timedelta(days=30 * (choice + 1))
    said: list[tuple[date, Any]] = []
    match what:
        case "level":
            said = [(day, level(str(min(choice, 2) + 1), name))]
        case "rated":
            overall = ("outstanding", "good", "requires_improvement", "no_rating")[choice]
            said = [(day, cqc.CqcRatingPublished(overall=overall, report_date=day))]  # type: ignore[arg-type]
        case "asked":
            key: Any = {"return_type": "RT-PMR", "period": day.isoformat()}
            due = day + timedelta(days=10)
            said = [(day, returns.ReturnRequested(**key, due_on=due))]
            if choice:
                came = due + timedelta(days=2 * choice - 4)
                said.append((came, returns.ReturnSubmitted(**key, submitted_on=came)))
        case "imposed":
            said = [(day, effect(decisions.SuspensionImposed(suspension_id=name, kind="enforced"), name))]
            if choice:
                said.append((after, effect(decisions.SuspensionLifted(suspension_id=name), f"{name}-l")))
        case "visit":
            said = [(day, visits.VisitCompleted(visit_id=name, purpose="annual"))]
        case "heard":
            who_says: Any = ("person", "family", "staff", "visitor")[choice]
            said = [
                (
                    day,
                    voice.FeedbackReceived(voice=who_says, sentiment="positive", method="form", consent_to_share=True),
                )
            ]
    return [on(str(when), data) for when, data in said]


def record(history: list[Happened], order: Any = iter) -> Place:
    every = [(one[0], fact) for number, one in enumerate(history) for fact in facts(number, one)]
    about = {"aliases": {"cqc_location_id": "1-000000001"}}
    return place(*(
        home(*order([fact for name, fact in every if name == who]), name=who, end=ASKED.last, **about) for who in HOMES
    ))  # fmt: skip


def last(history: list[Happened], who: str, what: str) -> Happened | None:
    """The newest of a kind that had happened by the end."""
    until = (ASKED.last - BEGUN).days
    return max((one for one in history if one[0] == who and one[2] == what and one[1] <= until), default=None,
               key=lambda one: one[1])  # fmt: skip


def counts(code: str, where: Place) -> tuple[int, int, int]:
    """Yes, no, unknown."""
    made = figure(code, where, ASKED)
    return made.numerator, made.denominator - made.numerator - made.unknown, made.unknown


def tally(outcomes: list[str | None]) -> tuple[int, int, int]:
    return outcomes.count("yes"), outcomes.count("no"), outcomes.count("unknown")


@settings(max_examples=60, deadline=None)
@given(histories)
def test_figures_equal_a_recount(history: list[Happened]):
    where = record(history)

    def of_last(what: str, said: tuple[str, str, str, str], missing: str) -> list[str | None]:
        found = [last(history, who, what) for who in HOMES]
        return [missing if one is None else said[one[3]] for one in found]

    assert counts("K5a", where) == tally(of_last("rated", ("yes", "yes", "no", "unknown"), "unknown"))
    assert counts("K5c", where) == tally(of_last("level", ("yes", "no", "no", "no"), "unknown"))
    since = (date(2025, 6, 30) - BEGUN).days
    visited = [last(history, who, "visit") for who in HOMES]
    assert counts("K6", where) == tally(["yes" if one and one[1] > since else "no" for one in visited])
    until = (ASKED.last - BEGUN).days
    spoke = [
        any(who == one[0] and one[2] == "heard" and one[3] < 2 and since < one[1] <= until for one in history)
        for who in HOMES
    ]
    assert counts("K15", where) == tally(["yes" if one else "no" for one in spoke])
    dues = [(BEGUN + timedelta(days=one[1] + 10), one[3]) for one in history if one[2] == "asked"]
    assert counts("K4", where) == tally(
        ["yes" if choice in (1, 2) else "no" for due, choice in dues if ASKED.first <= due <= ASKED.last]
    )


@settings(max_examples=60, deadline=None)
@given(histories)
def test_restrictions_equal_a_walk_over_the_days(history: list[Happened]):
    """Day by day: restricted or not, gaps under 28 days do not count, over three months or not."""
    yes = no = 0
    for who in HOMES:
        spans = []
        for _, days, _, choice in (one for one in history if one[0] == who and one[2] == "imposed"):
            begun = BEGUN + timedelta(days=days)
            ended = begun + timedelta(days=30 * (choice + 1)) if choice else None
            if begun <= ASKED.last:
                spans.append((begun, ended if ended and ended <= ASKED.last else None))
        restricted = [
            day for day in (BEGUN + timedelta(days=n) for n in range((ASKED.last - BEGUN).days + 1))
            if any(begun <= day <= (ended or ASKED.last) for begun, ended in spans)
        ]  # fmt: skip
        runs: list[list[date]] = []
        for day in restricted:
            if runs and (day - runs[-1][-1]).days < 28:
                runs[-1].append(day)
            else:
                runs.append([day])
        for run in runs:
            if run[-1] < ASKED.first:
                continue
            open_ = any(ended is None for begun, ended in spans if begun in run)
            months = (run[-1].year - run[0].year) * 12 + run[-1].month - run[0].month
            over = months > 3 or (months == 3 and run[-1].day > run[0].day)
            no += over
            yes += not over and not open_
    assert counts("K8b", record(history))[:2] == (yes, no)


@settings(max_examples=25, deadline=None)
@given(histories, st.randoms(use_true_random=False))
def test_the_order_in_which_the_record_is_read_changes_nothing(history: list[Happened], random: Any):
    def shuffled(each: list[Fact]) -> list[Fact]:
        return random.sample(each, len(each))

    ids = itertools.count(1)
    every = [
        (one[0], replace(fact, id=f"id-{next(ids)}"))
        for number, one in enumerate(history)
        for fact in facts(number, one)
    ]

    def read(order: Any) -> Place:
        return place(
            *(home(*order([fact for name, fact in every if name == who]), name=who, end=ASKED.last) for who in HOMES)
        )

    assert measured.figures(read(shuffled), ASKED) == measured.figures(read(list), ASKED)


def test_the_page_of_measures_is_the_catalogue():
    assert guide.PAGE.read_text() == guide.page(), "python -m services.governance.measures.guide"
