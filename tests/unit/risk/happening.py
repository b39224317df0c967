"""What is known of a home after this and that was told of it."""

from typing import Any

from services.risk.gathering.facts import facts
from tests.golden.story import HOME, Story, c_of
from tests.unit.risk.everything import RULES
from tests.unit.risk.homes import BASELINE, home

Told = tuple[str, dict[str, Any]]
VOICE = {"voice": "family", "method": "form", "consent_to_share": True}


def known(story: Story, day: str = "2026-03-20") -> dict[str, Any]:
    story.closed(day)
    judge = story.judge
    return facts(judge.states[HOME], judge.partition, RULES.pack, c_of(judge.partition), BASELINE)


def after(*told: Told, day: str = "2026-03-02", closed: str = "2026-03-20") -> dict[str, Any]:
    story = home().on(day)
    for kind, data in told:
        story.record(kind, data, writer="governance" if kind.startswith("plan.") else "intake")
    return known(story, closed)


def concern(number: int, severity: str = "S2", **more: Any) -> Told:
    data = {"concern_id": f"QC-{number}", "severity": severity, "themes": ["q.medicines"]}
    return "quality_concern.raised", data | more


def voices(negative: int, positive: int, neutral: int = 0) -> list[Told]:
    said = {"negative": negative, "positive": positive, "neutral": neutral}
    return [("feedback.received", VOICE | {"sentiment": how, "count": n}) for how, n in said.items() if n]
