"""State: bounded, by id, the later one wins; partitions: order, holes, days, policies."""

from datetime import date

import msgspec
import pytest
from pydantic import ValidationError

from services.risk.remembered.decided import KEPT
from services.risk.remembered.partition import Place, place_of
from services.risk.remembered.registered import COMMISSIONING_KEPT
from services.risk.remembered.state import ProviderState, empty, fold
from shared.events import Event
from tests.golden.story import HOME, PLACE, Story


def home() -> Story:
    return Story("2026-01-05").adopted().registered()


def state(story: Story) -> ProviderState:
    return story.judge.states[HOME]


def changed(event: Event, **fields: object) -> Event:
    return Event.model_validate(event.model_dump() | fields)


class TestFold:
    def test_a_kind_that_says_nothing_to_risk_changes_nothing(self):
        story = home()
        before = state(story)
        decision = {"type": "level.confirmed", "level": "2"}
        told = {"decision_id": "d", "decision": decision, "body": "B", "organisation": "council", "role": "panel-chair"}

        event = story.record("decision.proposed", told, writer="governance")

        assert fold(before, event) is before

    def test_data_that_breaks_its_type_is_an_error_and_leaves_the_state_as_it_was(self):
        event = changed(home().record("contact.recorded", {"contact_id": "C", "kind": "call"}), data={"kind": "spell"})

        with pytest.raises(ValidationError):
            fold(empty(HOME, PLACE), event)

    def test_facts_out_of_the_window_are_counted_and_dropped(self):
        story = home().on("2026-06-01")
        old = {"concern_id": "QC-1", "themes": ["q.dignity"], "severity": "S3"}

        story.record("quality_concern.raised", old, at=story.now.replace(year=2023), basis="import")

        assert state(story).concerns == {}
        assert state(story).dropped == 1

    def test_an_outcome_waits_for_its_concern_but_not_for_ever(self):
        story = home().outcome("QC-1", "not_upheld")
        assert len(state(story).outcomes) == 1

        story.on("2027-12-01").concern("QC-2")

        assert state(story).outcomes == {}

    def test_many_changes_of_who_commissions_keep_since_when_it_is_who_it_is(self):
        story = home()
        for day in range(1, 9):
            for who in ("council", "council", "joint"):
                story.on(f"2026-02-0{day}").record("registry.service.changed", {"commissioning": who})
        story.on("2026-03-02").record("registry.service.changed", {"commissioning": "joint"})

        register = state(story).register
        assert len(register.commissioning) <= COMMISSIONING_KEPT
        assert register.commissioned_since(("joint",)) == date(2026, 2, 8).toordinal()

    def test_of_too_many_restrictions_one_that_is_over_is_forgotten_first(self):
        story = home().on("2026-03-02")
        for number in range(KEPT):
            story.decided("suspension.imposed", suspension_id=f"s-{number}", kind="voluntary_pause")
        story.decided("suspension.lifted", suspension_id="s-30")

        story.decided("suspension.imposed", suspension_id="s-new", kind="voluntary_pause")

        kept = state(story).decided.restrictions
        assert len(kept) == KEPT
        assert kept.keys() >= {"s-0", "s-29", "s-31", "s-new"}

    def test_state_is_small_and_survives_its_bytes(self):
        story = home().rated("good", safe="good").visited().filed("2026-01", "2026-02").concern("QC-1", "S4")
        story.decided("suspension.imposed", suspension_id="s", kind="enforced")
        story.decided("default_notice.served", notice_id="n", because="plan_timescales_missed")

        body = msgspec.msgpack.encode(state(story))

        assert msgspec.msgpack.decode(body, type=ProviderState) == state(story)
        assert len(body) < 3_000

    def test_the_fullest_state_fits_its_limit(self):
        story = home()
        for number in range(410):
            ref = f"{number:04d}-0d7c1f6e-5a0e-5f39-8d5e-0c2b7c6f1a11"
            story.concern(ref, themes=["q.medicines", "q.whistleblow_culture", "q.records_info"])
            story.outcome(ref, "inconclusive")
            story.record("safeguarding_concern.received", {"sg_ref": ref, "abuse_types": ["abuse.neglect"]})
            story.visited(ref)

        assert len(msgspec.msgpack.encode(state(story))) < 200_000
        assert set(state(story).capped) == {"concerns", "outcomes", "safeguarding", "visits"}


