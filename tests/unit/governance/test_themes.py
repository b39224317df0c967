"""Themes in SAL-18's scopes: counted once, judged by an exact test, told when three services rise (A16)."""

import itertools
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from math import comb
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.governance.measures import telling, theme_counts, themes, trend
from services.governance.measures.asked import Asked
from services.governance.measures.record import Fact, Service
from shared.events import alerts, concerns, corrections, partners, safeguarding
from tests.unit.governance.measured import YEAR, home, on, place

LAST = YEAR.last
_numbers = itertools.count(1)


def concern(day: str, theme: str = "q.medicines", number: str = "", **more: Any) -> Fact:
    said = {"concern_id": number or f"C{next(_numbers)}", "themes": (theme,), "severity": "S2"}
    return on(day, concerns.QualityConcernRaised(**said), **more)


def homes(number: int, days: Iterable[str] = ("2026-03-02", "2026-03-12", "2026-03-20"), **about: Any) -> list[Service]:
    return [home(*(concern(day) for day in days), name=f"prv-{each}", **about) for each in range(number)]


class TestTheTest:
    @given(least=st.integers(0, 30), total=st.integers(0, 30), days=st.integers(1, 400), before=st.integers(1, 400))
    def test_it_is_the_binomial_tail_exactly(self, least: int, total: int, days: int, before: int):
        share = Fraction(days, days + before)
        terms = (comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(least, total + 1))
        assert trend.tail(least, total, float(share)) == pytest.approx(float(sum(terms)), rel=1e-9, abs=1e-12)

    def test_thousands_are_no_trouble(self):
        exact = Fraction(sum(comb(2_000, k) * 4 ** (2_000 - k) for k in range(450, 2_001)), 5**2_000)
        assert trend.tail(450, 2_000, 0.2) == pytest.approx(float(exact), rel=1e-6)

    def test_few_are_no_trend_and_nothing_to_compare_with_is_none(self):
        assert not trend.judge(4, 0, 91, 364).rising
        assert trend.judge(5, 0, 91, 364).rising
        assert trend.judge(50, 0, 91, 0).expected is None
        assert not trend.judge(50, 0, 91, 0).rising

    def test_a_place_that_grew_does_not_rise(self):
        assert not trend.judge(20, 20, 91 * 40, 364 * 10).rising
        assert trend.judge(20, 20, 91 * 10, 364 * 10).rising


class TestCounting:
    def test_a_thing_counts_once_and_not_what_was_groundless_or_taken_back(self):
        twice = [concern("2026-01-01", number="A"), concern("2026-01-02", number="A")]
        groundless = concerns.ConcernOutcomeRecorded(concern_id="B", outcome="not_upheld")
        wrong = concern("2026-01-04", number="W")
        gone = corrections.FactWithdrawn(event_id=wrong.id, because="sent_in_error")  # type: ignore[arg-type]
        service = home(
            *twice, concern("2026-01-03", number="B"), on("2026-05-03", groundless), wrong, on("2026-06-01", gone)
        )
        assert [one.day for one in themes.sightings(service)] == [date(2026, 1, 1)]

    def test_the_same_reference_of_another_publisher_is_another_thing(self):
        service = home(concern("2026-01-01", number="A"), concern("2026-01-01", number="A", publisher="icb"))
        assert len(themes.sightings(service)) == 2

    def test_the_scopes_are_a_service_an_organisation_a_sector_and_the_place(self):
        where = place(
            *homes(2, brand="Synthetic Care"), home(concern("2026-03-02"), name="prv-9", service_type="home_care")
        )
        named = {scope: [one.name for one in themes.groups(where, scope)] for scope in themes.SCOPES}
        assert named == {
            "service": ["prv-0", "prv-1", "prv-9"], "organisation": ["Synthetic Care"],
            "sector": ["care_homes", "community_care"], "place": ["X00000001"],
        }  # fmt: skip

    def test_a_small_number_with_something_restricted_in_it_is_told_to_nobody_else(self):
        def abused(day: str) -> Fact:
            said = {"sg_ref": f"SG{next(_numbers)}", "abuse_types": ("abuse.neglect",)}
            return on(day, safeguarding.SafeguardingConcernReceived(**said))

        few = place(home(*(abused(day) for day in ("2026-03-01", "2026-03-02")), concern("2026-03-03")))
        march = Asked(date(2026, 3, 1), LAST)
        (group,) = theme_counts.shown(few, "place", march, restricted=False)["groups"]
        assert {one["theme"]: one["count"] for one in group["themes"]} == {"abuse.neglect": None, "q.medicines": 1}
        (group,) = theme_counts.shown(few, "place", march, restricted=True)["groups"]
        assert {one["theme"]: one["count"] for one in group["themes"]} == {"abuse.neglect": 2, "q.medicines": 1}

    def test_a_hidden_month_cannot_be_had_from_the_sum(self):
        def abused(day: str) -> Fact:
            said = {"sg_ref": f"SG{next(_numbers)}", "abuse_types": ("abuse.neglect",)}
            return on(day, safeguarding.SafeguardingConcernReceived(**said))

        many = [abused(f"2026-02-0{n}") for n in range(1, 7)]
        shown = theme_counts.shown(
            place(home(*many, abused("2026-03-02"))), "place", Asked(date(2026, 2, 1), LAST), restricted=False
        )
        (theme,) = shown["groups"][0]["themes"]
        assert theme["by_month"] == {"2026-02": 6, "2026-03": None}
        assert theme["count"] is None
        assert theme["trend"] is None

    @given(
        st.lists(
            st.tuples(st.integers(0, 3), st.integers(0, 60), st.sampled_from(["q.medicines", "q.falls_moving"])),
            max_size=25,
        )
    )
    def test_counts_equal_a_recount(self, said: list[tuple[int, int, str]]):
        begun = date(2026, 2, 1)
        facts: dict[int, list[Fact]] = {each: [] for each in range(4)}
        for who, day, theme in said:
            facts[who].append(concern(str(begun + timedelta(days=day)), theme))
        where = place(*(home(*each, name=f"prv-{who}") for who, each in facts.items()))
        (*groups,) = theme_counts.shown(where, "place", Asked(begun, LAST), restricted=True)["groups"]
        found = {
            (one["theme"], month): number
            for group in groups
            for one in group["themes"]
            for month, number in one["by_month"].items()
            if number
        }
        recount: dict[tuple[str, str], int] = {}
        for _, day, theme in said:
            when = begun + timedelta(days=day)
            if when <= LAST:
                recount[theme, f"{when:%Y-%m}"] = recount.get((theme, f"{when:%Y-%m}"), 0) + 1
        assert found == recount


