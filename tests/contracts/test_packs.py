"""The five policies against their documents: quoted to the letter, no requirement forgotten, what is ours marked."""

import re
from functools import cache
from pathlib import Path

import pytest

from shared import policy
from shared.policies import guide, tracing

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
SEEDS = {
    "herefordshire-2018": "herefordshire-quality-assurance-strategy-2018.txt",
    "herefordshire-lga-2017": "herefordshire-lga-case-study-2017.txt",
    "oxfordshire-2013": "oxfordshire-contracts-quality-monitoring-2013.txt",
    "calderdale-2023": "calderdale-integrated-quality-strategy-2023-2027.txt",
    "salford-2024": "salford-market-quality-assurance-2024-2028.txt",
}
ALERTS = {f"A{number}" for number in range(1, 20)}
every_pack = pytest.mark.parametrize("name", sorted(SEEDS))


@cache
def pack(name: str) -> policy.Pack:
    return policy.load(name)


@cache
def traces() -> dict[str, tuple[tracing.Traced, ...]]:
    return guide.traces()


def words(*path: str) -> str:
    """A document in one line. Where it is not there nothing is checked, which CI does not allow."""
    file = SHARED.joinpath(*path)
    if not file.exists():
        pytest.skip(f"THE COUNCILS' WORDS ARE NOT CHECKED: {file} is not there")
    return flat(file.read_text())


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def nodes(node: object) -> list[dict[str, object]]:
    if isinstance(node, dict):
        return [node] + [inner for value in node.values() for inner in nodes(value)]
    if isinstance(node, list | tuple):
        return [inner for value in node for inner in nodes(value)]
    return []


def test_the_five_are_shipped() -> None:
    assert set(policy.shipped()) == set(SEEDS)


@every_pack
def test_what_is_quoted_stands_in_the_councils_document_to_the_letter(name: str) -> None:
    seed = words("seeds", SEEDS[name])
    quoted = [str(node["says"]) for node in nodes(policy.document(pack(name))) if isinstance(node.get("says"), str)]
    quoted += [code.response for scale in pack(name).scales.values() for code in scale.codes if code.response]

    assert len(quoted) > 60
    assert [said for said in quoted if flat(said) not in seed] == []


def test_salfords_rows_are_complete() -> None:
    row = words("seeds", SEEDS["salford-2024"])
    row = row[row.index("APPENDIX 1: Risk Thresholds") :]
    for level, count in (("1", 11), ("2", 12), ("3", 18)):
        said = [each.says for each in pack("salford-2024").criteria if each.scale is None and each.level == level]
        assert len(said) == count
        for text in said:
            assert text in row
            row = row[row.index(text) + len(text) :]


@every_pack
def test_every_requirement_has_an_entry_or_a_written_reason_and_not_both(name: str) -> None:
    found = traces()[name]

    assert [each.clause for each in found if not each.entries and not each.reason] == []
    assert [each.clause for each in found if each.entries and each.reason] == [], "the reason has become untrue"


def test_the_list_of_requirements_is_whole() -> None:
    catalogue = words("design", "domain.md")
    section = catalogue[catalogue.index("## 1.1 Herefordshire 2018") : catalogue.index("## 1.6 Cross-council")]
    stated = set(re.findall(r"(?<![\w.-])((?:HER|LGA|OXF|CAL|SAL)-(?:[LMQ]?\d+)(?:\.[a-z])?)(?![\w.])", section))
    listed = {each.clause for found in traces().values() for each in found}
    ranges = {"CAL-S1", "CAL-S6"}  # the six standards of CAL-3, not requirements

    assert {clause for clause in stated - ranges if clause not in listed} == set()
    assert len(listed) == 33 + 26 + 3 + 5 + 17 + 28 + 41 + 32 + 41


@every_pack
def test_what_has_no_number_of_the_catalogue_is_marked_ours(name: str) -> None:
    listed = [each.clause for each in traces()[name]]
    unknown = [
        node["id"]
        for node in nodes(policy.document(pack(name)))
        if isinstance(node.get("id"), str)
        and not any(node["id"] == clause or str(node["id"]).startswith(f"{clause}.") for clause in listed)
        and not node.get("ours")
    ]

    # What a level sets going in Salford has the seed's words and no number in the catalogue: SAL-M is ours.
    assert [each for each in unknown if not str(each).startswith("SAL-M")] == []


@every_pack
def test_every_alert_is_there_and_says_on_what_it_rests(name: str) -> None:
    alerts = pack(name).alerts

    assert set(alerts) == ALERTS
    assert [code for code, alert in alerts.items() if not alert.basis or not (alert.ours or alert.raised_by)] == []
    assert {code for code, alert in alerts.items() if alert.switch == "fixed"} == {"A1", "A2"}


@every_pack
def test_a_condition_that_is_our_reading_says_so(name: str) -> None:
    unsaid = [
        each.id
        for each in pack(name).criteria
        if each.level != pack(name).rule[each.scale or pack(name).primary].lowest.level and each.strength.ours is None
    ]

    assert unsaid == []


def test_a_policy_whose_criteria_nobody_published_says_so() -> None:
    illustrative = {name for name in SEEDS if pack(name).illustrative}

    assert illustrative == {"herefordshire-lga-2017", "oxfordshire-2013", "calderdale-2023"}


def test_the_councils_decide_on_the_scales_of_ruling_11() -> None:
    assert {name: (pack(name).primary, tuple(pack(name).scales)) for name in SEEDS} == {
        "herefordshire-2018": ("level", ("level",)),
        "herefordshire-lga-2017": ("level", ("level", "rag")),
        "oxfordshire-2013": ("rag-existing", ("rag-existing", "rag-new", "tier")),
        "calderdale-2023": ("rag", ("rag",)),
        "salford-2024": ("level", ("level", "pamms-priority")),
    }
    assert pack("herefordshire-lga-2017").scales["level"].order == ("routine", "pre-1", "1", "2", "3")


def test_salfords_strengths_and_overlaps_are_those_of_rulings_1_and_2() -> None:
    level = [each for each in pack("salford-2024").criteria if each.scale is None]

    assert {each.id for each in level if each.strength.value == "decisive" or each.strength.decisive_when} == {
        "SAL-L2.b", "SAL-L2.c", "SAL-L3.b", "SAL-L3.c",
    }  # fmt: skip
    assert {(overlap.with_, each.id) for each in level for overlap in each.overlaps} == {
        ("SAL-L2.b", "SAL-L3.b"), ("SAL-L2.c", "SAL-L3.c"), ("SAL-L2.d", "SAL-L3.d"), ("SAL-L2.e", "SAL-L3.e"),
        ("SAL-L2.g", "SAL-L3.g"), ("SAL-L2.j", "SAL-L3.p"),
    }  # fmt: skip
