"""Decisions through the whole service: who may, what is owed, what is told (rulings 16-23)."""

from typing import Any

import pytest

from tests.component.governance.conftest import Running, until
from tests.component.governance.test_divergences import indicate

pytestmark = pytest.mark.asyncio(loop_scope="package")
SUSPENSION: dict[str, Any] = {"type": "suspension.imposed", "kind": "advisory_notice", "body": "COMMISSIONERS"}


class TestLevels:
    async def test_the_panels_chair_confirms_a_first_level(self, governance: Running):
        provider = await governance.register()

        answer = await governance.decide(provider, level="2")

        assert answer.status_code == 201, answer.text
        assert answer.json()["status"] == "effective"
        assert answer.json()["consents_needed"] == []
        page = await governance.page(provider)
        assert page["confirmed"]["level"] == "2"
        assert page["confirmed"]["decision_id"] == answer.json()["decision_id"]
        assert page["scales"]["level"]["confirmed"]["level"] == "2"
        assert page["policy"]["pack"] == "herefordshire-2018"
        assert page["version"] == answer.json()["version"]

    async def test_who_may_not_is_refused_with_the_rules_name(self, governance: Running):
        provider = await governance.register()

        answer = await governance.decide(provider, "officer", level="2")

        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["rule"] == "HER-29"
        assert "panel-chair" in answer.json()["detail"]
        assert answer.json()["policy"]["pack"] == "herefordshire-2018"

    async def test_the_team_manager_raises_level_1_to_2_and_no_higher(self, governance: Running):
        provider = await governance.register()
        await governance.decide(provider, level="1")
        order = {"body": "QUALITY_TEAM"}

        refused = await governance.decide(provider, "manager", level="3", **order)
        allowed = await governance.decide(provider, "manager", level="2", **order)

        assert (refused.status_code, refused.json()["rule"]) == (403, "HER-28")
        assert allowed.status_code == 201

    async def test_an_override_needs_its_reason(self, governance: Running):
        provider = await governance.register()

        answer = await governance.decide(provider, type="level.overridden", level="3", rationale=None)

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["path"] == "/rationale"

    async def test_a_level_that_the_scale_lacks_is_told_with_those_that_it_has(self, governance: Running):
        provider = await governance.register()

        answer = await governance.decide(provider, level="9")

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["path"] == "/level"
        assert "1, 2, 3" in answer.json()["errors"][0]["fix"]

    async def test_level_2_is_told_to_cqc_and_the_icb_and_level_1_is_not(self, governance: Running):
        high, low = await governance.register(), await governance.register()

        await governance.decide(high, level="2")
        await governance.decide(low, level="1")

        assert [alert["data"]["alert"] for alert in await governance.alerts(high)] == ["A4", "A5"]
        assert await governance.alerts(low) == []

    async def test_the_reason_is_sealed_wherever_it_stands_and_opened_for_who_may_read_it(self, governance: Running):
        provider = await governance.register()
        secret = "Medicines were given late to three people."

        answer = await governance.decide(provider, level="2", rationale=secret)

        decision = answer.json()["decision_id"]
        stored = await governance.rows("SELECT state FROM governance_events")
        journalled = await governance.rows("SELECT body FROM journal")
        assert not [1 for (body,) in stored + journalled if secret.encode() in bytes(body)]
        opened = await governance.ask("GET", f"/v1/decisions/{decision}", "auditor")
        assert opened.json()["rationale"] == secret
        assert opened.json()["rule"] == "HER-29"
        assert await governance.rows("SELECT 1 FROM openings")

    async def test_a_decision_about_nobody_is_not_found(self, governance: Running):
        answer = await governance.decide("prv-nobody", level="2")

        assert answer.status_code == 404


