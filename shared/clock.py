"""The one place where the time of day is read. In local development one shared offset moves every service's clock."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

_file: Path | None = None


def configure(clock_file: Path | None) -> None:
    """Set at start. The file holds a number of seconds; settings refuse it outside development."""
    global _file  # noqa: PLW0603 - one process, one clock
    _file = clock_file


def offset() -> timedelta:
    """How far the development clock is ahead. Read each time, so that all processes move together."""
    if _file is None:
        return timedelta()
    try:
        return timedelta(seconds=float(_file.read_text() or 0))
    except FileNotFoundError:
        return timedelta()


def now() -> datetime:
    """The present instant, aware, UTC."""
    return datetime.now(UTC) + offset()
