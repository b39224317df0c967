"""Every entry of a policy that names a decider, a meeting, a cadence or a sanction, and its test. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.policies.pack import Pack
from shared.policies.section import Clause

FILE = "tests/unit/governance/test_deciders.py"
TESTS = {
    "authority": "test_whom_the_rule_names_may_and_nobody_else",
    "joint": "test_a_joint_service_waits_for_the_others_consent_and_no_longer_than_said",
    "urgent": "test_an_urgent_act_does_not_wait_and_is_ratified_in_time",
    "two_people": "test_a_second_person_is_asked_for",
    "bodies": "test_a_body_goes_by_its_names_and_meets_as_often_as_said",
    "convene": "test_what_asks_for_a_meeting_asks_for_it",
    "responses": "test_a_level_sets_going_what_is_said_and_only_offers_the_rest",
    "follows": "test_a_decision_sets_going_what_is_said",
    "review": "test_a_level_is_looked_at_again_when_said",
    "returns": "test_a_return_is_asked_for_as_often_as_said",
}
"""By section, the test; each entry is one case of it."""
ELSEWHERE = {"shredding": "tests/component/governance/test_erasure.py"}
"""Powers that are no decision about a provider, and where they are tested."""


@dataclass(frozen=True, slots=True)
class Named:
    """One entry."""

    pack: str
    section: str
    keys: tuple[str | int, ...]
    """Where it stands in the section: the decision's type and number, the body, the level and number."""
    clause: str
    what: str

    @property
    def case(self) -> str:
        """The test case's id."""
        return "-".join((self.pack, self.section, *map(str, self.keys), self.clause))

    @property
    def test(self) -> str:
        """The whole id of the test."""
        return f"{FILE}::{TESTS[self.section]}[{self.case}]"


def named(pack: Pack) -> Iterator[Named]:
    """All of them, in the order of the policy."""
    for kind, rules in pack.authority.decisions.items():
        if kind not in ELSEWHERE:
            yield from _numbered(pack, "authority", kind, rules)
    for section in ("joint", "urgent", "two_people"):
        yield _named(pack, section, (), getattr(pack.authority, section))
    for key, body in pack.bodies.items():
        yield _named(pack, "bodies", (key,), body)
    yield from _numbered(pack, "convene", None, pack.convene)
    for section, entries in (("responses", pack.responses), ("follows", pack.follows)):
        for key, found in entries.items():
            yield from _numbered(pack, section, key, found)
    for level in pack.clocks.review:
        yield from _numbered(pack, "review", level, pack.clocks.reviews(level))
    for key, schedule in pack.returns.items():
        yield _named(pack, "returns", (key,), schedule)


def _numbered(pack: Pack, section: str, key: str | None, found: Sequence[Clause]) -> Iterator[Named]:
    for number, one in enumerate(found):
        yield _named(pack, section, (key, number) if key else (number,), one)


def _named(pack: Pack, section: str, keys: tuple[str | int, ...], one: Clause) -> Named:
    return Named(pack.pack, section, keys, one.id, " ".join((one.says or one.ours or "").split()))
