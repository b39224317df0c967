"""All pages of officers' work."""

from services.governance.web.officers import (
    answering_page,
    assessments_page,
    contracts_page,
    tasks_page,
    work_page,
)

ROUTERS = (
    work_page.router, tasks_page.router, contracts_page.router, answering_page.router, assessments_page.router,
)  # fmt: skip
