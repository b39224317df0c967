"""The pages of policy, in the order in which their addresses are tried."""

from services.governance.web.policy import adopting_page, backtest_page, book_page, drafting, shadow_page

ROUTERS = (drafting.router, backtest_page.router, adopting_page.router, shadow_page.router, book_page.router)
