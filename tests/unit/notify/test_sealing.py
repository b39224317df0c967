"""Secrets at rest."""

import pytest
from cryptography.exceptions import InvalidTag
from standardwebhooks import Webhook

from services.notify import sealing
from services.notify.sealing import SecretBox
from tests.unit.notify.given import uuid

BOX = SecretBox(b"m" * 32)


def test_a_secret_is_opened_by_its_own_recipient_alone() -> None:
    sealed = BOX.seal("whsec_secret", uuid("one"))

    assert BOX.open(sealed, uuid("one")) == "whsec_secret"
    assert b"secret" not in sealed
    for box, key in ((BOX, uuid("two")), (SecretBox(b"x" * 32), uuid("one"))):
        with pytest.raises(InvalidTag):
            box.open(sealed, key)


def test_ours_are_good_and_never_the_same() -> None:
    made = {sealing.new_secret() for _ in range(20)}

    assert len(made) == 20
    assert all(sealing.checked(one) and Webhook(one) for one in made)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + "A" * 100]
)
def test_weak_ones_are_refused(secret: str) -> None:
    with pytest.raises(sealing.NotASecret):
        sealing.checked(secret)
