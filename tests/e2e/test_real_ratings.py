"""The main job on real input: CQC's own files of two councils, loaded twice, and nobody alarmed about the past."""

import pathlib
from collections import Counter

import pytest

from tests.e2e.conftest import adopted
from tests.support.people import Place, until

DATA = pathlib.Path(__file__).parents[3] / "shared" / "data" / "cqc"
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not DATA.exists(), reason="the real CQC files are not here: ../shared/data/cqc"),
]


LEVELS = {
    # Overall ratings alone: Inadequate is 3, Requires improvement [2,3], better is unknown (rulings 3 and 5).
    "Herefordshire": {("3", "3"): 1, ("2", "3"): 22, (None, None): 102},
    # With key questions: Good overall with one that requires improvement is [1,2].
    "Lincolnshire": {("3", "3"): 11, ("2", "2"): 59, ("1", "2"): 38, (None, None): 248},
}


@pytest.mark.parametrize(
    ("code", "council", "file"),
    [
        ("E06000019", "Herefordshire", "latest_ratings_england_2021-02.csv.gz"),
        ("E10000019", "Lincolnshire", "latest_ratings_lincolnshire_2026-06.csv"),
    ],
)
def test_a_councils_ratings_are_loaded_once_and_judged_and_nobody_is_alarmed(standing, code, council, file):
    place = adopted(standing, code)
    command = ("services.intake", "import", "cqc-ratings", str(DATA / file), "--place", code, "--council", council)
    count = sum(LEVELS[council].values())

    first = standing.run(*command)
    again = standing.run(*command)

    assert first.returncode == 0, first.stdout + first.stderr
    assert again.returncode == 0, again.stdout + again.stderr
    assert f"services: {count}: {count} new" in first.stdout
    assert "left out" in first.stdout
    assert f"services: {count}: {count} known" in again.stdout
    assert "cqc_rating.published: 0 new" in again.stdout
    until(lambda: levels(place) == LEVELS[council], seconds=90, why="every imported provider has its level")
    for one in imported(place)[:20]:
        seen = place.history(one["provider_id"])
        rated = [e for e in seen if e["event"]["type"] == "careledger.cqc_rating.published.v1"]
        assert {e["event"]["basis"] for e in rated} == {"import"}
        told = place.deliveries(one["provider_id"])
        assert {(each["state"], each["reason"]) for each in told} <= {("suppressed", "import")}


def levels(place: Place) -> Counter:
    return Counter((one["indicated"]["min"], one["indicated"]["max"]) for one in imported(place))


def imported(place: Place) -> list[dict]:
    """What nobody here commissions: the other tests' homes are commissioned."""
    found: list[dict] = []
    cursor = None
    while True:
        params = {"place": place.code, "limit": "500"} | ({"cursor": cursor} if cursor else {})
        page = place.call("GET", "governance", "/v1/providers", who="auditor", params=params).json()
        found += [one for one in page["providers"] if one["commissioning"] == "none"]
        if not (cursor := page["next"]):
            return found