class TestJointServices:
    """Golden scenario 4."""

    async def test_the_panel_alone_only_proposes_and_the_icb_is_told(self, governance: Running):
        provider = await governance.register("joint")

        answer = await governance.decide(provider, level="3")

        assert answer.json() | {"status": "proposed", "consents_needed": ["icb"]} == answer.json()
        page = await governance.page(provider)
        assert page["confirmed"] is None
        assert page["pending"][0]["decision_id"] == answer.json()["decision_id"]
        assert [alert["data"]["alert"] for alert in await governance.alerts(provider)] == ["A5"]

    async def test_the_icbs_consent_makes_it_effective(self, governance: Running):
        provider = await governance.register("joint")
        decision = (await governance.decide(provider, level="3")).json()["decision_id"]

        answer = await governance.answer(decision, organisation="icb", rationale="We agree.")

        assert (answer.status_code, answer.json()["status"]) == (201, "effective")
        assert (await governance.page(provider))["confirmed"]["level"] == "3"
        steps = [kind for kind in await governance.kinds(provider, 7) if kind.startswith("decision.")]
        assert steps == ["decision.proposed", "decision.consented", "decision.took_effect"]

    async def test_a_refusal_closes_it_and_needs_its_reason(self, governance: Running):
        provider = await governance.register("joint")
        decision = (await governance.decide(provider, level="3")).json()["decision_id"]

        bare = await governance.answer(decision, consent=False)
        refused = await governance.answer(decision, consent=False, rationale="The evidence is old.")

        assert bare.status_code == 422
        assert refused.json()["status"] == "declined"
        assert (await governance.page(provider))["confirmed"] is None

    async def test_only_the_other_organisation_itself_consents(self, governance: Running):
        provider = await governance.register("joint")
        decision = (await governance.decide(provider, level="3")).json()["decision_id"]

        answer = await governance.answer(decision, who="director", organisation="icb")

        assert (answer.status_code, answer.json()["rule"]) == (403, "HER-10")

    async def test_a_newer_decision_supersedes_the_pending_one(self, governance: Running):
        provider = await governance.register("joint")
        first = (await governance.decide(provider, level="3")).json()["decision_id"]
        second = (await governance.decide(provider, level="2")).json()["decision_id"]

        late = await governance.answer(first)

        assert late.status_code == 409
        assert [pending["decision_id"] for pending in (await governance.page(provider))["pending"]] == [second]

    async def test_what_it_was_based_on_is_looked_at_again_when_it_would_take_effect(self, governance: Running):
        provider = await governance.register("joint")
        order = {"type": "default_notice.served", "body": "COMMISSIONERS"}
        decision = (await governance.decide(provider, "director", **order)).json()["decision_id"]
        changed = {"commissioning": "nhs"}
        await governance.others.write(_registry().ServiceChanged, provider, changed)

        async def known() -> bool:
            return (await governance.page(provider))["commissioning"] == "nhs"

        await until(known)

        answer = await governance.answer(decision)

        assert answer.json()["status"] == "declined"
        assert "based on has changed" in answer.json()["reason"]

    async def test_facts_that_got_worse_meanwhile_stop_a_lowering(self, governance: Running):
        """AMB-15 holds at the moment of the last consent."""
        provider = await governance.register("joint")
        for level in ("3", "2"):
            decision = (await governance.decide(provider, level=level)).json()["decision_id"]
            if level == "3":
                assert (await governance.answer(decision)).json()["status"] == "effective"
        await indicate(governance, provider, "3", "3")

        answer = await governance.answer(decision)

        assert answer.json()["status"] == "declined"
        assert "HER-R25" in answer.json()["reason"]
        assert (await governance.page(provider))["confirmed"]["level"] == "3"

    @pytest.mark.parametrize("commissioning", ["joint", "nhs"])
    async def test_a_flag_reaches_the_director_at_once_and_waits_for_nobody(
        self, governance: Running, commissioning: str
    ):
        """Rulings 22, LGA-13: the same minute, whoever commissions; beginning the process waits for the ICB."""
        provider = await governance.register(commissioning)

        flagged = await governance.decide(provider, type="lsi.recommended", grounds=["organisational_abuse"])
        told = [alert["data"]["alert"] for alert in await governance.alerts(provider)]
        begin = {"type": "lsi.authorised", "body": "DIRECTOR", "lead_role": "safeguarding"}
        begun = await governance.decide(provider, "director", **begin)

        assert (flagged.json()["status"], flagged.json()["consents_needed"]) == ("effective", [])
        assert "A3" in told
        assert (begun.json()["status"], begun.json()["consents_needed"]) == ("proposed", ["icb"])


