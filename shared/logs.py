"""Logs: one JSON object a line on stdout, each carrying the correlation id of the work it speaks of."""

import logging
import sys
from contextvars import ContextVar
from types import TracebackType

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

correlation: ContextVar[str | None] = ContextVar("correlation", default=None)
"""The id that ties a request, its events and their log lines together (the envelope's `correlationid`)."""
traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)
"""The W3C trace context of the present work (the envelope's `traceparent`)."""

_QUIET = ("aiokafka", "faust", "mode", "httpx2", "httpcore2", "asyncio")
"""Libraries whose own chatter costs more than it tells (aiokafka's debug lines are a measurable part of a consumer)."""


def _bind(record: logging.LogRecord) -> bool:
    if (value := correlation.get()) is not None:
        record.correlation_id = value
    if (value := traceparent.get()) is not None:
        record.traceparent = value
    return True


def configure(service: str, level: str = "INFO") -> None:
    """Send every logger of the process to stdout as JSON lines. Called once, by the composition root."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        JsonFormatter(  # not orjson, which loses a line over a lone surrogate
            ["levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "exception"},
            static_fields={"service": service},
            timestamp="time",
            reserved_attrs=[*RESERVED_ATTRS, "color_message"],
        )
    )
    handler.addFilter(_bind)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _uncaught


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger(__name__).critical("the process ends: %s", kind.__name__, exc_info=(kind, error, trace))
