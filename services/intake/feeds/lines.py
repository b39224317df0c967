"""Read a file of JSON lines, plain or gzipped: one record after another."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from services.intake.feeds.reading import UnusableFile
from services.intake.feeds.table import is_gzipped


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The records of one file. Raises UnusableFile, with the line that is none."""
    number = 0
    try:
        with gzip.open(path) if is_gzipped(path) else path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not isinstance(record := orjson.loads(line), dict):
                    raise UnusableFile(f"{path.name}, line {number}: not an object")
                yield record
    except (orjson.JSONDecodeError, gzip.BadGzipFile, EOFError, UnicodeDecodeError) as error:
        raise UnusableFile(f"{path.name}, line {number}: {error}") from error
