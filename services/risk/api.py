"""Stateless helpers beside the stream."""

from fastapi import FastAPI

from services.risk.settings import RiskSettings
from shared import service


def create(settings: RiskSettings, readiness: service.Readiness) -> FastAPI:
    """The service's web application."""
    return service.create_api("CareLedger risk", settings, readiness=readiness)
