"""A home under watch, and what is known of it."""

from services.risk.expected import Baseline, Rate
from services.risk.gathering.facts import facts
from tests.golden.story import HOME, Story, c_of

BASELINE = Baseline(
    digest="b",
    rates={
        "concerns|care_home_residential|11-40": Rate(events=60, exposure=365_000, peers=12),
        "safeguarding|care_home_residential|all": Rate(events=60, exposure=365_000, peers=12),
        "incidents|care_home_residential|all": Rate(events=90, exposure=365_000, peers=12),
        "deaths|care_home_residential|all": Rate(events=90, exposure=365_000, peers=12),
        "complaints|care_home_residential|all": Rate(events=40, exposure=365_000, peers=12),
    },
)


def known(story: Story, baseline: Baseline | None = None) -> dict[str, bool | int | str]:
    judge = story.judge
    return facts(judge.states[HOME], judge.partition, story.pack.pack, c_of(judge.partition), baseline)


def home() -> Story:
    return Story("2026-01-05").adopted().registered().closed("2026-01-05")
