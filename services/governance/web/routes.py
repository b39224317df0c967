"""All pages, and what they need: put into the service's application at its start."""

from fastapi import FastAPI

from services.governance.event_store import EventStore
from services.governance.pages import Pages
from services.governance.settings import GovernanceSettings
from services.governance.web import (
    compare_page,
    dashboards_page,
    live_api,
    provider_page,
    saved_views_page,
    signing_in,
    status,
    timeline_page,
)
from services.governance.web.board import meeting_page, meetings_page, pack_page
from services.governance.web.dashboard_rows import Dashboards
from services.governance.web.deciding import challenge_page, decide_page, decision_page, process_page, waiting_page
from services.governance.web.desk import Desk
from services.governance.web.live import Live
from services.governance.web.measuring import routes as measuring
from services.governance.web.officers import routes as officers
from services.governance.web.operations import routes as operations
from services.governance.web.own import routes as own
from services.governance.web.policy import routes as policy
from services.governance.web.records import routes as records
from services.governance.web.saved_views import SavedViews
from services.governance.web.sessions import Sessions

ROUTERS = (
    status.router, signing_in.router, saved_views_page.router, dashboards_page.router, live_api.router,
    timeline_page.router,
    compare_page.router, provider_page.router, *officers.ROUTERS,
    *policy.ROUTERS,
    *operations.ROUTERS,
    *records.ROUTERS, *own.ROUTERS,
    challenge_page.router, decide_page.router, process_page.router, waiting_page.router, decision_page.router,
    *measuring.ROUTERS,
    meetings_page.router, meeting_page.router, pack_page.router,
)  # fmt: skip


def install(app: FastAPI, settings: GovernanceSettings) -> None:
    """The routes, and the client that speaks with the issuer."""
    for router in ROUTERS:
        app.include_router(router)
    app.state.issuer = signing_in.client(settings)


def furnish(app: FastAPI, store: EventStore, pages: Pages, live: Live) -> None:
    """What lives as long as the process."""
    app.state.desk = Desk(Sessions(store), live, Dashboards(store, pages), SavedViews(store))
