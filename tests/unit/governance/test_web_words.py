"""Codes in plain English, five words why, tones, charts: the pure middle of the pages."""

from datetime import date, timedelta

import pytest

from services.governance.web import briefly, charts, words
from services.governance.web.moments import Moment
from services.governance.web.row import Chosen, Row, tally
from services.notify import notice
from shared import policy

HER, LGA = ("1", "2", "3"), ("routine", "pre-1", "1", "2", "3")
TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("code", "said"), [("3", "Level 3"), ("pre-1", "Pre-level 1"), ("amber", "Amber"), (None, "Not known")]
)
def test_a_level(code: str | None, said: str):
    assert words.level(code) == said


def test_a_range():
    assert [words.span(*each) for each in (("2", "2"), ("2", "3"), ("green", "red"), (None, None))] == [
        "Level 2", "Level 2 to 3", "Green to Red", "Unknown",
    ]  # fmt: skip


def test_the_worst_alone_is_the_colour_of_acting_and_unknown_is_a_tone_of_its_own():
    assert [words.tone(code, HER) for code in HER] == ["calm", "watch", "act"]
    assert [words.tone(code, LGA) for code in LGA] == ["calm", "calm", "watch", "watch", "act"]
    assert words.tone(None, HER) == words.tone("7", HER) == "unknown"
    assert len(set(words.SIGNS.values())) == 4, "a shape for each: colour is never the only sign"


def test_why_in_five_words_is_of_the_worst_level_and_of_what_decides():
    def met(level: str, strength: str, says: str) -> dict[str, str]:
        return {"id": "x", "outcome": "met", "scale": "level", "level": level, "strength": strength, "says": says}

    ones = [
        met("1", "decisive", "Good"),
        met("3", "supporting", "Repeated concerns"),
        met("3", "decisive", "Overall CQC “Inadequate”, or “Requires Improvement” in all areas"),
    ]
    judged = {"indicated": {"min": "3", "max": "3"}, "criteria": ones}
    assert words.why(judged, "level", HER) == "Overall CQC “Inadequate”, or “Requires …"
    assert (
        words.why({"indicated": {"min": None}, "missing": [{"what": "returns"}]}, "level", HER) == "Not known: returns"
    )
    assert words.why(None, "level", HER) == "Not judged yet"


def test_every_criterion_of_the_policies_that_ship_has_its_five_words_and_none_holds_a_figure():
    every = {one.id for name in policy.shipped() for one in policy.load(name).criteria}

    assert every == set(briefly.BRIEF)
    assert [said for said in briefly.BRIEF.values() if len(said.split()) > 5 or any(map(str.isdigit, said))] == []


@pytest.mark.parametrize(
    ("criterion", "level", "said"),
    [("HER-L1.a", "1", "CQC: Good or Outstanding"), ("CAL-6.red", "red", "Partners rate it red"),
     ("ABC-1", "1", "A clause of another council …")],
)  # fmt: skip
def test_why_says_of_the_service_what_the_first_words_of_a_clause_would_not(criterion: str, level: str, said: str):
    says = "A clause of another council that is longer than five words"
    met = {"id": criterion, "outcome": "met", "level": level, "strength": "decisive", "says": says}
    judged = {"indicated": {"min": level, "max": level}, "criteria": [met]}

    assert words.why(judged, "level", (level,)) == said


def test_a_month_and_a_span():
    assert [words.month(each) for each in ("2026-03", "2026-Q1", None)] == ["Mar 2026", "2026-Q1", "not known"]
    spans = (timedelta(seconds=45), timedelta(minutes=5, seconds=9), timedelta(hours=47), timedelta(days=3))
    assert [words.long(each) for each in spans] == ["45 seconds", "5 minutes", "47 hours", "3 days"]


@pytest.mark.parametrize(
    ("since", "said"),
    [(date(2026, 2, 3), "this month"), (date(2025, 12, 2), "3 months old"), (date(2024, 3, 2), "2 years old"),
     (date(2023, 2, 1), "3 years 1 month old")],
)  # fmt: skip
def test_an_age(since: date, said: str):
    assert words.age(since, TODAY) == said


def test_a_due_day():
    days = (date(2026, 3, 1), date(2026, 2, 20), TODAY, date(2026, 3, 3), date(2026, 3, 12))
    assert [words.due(day, TODAY) for day in days] == [
        "1 day overdue", "10 days overdue", "due today", "in 1 day", "in 10 days",
    ]  # fmt: skip


