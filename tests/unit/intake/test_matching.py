"""Who may be meant: near names, postcodes and ids, with reasons; nothing where nothing is near."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake import matching
from services.intake.matching import Candidate, Named
from services.intake.submission import Subject

CQC = "cqc_location_id"
HOMES = (
    Candidate("prv-1", "X00000001", "Rowan House Residential Care Home", "HR1 2AB", ((CQC, "1-101010101"),)),
    Candidate("prv-2", "X00000001", "The Elms Nursing Home", "HR4 9XX", ((CQC, "1-202020202"),)),
    Candidate("prv-3", "X00000001", "St Mary's Care Centre", None, ()),
    Candidate("prv-4", "X00000001", "Sunrise Homecare Ltd", "HR1 2AB", ((CQC, "1-303030303"), (CQC, "1-404040404"))),
)


def meant(value: str, scheme: str = "local", **hint: str) -> list[matching.Suggestion]:
    return matching.suggest(Named(Subject(scheme, value), **hint), HOMES)


@pytest.mark.parametrize(
    ("value", "provider_id"),
    [
        ("Rowan House", "prv-1"),
        ("rowan hse HR1 2AB", "prv-1"),
        ("Rowen House, Hereford hr12ab", "prv-1"),
        ("Elms", "prv-2"),
        ("Saint Marys", "prv-3"),
        ("sunrise home care", "prv-4"),
        ("The Elms, Ross [C-7K3M-9QXF]", "prv-2"),
    ],
)
def test_a_name_that_is_written_otherwise_is_near(value: str, provider_id: str) -> None:
    first, *_ = meant(value, "named")
    assert first.provider_id == provider_id
    assert "alike" in first.reason


def test_the_same_postcode_makes_it_nearer_and_another_one_less_near() -> None:
    alone, same, other = (
        meant("Rowan House", **hint)[0].score
        for hint in ({}, {"postcode": "HR1 2AB"}, {"postcode": "LN2 1AA"})  # type: ignore[arg-type]
    )
    assert same > alone > other


@pytest.mark.parametrize("slip", ["1-101010102", "1-110010101", "1-10101010", "1-1010101011"])
def test_a_slip_in_an_id_is_seen(slip: str) -> None:
    (only,) = meant(slip, CQC)
    assert (only.provider_id, only.score) == ("prv-1", matching.SLIP)


def test_an_older_id_counts_as_well() -> None:
    assert meant("1-303030304", CQC)[0].provider_id == "prv-4"


@pytest.mark.parametrize("value", ["Willow Court", "Care Home", "17", "1-999999999", "HR1 2AB"])
def test_where_nothing_is_near_nothing_is_suggested(value: str) -> None:
    assert meant(value) == []


def test_the_senders_own_word_for_the_name_counts_before_its_code() -> None:
    assert meant("0017", name="Rowan House", postcode="HR1 2AB")[0].provider_id == "prv-1"


@given(st.text(max_size=100), st.text(max_size=40) | st.none(), st.text(max_size=10) | st.none())
def test_whatever_was_sent_can_be_looked_at(value: str, name: str | None, postcode: str | None) -> None:
    found = matching.suggest(Named(Subject("local", value or "x"), name, postcode), HOMES)
    assert len(found) <= matching.MOST
    assert all(matching.LEAST <= each.score <= 100 for each in found)
