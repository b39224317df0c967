"""A draft judged beside the policy, and what it would say; a hold and a request to erase."""

from typing import Any

from shared import identifiers, policy
from shared.events import assessments, concerns
from tests.browser.place import CODE
from tests.component.governance.conftest import Running, until

MET: Any = {
    "id": "SAL-L3.b", "scale": "level", "level": "3", "outcome": "met", "strength": "decisive", "ours": False,
    "says": "CQC overall rating Inadequate or Requires Improvement", "evidence": [], "evidence_count": 0,
    "clears_when": "a later rating is Good or Outstanding",
}  # fmt: skip


async def shadowed(running: Running, provider: str) -> str:
    """Salford's policy judged beside; the service would move. Answers the draft's digest."""
    body = {"pack": "salford-2024"}
    answer = await running.ask("POST", f"/v1/places/{CODE}/policy/shadow", "director", body=body, place=CODE)
    assert answer.status_code in (200, 201), answer.text
    digest = str(answer.json()["shadow"]["digest"])
    now, then = ({"min": level, "max": level, "unknown": False} for level in ("2", "3"))
    in_force = policy.load("herefordshire-2018")
    data: Any = {
        "policy": {"pack": "salford-2024", "version": "1", "digest": digest}, "indicated": then,
        "scales": {"level": then},
        "beside": {"pack": in_force.pack, "version": in_force.version, "digest": policy.digest(in_force)},
        "beside_indicated": now, "beside_scales": {"level": now}, "moves": True,
        "met": [MET], "missing": [],
        "computed_from": {"partition": 0, "offset": 3, "c": "2026-03-01"},
    }  # fmt: skip
    await running.others.write(
        assessments.AssessmentShadowed, provider, data, topic="assessments", writer="risk", place=CODE
    )

    async def is_there() -> bool:
        found = await running.ask("GET", f"/v1/places/{CODE}/policy/shadow", "director", place=CODE)
        return bool(found.json()["judged"])

    await until(is_there)
    return digest


async def held(running: Running) -> str:
    """A service with a legal hold, another with a request to erase; answers the request's id."""
    provider = await running.register(place=CODE, name="Sycamore House (synthetic)")
    hold = {"because": "inquest", "reason": "The coroner asked."}
    answer = await running.ask("POST", f"/v1/providers/{provider}/holds", "director", body=hold, place=CODE)
    assert answer.status_code == 201, answer.text
    other = await running.register(place=CODE, name="Tamarisk House (synthetic)")
    id_ = identifiers.derived_id("test", other, "erased")
    text = await running.service.vault.seal("Synthetic words.", event_id=id_, subjects=[f"{other}-description"])
    data: Any = {
        "concern_id": "QC-E", "themes": ["q.medicines"], "severity": "S2", "description": text.model_dump()
    }  # fmt: skip
    await running.others.write(concerns.QualityConcernRaised, other, data, place=CODE, id_=id_)
    body = {"because": "request", "events": [str(id_)]}

    async def asked() -> str | None:
        found = await running.ask("POST", f"/v1/providers/{other}/erasures", "director", body=body, place=CODE)
        return str(found.json()["erasure_id"]) if found.status_code == 201 else None

    found: str = await until(asked)
    return found
