"""Read a published table whole: plain or gzipped CSV, any spelling of its column names, one date order for the file."""

import csv
import gzip
import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Literal, TextIO

DateOrder = Literal["dmy", "mdy", "iso"]
Row = dict[str, str]

_GZIP = b"\x1f\x8b"
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_MONTHS = 12


class UnreadableTable(Exception):
    """The file is not a table that this feed can read: which column is missing, or what is wrong with it."""


class UndecidedDates(Exception):
    """The dates of the file do not tell their order, contradict each other, or contradict the order that was given."""


def column(name: str) -> str:
    """One spelling for a column: `Location.ID`, `Location ID` and `locationId` are all `locationid`."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def read(path: Path, required: Iterable[str]) -> Iterator[Row]:
    """The rows of one file, by column as `column` spells it, values stripped.

    :raises UnreadableTable: a required column is missing, a row is longer than the head, or the text is not UTF-8.
    """
    try:
        with _open(path) as text:
            reader = csv.DictReader(text, restkey="_beyond", restval="")
            names = {name: column(name) for name in reader.fieldnames or ()}
            if missing := sorted(set(required) - set(names.values())):
                raise UnreadableTable(f"{path.name}: no column {', '.join(missing)}; it has {', '.join(names)}")
            for row in reader:
                if "_beyond" in row:
                    raise UnreadableTable(f"{path.name}, line {reader.line_num}: more values than columns")
                yield {names[name]: value.strip() for name, value in row.items()}
    except (UnicodeDecodeError, csv.Error, gzip.BadGzipFile, EOFError) as error:
        raise UnreadableTable(f"{path.name}: {error}") from error


def date_order(values: Iterable[str], said: DateOrder | None = None) -> DateOrder:
    """The order of the dates of one file, decided for the file as a whole, never row by row.

    A number over 12 in one place tells it. Where every date fits both orders, it has to be said.
    :raises UndecidedDates: it cannot be told, or what was said does not fit.
    """
    fits = {frozenset(orders) for value in values if (orders := _orders(value))}
    told = {order for orders in fits if len(orders) == 1 for order in orders}
    if len(told) > 1:
        raise UndecidedDates(f"the dates of the file contradict each other: some are {' and some '.join(sorted(told))}")
    for order in told:
        if said not in (None, order):
            raise UndecidedDates(f"the dates of the file are {order}, not {said}")
        return order
    if fits and not said:
        raise UndecidedDates("every date of the file fits both day/month and month/day: say --date-order dmy or mdy")
    return said or "iso"


def parse(value: str, order: DateOrder) -> date | None:
    """A date in a known order, or None where the file gives none.

    :raises ValueError: it is not a date in that order.
    """
    if not value:
        return None
    if match := (_ISO if order == "iso" else _SLASHED).fullmatch(value):
        first, second, third = (int(part) for part in match.groups())
        if order == "iso":
            return date(first, second, third)
        return date(third, second, first) if order == "dmy" else date(third, first, second)
    raise ValueError(f"{value!r} is not a date in the order {order}")


def is_gzipped(path: Path) -> bool:
    """By its content: a name says nothing."""
    with path.open("rb") as file:
        return file.read(2) == _GZIP


def _open(path: Path) -> TextIO:
    if is_gzipped(path):
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _orders(value: str) -> set[DateOrder]:
    """The orders that one date fits; none where it is no date at all, which is the row's own fault."""
    if _ISO.fullmatch(value):
        return {"iso"}
    if not (match := _SLASHED.fullmatch(value)):
        return set()
    first, second = int(match[1]), int(match[2])
    dmy: set[DateOrder] = {"dmy"} if second <= _MONTHS else set()
    return dmy | ({"mdy"} if first <= _MONTHS else set())
