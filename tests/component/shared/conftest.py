"""A vault of the test's own, on a real PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from shared.vault import Vault

MASTER = bytes(range(32))


@pytest.fixture
async def texts(vault_url: str, database_url: str) -> AsyncIterator[Vault]:
    """A vault in a database of its own, its destruction log in another."""
    async with Vault(vault_url, MASTER, log_url=database_url) as opened:
        yield opened
