"""What may be ordered, and the decision that follows from it."""

from uuid import UUID

import pytest
from pydantic import ValidationError

from services.governance import orders
from services.governance.asking import Unfit
from services.governance.domain.standing import Confirmed, Restriction, Standing
from shared.events import decisions
from shared.events.assessments import Indicated
from tests.unit.governance.given import MORNING

ID = UUID("0d7c1f6e-5a0e-5f39-8d5e-0c2b7c6f1a11")
UNKNOWN = Indicated(unknown=True)


def decided(standing: Standing | None = None, indicated: Indicated = UNKNOWN, **said: object) -> decisions.Decision:
    order = orders.ORDER.validate_python({"body": "PANEL", "rationale": "So."} | said)
    return orders.decision(order, ID, "level", standing or Standing(), indicated)


def suspended(*names: str, kind: str = "enforced") -> Standing:
    return Standing(
        restrictions=tuple(Restriction(name, "suspension.imposed", kind, "all", MORNING, "d0") for name in names)
    )


def test_a_level_is_on_the_primary_scale_and_says_what_was_before():
    before = Standing(levels={"level": Confirmed("1", MORNING, "d0")})

    assert decided(before, type="level.confirmed", level="2") == decisions.LevelConfirmed(level="2", from_level="1")


def test_an_override_keeps_what_was_indicated():
    found = decided(indicated=Indicated(min="1", max="2"), type="level.overridden", level="3", dissent=["icb"])

    assert found == decisions.LevelOverridden(level="3", indicated_min="1", indicated_max="2", dissent=("icb",))


def test_dissent_belongs_to_an_override():
    with pytest.raises(Unfit):
        decided(type="level.confirmed", level="2", dissent=["icb"])


@pytest.mark.parametrize(
    ("type_", "kind"), [("suspension.agreed_voluntary", "voluntary_pause"), ("suspension.phased", "phased")]
)
def test_the_kind_follows_from_the_type_where_it_can(type_, kind):
    found = decided(type=type_)

    assert isinstance(found, decisions.SuspensionImposed)
    assert (found.kind, found.suspension_id) == (kind, f"sus-{ID.hex[:16]}")


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("suspension.agreed_voluntary", "enforced"), ("suspension.phased", "enforced"),
        ("suspension.agreed_voluntary", "phased"), ("suspension.imposed", "voluntary_pause"),
    ],
)  # fmt: skip
def test_a_kind_is_never_decided_under_another_types_power(type_, kind):
    """Else a voluntary pause that is enforced would pass without its second person and its preconditions."""
    with pytest.raises(Unfit) as refused:
        decided(type=type_, kind=kind)

    assert refused.value.path == "/kind"


def test_a_milder_restriction_is_not_varied_into_an_enforced_one():
    harder = {"type": "suspension.varied", "kind": "enforced", "scope": "all"}

    with pytest.raises(Unfit) as refused:
        decided(suspended("sus-1", kind="voluntary_pause"), **harder)

    assert (refused.value.path, "suspension.imposed" in refused.value.fix) == ("/kind", True)
    assert decided(suspended("sus-1"), **harder) == decisions.SuspensionVaried(
        suspension_id="sus-1", kind="enforced", scope="all"
    )


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_that_nobody_means_is_refused_at_the_door(day):
    with pytest.raises(ValidationError):
        orders.ORDER.validate_python({"body": "PANEL", "type": "level.confirmed", "level": "2", "review_by": day})


def test_what_is_imposed_says_its_kind():
    with pytest.raises(Unfit) as refused:
        decided(type="suspension.imposed")

    assert refused.value.path == "/kind"


def test_the_only_suspension_need_not_be_named():
    assert decided(suspended("sus-1"), type="suspension.lifted") == decisions.SuspensionLifted(suspension_id="sus-1")


@pytest.mark.parametrize("names", [(), ("sus-1", "sus-2")])
def test_one_of_several_or_none_must_be(names):
    with pytest.raises(Unfit):
        decided(suspended(*names), type="suspension.lifted")


@pytest.mark.parametrize(
    "said",
    [
        {"type": "level.confirmed"},
        {"type": "level.confirmed", "level": "2", "colour": "red"},
        {"type": "level.invented", "level": "2"},
        {"type": "level.confirmed", "level": "2", "effective_at": "2026-03-02T09:30:00"},
        {"type": "level.confirmed", "level": "2", "effective_at": "0001-01-01T00:00:00+14:00"},
        {"type": "level.confirmed", "level": "2", "rationale": "  "},
    ],
)
def test_what_does_not_fit_is_refused_at_the_door(said):
    with pytest.raises(ValidationError):
        orders.ORDER.validate_python({"body": "PANEL", "rationale": "So."} | said)
