"""Signed links."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify import links
from tests.unit.notify.given import NOW, uuid

KEY, OTHER = b"k" * 32, b"o" * 32


@given(st.uuids())
def test_a_link_is_good_for_its_delivery(delivery: object) -> None:
    text = links.token(KEY, delivery, NOW)  # type: ignore[arg-type]

    assert links.delivery_of(KEY, text, NOW + links.LASTS) == delivery
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(at=st.integers(0, 73), sign=st.sampled_from("ABCxyz019-_"))
def test_a_changed_link_is_none(at: int, sign: str) -> None:
    good = links.token(KEY, uuid("one"), NOW)
    bad = good[:at] + sign + good[at + 1 :]
    if bad == good:
        return
    with pytest.raises(links.BadLink):
        links.delivery_of(KEY, bad, NOW)


@given(st.text(max_size=120))
def test_whatever_is_made_up_is_none(text: str) -> None:
    with pytest.raises(links.BadLink):
        links.delivery_of(KEY, text, NOW)


def test_another_key_or_another_age_is_none() -> None:
    text = links.token(KEY, uuid("one"), NOW)

    with pytest.raises(links.BadLink, match="damaged"):
        links.delivery_of(OTHER, text, NOW)
    with pytest.raises(links.BadLink, match="too old"):
        links.delivery_of(KEY, text, NOW + links.LASTS + timedelta(seconds=2))
