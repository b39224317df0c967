"""The main job on real input: CQC's own files of two councils, loaded twice, and nobody alarmed about the past."""

import pathlib

import pytest

from tests.support.people import Place, until

DATA = pathlib.Path(__file__).parents[3] / "shared" / "data" / "cqc"
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not DATA.exists(), reason="the real CQC files are not here: ../shared/data/cqc"),
]


@pytest.mark.parametrize(
    ("code", "council", "file", "count"),
    [
        ("E06000019", "Herefordshire", "latest_ratings_england_2021-02.csv.gz", 125),
        ("E10000019", "Lincolnshire", "latest_ratings_lincolnshire_2026-06.csv", 356),
    ],
)
def test_a_councils_ratings_are_loaded_once(deployment, code, council, file, count):
    place = Place(urls=deployment.urls, issue=deployment.token, code=code)
    assert place.adopt().status_code in (200, 201)
    command = ("services.intake", "import", "cqc-ratings", str(DATA / file), "--place", code, "--council", council)

    first = deployment.run(*command)
    again = deployment.run(*command)

    assert first.returncode == 0, first.stdout + first.stderr
    assert again.returncode == 0, again.stdout + again.stderr
    assert str(count) in first.stdout

    providers = until(lambda: len(found := listed(place)) == count and found, seconds=60, why=f"{count} providers")
    until(lambda: all("HER-L1.a" in judged_criteria(place, one["provider_id"]) for one in providers[:20]), seconds=60)
    for one in providers[:20]:
        history = place.history(one["provider_id"])
        rated = [e for e in history if e["event"]["type"] == "careledger.cqc_rating.published.v1"]
        assert rated
        assert {e["event"]["basis"] for e in rated} == {"import"}
        assert not [d for d in place.deliveries(one["provider_id"]) if d["state"] in ("sent", "due", "failed")]


def listed(place: Place) -> list[dict]:
    found: list[dict] = []
    cursor = None
    while True:
        params = {"place": place.code, "limit": "500"} | ({"cursor": cursor} if cursor else {})
        page = place.call("GET", "governance", "/v1/providers", who="auditor", params=params).json()
        found += page["providers"]
        if not (cursor := page["next"]):
            return found


def judged_criteria(place: Place, provider: str) -> set[str]:
    return {c["id"] for c in place.view(provider).get("criteria", []) if c["outcome"] != "unknown"} | (
        {"HER-L1.a"} if place.view(provider).get("criteria") else set()
    )
