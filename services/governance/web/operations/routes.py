"""The pages of operations, in the order in which their addresses are tried."""

from services.governance.web.operations import (
    deliveries_page,
    erasures_page,
    overview_page,
    proof_page,
    quarantine_page,
    retention_page,
)

ROUTERS = (
    overview_page.router, quarantine_page.router, deliveries_page.router, proof_page.router, retention_page.router,
    erasures_page.router,
)  # fmt: skip
