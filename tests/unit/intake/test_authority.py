"""Who may send what: no provider rates itself for CQC, and whoever saw something can say so."""

import pytest

from services.intake import authority, normalise
from services.intake.faults import NotTheirs
from shared.events import reference, registry

PARTNER_TYPES = normalise.partner_types()


def may(kind, organisation, *roles):
    return authority.may_send(PARTNER_TYPES[kind], authority.kinds(organisation, roles))


@pytest.mark.parametrize("organisation", ["council", "icb", "nhs", "cqc", "police", "provider", "somebody-new"])
def test_everybody_may_say_what_worries_them(organisation):
    assert may("quality_concern.raised", organisation)
    assert may("safeguarding_concern.received", organisation)


@pytest.mark.parametrize("kind", ["cqc_rating.published", "cqc_enforcement.recorded", "cqc_alert.received"])
def test_what_cqc_published_is_taken_from_cqc_and_commissioners(kind):
    assert {org for org in ("council", "icb", "cqc", "police", "provider") if may(kind, org)} == {
        "council",
        "icb",
        "cqc",
    }


def test_a_provider_answers_returns_and_never_speaks_for_others():
    allowed = {kind for kind in PARTNER_TYPES if may(kind, "provider")}

    assert {"returns.submitted", "dispute.raised", "statutory_notification.copied"} <= allowed
    for ruled_out in ("returns.waived", "concern.outcome_recorded", "partner_rating.submitted", "assessment.completed"):
        assert ruled_out not in allowed


def test_go_live_is_a_stewards():
    assert not may("carried_over.recorded", "council")
    assert may("carried_over.recorded", "council", "steward")


def test_a_steward_may_send_what_the_council_may():
    assert {k for k in PARTNER_TYPES if may(k, "council")} < {k for k in PARTNER_TYPES if may(k, "council", "steward")}


def test_an_inbox_topic_is_its_organisations():
    assert authority.organisation_of("icb-quality") == "icb"
    assert authority.kinds(authority.organisation_of("acme-care")) == {"partner"}


def test_a_type_that_is_not_theirs_is_refused_before_its_data_is_read():
    with pytest.raises(NotTheirs, match="not yours"):
        normalise.fact("cqc_rating.published", None, reference="1", attributes={}, publisher="x", digest_key=b"k" * 32,
                       sender=authority.kinds("provider"))  # fmt: skip


def test_every_type_that_may_be_sent_is_in_the_table():
    assert all(set(entry.senders) <= set(reference.SENDERS) for entry in registry.TYPES.values())


def test_only_council_icb_and_cqc_say_what_became_of_anothers_concern():
    assert authority.may_speak_of({"partner"}, None, "police-force")
    assert authority.may_speak_of({"partner"}, "police-force", "police-force")
    assert authority.may_speak_of({"commissioner"}, "police-force", "council-quality")
    assert not authority.may_speak_of({"partner"}, "icb-quality", "police-force")
