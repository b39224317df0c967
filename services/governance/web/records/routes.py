"""All pages of officers' records."""

from services.governance.web.records import duties_page, market_page, placements_page, plans_page, practices_page

ROUTERS = (
    plans_page.router, placements_page.router, practices_page.router, market_page.router, duties_page.router,
)  # fmt: skip