class TestTelling:
    def test_three_services_that_rise_are_told_and_two_are_not(self):
        (word,) = telling.risen(place(*homes(3)), LAST, [], None)
        assert word.cause == "theme:q.medicines:sector:care_homes:2026-W14"
        assert "9 in the last 91 days" in word.alert.summary
        assert telling.risen(place(*homes(2)), LAST, [], None) == []

    def test_one_service_that_carries_it_all_is_no_theme_of_the_place(self):
        loud = home(*(concern(day) for day in (f"2026-03-{n:02d}" for n in range(1, 20))), name="prv-0")
        assert telling.risen(place(loud, *homes(1)), LAST, [], None) == []

    def test_an_organisation_is_told_by_itself(self):
        words = telling.risen(place(*homes(3, brand="Synthetic Care")), LAST, [], None)
        assert [word.cause.split(":")[2:4] for word in words] == [
            ["organisation", "Synthetic Care"],
            ["sector", "care_homes"],
        ]

    def test_across_sectors_the_place_is_told(self):
        kinds = ["care_home_residential", "home_care", "day_opportunities"]
        mixed = [
            home(*(concern(day) for day in ("2026-03-02", "2026-03-12")), name=f"prv-{n}", service_type=kind)
            for n, kind in enumerate(kinds)
        ]
        (word,) = telling.risen(place(*mixed), LAST, [], None)
        assert word.cause.startswith("theme:q.medicines:place:")

    def test_what_goes_on_rising_is_not_told_again_and_what_does_not_is_cleared(self):
        standing = ["theme:q.medicines:sector:care_homes:2026-W12", "theme:q.ipc:place:X00000001:2026-W12"]
        (word,) = telling.risen(place(*homes(3)), LAST, standing, None)
        assert isinstance(word.alert, alerts.AlertCleared)
        assert word.cause == standing[1]
        assert word.alert.summary == "Ipc does not rise any more."

    def test_weeks_end_on_sunday_and_months_on_their_last_day(self):
        assert telling.week_of(date(2026, 3, 29)) == date(2026, 3, 29)
        assert telling.week_of(date(2026, 3, 31)) == date(2026, 3, 29)
        assert telling.month_of(date(2026, 3, 31)) == date(2026, 3, 31)
        assert telling.month_of(date(2026, 3, 30)) == date(2026, 2, 28)

    def test_good_practice_is_told_once_and_only_with_consent(self):
        def found(number: str, **more: Any) -> Fact:
            said = {
                "practice_id": number,
                "themes": ("gp.medicines",),
                "provider_consent": True,
                "shared_scope": "place",
            }
            return on("2026-02-10", partners.GoodPracticeIdentified(**(said | more)))

        yes, no = found("g1"), found("g2", provider_consent=False)
        word = telling.practice(place(home(yes, no)), LAST, None)
        assert word is not None
        assert (word.cause, word.alert.evidence) == ("practice:2026-03", (yes.id,))
        assert word.alert.summary == "1 example of good practice may be shared: medicines (1)."
        own = home(on("2026-03-01", word.alert), name="X00000001")
        assert telling.practice(place(home(yes, no), own=own), LAST, None) is None
