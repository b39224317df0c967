"""The councils: by name, and what a place is called."""

from datetime import date

import pytest

from shared import councils


def test_there_are_153_with_adult_social_care():
    today = {council.code: council for council in councils.all_().values() if council.until is None}

    assert len(today) == 153
    assert all(code[:3] in ("E06", "E08", "E09", "E10") for code in today)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Herefordshire, County of", "E06000019"), ("herefordshire", "E06000019"), ("St Helens", "E08000013"),
        ("Oldham", "E08000004"), ("Lincolnshire", "E10000019"), ("Somerset", "E06000066"), ("Hull", None),
    ],
)  # fmt: skip
def test_by_name(name: str, code: str | None):
    if code is None:
        with pytest.raises(councils.UnknownCouncil):
            councils.named(name)
    else:
        assert councils.named(name).code == code


def test_one_that_is_no_more_says_what_it_became():
    council = councils.named("Cumbria")

    assert (council.until, council.became) == (date(2023, 3, 31), "Cumberland; Westmorland and Furness")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("E06000019", "Herefordshire"), ("E06000023", "Bristol"), ("E10000019", "Lincolnshire"),
        ("E06000058", "Bournemouth, Christchurch and Poole"), ("E10000006", "Cumbria (until 2023)"),
        ("X00000001", "Demonstration place 1 (synthetic)"), ("E09999999", "E09999999"),
        ("Synthetic Home", "Synthetic Home"),
    ],
)  # fmt: skip
def test_what_a_place_is_called(code: str, said: str):
    assert councils.called(code) == said


def test_no_two_places_are_called_the_same():
    assert len({councils.called(code) for code in councils.by_code()}) == len(councils.by_code())
