"""`python -m services.intake import-mail FILE… --place P`: e-mails saved as files become draft concerns."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import psycopg
from rich.console import Console

from services.intake import app as composition
from services.intake.settings import IntakeSettings
from services.intake.writing.mails import MOST_BYTES, Mails
from shared.database import Pool


def run(settings: IntakeSettings, files: Sequence[Path], place: str) -> int:
    """Take these files and say what became of each; the exit code. Harmless to repeat."""
    console = Console(soft_wrap=True)
    try:
        counts = asyncio.run(_take(settings, files, place, console))
    except psycopg.Error as error:
        Console(stderr=True, soft_wrap=True).print(f"intake: stopped: {error}. Is intake running?", markup=False)
        return 1
    told = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in sorted(counts.items()))
    console.print(f"{sum(counts.values())} messages: {told}", markup=False, highlight=False)
    return 0 if not counts["too large"] else 1


async def _take(settings: IntakeSettings, files: Sequence[Path], place: str, console: Console) -> Counter[str]:
    parts, counts = composition.parts_of(settings), Counter[str]()
    pool: Pool = parts.pool
    async with pool, parts.vault:
        mails = Mails(pool, parts.vault, parts.digest_key)
        for file in files:
            raw = await asyncio.to_thread(file.read_bytes)
            if len(raw) > MOST_BYTES:
                counts["too large"] += 1
                console.print(f"{file.name}: larger than {MOST_BYTES // 2**20} MiB, not taken", markup=False)
                continue
            taken = await mails.take(raw, place, parts.now())
            counts[taken.status] += 1
            fault = f"; {taken.fault}" if taken.fault else ""
            console.print(f"{file.name}: {taken.status} {taken.reference}{fault}", markup=False, highlight=False)
    return counts
