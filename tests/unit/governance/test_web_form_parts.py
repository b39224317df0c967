"""Forms of orders that have parts of their own: their fields stand among the others, and go back as one."""

import pytest

from services.governance.monitoring.placement_orders import NewPlacement
from services.governance.web import form_reading
from services.governance.web.form import Form

SENT = {
    "placing_authority": ["E06000019"], "host_authority": ["E08000004"], "count": ["2"],
    "started_on-day": ["2"], "started_on-month": ["3"], "started_on-year": ["2026"],
}  # fmt: skip
CHECK = {f"pre_placement.checked_on-{part}": [said] for part, said in (("day", "1"), ("month", "3"), ("year", "2026"))}


def test_a_part_that_need_not_be_given_asks_for_nothing():
    fields = {each.name: each for each in Form(NewPlacement).fields}

    assert fields["pre_placement.result"].is_optional
    assert not fields["host_authority"].is_optional
    assert form_reading.order(Form(NewPlacement), SENT).pre_placement is None


def test_a_part_comes_back_whole():
    order = form_reading.order(Form(NewPlacement), SENT | CHECK | {"pre_placement.result": ["concerns"]})

    assert order.pre_placement.result == "concerns"


def test_what_is_wrong_with_a_part_stands_beside_its_field():
    with pytest.raises(form_reading.Faults) as caught:
        form_reading.order(Form(NewPlacement), SENT | CHECK)

    assert caught.value.errors == {"pre_placement.result": "Choose result."}


def test_a_refusal_of_the_whole_part_stands_beside_its_first_field():
    found = Form(NewPlacement).field("pre_placement")

    assert found is not None
    assert found.name == "pre_placement.checked_on"
