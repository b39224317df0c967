"""What happened to a provider, as events to be warned of; and groups that are too small to be shown."""

from datetime import date

from services.risk.looking_back import knowledge
from services.risk.looking_back.fairness import Exposure, groups
from services.risk.looking_back.outcomes import CLOSURE, INADEQUATE, LSI, SUSPENSION, Happened, happened
from services.risk.looking_back.signals import signals
from tests.golden.story import HOME, Story


def what(story: Story) -> Happened:
    return happened([knowledge.known(event) for event in story.log if event.subject == HOME])


def days(found: Happened, kind: str) -> list[tuple[str, str | None]]:
    def day(ordinal: int) -> str:
        return date.fromordinal(ordinal).isoformat()

    return [
        (day(each.start), None if each.end is None else day(each.end)) for each in found.spells if each.kind == kind
    ]


def test_a_restriction_lasts_until_its_own_id_is_lifted():
    story = Story("2026-01-05")
    story.decided("suspension.imposed", suspension_id="sus-1", kind="enforced")
    story.on("2026-02-01").decided("suspension.agreed_voluntary", suspension_id="sus-2", kind="voluntary_pause")
    story.on("2026-03-01").decided("suspension.lifted", suspension_id="sus-1")

    assert days(what(story), SUSPENSION) == [("2026-01-05", "2026-03-01"), ("2026-02-01", None)]
    assert what(story).lasts(SUSPENSION, date(2026, 3, 1).toordinal())


def test_a_safeguarding_process_may_come_twice():
    story = Story("2026-01-05")
    for day, step in (("2026-01-05", "authorised"), ("2026-02-01", "closed"), ("2026-03-01", "authorised")):
        story.on(day).decided("suspension.considered", outcome="not_now")
        story.log[-1] = story.log[-1].model_copy(update={"data": {"decision": {"type": f"lsi.{step}"}}})

    assert days(what(story), LSI) == [("2026-01-05", "2026-02-01"), ("2026-03-01", None)]
    assert len(what(story).events(LSI)) == 2


def test_a_service_group_is_no_whole_and_a_second_inadequate_no_second_downgrade():
    story = Story("2026-01-05").rated("good").on("2026-01-06").rated("inadequate", service_group="Homecare")
    assert what(story).events(INADEQUATE) == []

    story.on("2026-02-01").rated("inadequate").on("2026-03-01").rated("no_rating").on("2026-04-01").rated("inadequate")
    assert days(what(story), INADEQUATE) == [("2026-02-01", None)]
    assert len(what(story).events(INADEQUATE)) == 1


def test_who_moved_place_or_was_registered_in_error_has_not_closed():
    for reason, closed in (("moved_place", 0), ("registered_in_error", 0), ("deregistered", 1), ("closed", 1)):
        story = Story("2026-01-05").registered()
        story.record("registry.service.closed", {"closed_on": "2026-01-05", "reason": reason})
        assert len(what(story).events(CLOSURE)) == closed


def test_what_lasts_ends_with_the_closing():
    story = Story("2026-01-05").decided("suspension.imposed", suspension_id="sus-1", kind="enforced")
    story.on("2026-02-01").record("registry.service.closed", {"closed_on": "2026-02-01", "reason": "closed"})
    story.on("2026-02-02").rated("inadequate")

    assert days(what(story), SUSPENSION) == [("2026-01-05", "2026-02-01")]
    assert days(what(story), INADEQUATE) == []
    assert what(story).after_closing == 1


def test_only_groups_that_cannot_be_reckoned_back_are_hidden():
    [signal] = signals(("1", "2"))[:1]

    def hidden(**sizes: int) -> set[str]:
        found = {}
        for name, size in sizes.items():
            found["size_band", name, signal.id] = exposure = Exposure(days=size)
            for _ in range(size):
                exposure.reached.add(0, 1)
        return {each.group for each in groups(found, [signal]) if each.suppressed}

    assert hidden(a=30, b=12, c=10) == set()
    assert hidden(a=30, b=12, c=4) == {"b", "c"}
    assert hidden(a=30, b=4, c=4) == {"b", "c"}
