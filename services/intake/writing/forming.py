"""The forms put together: their parts, their pages, and the sweep that records what did not get through at once."""

import asyncio
import logging

from fastapi import APIRouter

from services.intake import spreadsheets_api
from services.intake.parts import Parts
from services.intake.writing import draft_page, drafts_api, form_sending, form_starts, forms, return_links, status_page
from services.intake.writing.drafts import Drafts
from services.intake.writing.form_desk import FAILED, Desk
from services.intake.writing.form_kinds import CONCERN, FEEDBACK, RETURNS
from services.intake.writing.submitting import Submitting
from shared.web import look

log = logging.getLogger(__name__)

EVERY_SECONDS = 15.0


def desk(parts: Parts, *, is_secure: bool) -> Desk:
    """The forms' own parts."""
    drafts = Drafts(parts.pool, parts.vault, parts.digest_key)
    submitting = Submitting(parts.pool, parts.vault, parts.door, drafts, parts.digest_key)
    return Desk(parts, drafts, submitting, is_secure)


def routers() -> tuple[APIRouter, ...]:
    """Forms, quality inbox, spreadsheets. Pages with a name of their own come before `/concern/{place}`."""
    pages = [
        make(shown)
        for shown in (CONCERN, FEEDBACK, RETURNS)
        for make in (forms.router, form_sending.router, form_starts.resumes)
    ]
    begins = [
        form_starts.starts(CONCERN, "Report a concern about a care service"),
        form_starts.starts(FEEDBACK, "Tell us about care"),
    ]
    apis = (drafts_api.router, draft_page.api, spreadsheets_api.router, return_links.api)
    return (look.router, *apis, status_page.router, *pages, *begins, return_links.pages, draft_page.pages)


class FormSweeper:
    """Nothing that was sent stays behind, whatever was in the way when it came."""

    def __init__(self, made: Desk) -> None:
        self._desk = made

    async def run(self) -> None:
        """Look every few seconds, for ever."""
        while True:
            try:
                await self._desk.submitting.sweep(self._desk.parts.now())
            except FAILED as error:
                log.warning("the forms are not swept: %s: %.300s", type(error).__name__, error)
            await asyncio.sleep(EVERY_SECONDS)
