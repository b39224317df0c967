"""Every type that may be sent: what its schema allows comes out as it went in; what is spoilt is refused."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake import normalise, submission, wording
from services.intake.faults import Refused
from shared import identifiers
from shared.events import envelope, registry
from tests.fuzz import inputs
from tests.support import facts

KINDS = sorted(normalise.partner_types())
KEY = b"k" * 32
SEALED = {"kid": "k", "nonce": "n", "ciphertext": "c"}
numbers = st.integers(0, 2**64).map(random.Random)


def read(kind, data):
    attributes = {"subject": "cqc:1-999999999", "time": "2026-03-02T09:30:00Z"}
    return normalise.fact(kind, data, reference="1", attributes=attributes, publisher="icb-quality", digest_key=KEY)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12, deadline=None)
@given(numbers)
def test_what_its_schema_allows_is_taken_and_round_trips_to_the_very_fact(kind, rng):
    data = facts.valid(kind, rng)
    model = normalise.partner_types()[kind].model

    taken = read(kind, data)

    sealed = dict.fromkeys(taken.texts, SEALED)
    draft = submission.draft(taken, provider_id="prv-1", place="E06000019", sealed=sealed)
    body, _ = envelope.seal(
        draft, recordedtime=taken.time, writer="intake", sequence=1, prevsequence=0, prevhash="", digest="00" * 32
    )
    event = registry.decode(body)
    assert registry.dumped(registry.data_of(event)) == event.data
    said = (
        registry.inbound(model)
        .model_validate(wording.in_our_words(kind, data))
        .model_dump(mode="json", exclude_none=True)
    )
    assert {name: value for name, value in event.data.items() if name not in taken.texts} | dict(taken.texts) == said
    assert read(kind, data) == taken
    assert taken.id == identifiers.event_id("icb-quality", "1", event.type, "cqc:1-999999999")


def faults(kind, data):
    """Why it is refused, if it is."""
    try:
        read(kind, data)
    except Refused as refused:
        return refused.faults
    return ()


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12, deadline=None)
@given(numbers)
def test_what_is_spoilt_is_taken_or_refused_with_a_place_and_nothing_else(kind, rng):
    data = inputs.spoilt(inputs.spoilt(facts.valid(kind, rng), rng), rng)

    found = faults(kind, data)

    assert all(fault.loc and fault.msg for fault in found)
    assert inputs.NHS not in "".join(map(str, found))
