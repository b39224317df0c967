"""A number or a date that says who somebody is, and a time before anybody's, are found wherever they stand."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake import privacy

NHS = "9434765919"


def found(value, year=2026):
    return [fault.type for fault in privacy.faults(value, year, "data")]


@pytest.mark.parametrize("digits", ["9434765919", "4010232137", "0000000000"])
def test_a_valid_check_digit_is_known(digits):
    assert privacy.is_nhs_number(digits)


@given(st.integers(0, 10**9 - 1), st.integers(0, 9))
def test_of_ten_last_digits_at_most_one_is_valid(nine, last):
    valid = [end for end in range(10) if privacy.is_nhs_number(f"{nine:09d}{end}")]

    assert len(valid) <= 1
    assert privacy.is_nhs_number(f"{nine:09d}{last}") is (last in valid)


@pytest.mark.parametrize("text", [NHS, "943 476 5919", "943-476-5919", f"patient {NHS} fell", f"NHS:{NHS}."])
def test_an_nhs_number_is_found_however_it_is_written(text):
    assert found(text) == ["nhs_number"]


@pytest.mark.parametrize(
    "text", ["9434765918", f"1{NHS}", f"a{NHS}b", f"1-{NHS}", "5e" * 32, "7b0c9a4e-3f52-4d1a-8c6b-943476591911"]
)
def test_what_is_none_passes(text):
    assert found(text) == []


@pytest.mark.parametrize("text", ["DOB 1/2/41", "d.o.b", "born in May", "12/03/1941", "1941-03-12", "12 March 1941"])
def test_a_date_of_birth_is_found(text):
    assert found(text) == ["birth_date"]


@pytest.mark.parametrize("text", ["QC-2026-03-02-17", "policy of 2019-01-01", "airborne", "1941", "2015/04/01"])
def test_a_date_of_our_days_is_a_reference(text):
    assert found(text) == []


def test_a_typed_date_may_be_old_but_not_before_1900():
    assert found({"ends_on": date(1998, 3, 1)}) == []
    assert found({"ends_on": date(206, 3, 1), "at": datetime(1899, 12, 31, tzinfo=UTC)}) == ["value_error"] * 2


def test_a_day_that_means_never_is_none():
    assert found({"planned_for": date(2199, 12, 31)}) == []
    assert found({"actions": [{"due": date(9999, 12, 31)}], "ends_on": date(2200, 1, 1)}) == ["value_error"] * 2


def test_it_is_said_where_and_never_what():
    (fault,) = privacy.faults({"evidence": ("fine", NHS)}, 2026, "data")

    assert fault.loc == ("data", "evidence", 1)
    assert NHS not in str(fault) + (fault.fix or "")


def test_the_name_of_a_field_is_read_too():
    assert found({"figures": {NHS: 1.0}}) == ["nhs_number"]
