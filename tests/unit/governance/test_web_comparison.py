"""Two moments beside each other in words, and days that are typed into three fields: the pure middle of the pages."""

from services.governance.web import comparison, moments


def test_a_day_is_typed_or_stands_in_the_address():
    typed = {"as_of-day": "2", "as_of-month": "1", "as_of-year": "2026", "known_at": "2026-03-05T09:00:00Z"}

    at = moments.chosen(typed)

    assert (at.as_of, at.known_at, at.typed) == ("2026-01-02", "2026-03-05T09:00:00Z", True)
    assert at.keep() == "?as_of=2026-01-02&known_at=2026-03-05T09%3A00%3A00Z"
    kept = moments.chosen({"as_of": "2026-01-02"})
    assert (kept.as_of, kept.typed, kept.is_past) == ("2026-01-02", False, True), "an address that somebody kept"
    assert not moments.chosen({"as_of-day": " ", "known_at-year": ""}).is_past


def test_the_fields_of_the_bar_hold_the_london_day_of_an_instant():
    at = moments.chosen({"as_of": "2026-07-01T23:30:00Z", "known_at": "nonsense"})

    assert at.fields == {"as_of": ("2", "7", "2026"), "known_at": ("", "", "")}


def test_every_scale_stands_at_both_moments_whether_it_changed_or_not():
    level = {"level": "2", "since": "2026-01-02T00:00:00.000000Z"}
    both = [
        {"levels": {}, "indicated": {}},
        {"levels": {"level": level}, "indicated": {"level": {"min": "2", "max": "3", "unknown": False}}},
    ]

    (one,) = comparison.stood(both, {})

    assert (one.confirmed, one.indicated) == ((None, "2"), ((None, None), ("2", "3")))


def test_of_a_plan_that_changed_only_what_is_different_is_said():
    was = {"status": "drafted", "due": "2026-02-03", "actions": [1], "source": "visit"}
    moved = [{"of": "plan-1", "was": was, "is": was | {"status": "agreed", "actions": [1, 2]}, "by": []}]
    began = [{"of": "plan-2", "was": None, "is": was, "by": []}]

    ((kind, (first, second)),) = comparison.matters({"plan": [*moved, *began]})

    assert kind == "Plan"
    assert (first.was, first.now) == ("Status: Drafted; Actions: 1", "Status: Agreed; Actions: 2")
    assert first.what == "plan-1"
    assert (second.was, second.now) == ("not there", "Status: Drafted; Due: 3 Feb 2026")


def test_a_clock_that_began_says_since_when_and_until_when():
    clock = {"kind": "restriction", "since": "2026-02-01", "due": "2026-05-02", "reference": "s-1"}
    found = {
        "sanctions": [],
        "processes": [],
        "clocks": [{"of": "restriction s-1", "was": None, "is": clock, "by": []}],
    }

    lines = dict(comparison.lists(found))["What is due"]

    assert [(one.what, one.was, one.now) for one in lines] == [
        ("Restriction", "none", "since 1 Feb 2026, due 1 May 2026")
    ]


def test_a_task_is_called_by_its_kind():
    moved = [{"of": "task-1", "was": None, "is": {"task": "review_tainted_decision", "due": "2026-02-03"}, "by": []}]

    ((_, (line,)),) = comparison.matters({"task": moved})

    assert line.what == "Look again at a decision whose evidence fell"
