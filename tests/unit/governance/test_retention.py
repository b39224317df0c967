"""How long words are kept: every type in one class, a place's own years, and the day on which something comes due."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.governance.proof import due, retention
from services.governance.proof.retention import BadSchedule, Count
from shared.events import entry_of, registry
from shared.events.concerns import QualityConcernRaised
from shared.events.meetings import MeetingMinutesRecorded
from shared.events.registry import TYPES

SHIPPED = due.read(None)
CONCERN, MINUTES = entry_of(QualityConcernRaised).type, entry_of(MeetingMinutesRecorded).type
PLACE = "E06000019"


def said(**more: Any) -> dict[str, Any]:
    return SHIPPED.model_dump() | more


def test_every_published_type_that_holds_a_text_stands_in_exactly_one_class() -> None:
    listed = sorted(kind for one in SHIPPED.classes.values() for kind in one.types)
    assert listed == sorted(entry.kind for entry in TYPES.values() if registry.texts(entry.model))
    assert {type_ for type_, entry in TYPES.items() if registry.texts(entry.model)} == SHIPPED.class_of().keys()


@pytest.mark.parametrize(
    ("types", "why"),
    [
        (["complaint.received"], "complaint.received stands in 2 classes"),
        (["no.such"], "no.such holds no text, or is no type"),
        (["day.closed"], "day.closed holds no text, or is no type"),
    ],
)
def test_a_type_that_stands_twice_or_is_none_is_refused(types: list[str], why: str) -> None:
    more = said()["classes"] | {"more": {"years": 1, "why": "A test.", "types": types}}
    with pytest.raises(BadSchedule, match=why):
        retention.schedule(said(classes=more))


def test_a_type_in_no_class_is_said_and_a_class_that_is_none_is_refused() -> None:
    less = {name: one for name, one in said()["classes"].items() if name != "contracts"}
    older = retention.schedule(said(classes=less))
    assert (SHIPPED.unclassed, older.unclassed) == ([], sorted(said()["classes"]["contracts"]["types"]))
    with pytest.raises(BadSchedule, match="there is no class other"):
        retention.schedule(said(places={PLACE: {"other": 3}}))
    with pytest.raises(BadSchedule, match="greater than or equal to 1"):
        retention.schedule(said(places={PLACE: {"concerns": 0}}))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadSchedule, match=r"other\.yaml"):
        due.read(tmp_path / "other.yaml")


def test_words_come_due_the_day_after_their_years_a_place_may_have_its_own() -> None:
    other = retention.schedule(said(places={PLACE: {"concerns": 3, "record": 20}}))
    found = [(UUID(int=1), CONCERN, date(2020, 2, 29)), (UUID(int=2), MINUTES, date(2020, 2, 29))]

    ours = list(retention.reckon(found, SHIPPED.class_of(), SHIPPED.years(PLACE)))
    theirs = list(retention.reckon(found, other.class_of(), other.years(PLACE)))
    elsewhere = list(retention.reckon(found, other.class_of(), other.years("E08000033")))

    assert [(one.in_class, one.due_on) for one in ours] == [("concerns", date(2028, 3, 1))]
    assert [one.due_on for one in theirs] == [date(2023, 3, 1), date(2040, 3, 1)]
    assert elsewhere == ours


def test_counts_add_up_and_the_first_day_is_the_next() -> None:
    one = Count(due=1, later=2, next_on=date(2030, 1, 2)) + Count(held=1, asked=3, later=1, next_on=date(2030, 1, 1))
    assert one == Count(due=1, held=1, asked=3, later=3, next_on=date(2030, 1, 1))
    assert (Count() + Count()).next_on is None
