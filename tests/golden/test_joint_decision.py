"""Golden scenario 4 (HER-10, HER-29): on a joint service the panel alone decides nothing; the ICB's consent does."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.governance.domain import alerts, authority, deadlines
from services.governance.domain.authority import Asker, Question, Verdict
from services.governance.provider_case import ProviderCase
from shared import policy
from shared.events import Sealed, decisions

HEREFORDSHIRE = policy.load("herefordshire-2018")
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WHY = Sealed(kid="txt-1", nonce="bm9uY2U=", ciphertext="c3ludGhldGlj")
PANEL_CHAIR = Asker("council", frozenset({"panel-chair"}))
ICB_LEAD = Asker("icb", frozenset({"icb-quality"}))


class Story:
    """A jointly commissioned service in Herefordshire, and what is decided about it."""

    def __init__(self) -> None:
        self.case = ProviderCase("prv-00000000synthetic", "X00000001")

    def panel_confirms(self, level: str, at: datetime = MONDAY) -> Verdict:
        decision = decisions.LevelConfirmed(level=level)
        asked = Question(decision, "MA_QUALITY_REVIEW", self.confirmed, "joint")
        verdict = authority.judge(HEREFORDSHIRE.authority, HEREFORDSHIRE.bodies, PANEL_CHAIR, asked)
        step = decisions.DecisionProposed(
            decision_id="d1", decision=decision, body=verdict.body, organisation="council", role=verdict.role,
            actor="chair", rationale=WHY, consents_needed=verdict.consents, commissioning="joint", rule=verdict.rule,
        )  # fmt: skip
        self.case.propose(step, at)
        return verdict

    def icb_answers(self, agrees: bool, at: datetime) -> None:
        assert authority.may_consent(HEREFORDSHIRE.authority, ICB_LEAD, "icb").allowed
        self.case.answer(
            "d1", "consent", at, organisation="icb", actor="icb-lead", agrees=agrees, rationale=None if agrees else WHY
        )

    @property
    def confirmed(self) -> str | None:
        level = self.case.standing.levels.get("level")
        return level.level if level else None

    @property
    def status(self) -> Any:
        return self.case.decision("d1").status


def test_the_panel_confirms_level_3_alone_and_it_is_pending():
    story = Story()

    verdict = story.panel_confirms("3")

    assert (verdict.allowed, verdict.rule, verdict.consents) == (True, "HER-29", ("icb",))
    assert (story.status, story.confirmed) == ("proposed", None)


def test_the_icbs_consent_arrives_and_it_is_effective():
    story = Story()
    story.panel_confirms("3")

    story.icb_answers(True, MONDAY + timedelta(hours=5))

    assert (story.status, story.confirmed) == ("effective", "3")
    assert story.case.standing.levels["level"].since == MONDAY + timedelta(hours=5)


def test_the_icb_refuses_and_the_old_level_stands():
    story = Story()
    story.panel_confirms("3")

    story.icb_answers(False, MONDAY + timedelta(hours=5))

    assert (story.status, story.confirmed) == ("declined", None)


def test_both_leads_are_told_when_two_working_days_have_passed():
    story = Story()
    story.panel_confirms("3")
    limit = HEREFORDSHIRE.authority.joint.remind_after

    assert deadlines.end(limit, MONDAY) == datetime(2026, 3, 5, tzinfo=UTC)
    facts = alerts.Facts(story.case.provider_id, "Rowan House (synthetic)", "joint")
    alert = alerts.late(facts, story.case.decision("d1"), deadlines.last_day(limit, MONDAY), date(2026, 3, 5))

    assert (alert.alert, alert.cause, alert.due) == ("A15", "d1", date(2026, 3, 4))
    assert set(HEREFORDSHIRE.alerts["A15"].to) == {"quality_lead", "icb_quality"}