class TestReturns:
    def test_the_first_submission_of_a_period_counts(self):
        story = home().on("2026-03-05").filed("2026-02").on("2026-03-25").filed("2026-02").closed("2026-03-31")

        assert story.outcome_of("HER-L1.i") == "met"
        (period,) = state(story).returns["RT-PMR"].values()
        assert period.stamp[2] == str(next(e.id for e in story.log if e.kind == "returns.submitted"))

    def test_one_missed_is_watched_and_two_running_are_level_2_supporting(self):
        story = home().closed("2026-03-20")
        assert story.outcome_of("HER-L2.h") == "not_met"

        story.closed("2026-04-20")
        assert story.outcome_of("HER-L2.h") == "met"

        story.on("2026-04-22").filed("2026-02", "2026-03")
        assert story.outcome_of("HER-L2.h") == "not_met"
        assert story.outcome_of("HER-L1.i") == "met"

    def test_three_late_ones_in_twelve_months_count_even_though_they_came(self):
        story = home()
        for month in (2, 3, 4):
            story.on(f"2026-{month + 1:02d}-28").filed(f"2026-{month:02d}").closed(f"2026-{month + 1:02d}-28")

        assert story.outcome_of("HER-L2.h") == "met"
        assert story.outcome_of("HER-L1.i") == "met"

    def test_the_clock_starts_at_the_later_of_registration_and_adoption(self):
        story = Story("2026-01-05").registered().on("2026-04-10").adopted().closed("2026-06-14")
        assert story.told("A11") == []

        story.closed("2026-06-15")

        assert story.told("A11") == [("raised", "return:RT-PMR:2026-05")]

    def test_the_first_period_asked_for_is_the_first_whole_month_after_the_start(self):
        story = Story("2026-02-01").adopted().registered().closed("2026-03-31")
        assert story.told("A11") == []

        story.closed("2026-04-15")
        assert story.told("A11") == [("raised", "return:RT-PMR:2026-03")]

    def test_a_new_version_of_the_same_pack_does_not_start_the_clock_again(self):
        story = home().on("2026-06-01").closed("2026-05-31")
        before = len(story.told("A11"))

        story.adopted()

        assert before == 3
        assert len(story.told("A11")) == before
        assert story.outcome_of("HER-L2.h") == "met"


class TestDecisions:
    def test_a_variation_of_a_suspension_does_not_start_its_clock_again(self):
        story = home().on("2026-02-01").decided("suspension.imposed", suspension_id="s", kind="enforced")
        story.on("2026-04-01").decided("suspension.varied", suspension_id="s", kind="phased", scope="packages")

        story.closed("2026-05-01")

        assert story.outcome_of("HER-L3.g") == "met"

    def test_a_notice_that_is_satisfied_no_longer_counts(self):
        story = home().closed("2026-01-05").decided("default_notice.served", notice_id="n-1")
        assert story.indicated == ("2", "2")

        story.decided("default_notice.satisfied", notice_id="n-1")

        assert story.outcome_of("HER-L2.i") == "not_met"

    @pytest.mark.parametrize(
        ("second", "because", "outcome"),
        [
            ("2026-12-01", "plan_timescales_missed", "met"),
            ("2026-12-01", "breach", "not_met"),
            ("2027-02-03", "plan_timescales_missed", "not_met"),
        ],
    )
    def test_a_further_notice_needs_its_cause_and_an_earlier_one_within_a_year(self, second, because, outcome):
        story = home().on("2026-02-02").decided("default_notice.served", notice_id="n-1")
        story.decided("default_notice.satisfied", notice_id="n-1")

        story.on(second).decided("default_notice.served", notice_id="n-2", because=because)

        assert story.outcome_of("HER-L3.f") == outcome

    def test_one_that_calls_itself_further_is_one(self):
        story = home().decided("default_notice.further", notice_id="n-1", because="plan_timescales_missed")

        assert story.outcome_of("HER-L3.f") == "met"


class TestOrder:
    def test_a_repeat_a_hole_and_the_next_are_told_apart_per_writer(self):
        story = home().concern("QC-1").concern("QC-2")
        last = story.log[-1]
        partition = story.judge.partition

        assert place_of(partition, last) is Place.REPEAT
        assert place_of(partition, changed(last, sequence=9, prevsequence=3)) is Place.NEXT
        assert place_of(partition, changed(last, sequence=9, prevsequence=8)) is Place.HOLE
        assert place_of(partition, changed(last, writer="governance", sequence=2, prevsequence=1)) is Place.NEXT

    def test_a_partition_that_begins_in_the_middle_takes_the_first_it_sees(self):
        story = home()

        assert place_of(story.judge.partition, changed(story.log[0], writer="notify", sequence=77)) is Place.NEXT


class TestUnprocessed:
    def test_while_a_record_waits_nothing_is_indicated_and_everything_else_is_shown(self):
        story = home().rated("inadequate").closed("2026-01-05")
        assert story.indicated == ("3", "3")

        story.judge.states[HOME] = msgspec.structs.replace(state(story), unprocessed=1)

        assert story.indicated == (None, None)
        assert story.assessed.unprocessed == 1
        assert story.outcome_of("HER-L3.a") == "met"


def test_without_a_policy_nothing_is_indicated_and_the_reason_is_told():
    story = Story("2026-01-05").registered().rated("inadequate")

    assert story.assessed.indicated.unknown
    assert [missing.what for missing in story.assessed.missing] == ["policy"]
