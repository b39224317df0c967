"""How the policies prepare meetings: who convenes, when they are due, what asks for one, what is on the agenda."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.governance.domain import task
from services.governance.domain.authority import Asker
from services.governance.meetings import agenda, bodies, cadence, convening, overdue, ratings
from services.governance.meetings.agenda import Business
from services.governance.meetings.known import Alert, Known
from services.risk import deadlines
from services.risk.gathering.facts_of_review import collated_month
from shared import policy
from shared.events import assessments, decisions, processes
from shared.policies import deciding

HER, LGA, OXF = (policy.load(name) for name in ("herefordshire-2018", "herefordshire-lga-2017", "oxfordshire-2013"))
CAL, SAL = policy.load("calderdale-2023"), policy.load("salford-2024")
AT = datetime(2026, 3, 20, 10, tzinfo=UTC)


def asker(organisation: str, *roles: str) -> Asker:
    return Asker(organisation, frozenset(roles))


def known(pack: Any, low: str | None = None, **more: Any) -> Known:
    scale = more.pop("scale", pack.primary)
    found = assessments.Indicated(min=low, max=low, unknown=low is None)
    judged = assessments.Assessment(
        indicated=found, scales={scale: found}, clocks=more.pop("clocks", ()), criteria=more.pop("criteria", ())
    )
    return Known("prv-1", "Rowan House (synthetic)", assessment=judged, **more)


@pytest.mark.parametrize(
    ("pack", "body", "sort", "who", "rule"),
    [
        (HER, "QUALITY_TEAM", "regular", asker("council", "quality-officer"), "HER-28"),
        (HER, "MA_QUALITY_REVIEW", "ad_hoc", asker("icb", "icb-quality"), "HER-29"),
        (SAL, "MARKET_OVERSIGHT_BOARD", "virtual", asker("nhs", "director"), "SAL-25"),
        (SAL, "MARKET_OVERSIGHT_BOARD", "ad_hoc", asker("council", "team-manager"), "SAL-26.a"),
        (CAL, "PROVIDER_CONCERN", "ad_hoc", asker("council", "safeguarding"), "CAL-13"),
        (LGA, "DLT", "ad_hoc", asker("council", "director"), "LGA-4"),
    ],
)
def test_who_may_convene(pack: Any, body: str, sort: Any, who: Asker, rule: str) -> None:
    assert bodies.may_convene(pack, body, sort, who).rule == rule
    assert bodies.may_convene(pack, body, sort, who).allowed


def test_a_seat_whose_time_is_over_is_none_and_a_deputy_has_it() -> None:
    """Dated membership and deputies hold for meetings as for decisions."""
    gone = deciding.Member(organisation="council", roles=("panel-chair",), until=date(2026, 3, 31))
    acting = deciding.Deputy(
        acts_for="panel-chair", organisation="council", role="team-manager", since=date(2026, 3, 2),
        until=date(2026, 3, 6),
    )  # fmt: skip
    body = CAL.bodies["PQM"].model_copy(update={"members": (gone,), "deputies": (acting,)})
    pack = CAL.model_copy(update={"bodies": {**CAL.bodies, "PQM": body}})
    chair, manager = asker("council", "panel-chair"), asker("council", "team-manager")

    def may(who: Asker, day: date) -> tuple[bool, bool]:
        convened = bodies.may_convene(pack, "PQM", "ad_hoc", who, day).allowed
        return convened, bodies.may_approve(pack, "PQM", who, day).allowed

    assert may(chair, date(2026, 3, 31)) == (True, True)
    assert may(chair, date(2026, 4, 1)) == (False, False)
    assert may(manager, date(2026, 3, 6)) == (True, True)
    assert may(manager, date(2026, 3, 7)) == (False, False)
    assert bodies.seats(pack, "PQM", date(2026, 4, 1)) == ()


def test_a_board_is_not_convened_beside_its_turn_by_an_officer() -> None:
    verdict = bodies.may_convene(SAL, "MARKET_OVERSIGHT_BOARD", "virtual", asker("council", "quality-officer"))

    assert (verdict.allowed, verdict.rule) == (False, "SAL-25")
    assert not bodies.may_approve(SAL, "OVERSIGHT_GROUP", asker("council", "team-manager")).allowed
    assert bodies.may_approve(SAL, "OVERSIGHT_GROUP", asker("council", "panel-chair")).allowed


def test_the_cut_off_is_the_returns_or_the_working_day_before() -> None:
    friday = date(2026, 3, 20)

    assert bodies.cut_off(CAL, "PQM", "regular", friday) == date(2026, 3, 13)
    assert bodies.cut_off(CAL, "PQM", "ad_hoc", friday) == date(2026, 3, 19)
    assert bodies.cut_off(HER, "MA_QUALITY_REVIEW", "regular", date(2026, 3, 23)) == friday


@pytest.mark.parametrize(
    ("day", "cut_off", "month"),
    [
        ("2026-03-27", "2026-03-20", "2026-03"),  # late: what partners gave until then is in it
        ("2026-03-20", "2026-03-13", "2026-03"),  # the usual day
        ("2026-03-18", "2026-03-12", "2026-03"),  # early: not before this month's ratings are put together
        ("2026-03-13", "2026-03-12", "2026-03"),
        ("2026-03-12", "2026-03-05", "2026-02"),  # too early for this month's: the last that were put together
        ("2026-01-05", "2025-12-24", "2025-12"),
    ],
)
def test_a_pack_never_shows_another_month_of_ratings_than_the_level_beside_it_rests_on(
    day: str, cut_off: str, month: str
) -> None:
    """Decision 31: risk puts a month together on the body's usual day, whenever the body really meets."""
    found = bodies.cut_off(CAL, "PQM", "regular", date.fromisoformat(day))

    assert (found.isoformat(), ratings.collated(found, 12)) == (cut_off, month)
    judged = collated_month(deadlines.today(found) or 0, CAL.partner_ratings.cut_off_day)
    assert judged == month


