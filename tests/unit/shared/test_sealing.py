"""The cryptography of the vault: what opens, and that nothing else does."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import sealing

KID, OTHER_KID = UUID(int=1), UUID(int=2)
EVENT, OTHER_EVENT = UUID(int=3), UUID(int=4)
KEY = bytes(32)


class TestText:
    @given(st.text())
    def test_comes_back_as_it_went_in(self, text: str) -> None:
        sealed = sealing.seal(text, kid=KID, key=KEY, event_id=EVENT)

        assert sealing.open_(sealed, key=KEY, event_id=EVENT) == text

    def test_is_not_in_what_is_published(self) -> None:
        sealed = sealing.seal("the carer was rough", kid=KID, key=KEY, event_id=EVENT)

        assert "rough" not in sealed.model_dump_json()

    def test_does_not_open_for_another_event(self) -> None:
        sealed = sealing.seal("text", kid=KID, key=KEY, event_id=EVENT)

        with pytest.raises(sealing.NotAuthentic):
            sealing.open_(sealed, key=KEY, event_id=OTHER_EVENT)

    @pytest.mark.parametrize("field", ["nonce", "ciphertext"])
    @pytest.mark.parametrize("value", ["", "AAAA", "not base64", "ä"])
    def test_does_not_open_when_changed(self, field: str, value: str) -> None:
        sealed = sealing.seal("text", kid=KID, key=KEY, event_id=EVENT).model_copy(update={field: value})

        with pytest.raises(sealing.NotAuthentic):
            sealing.open_(sealed, key=KEY, event_id=EVENT)

    def test_a_lone_surrogate_is_refused(self) -> None:
        with pytest.raises(ValueError, match="surrogates"):
            sealing.seal("\ud800", kid=KID, key=KEY, event_id=EVENT)


class TestMasterKey:
    def test_gives_back_what_it_wrapped(self) -> None:
        master = sealing.MasterKey(b"m" * 32)

        assert master.unwrap(KID, master.wrap(KID, KEY), master=master.name) == KEY

    def test_says_when_another_master_key_is_needed(self) -> None:
        ours, theirs = sealing.MasterKey(b"m" * 32), sealing.MasterKey(b"n" * 32)

        with pytest.raises(sealing.NotAuthentic, match=theirs.name):
            ours.unwrap(KID, theirs.wrap(KID, KEY), master=theirs.name)

    def test_does_not_take_one_row_for_another(self) -> None:
        master = sealing.MasterKey(b"m" * 32)

        with pytest.raises(sealing.NotAuthentic):
            master.unwrap(OTHER_KID, master.wrap(KID, KEY), master=master.name)

    def test_its_name_tells_nothing_about_it(self) -> None:
        assert (b"m" * 32).hex()[:16] != sealing.MasterKey(b"m" * 32).name
