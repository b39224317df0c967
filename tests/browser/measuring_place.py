"""What measures, owners and time travel are shown of: owned services, a late report, a place with a pre-level."""

from datetime import UTC, datetime
from typing import Any

from shared.events import concerns, cqc, registry_facts
from tests.browser.place import CODE
from tests.component.governance.conftest import Running, until

LGA = "X00000003"
"""A place under the policy with a pre-level (golden scenario 6)."""


async def owned(running: Running) -> str:
    """Two services of one owner, with themes; answers the first."""
    same = {"organisation_ids": {"cqc_provider_id": "1-900000001"}}
    first = await running.register(
        place=CODE, name="Laurel Court (synthetic)", brand="Evergreen Care (synthetic)", **same
    )
    await running.register(
        place=CODE, name="Myrtle Lodge (synthetic)", organisation="Evergreen Ltd (synthetic)", **same
    )
    for number in range(9):
        data: Any = {"concern_id": f"QC-L{number}", "themes": [("q.medicines", "q.dignity")[number % 3 == 0]],
                     "severity": "S1"}  # fmt: skip
        await running.others.write(concerns.QualityConcernRaised, first, data, place=CODE)
    sold: Any = {"kind": "sale", "effective_date": "2026-05-01", "organisation": "Deciduous Ltd (synthetic)"}
    last = await running.others.write(registry_facts.OwnershipChanged, first, sold, place=CODE)
    await on_record(running, first, str(last.id))
    return first


async def late_report(running: Running) -> tuple[str, str, str]:
    """Inspected in March, heard of only now: the service, the report, and a moment at which nobody knew of it."""
    provider = await running.register(place=CODE, name="Oleander House (synthetic)")
    before = datetime.now(UTC)
    await running.arrived(before)
    data: Any = {"overall": "inadequate", "report_date": "2026-03-15"}
    rated = await running.others.write(
        cqc.CqcRatingPublished, provider, data, place=CODE, time=datetime(2026, 3, 15, 9, tzinfo=UTC)
    )
    await on_record(running, provider, str(rated.id))
    return provider, str(rated.id), before.isoformat().replace("+00:00", "Z")


async def pre_level(running: Running) -> tuple[str, str]:
    """At the pre-level, then at level 1: the service, and a moment between the two."""
    await adopted(running)
    provider = await running.register(place=LGA, name="Quince House (synthetic)")
    await decide(running, provider, "manager", body="QUALITY_REVIEW_TEAM", type="level.confirmed", level="pre-1")
    await shown(running, provider)
    between = datetime.now(UTC)
    await running.arrived(between)
    await decide(running, provider, "chair", body="MAQAP", type="level.confirmed", level="1")
    await running.kinds(provider, 5, place=LGA)
    return provider, between.isoformat().replace("+00:00", "Z")


async def adopted(running: Running) -> None:
    """The policy of the place, for whichever test comes first."""
    answer = await running.adopt("herefordshire-lga-2017", place=LGA)
    assert answer.status_code in (200, 201), answer.text


async def decide(running: Running, provider: str, who: str, **said: Any) -> None:
    """A decision that others take."""
    order = {"rationale": "Agreed (synthetic)."} | said
    answer = await running.ask("POST", f"/v1/providers/{provider}/decisions", who, place=LGA, body=order)
    assert answer.status_code == 201, answer.text


async def shown(running: Running, provider: str) -> None:
    """Until the decision stands in the history too."""

    async def is_there() -> bool:
        page = (await running.ask("GET", f"/v1/providers/{provider}/history", "auditor", place=LGA)).json()
        kinds = [entry["event"]["type"] for entry in page["entries"]]
        return any("decision.took_effect" in kind for kind in kinds)

    await until(is_there)


async def on_record(running: Running, provider: str, event: str) -> None:
    """Until the history has it."""

    async def is_there() -> bool:
        page = (await running.ask("GET", f"/v1/providers/{provider}/history", "auditor", place=CODE)).json()
        return event in [entry["event"]["id"] for entry in page["entries"]]

    await until(is_there)
