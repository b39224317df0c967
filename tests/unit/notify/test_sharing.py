"""Who may read what, and when (SAL-20)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify import sharing
from services.notify.notice import TITLES
from services.notify.sharing import Marking
from tests.unit.notify.given import NOW, notice

LATER = NOW + timedelta(days=3)


@pytest.mark.parametrize("alert", sorted(set(TITLES) - sharing.PROVIDERS_OWN))
def test_a_provider_is_never_told_of_a_concern(alert: str) -> None:
    assert sharing.withheld(notice(alert), "provider") == "not_shared"


@pytest.mark.parametrize("alert", ["A10", "A11"])
def test_a_provider_is_told_of_its_limits_and_returns(alert: str) -> None:
    assert sharing.withheld(notice(alert), "provider") is None
    assert sharing.withheld(notice(alert, not_to_provider=True), "provider") == "not_shared"


@pytest.mark.parametrize(
    ("role", "summary"),
    [
        ("safeguarding", "Something happened"),
        ("director", "Something happened"),
        ("quality_lead", "Safeguarding concern to consider. The record says more to those who may read it."),
        ("cqc", "Safeguarding concern to consider. The record says more to those who may read it."),
    ],
)
def test_what_is_restricted_is_read_by_safeguarding_alone(role: str, summary: str) -> None:
    restricted = notice("A2", classification="restricted-safeguarding")

    assert sharing.summary_for(restricted, role) == summary


def test_another_authority_learns_that_not_what() -> None:
    assert sharing.summary_for(notice("A6"), "placing_authorities").startswith("Notice to another authority.")


def test_a_host_authority_reads_what_was_raised_with_it_and_is_none_of_ours() -> None:
    assert sharing.summary_for(notice("A6"), "host_authority") == "Something happened"
    assert sharing.withheld(notice("A6", audiences=("council",)), "host_authority") == "audience"


class TestAnAudience:
    def test_of_the_council_keeps_it_from_everybody_else(self) -> None:
        marked = notice("A4", audiences=("council",))

        assert sharing.withheld(marked, "cqc") == "audience"
        assert sharing.withheld(marked, "quality_lead") is None

    def test_may_name_a_role_or_an_organisation(self) -> None:
        assert sharing.withheld(notice("A5", audiences=("icb",)), "icb_quality") is None
        assert sharing.withheld(notice("A5", audiences=("icb_quality",)), "icb_safeguarding") == "audience"

    def test_is_widened_by_a_decision_to_share(self) -> None:
        marked = notice("A4", audiences=("council",))

        assert sharing.withheld(marked, "cqc", {"cqc"}) is None
        assert sharing.withheld(marked, "icb_quality", {"cqc"}) == "audience"

    @pytest.mark.parametrize("alert", ["A1", "A2"])
    def test_never_keeps_danger_from_safeguarding(self, alert: str) -> None:
        marked = notice(alert, audiences=("cqc",), embargo_until=LATER)

        assert sharing.withheld(marked, "safeguarding") is None
        assert sharing.not_before(marked, "safeguarding") is None


class TestAnEmbargo:
    @pytest.mark.parametrize(
        ("alert", "role", "waits"),
        [("A1", "safeguarding", False), ("A1", "cqc", True), ("A4", "cqc", True), ("A10", "quality_officer", True)],
    )
    def test_is_waited_for_except_by_those_who_must_act_at_once(self, alert: str, role: str, waits: bool) -> None:
        marked = notice(alert, embargo_until=LATER)

        assert (sharing.not_before(marked, role) == LATER) is waits


_MARKINGS = st.builds(
    Marking,
    st.none() | st.lists(st.sampled_from(["council", "icb", "cqc"]), unique=True).map(tuple),
    st.booleans(),
    st.none() | st.sampled_from([NOW, LATER]),
)


@given(st.lists(_MARKINGS, max_size=4), st.sampled_from(["cqc", "icb_quality", "quality_lead", "provider"]))
def test_evidence_together_is_never_shared_wider_than_each_of_it(markings: list[Marking], role: str) -> None:
    together = sharing.bound(notice("A10"), markings)

    for one in markings:
        alone = sharing.bound(notice("A10"), [one])
        if sharing.withheld(alone, role):
            assert sharing.withheld(together, role)
        if (until := sharing.not_before(alone, role)) is not None:
            assert sharing.not_before(together, role) >= until  # type: ignore[operator] # never None then


@pytest.mark.parametrize(("people", "said"), [(0, "0"), (1, "fewer than 5"), (4, "fewer than 5"), (5, "5")])
def test_few_people_are_not_counted_out(people: int, said: str) -> None:
    assert sharing.counted(people) == said
