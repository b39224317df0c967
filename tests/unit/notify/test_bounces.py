"""Delivery status notifications as mail servers write them."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify import bounces
from services.notify.bounces import NotABounce
from tests.support.mail import KEY, dsn


def test_a_failure_names_its_delivery_and_no_address() -> None:
    found = bounces.parse(dsn("failed", "5.1.1"))

    assert (found.delivery_id, found.failed) == (KEY, True)
    assert found.detail == "bounced (5.1.1: the address)"
    assert "@" not in found.detail


@pytest.mark.parametrize(
    ("action", "status", "failed", "detail"),
    [
        ("failed", "5.2.2", True, "bounced (5.2.2: the mailbox)"),
        ("Failed", "4.4.7", True, "bounced (4.4.7: the network)"),
        ("failed", "", True, "bounced (no status)"),
        ("failed", "5.0.0 (permanent)", True, "bounced (5.0.0)"),
        ("delayed", "4.2.0", False, "the mail server reports delayed (4.2.0)"),
        ("delivered", "2.0.0", False, "the mail server reports delivered (2.0.0)"),
        ("<script>", "2.0.0", False, "the mail server reports something (2.0.0)"),
    ],
)
def test_what_a_report_says(action: str, status: str, failed: bool, detail: str) -> None:
    found = bounces.parse(dsn(action, status))

    assert (found.failed, found.detail) == (failed, detail)


@pytest.mark.parametrize("returned", ["message", "headers", "nothing"])
def test_the_delivery_is_found_in_what_came_back_or_in_what_it_answers(returned: str) -> None:
    assert bounces.parse(dsn("failed", "5.1.1", returned=returned)).delivery_id == KEY


def test_the_same_report_has_the_same_id_and_another_has_another() -> None:
    one, same, other = (bounces.parse(dsn("failed", code)).id for code in ("5.1.1", "5.1.1", "5.1.2"))

    assert one == same != other


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"Subject: hello\r\n\r\nI am away until Monday.", dsn("failed", "5.1.1", message_id="<x@y.example>"),
        dsn("failed", "5.1.1").replace(b"multipart/report", b"multipart/mixed"),
        dsn("failed", "5.1.1").replace(b"Final-Recipient", b"Nobody"),
        dsn("failed", "5.1.1").replace(b"message/delivery-status", b"text/plain"),
    ],
)  # fmt: skip
def test_what_is_no_bounce(raw: bytes) -> None:
    with pytest.raises(NotABounce):
        bounces.parse(raw)


@given(raw=st.binary(max_size=400), cut=st.integers(0, 2000), put=st.binary(max_size=20))
def test_whatever_comes_is_a_bounce_or_none(raw: bytes, cut: int, put: bytes) -> None:
    whole = dsn("failed", "5.1.1")
    for each in (raw, whole[:cut] + put + whole[cut:], b"Content-Type: multipart/report; boundary=x\r\n\r\n" + raw):
        try:
            found = bounces.parse(each)
        except NotABounce:
            continue
        assert isinstance(found.delivery_id, UUID)
        assert "@" not in found.detail
