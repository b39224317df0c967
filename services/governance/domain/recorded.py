"""What officers record once, as a fact of its own: one step, complete with it. Pure."""

from collections.abc import Callable
from typing import Any

from services.governance.domain.kind import Kind
from shared.events import Data, market, partners


def take(_: Data | None, step: Data) -> Data:
    """The newest word under an id counts: a system elsewhere may send it again."""
    return step


def _document(key: str, *sealed: str) -> Callable[[Data], dict[str, Any]]:
    def document(said: Data) -> dict[str, Any]:
        shown = said.model_dump(mode="json", exclude=set(sealed))
        return {key: shown.pop(key)} | shown

    return document


def _kind(name: str, model: type[Data], *sealed: str) -> Kind[Data]:
    key = f"{name}_id"
    return Kind(
        name=name, key=key, first=model, further=(), take=take, unfit=lambda _state, _step: "it is recorded",
        document=_document(key, *sealed), is_open=lambda _: False, dated=True,
    )  # fmt: skip


ENGAGEMENT = _kind("engagement", partners.EngagementRecorded, "notes")
SIGNAL = _kind("signal", market.MarketSignalRecorded, "detail")
FAILURE = _kind("failure", market.MarketFailureEventRecorded, "detail")
CONTINUITY = _kind("continuity", market.MarketContinuityPlanRecorded, "detail")
KINDS = (ENGAGEMENT, SIGNAL, FAILURE, CONTINUITY)
