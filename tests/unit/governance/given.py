"""Given these steps, when a command, then these events: for the provider case."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from services.governance.provider_case import ProviderCase
from shared.events import Sealed, decisions

PROVIDER, PLACE = "prv-00000000synthetic", "X00000001"
MORNING = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
REASON = Sealed(kid="txt-1", nonce="bm9uY2U=", ciphertext="c3ludGhldGlj")
LEVEL_2 = decisions.LevelConfirmed(level="2")
LEVEL_3 = decisions.LevelConfirmed(level="3")
PAUSE = decisions.SuspensionImposed(suspension_id="sus-1", kind="advisory_notice")
ENFORCED = decisions.SuspensionImposed(suspension_id="sus-1", kind="enforced")


def after(minutes: float = 0, *, days: float = 0) -> datetime:
    return MORNING + timedelta(minutes=minutes, days=days)


def proposal(decision: Any = LEVEL_2, name: str = "d1", **changes: Any) -> decisions.DecisionProposed:
    facts: dict[str, Any] = {
        "decision_id": name,
        "decision": decision,
        "body": "MA_QUALITY_REVIEW",
        "organisation": "council",
        "role": "panel-chair",
        "actor": "chair",
        "rationale": REASON,
        "rule": "HER-29",
        "policy_digest": "d" * 64,
        "commissioning": "council",
    }
    return decisions.DecisionProposed(**(facts | changes))


class Given:
    """A case after some commands; `when` runs one more and keeps what happened."""

    def __init__(self, *commands: Callable[[ProviderCase], object]) -> None:
        self.case = ProviderCase(PROVIDER, PLACE)
        for command in commands:
            command(self.case)
        self.case.collect_events()
        self.happened: list[Any] = []

    def when(self, command: Callable[[ProviderCase], object]) -> "Given":
        command(self.case)
        self.happened = list(self.case.collect_events())
        return self

    def then(self, *names: str) -> "Given":
        assert [type(event).__name__ for event in self.happened] == list(names)
        return self

    def step(self, name: str) -> dict[str, Any]:
        return next(event.step for event in self.happened if type(event).__name__ == name)

    def at(self, name: str) -> datetime:
        return next(event.at for event in self.happened if type(event).__name__ == name)


def propose(
    decision: Any = LEVEL_2, name: str = "d1", at: datetime = MORNING, **changes: Any
) -> Callable[[ProviderCase], None]:
    ratify_by = changes.pop("ratify_by", None)
    return lambda case: case.propose(proposal(decision, name, **changes), at, ratify_by=ratify_by)


def answer(
    name: str = "d1",
    given: Any = "consent",
    at: datetime = after(60),
    *,
    organisation: str = "icb",
    actor: str = "icb-lead",
    agrees: bool = True,
    rationale: Sealed | None = REASON,
) -> Callable[[ProviderCase], None]:
    return lambda case: case.answer(
        name, given, at, organisation=organisation, actor=actor, agrees=agrees, rationale=rationale
    )
