"""All pages of officers' work."""

from services.governance.web.officers import (
    answering_page,
    assessments_page,
    contracts_page,
    monitoring_page,
    schedule_page,
    tasks_page,
    visits_page,
    work_page,
)

ROUTERS = (
    monitoring_page.router, work_page.router, tasks_page.router, contracts_page.router,
    schedule_page.router, visits_page.router, answering_page.router, assessments_page.router,
)  # fmt: skip
