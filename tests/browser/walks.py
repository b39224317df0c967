"""Every page that is walked for faults of access, walk by walk; what is in braces the walk's own place fills in."""

from collections.abc import Mapping
from typing import Final

PAGES: Final = {
    "places": "/dashboards",
    "homes": "/dashboards/{place}/care-homes",
    "community": "/dashboards/{place}/community",
    "nothing": "/dashboards/{place}/care-homes?named=nobody",
    "provider": "/providers/{bad}",
    "unknown": "/providers/{unknown}",
    "past": "/providers/{bad}?as_of=2026-01-02",
    "timeline": "/providers/{bad}/timeline",
    "event": "/providers/{bad}/events/{evidence}",
    "compare": "/providers/{bad}/compare?from=2026-01-02",
    "status": "/status",
}
MEASURES: Final = {
    "measures-places": "/measures",
    "measures": "/measures/{place}?to={today}",
    "figure-18": "/measures/{place}/figures/K18c?to={today}",
    "themes-service": "/measures/{place}/themes?scope=service&to={today}",
    "owners": "/owners",
    "owner": "/owners/one?name={owner}",
}
MEETINGS: Final = {
    "meetings": "/meetings?show=all",
    "meeting": "/meetings/{prepared}",
    "meeting-held": "/meetings/{held}",
    "meeting-new": "/meetings/new",
    "meeting-attended": "/meetings/{prepared}/steps/attended",
    "meeting-discussed": "/meetings/{prepared}/steps/item_discussed?item={item}",
    "pack": "/meetings/{held}/pack",
    "reports": "/measures/{code}/reports",
    "report": "/measures/{code}/reports/CAL-10.e?period={year}",
}
DECISIONS: Final = {
    "decide": "/providers/{provider}/decide",
    "decide-level": "/providers/{bad}/decide/level.confirmed",
    "decide-lsi": "/providers/{provider}/decide/lsi.recommended",
    "decision": "/decisions/{level}",
    "answer": "/decisions/{level}/refuse_consent",
    "waiting": "/decisions?whose=all",
    "process": "/providers/{other}/processes/{lsi}",
    "challenge": "/challenges/{challenge}",
}
OFFICERS: Final = {
    "work": "/work",
    "task": "/tasks/{task}",
    "task-step": "/tasks/{task}/steps/not_done",
    "monitoring": "/monitoring",
    "contracts": "/contracts",
    "contract": "/contracts/{contract}",
    "contract-step": "/contracts/{contract}/steps/changed",
    "contract-new": "/providers/{home}/contracts/new",
    "visits": "/visits",
    "visit": "/visits/{visit}",
    "visit-step": "/visits/{visit}/steps/finding",
    "visit-new": "/providers/{home}/visits/new",
    "visit-schedule": "/visits/schedule?place={code}",
    "assessments": "/assessments",
    "assessment-new": "/providers/{home}/assessments/new",
    "assessment-begun": "/assessments/{begun}",
    "assessment-answering": "/assessments/{begun}/answer/involvement",
    "assessment-shared": "/assessments/{shared}",
    "assessment-step": "/assessments/{shared}/steps/completed",
}
RECORDS: Final = {
    "plans": "/plans",
    "plan": "/plans/{plan}",
    "placements": "/placements",
    "placement": "/placements/{placement}",
    "practices": "/practice",
    "practice": "/practices/{practice}",
    "market": "/market/{place}",
    "recorded": "/records?kind=engagement",
    "duty": "/temporary-duties/{duty}",
}
RECORDING: Final = {
    "plan-new": "/providers/{home}/plans/new",
    "plan-step": "/plans/{plan}/steps/action_progressed",
    "placement-new": "/providers/{home}/placements/new",
    "placement-step": "/placements/{placement}/steps/review",
    "practice-new": "/providers/{home}/practices/new",
    "practice-step": "/practices/{practice}/steps/consent_withdrawn",
    "duty-new": "/providers/{home}/temporary-duties/new",
    "duty-step": "/temporary-duties/{duty}/steps/counted",
    "failure-new": "/providers/{home}/records/failure",
}
MINE: Final = {
    "my": "/my/{home}",
    "my-returns": "/my/{home}/returns",
    "my-told": "/my/{home}/told",
    "my-draft": "/my/{home}/assessments/{draft}",
    "my-dispute": "/my/{home}/assessments/{draft}/dispute",
    "my-plan": "/my/{home}/plans/{plan}",
    "my-handing-in": "/my/{home}/plans/{plan}/hand-in",
    "my-recorded": "/my/{home}/recorded",
    "my-challenge": "/my/{home}/recorded/{rating}/challenge",
}
POLICY: Final = {
    "policy": "/policy",
    "policy-place": "/policy/at/{place}",
    "policy-criteria": "/policy/texts/salford-2024/criteria",
    "policy-compare": "/policy/compare?first=herefordshire-2018&second={digest}",
    "policy-check": "/policy/check?place={place}",
    "policy-adopt": "/policy/at/{place}/adopt?pack=salford-2024",
    "policy-shadow": "/policy/at/{place}/shadow",
    "policy-shadow-begin": "/policy/at/{place}/shadow/begin?pack=salford-2024",
    "policy-shadow-end": "/policy/at/{place}/shadow/end",
    "policy-backtests": "/policy/backtests",
    "policy-backtest": "/policy/backtests/inspection-history",
}
OPERATIONS: Final = {
    "operations": "/operations",
    "deliveries": "/operations/deliveries",
    "replay": "/operations/deliveries/00000000-0000-4000-8000-000000000000/replay",
}
QUARANTINE: Final = {
    "quarantine": "/operations/quarantine",
    "quarantine-act": "/operations/quarantine/00000000-0000-4000-8000-000000000000/reject",
}
PROOFS: Final = {
    "proof": "/operations/proof",
    "erasures": "/operations/erasures",
    "holds": "/operations/erasures?what=holds",
    "erasure": "/operations/erasures/{erasure}",
    "erasure-answer": "/operations/erasures/{erasure}/answer",
    "erasure-new": "/providers/{provider}/erasures/new",
    "erasures-due": "/providers/{provider}/erasures/due",
    "hold-new": "/providers/{provider}/holds/new",
    "hold-lift": "/operations/holds/hold-0123456789abcdef/lift",
    "retention": "/operations/retention/{place}",
}
OUTSIDE: Final = {"signed-out": "/signed-out"}
NO_SERVICE: Final = {"my-none": "/my"}
WALKS: Final[Mapping[str, Mapping[str, str]]] = {
    name: table for name, table in dict(globals()).items() if name.isupper() and isinstance(table, dict)
}
NOT_WALKED: Final = {
    "/": "leads on to one's first section",
    "/market": "leads on to the market of one's place",
    "/policy/texts/{code}": "leads on to its levels",
    "/sign-in": "leads on to the issuer, whose page is walked",
    "/sign-in/back": "leads back to where one wanted to go",
    "/live": "a stream of events, no page",
    "/dashboards/{place}/{sector}/rows/{provider_id}": "one row, as it stands in its dashboard",
    "/meetings/{meeting_id}/pack.json": "the frozen bytes, to be kept",
    "/pages.css": "no page",
    "/pages.js": "no page",
}
"""Addresses that show no page of their own, and why."""
