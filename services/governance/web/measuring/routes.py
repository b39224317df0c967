"""The pages of measures, themes and owners."""

from services.governance.web.measuring import measures_page, owners_page, reports_page, themes_page

ROUTERS = (themes_page.router, reports_page.router, measures_page.router, owners_page.router)