def row(name: str, **more: object) -> Row:
    return Row(
        provider_id=f"prv-{name}", name=name, service_type="home_care", commissioning="council", order=HER, **more
    )  # type: ignore[arg-type]


def test_unknown_stands_directly_below_the_worst():
    rows = [row("calm", high="1", low="1"), row("unknown"), row("middle", high="2", low="1"), row("bad", confirmed="3")]

    assert [each.name for each in Chosen().rows(rows, TODAY)] == ["bad", "unknown", "middle", "calm"]
    assert [number for _, _, number in tally(rows, HER)] == [0, 1, 1, 2]
    assert [each.name for each in Chosen(level="2").rows(rows, TODAY)] == ["middle"]


def test_a_level_of_another_policy_is_counted_as_unknown_and_never_lost():
    rows = [row("strange", low="red", high="red")]

    assert sum(number for _, _, number in tally(rows, HER)) == 1
    assert Chosen(level="red").rows(rows, TODAY) == rows


def test_the_line_of_a_year_has_gaps_where_it_was_unknown():
    year = [(date(2025, 3, 2), "1"), (date(2025, 9, 2), None), (date(2026, 1, 2), "3")]

    path = charts.spark(year, HER, TODAY, 365)

    assert path is not None
    assert path.count("M") == 2
    assert charts.spark([(TODAY, None)], HER, TODAY, 365) is None


def test_the_chart_of_levels_has_a_band_for_each_step_and_a_mark_for_each_decision():
    indicated = [(date(2026, 1, 1), "1", "2"), (date(2026, 2, 1), None, None)]

    chart = charts.levels(indicated, [(date(2026, 1, 15), "2")], HER, TODAY, here=date(2026, 2, 1))

    assert chart is not None
    first, second = chart.spans
    assert (first.is_unknown, second.is_unknown) == (False, True)
    assert first.x + first.width == pytest.approx(second.x)
    assert second.y > first.y, "unknown has a line of its own below all levels"
    assert chart.here == second.x
    assert [mark.says for mark in chart.marks] == ["Level 2 confirmed on 15 Jan 2026"]
    assert chart.confirmed == f"M{chart.marks[0].x} {chart.marks[0].y}H{second.x + second.width}"


def test_a_level_that_was_confirmed_and_never_indicated_has_its_chart_too():
    chart = charts.levels([], [(date(2026, 1, 15), "2")], HER, TODAY)

    assert chart is not None
    assert (len(chart.spans), [mark.says for mark in chart.marks]) == (0, ["Level 2 confirmed on 15 Jan 2026"])


def test_two_bars_are_on_one_scale():
    one = charts.bar(6, 3.0)

    assert one.observed == pytest.approx(2 * one.expected, abs=0.2)
    assert max(one.observed, one.expected) < one.width


def test_a_link_stays_in_its_moment():
    past = Moment("2026-03-02", "2026-03-05T09:00:00Z")

    assert past.keep(group="cqc") == "?as_of=2026-03-02&known_at=2026-03-05T09%3A00%3A00Z&group=cqc"
    assert past.says == "as it was on 2 Mar 2026, as it was known on 5 Mar 2026, 09:00"
    assert (Moment().is_past, Moment().keep()) == (False, "")


def test_a_page_calls_an_alert_what_a_message_calls_it():
    assert {code: notice.TITLES[code] for code in words.ALERTS} == words.ALERTS
    assert words.spoken("A8 is open, by 2026-03-02") == "Escalation to the board (A8) is open, by 2 Mar 2026"
    assert words.alert("A99") == "A99"


def test_a_place_is_called_by_its_name():
    assert words.place("E06000019") == "Herefordshire"
    assert words.places(["E10000019", "X00000001"]) == "Lincolnshire, Demonstration place 1 (synthetic)"
    assert words.value("E06000019") == "Herefordshire"
    assert words.spoken("No policy is in force at E08000035.") == "No policy is in force at Leeds."
    assert (words.place("E09999999"), words.place(None)) == ("E09999999", "not known")


@pytest.mark.parametrize(
    ("kind", "last"),
    [
        ("contact", date(2026, 3, 1)),
        ("restriction", date(2026, 3, 1)),
        ("level_review", TODAY),
        ("ratification", TODAY),
    ],
)  # fmt: skip
def test_a_clock_is_shown_by_its_last_day(kind: str, last: date) -> None:
    assert words.last_day({"kind": kind, "due": "2026-03-02"}) == last
    assert words.last_day({"kind": kind, "due": None}) is None