class TestTheHost:
    async def test_the_council_confirms_what_nobody_commissions(self, governance: Running):
        provider = await governance.register("none")

        assert (await governance.decide(provider, level="2")).json()["status"] == "effective"

    async def test_a_service_of_the_nhs_gets_its_level_from_the_panel_with_the_icbs_consent(self, governance: Running):
        provider = await governance.register("nhs")

        proposed = await governance.decide(provider, level="2")
        told = [alert["data"]["alert"] for alert in await governance.alerts(provider)]
        agreed = await governance.answer(proposed.json()["decision_id"])

        assert (proposed.json()["status"], proposed.json()["consents_needed"]) == ("proposed", ["icb"])
        assert told == ["A5"]
        assert agreed.json()["status"] == "effective"
        assert (await governance.page(provider))["confirmed"]["level"] == "2"

    async def test_but_what_the_nhs_commissions_the_nhs_alone_restricts(self, governance: Running):
        provider = await governance.register("nhs")

        refused = await governance.decide(provider, "director", **SUSPENSION)
        imposed = await governance.decide(provider, "icb", **SUSPENSION)

        assert (refused.status_code, refused.json()["rule"]) == (403, "HER-33")
        assert imposed.json()["status"] == "effective"


class TestProtectiveActs:
    async def test_one_commissioner_suspends_at_once_pending_the_others_ratification(self, governance: Running):
        provider = await governance.register("joint")

        answer = await governance.decide(provider, "icb", **SUSPENSION)

        assert answer.json()["status"] == "effective_pending_ratification"
        page = await governance.page(provider)
        assert page["sanctions"][0]["kind"] == "advisory_notice"
        assert {"restriction", "ratification"} <= {clock["kind"] for clock in page["clocks"]}
        assert [alert["data"]["alert"] for alert in await governance.alerts(provider)] == ["A4", "A5"]

    async def test_a_refused_ratification_ends_it_and_clears_what_was_told(self, governance: Running):
        provider = await governance.register("joint")
        decision = (await governance.decide(provider, "icb", **SUSPENSION)).json()["decision_id"]

        answer = await governance.answer(
            decision, "ratifications", "director", ratify=False, rationale="Not proportionate."
        )

        assert answer.json()["status"] == "ratification_refused"
        assert (await governance.page(provider))["sanctions"] == []
        assert [alert["type"] for alert in await governance.alerts(provider)][2:] == ["careledger.alert.cleared.v1"] * 2
        owed = (await governance.ask("GET", "/v1/tasks", provider=provider)).json()["tasks"]
        assert {"HER-C4", "HER-C5"} <= {one["clause"] for one in owed}  # who heard of it hears of its end

    async def test_a_service_of_one_commissioner_needs_no_ratification(self, governance: Running):
        provider = await governance.register("council")

        imposed = await governance.decide(provider, "director", **SUSPENSION)
        lifted = await governance.decide(provider, "director", type="suspension.lifted", body="COMMISSIONERS")

        assert imposed.json()["status"] == lifted.json()["status"] == "effective"
        assert (await governance.page(provider))["sanctions"] == []

    async def test_another_organisations_service_is_not_ones_own_to_suspend(self, governance: Running):
        provider = await governance.register("council")

        answer = await governance.decide(provider, "icb", **SUSPENSION)

        assert (answer.status_code, answer.json()["rule"]) == (403, "HER-33")

    async def test_a_default_notice_waits_for_a_second_person(self, governance: Running):
        provider = await governance.register()
        order = {"type": "default_notice.served", "body": "COMMISSIONERS", "clause": "12.3", "remedy_by": "2030-01-31"}
        proposed = (await governance.decide(provider, "director", **order)).json()

        same = await governance.answer(proposed["decision_id"], "approvals", "director")
        other = await governance.answer(proposed["decision_id"], "approvals", "chair")

        assert (proposed["status"], proposed["approval_needed"]) == ("proposed", True)
        assert same.status_code == 403
        assert other.json()["status"] == "effective"
        clocks = (await governance.page(provider))["clocks"]
        assert {"kind": "default_notice", "due": "2030-01-31"}.items() <= next(
            clock for clock in clocks if clock["kind"] == "default_notice"
        ).items()


def _registry() -> Any:
    from shared.events import registry_facts

    return registry_facts
