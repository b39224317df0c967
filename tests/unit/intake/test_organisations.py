"""Who runs and who trades: one organisation however it is spelt, two where their ids differ."""

from datetime import date
from typing import Any

from services.intake import organisations
from services.intake.identity import Provider


def provider(number: int, **facts: Any) -> Provider:
    return Provider(
        number=number, provider_id=f"prv-{number}", place="X00000001", version=1,
        facts={"name": f"Home {number}"} | facts,
        registered_on=date(2026, 1, 1), commissioned=(), aliases=(),
    )  # fmt: skip


def names(*providers: Provider, by: organisations.By = "organisation") -> list[tuple[str, list[str]]]:
    return [
        (group.name, [each.provider_id for each in group.providers]) for group in organisations.grouped(providers, by)
    ]


def test_a_name_in_two_spellings_is_one_organisation() -> None:
    found = names(provider(1, organisation="Rowan Care Ltd"), provider(2, organisation="ROWAN CARE LIMITED."))
    assert found == [("ROWAN CARE LIMITED.", ["prv-1", "prv-2"])]


def test_an_id_tells_apart_what_a_name_does_not_and_joins_what_it_does() -> None:
    one, other = {"cqc_provider_id": "1-1"}, {"cqc_provider_id": "1-2"}
    found = names(
        provider(1, organisation="Rowan Care", organisation_ids=one),
        provider(2, organisation="Rowan Care", organisation_ids=other),
        provider(3, organisation="Rowan (renamed)", organisation_ids=one),
    )
    assert found == [("Rowan (renamed)", ["prv-1", "prv-3"]), ("Rowan Care", ["prv-2"])]


def test_a_brand_is_shared_by_organisations_and_what_names_nobody_belongs_to_nobody() -> None:
    homes = (
        provider(1, organisation="A", brand="Rowan Group"), provider(2, organisation="B", brand="rowan group"),
        provider(3), provider(4, organisation="...", closed_on="2026-01-01"),
    )  # fmt: skip
    assert names(*homes, by="brand") == [("rowan group", ["prv-1", "prv-2"])]
    assert [name for name, _ in names(*homes)] == ["A", "B"]


def test_its_id_stays_when_more_providers_come() -> None:
    first = organisations.grouped([provider(1, organisation="Rowan")], "organisation")
    later = organisations.grouped(
        [provider(1, organisation="Rowan"), provider(2, organisation="Rowan", closed_on="2026-02-01")], "organisation"
    )
    assert first[0].id == later[0].id
    assert (later[0].open, len(later[0].providers)) == (1, 2)
