"""All addresses of monitoring, for the composition root."""

from fastapi import APIRouter

from services.governance.monitoring import (
    assessments_api,
    contracts_api,
    market_api,
    owed_api,
    placements_api,
    practices_api,
    records_api,
    schedule_api,
    visits_api,
)

router = APIRouter()
for part in (
    assessments_api,
    contracts_api,
    market_api,
    owed_api,
    placements_api,
    practices_api,
    records_api,
    schedule_api,
    visits_api,
):
    router.include_router(part.router)
