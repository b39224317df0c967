"""Collect once: what is held is named, what is shown is not asked, what is left counts in fields and minutes (K17)."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.governance.measures import burden, catalogue, forms, item
from services.governance.measures.asked import Asked
from shared.events import registry_facts, returns
from tests.unit.governance.measured import HOME, YEAR, home, on, place

KNOWN = forms.shipped()
PMR = len(forms.FIELDS["RT-PMR"])


def asks(type_: str = "RT-PMR", period: str = "2025-04", due: str = "2025-05-10", **more: Any) -> Any:
    said = {"return_type": type_, "period": period, "due_on": date.fromisoformat(due)} | more
    return on("2025-04-01", returns.ReturnRequested.model_validate(said))


def gave(type_: str, period: str, day: str, **body: Any) -> Any:
    said = {"return_type": type_, "period": period, "body": {"kind": type_} | body}
    return on(day, returns.ReturnSubmitted.model_validate(said))


def only(*facts: Any, **about: Any) -> burden.Wanted:
    (one,) = burden.wanted(home(*facts, **about), YEAR, KNOWN)
    return one


def test_what_register_tracker_and_manager_say_is_shown_with_its_source():
    manager = on("2025-02-01", registry_facts.ManagerChanged(status="in_post", since=date(2025, 2, 1)))
    one = only(asks(), gave("RT-CT", "2025-04", "2025-05-02", occupied=31), manager, beds=40)

    assert one.held == {
        "beds": ("cqc_register",),
        "occupied_beds": ("capacity_tracker",),
        "manager_status": ("manager",),
    }
    assert one.shown == set(one.held)
    assert one.minutes == pytest.approx(90 * (PMR - 3) / PMR)


def test_an_older_snapshot_does_not_answer_for_a_later_period():
    assert only(asks(), gave("RT-CT", "2025-03", "2025-04-02", occupied=31)).held == {}


def test_what_is_held_and_asked_all_the_same_is_named():
    before = gave("RT-ASSUR", "2024", "2024-09-01", insurance_reference="P-1")
    one = only(before, asks("RT-ASSUR", "2025", "2025-06-30"))
    late = only(before, asks("RT-ASSUR", "2026", "2025-10-01"))

    assert (one.twice, one.shown) == (("insurance_reference",), frozenset())
    assert late.twice == (), "older than twelve months"


@given(st.sets(st.sampled_from(forms.FIELDS["RT-PMR"])), st.booleans())
def test_every_field_is_asked_or_shown(already, has_beds):
    about = {"beds": 40} if has_beds else {}
    one = only(asks(known_already=sorted(already)), **about)

    assert {*one.asked, *one.shown} == set(forms.FIELDS["RT-PMR"])
    assert not set(one.asked) & one.shown
    assert one.shown == already | ({"beds"} if has_beds else set())


def test_a_place_has_the_medians_that_k17_shows():
    quarter = Asked(date(2025, 4, 1), date(2025, 6, 30))
    services = [home(asks(), name="prv-1"), home(asks(), asks(period="2025-05", due="2025-06-10"), name=HOME)]
    services += [home(asks(asked_of="partners"), name="prv-3")]
    where = place(*services)
    shown = burden.place(where, quarter, KNOWN)
    figures = [
        item.figure(one, one.items(where, quarter)).value for code in ("K17a", "K17b") for one in catalogue.named(code)
    ]

    assert [(one["provider_id"], one["minutes_a_month"]) for one in shown["providers"]] == [(HOME, 60), ("prv-1", 30)]
    assert figures == [shown["median"]["fields_a_month"], shown["median"]["minutes_a_month"]] == [PMR / 2, 45]


def test_a_provider_sees_each_field_of_each_return():
    shown = burden.provider(home(asks(), beds=12), YEAR, KNOWN)
    (one,) = shown["returns"]
    assert {"field": "beds", "held": ["cqc_register"], "asked": False} in one["fields"]
    assert (len(one["fields"]), shown["shown_not_asked"]) == (PMR, 1)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("  RT-FEED: {minutes: 30}\n", "", "RT-FEED"),
        ("beds: {cqc_register", "rooms: {cqc_register", "knows no rooms"),
        ("{cqc_ratings: overall}", "{cqc_rating: overall}", "knows no cqc_rating"),
    ],
)
def test_a_map_that_does_not_fit_its_forms_is_refused(tmp_path, old, new, why):
    path = tmp_path / "forms.yaml"
    text = forms.FILE.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(forms.BadForms, match=why):
        forms.read(path)