@pytest.mark.parametrize(
    ("today", "state", "due"),
    [("2026-03-31", "due", "2026-04-01"), ("2026-04-01", "due", "2026-04-01"), ("2026-04-02", "overdue", "2026-04-01")],
)
def test_a_monthly_body_that_never_met_is_overdue_a_month_after_the_policy(today: str, state: str, due: str) -> None:
    turns = {one.body: one for one in cadence.turns(HER, date(2026, 3, 1), [], date.fromisoformat(today))}

    assert (turns["QUALITY_TEAM"].state, str(turns["QUALITY_TEAM"].due_by)) == (state, due)
    assert turns["DIRECTOR"].state == "as_asked"


def test_a_meeting_held_starts_the_turn_anew_and_one_fixed_in_time_keeps_it() -> None:
    held = {"body": "MARKET_OVERSIGHT_BOARD", "status": "held", "held_on": "2026-03-05", "day": "2026-03-05"}
    soon = {"body": "MARKET_OVERSIGHT_BOARD", "status": "scheduled", "held_on": None, "day": "2026-06-05"}

    def turn(*meetings: dict[str, Any]) -> cadence.Turn:
        found = cadence.turns(SAL, date(2026, 1, 1), meetings, date(2026, 5, 1))
        return next(one for one in found if one.body == "MARKET_OVERSIGHT_BOARD")

    assert (turn(held).due_by, turn(held).state) == (date(2026, 6, 5), "due")
    assert (turn(held, soon).state, turn(held, soon).next_fixed) == ("in_time", date(2026, 6, 5))


def test_silence_is_told_once_and_cleared_when_the_body_has_met() -> None:
    def late(*held: dict[str, Any]) -> dict[str, cadence.Turn]:
        turns = cadence.turns(CAL, date(2026, 3, 1), held, date(2026, 4, 2))
        return {cause: one for cause, one in cadence.overdue(turns).items() if one.body == "PQM"}

    [(reaction, raised)] = overdue.words("E08000033", late(), [], "d")
    met = {"body": "PQM", "status": "held", "held_on": "2026-03-20", "day": "2026-03-20"}
    [(over, cleared)] = overdue.words("E08000033", late(met), [raised.cause], "d")

    assert (reaction, raised.clause, str(raised.due)) == (overdue.RAISED, "CAL-8", "2026-04-01")
    assert list(overdue.words("E08000033", late(), [raised.cause], "d")) == []
    assert (over, cleared.cause) == (overdue.CLEARED, raised.cause)


