"""A placement out of area: checked before, in six weeks, then by need; more than five: a visit (CAL-32..39)."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.governance.asking import Unfit
from services.governance.domain import placement as fold
from services.governance.matter import Matter, NotFitting
from services.governance.monitoring import placement_orders as orders
from services.governance.monitoring import placing
from shared import identifiers, policy
from shared.events import Data, placements
from tests.unit.governance.given import MORNING, PLACE, PROVIDER

NAME = "placement-0123456789abcdef"
HOST = "E08000033"
DAY = date(2026, 3, 2)


def said(model: type[Data], **data: Any) -> Any:
    return model.model_validate({"placement_token": NAME, "host_authority": HOST} | data)


STARTED = said(placements.PlacementStarted, placing_authority=PLACE, started_on=DAY, check_due=DAY + timedelta(days=42))
ENDED = said(placements.PlacementEnded, placing_authority=PLACE, ended_on=DAY + timedelta(days=9))


def look(kind: str = "six_week", days: int = 30, then: int = 120) -> Any:
    model = placements.PlacementChecked if kind in ("six_week", "pre_placement") else placements.PlacementReviewed
    on, due = DAY + timedelta(days=days), DAY + timedelta(days=then)
    return said(model, kind=kind, result="satisfactory", checked_on=on, next_due=due)


def placement(*steps: Data) -> Matter:
    made = Matter("placement", NAME, PROVIDER, PLACE)
    for number, step in enumerate(steps):
        made.take(step, identifiers.derived_id("test", str(number)), MORNING)
    return made


def test_the_six_weeks_run_until_a_look_after_it_began():
    before, desk = look("pre_placement", -5, 1), look("desktop", 60, 200)
    dues = [
        fold.KIND.due(placement(*steps).state)
        for steps in ((STARTED,), (STARTED, before), (STARTED, look()), (STARTED, look(), desk))
    ]

    assert dues == [DAY + timedelta(days=days) for days in (42, 42, 120, 200)]


def test_a_look_at_a_desk_is_no_first_check():
    early, soon = look("desktop", 3, 300), look("desktop", 3, 20)
    theirs = STARTED.model_copy(update={"check_due": None})
    dues = [
        fold.KIND.due(placement(*steps).state)
        for steps in ((STARTED, early), (STARTED, soon), (STARTED, early, look("review", 30, 120)), (theirs, early))
    ]

    assert dues == [DAY + timedelta(days=days) for days in (42, 20, 120, 300)]


def test_a_slip_of_the_pen_lets_no_placement_be_forgotten():
    order = orders.Look(type="review", checked_on=DAY, result="satisfactory", next_due=date(2062, 3, 2))

    with pytest.raises(Unfit, match="two years"):
        orders.step(order, NAME, placement(STARTED).state, "officer", lambda _: None)


@pytest.mark.parametrize(
    ("before", "step", "why"),
    [
        ((STARTED, ENDED), look(), "has ended"),
        ((STARTED, look()), look(), "review it"),
        ((STARTED, look()), look("pre_placement", -5), "it has begun"),
        ((STARTED,), look(days=-1), "it began on"),
        ((STARTED,), ENDED.model_copy(update={"ended_on": DAY - timedelta(days=1)}), "it began on"),
        ((STARTED,), said(placements.HostTold, told_on=DAY - timedelta(days=1)), "it began on"),
    ],
)
def test_a_step_that_does_not_fit_is_refused(before, step, why):
    with pytest.raises(NotFitting, match=why):
        placement(*before, step)


@given(st.lists(st.sampled_from(("review", "desktop")), max_size=6), st.booleans())
def test_no_look_is_lost(kinds, told):
    steps = [look(kind, 50 + number, 200 + number) for number, kind in enumerate(kinds)]
    host = [said(placements.HostTold, told_on=DAY)] if told else []
    shown = fold.document(placement(STARTED, *steps, *host).state)

    assert [one["kind"] for one in shown["looks"]] == kinds
    assert shown["host_told_on"] == ([DAY.isoformat()] if told else [])


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"host_authority": PLACE}, "/host_authority"),
        ({"pre_placement": {"checked_on": "2026-03-03", "result": "concerns"}}, "/pre_placement/checked_on"),
    ],
)
def test_what_contradicts_itself_is_pointed_at(changes, path):
    order = orders.NewPlacement.model_validate(
        {"placing_authority": PLACE, "host_authority": HOST, "started_on": DAY.isoformat()} | changes
    )

    def both() -> None:
        orders.started(order, NAME, None)
        orders.before(order, NAME, lambda _: None)

    with pytest.raises(Unfit) as caught:
        both()

    assert caught.value.path == path


@pytest.mark.parametrize(("people", "suggested"), [(5, False), (6, True)])
def test_more_than_five_suggest_an_assessment_on_site(people, suggested):
    over = policy.load("calderdale-2023").out_of_area.onsite_over  # type: ignore[union-attr]
    row = {"subject": PROVIDER, "facts": '{"name": "Synthetic Home (not a real service)"}', "host": HOST,
           "people": people, "placements": 1, "due": DAY}  # fmt: skip
    shown = placing.service(row, over, DAY + timedelta(days=1))

    assert (shown["onsite_suggested"], shown["overdue"]) == (suggested, True)


def test_the_policy_says_how_many_days():
    assert placing.check_days(policy.load("calderdale-2023")) == placing.check_days(None) == 42
