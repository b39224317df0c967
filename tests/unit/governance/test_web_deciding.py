"""Every kind of decision has its form, made of the order's own model, with what the policy and the record know."""

from typing import Any

import pytest

from services.governance.domain.authority import Asker
from services.governance.web import form_fields, form_reading
from services.governance.web.deciding import catalogue, ordering, picking, powers
from services.governance.web.deciding.ordering import About
from services.governance.web.form import Form
from shared import policy

HEREFORDSHIRE = policy.load("herefordshire-2018")
PACKS = [HEREFORDSHIRE, *map(policy.load, ("oxfordshire-2013", "salford-2024", "calderdale-2023"))]
SUSPENSION = {
    "type": "suspension", "suspension_id": "sus-1", "kind": "enforced", "scope": "new_admissions",
    "since": "2026-02-01T09:00:00Z", "review_by": None, "decision_id": "d1", "ratify_by": None, "carried_over": False,
}  # fmt: skip
NOTICE = {
    "type": "default_notice", "notice_id": "def-1", "further": False, "clause": None, "since": "2026-02-01T09:00:00Z",
    "remedy_by": "2026-04-01", "decision_id": "d2", "carried_over": False,
}  # fmt: skip
CLEAR: dict[str, Any] = {
    "provider_id": "prv-1", "commissioning": "council", "sanctions": [], "processes": [],
    "placements_paused_since": None,
}  # fmt: skip
BUSY = CLEAR | {
    "sanctions": [SUSPENSION, NOTICE], "commissioning": "joint",
    "processes": [{"lsi_id": "lsi-1", "status": "authorised", "since": "2026-02-01T09:00:00Z"}],
}  # fmt: skip
PIECE = picking.Piece("7b0b7a0e-0000-4000-8000-000000000001", "prv-1", "Visit completed", "2 Mar 2026", "")
ANSWERS: dict[str, list[str]] = {
    "rationale": ["Agreed (synthetic)."], "by_when-day": ["3"], "by_when-month": ["4"], "by_when-year": ["2027"],
    "threshold_tool": ["local_thresholds"], "audience": ["neighbouring_council"], "transition_plan": ["true"],
    "learning_shared": ["true"], "sar_considered": ["false"], "provider_seniors": ["true"],
}  # fmt: skip


def filled(form: Form) -> dict[str, list[str]]:
    """The first choice of everything that has choices."""
    chosen = {one.name: [one.options[0][0]] for one in form.fields if one.options}
    return chosen | {name: value for name, value in ANSWERS.items() if form.field(name.partition("-")[0])}


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.pack)
@pytest.mark.parametrize("name", catalogue.KINDS)
def test_a_form_covers_its_model_and_what_is_filled_in_is_an_order(name: str, pack: Any):
    for of in [code for code, _ in ordering.variants(name, pack)] or [""]:
        form = ordering.form(name, About(BUSY, pack, (PIECE,), of=of))

        shown = {one.name for one in form.fields}
        assert shown | set(form.given) == set(catalogue.KINDS[name].model.model_fields)
        assert not shown & set(form.given)
        order = form_reading.order(form, filled(form))
        assert order.type == name
        assert order.rationale == "Agreed (synthetic)."
        components = form_fields.shown(form, {}, {})
        assert len(components) == len(form.fields)


def test_every_kind_of_order_stands_in_one_group():
    assert set(catalogue.TITLES) == set(catalogue.KINDS)
    assert sum(len(ones) for ones in catalogue.GROUPS.values()) == len(catalogue.KINDS)


def test_what_needs_something_that_stands_is_not_offered_without_it():
    clear = {name for name in catalogue.KINDS if catalogue.why_not(name, CLEAR)}
    busy = {name for name in catalogue.KINDS if catalogue.why_not(name, BUSY)}

    assert clear == {
        "lead_org.agreed", "suspension.varied", "suspension.lifted", "default_notice.further",
        "default_notice.satisfied", "default_notice.withdrawn", "lsi.declined", "lsi.step_recorded", "lsi.closed",
        "ooa.resumed",
    }  # fmt: skip
    assert busy == {"lsi.declined", "ooa.resumed"}


def test_bodies_levels_and_what_is_in_place_are_choices():
    form = ordering.form("level.confirmed", About(BUSY, HEREFORDSHIRE))
    body, level = form.field("body"), form.field("level")
    assert body
    assert level
    assert dict(body.options)["MA_QUALITY_REVIEW"] == "Multi-agency quality review meeting (Panel chair)"
    assert [code for code, _ in level.options] == ["1", "2", "3"]

    lifted = ordering.form("suspension.lifted", About(BUSY, HEREFORDSHIRE)).field("suspension_id")
    assert lifted
    assert lifted.options == [("sus-1", "Enforced of new admissions, since 1 Feb 2026")]
    assert ordering.known("suspension.lifted", About(BUSY, HEREFORDSHIRE))["suspension_id"] == ["sus-1"]


def test_the_meeting_that_one_comes_from_is_not_asked_for():
    form = ordering.form("level.confirmed", About(BUSY, HEREFORDSHIRE, given={"meeting_id": "m-1", "item": "4"}))

    assert form.field("meeting_id") is form.field("item") is None
    assert form_reading.order(form, filled(form)).meeting_id == "m-1"


def test_the_reason_is_needed_where_the_case_wants_it():
    def is_optional(name: str) -> bool:
        one = ordering.form(name, About(BUSY, HEREFORDSHIRE)).field("rationale")
        assert one
        return one.is_optional

    assert [is_optional(name) for name in ("level.confirmed", "lead_org.agreed", "lsi.step_recorded")] == [
        False, True, True,
    ]  # fmt: skip


def test_a_referral_is_made_for_the_reasons_of_the_policy():
    calderdale = policy.load("calderdale-2023")
    form = ordering.form("escalation.referred", About(CLEAR, calderdale, of="GQAB"))
    reason = form.field("reason")
    assert reason
    assert form.given["to_body"] == "GQAB"
    assert ("cannot_be_resolved", "issues which cannot be resolved") in reason.options


def test_who_may_is_told_as_the_policy_says_it():
    assert powers.is_named(HEREFORDSHIRE, "level.confirmed", Asker("council", frozenset({"panel-chair"})))
    assert not powers.is_named(HEREFORDSHIRE, "level.confirmed", Asker("icb", frozenset({"icb-quality"})))
    first = powers.told(HEREFORDSHIRE, "level.confirmed")[0]
    assert first["id"] == "HER-28"
    assert "for a provider at level 1" in first["who"]
    assert powers.who(HEREFORDSHIRE, "no.such") == "nobody, by the policy here"


def test_evidence_that_fell_says_so_and_what_is_withheld_says_nothing():
    event = {
        "id": PIECE.event_id, "type": "uk.gov.careledger.quality_concern.raised.v1", "time": "2026-03-02T09:30:00Z",
        "data": {"concern_id": "QC-1", "themes": ["q.medicines"], "severity": "S2"},
    }  # fmt: skip
    said = picking.piece("prv-1", event, withheld=False)

    assert "themes Medicines" in said.words
    assert "QC-1" not in picking.piece("prv-1", event, withheld=True).words
    assert said.address == f"/providers/prv-1/events/{PIECE.event_id}"


def test_what_is_asked_as_a_question_is_missed_as_one():
    form = ordering.form("level.confirmed", About(BUSY, HEREFORDSHIRE))

    with pytest.raises(form_reading.Faults) as faults:
        form_reading.order(form, {"level": ["3"]})

    assert faults.value.errors == {"body": "Give an answer: Which body decides?"}