@pytest.mark.parametrize(
    ("pack", "about", "asked"),
    [
        (HER, {"low": "2"}, [("HER-27", "MA_QUALITY_REVIEW")]),
        (HER, {"low": "3"}, [("HER-27", "MA_QUALITY_REVIEW"), ("HER-30", "MA_QUALITY_REVIEW")]),
        (HER, {"alerts": (Alert("1", "A1", "c"),)}, [("HER-30", "MA_QUALITY_REVIEW")]),
        (HER, {"low": "1"}, []),
        (LGA, {"low": "amber", "scale": "rag"}, [("LGA-6.c", "MAQAP")]),
        (LGA, {"alerts": (Alert("1", "A3", "c"),)}, [("LGA-13.a", "DLT")]),
        (OXF, {"alerts": (Alert("1", "A8", "c"),)}, [("OXF-24", "SCS_LEADERSHIP")]),
        (SAL, {"alerts": (Alert("1", "A8", "c"),)}, [("SAL-25.a", "MARKET_OVERSIGHT_BOARD")]),
        (CAL, {"levels": {"rag": "amber"}}, [("CAL-25.b", "PROVIDER_QA")]),
        (CAL, {"alerts": (Alert("1", "A11", "c"),)}, [("CAL-24.a", "PQM")]),
    ],
)
def test_what_asks_for_a_meeting(pack: Any, about: dict[str, Any], asked: list[tuple[str, str]]) -> None:
    found = list(convening.asked(pack, known(pack, **about)))

    assert [(one.clause, one.body) for one in found] == asked
    assert len({(one.clause, one.cause) for one in found}) == len(found)


def test_the_agenda_is_the_bodys_that_decides_about_the_level() -> None:
    diverging = known(HER, "2", levels={"level": "1"}, waiting=("d1",), alerts=(Alert("a", "A1", "c"),))

    def kinds(body: str, **more: Any) -> list[str]:
        found = agenda.proposals(HER, body, [diverging], Business(), day=date(2026, 3, 20), **more)
        return [one.kind for one in found]

    assert kinds("QUALITY_TEAM") == ["divergence", "consent", "alert"]
    assert kinds("MA_QUALITY_REVIEW") == []
    assert kinds("CONTRACT_MONITORING", about=["prv-1"]) == ["provider", "consent", "alert"]
    assert kinds("QUALITY_TEAM", about=["prv-2"]) == []


def test_what_ran_out_what_was_asked_and_the_bodys_own_come_before_it() -> None:
    clock = assessments.Clock(kind="follow_up", due=date(2026, 3, 1))
    business = Business(
        asked=({"task_id": "task-1", "clause": "HER-30", "cause": "c", "due": "2026-03-09", "provider_id": "prv-1"},),
        actions=({"task_id": "task-2"},), minutes=("meeting-1",), reports=(("CAL-10.e", "Overview"),),
        themes=(("a16", "Falls are rising"),),
    )  # fmt: skip
    about = known(HER, levels={"level": "2"}, clocks=(clock,))
    found = list(agenda.proposals(HER, "MA_QUALITY_REVIEW", [about], business, day=date(2026, 3, 20)))

    assert [one.kind for one in found] == ["asked", "clock", "minutes", "actions", "theme", "report"]
    assert found[0].cause == "task:task-1"
    assert "by 2026-03-09" in found[0].why


def test_a_referral_asks_the_next_body_in_the_policys_time() -> None:
    effect = decisions.DecisionTookEffect(
        decision_id="d", body="PQM", organisation="council", role="panel-chair",
        decision=processes.EscalationReferred(to_body="Governance and Assurance Board", reason="d"),
    )  # fmt: skip
    raised = next(iter(task.follow(effect, CAL, [], {}, AT)))

    assert isinstance(raised, task.tasks.TaskRaised)
    assert (raised.task, raised.body, raised.clause) == ("convene_meeting", "GQAB", "CAL-9")
    assert raised.due is not None


def test_only_the_body_that_partners_rate_for_has_completeness() -> None:
    assert ratings.completeness(CAL, "GQAB", date(2026, 3, 20), []) is None
    assert ratings.completeness(HER, "MA_QUALITY_REVIEW", date(2026, 3, 20), []) is None
    found = ratings.completeness(CAL, "PQM", date(2026, 3, 20), [("prv-1", ())])
    assert found is not None
    assert (found["complete"], len(found["missing"])) == (False, len(found["partners"]))
    nobody = ratings.completeness(CAL, "PQM", date(2026, 3, 20), [])
    assert nobody is not None
    assert nobody["complete"] is False  # where there is nobody to rate, nothing is complete
