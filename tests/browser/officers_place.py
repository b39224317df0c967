"""A synthetic place with officers' work in every state: tasks, contracts, visits, assessments begun and shared."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from services.governance.monitoring import sets
from shared import calendar, clock
from tests.component.governance.conftest import Running

CODE = "X00000011"
HOME, SECOND = "Hazel House (synthetic)", "Juniper House (synthetic)"
QUESTIONS = "calderdale-2023"


@dataclass(frozen=True)
class Officers:
    """The place, its services, and what is worked on."""

    code: str
    home: str
    second: str
    contract: str
    visit: str
    shared: str
    begun: str


async def fill(running: Running) -> Officers:
    """Register, decide, contract, plan, assess."""
    assert (await running.adopt(place=CODE)).status_code == 201
    home, second = [await running.register("joint", CODE, name=name) for name in (HOME, SECOND)]
    today = calendar.london_date(clock.now())

    async def said(path: str, who: str = "officer", **body: Any) -> dict[str, Any]:
        answer = await running.ask("POST", path, who, place=CODE, body=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    await said(f"/v1/providers/{second}/decisions", "chair", type="level.confirmed", level="1",
               body="MA_QUALITY_REVIEW", rationale="The panel agreed.")  # fmt: skip
    await said(f"/v1/providers/{second}/contracts", kind="no_contract", commissioner="nhs", allocated_to="icb-quality")
    contract = (await said(
        f"/v1/providers/{home}/contracts", kind="framework", commissioner="council", allocated_to="contracts-officer",
        officer="qm-07", rag="red", tier="4", clauses=["returns", "insurance"], size_band="500k_1m",
        documents=[{"name": "insurance", "due": (today - timedelta(days=3)).isoformat()}],
    ))["contract_id"]  # fmt: skip
    await said(f"/v1/contracts/{contract}/steps", type="breached", clauses=["returns"], reason="None for two months.")
    visit = (await said(f"/v1/providers/{home}/visits", purpose="joint", lead="council",
                        planned_for=(today - timedelta(days=4)).isoformat()))["visit_id"]  # fmt: skip
    await said(f"/v1/visits/{visit}/steps", type="asked", sources=["gp", "fire_rescue"])
    await said(f"/v1/visits/{visit}/steps", type="finding", finding_id="f1", nature="gap", theme="q.medicines",
               key_questions=["safe"])  # fmt: skip
    shared = (await said(f"/v1/providers/{second}/assessments", question_set=QUESTIONS))["assessment_id"]
    answers = [
        {"question": one.id, "answer": "partly" if at % 5 == 0 else "mostly", "evidence": "Seen on the day."}
        for at, (_, one) in enumerate(sets.named(QUESTIONS).asked("care_home_residential"))
    ]
    await said(f"/v1/assessments/{shared}/steps", type="answered", answers=answers)
    await said(f"/v1/assessments/{shared}/steps", type="draft_shared")
    begun = (await said(f"/v1/providers/{home}/assessments", question_set="pamms-style"))["assessment_id"]
    await said(f"/v1/assessments/{begun}/steps", type="answered", answers=[
        {"question": "involvement.q1", "answer": "fully", "evidence": "Seen on the day."}])  # fmt: skip
    return Officers(CODE, home, second, contract, visit, shared, begun)
