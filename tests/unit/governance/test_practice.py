"""Good practice is shared with its provider's permission, as far as that goes, while it lasts (CAL-23)."""

from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.governance.asking import Unfit
from services.governance.domain import practice as fold
from services.governance.matter import Matter, NotFitting
from services.governance.measures import practices, telling
from services.governance.monitoring import practice_orders as orders
from services.governance.monitoring import record_orders
from shared import identifiers
from shared.events import Data, partners
from tests.unit.governance.given import MORNING, PLACE, PROVIDER
from tests.unit.governance.measured import home, on, place

NAME = "practice-0123456789abcdef"
DAY = date(2026, 3, 2)
WHO: dict[str, Any] = {"by_role": "registered_manager"}


def said(model: type[Data], **data: Any) -> Any:
    return model.model_validate({"practice_id": NAME, "actor": "a"} | data)


def identified(consent: bool = False, scope: str = "none") -> Any:
    return said(partners.GoodPracticeIdentified, themes=["gp.dignity"], provider_consent=consent, shared_scope=scope)


ASKED = said(partners.GoodPracticeConsentAsked, asked_on=DAY, due=date(2026, 3, 16))
WITHDRAWN = said(partners.GoodPracticeConsentWithdrawn, withdrawn_on=DAY, **WHO)


def answered(scope: str) -> Any:
    return said(partners.GoodPracticeConsentAnswered, given=scope != "none", scope=scope, answered_on=DAY, **WHO)


def shared(audience: str) -> Any:
    return said(partners.GoodPracticeShared, audience=audience, shared_on=DAY)


def practice(*steps: Data) -> Matter:
    made = Matter("practice", NAME, PROVIDER, PLACE)
    for number, step in enumerate(steps):
        made.take(step, identifiers.derived_id("test", str(number)), MORNING)
    return made


@given(st.lists(st.sampled_from(("forum", "place", "public", "none", "withdrawn")), max_size=5), st.booleans())
def test_it_goes_no_further_than_the_newest_word_permits(words, at_once):
    steps, last = [identified(at_once, "place" if at_once else "none")], "place" if at_once else "none"
    for word in words:
        if word != "withdrawn":
            steps, last = [*steps, answered(word)], word
        elif last != "none":
            steps, last = [*steps, WITHDRAWN], "none"
    for audience in ("forum", "place", "public"):
        if fold.SCOPES.index(audience) <= fold.SCOPES.index(last):
            assert fold.document(practice(*steps, shared(audience)).state)["shared"][0]["audience"] == audience
        else:
            with pytest.raises(NotFitting):
                practice(*steps, shared(audience))


@pytest.mark.parametrize(
    ("before", "step", "why"),
    [
        ((), shared("forum"), "permission only: it is not_asked"),
        ((answered("forum"),), shared("forum").model_copy(update={"shared_on": date(2026, 3, 1)}), "since 2026-03-02"),
        ((ASKED,), shared("forum"), "permission only: it is asked"),
        ((ASKED,), ASKED, "is asked already"),
        ((answered("forum"),), shared("place"), "as far as forum, not place"),
        ((answered("none"),), WITHDRAWN, "has not given"),
    ],
)
def test_a_step_that_does_not_fit_is_refused(before, step, why):
    with pytest.raises(NotFitting, match=why):
        practice(identified(), *before, step)


def test_a_consent_that_is_awaited_has_its_day():
    waits, over = practice(identified(), ASKED), practice(identified(), ASKED, answered("none"))
    assert (fold.KIND.due(waits.state), fold.KIND.is_open(waits.state)) == (date(2026, 3, 16), True)
    assert (fold.KIND.due(over.state), fold.KIND.is_open(over.state)) == (None, False)


def test_what_was_shared_stays_shared_when_permission_ends():
    made = practice(identified(True, "public"), shared("public"), WITHDRAWN)
    assert fold.document(made.state) | {"themes": []} == {
        "practice_id": NAME, "themes": [], "consent": "withdrawn", "scope": "none", "consent_due": None,
        "shared": [{"on": "2026-03-02", "audience": "public"}],
    }  # fmt: skip


@pytest.mark.parametrize(("given_", "was_shared"), list(product((True, False), repeat=2)))
def test_measures_read_the_newest_word_and_what_was_shared(given_, was_shared):
    steps = [on("2026-02-10", identified(True, "place"))]
    steps += [on("2026-02-11", shared("forum"))] if was_shared else []
    steps += [] if given_ else [on("2026-02-12", WITHDRAWN)]
    where = place(home(*steps))
    (one,) = practices.examples(where.services[0])

    assert (one.permitted, one.shared) == (given_, was_shared)
    assert (telling.practice(where, date(2026, 3, 31), None) is not None) is given_


def test_nobody_is_to_answer_before_it_is_asked():
    order = orders.Asked(type="consent_asked", asked_on=DAY, due=date(2026, 3, 1))

    with pytest.raises(Unfit, match="before it was asked"):
        orders.step(order, NAME, "a", DAY, lambda _: None)


def test_an_order_becomes_its_step():
    order = orders.Asked(type="consent_asked", asked_on=DAY)
    assert orders.step(order, NAME, "a", DAY, lambda _: None) == ASKED
    with pytest.raises(Unfit, match="has not come"):
        orders.step(order, NAME, "a", date(2026, 3, 1), lambda _: None)


def test_engagement_says_something():
    order = record_orders.Engagement(type="engagement", on=DAY, forum_attended=False)
    fact = record_orders.fact(order, "engagement-1", lambda _: None)
    assert fact == partners.EngagementRecorded(engagement_id="engagement-1", forum_attended=False)
    with pytest.raises(ValueError, match="at least one thing"):
        record_orders.Engagement(type="engagement", on=DAY, notes="Nothing else.")
