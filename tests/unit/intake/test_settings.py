"""What intake is told from outside is checked before it starts."""

import pytest
from pydantic import ValidationError

from shared import topics
from tests.support.settings import settings_of


def test_an_inbox_without_a_topic_is_refused_and_the_known_ones_named() -> None:
    with pytest.raises(ValidationError, match=r"no inbox topic is made for icb-qualty; there are .*icb-quality"):
        settings_of("intake", inboxes={"icb-qualty": ["E06000019"], "icb-quality": ["E06000019"]})


def test_inboxes_that_have_topics_are_read_each_for_its_places() -> None:
    known = settings_of("intake", inboxes={"icb-quality": ["E06000019"]})
    assert known.heard == {"icb-quality": ("E06000019",)}


def test_unsaid_everybodys_is_read_in_development_and_nobodys_elsewhere() -> None:
    assert set(settings_of("intake", inboxes=None).heard) == set(topics.PUBLISHERS)
    assert settings_of("intake", inboxes=None, environment="production", issuer="https://i.example").heard == {}
