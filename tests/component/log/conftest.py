"""A migrated journal for each test, as a service makes it at its start."""

from pathlib import Path

import pytest

import shared.journal
import shared.kafka
from shared import database

MIGRATIONS = tuple(Path(part.__file__ or "").parent / "migrations" for part in (shared.journal, shared.kafka))


@pytest.fixture
def journal_url(database_url: str) -> str:
    """A database with one journal, in the schema `intake`."""
    database.migrate(database_url, "intake", *MIGRATIONS)
    return database_url
