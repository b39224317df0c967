"""A publisher's spreadsheet → its rows → facts, by a mapping that says which column is which field (pure)."""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.intake.faults import Fault, Unusable, keepable
from services.intake.feeds import table
from shared import calendar

MOST_ROWS = 20_000
_DELIMITERS = (",", ";", "\t", "|")
_CLOCK = re.compile(r"(?P<day>\S+)(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?)?")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Kept = Annotated[str, AfterValidator(keepable)]
Column = Annotated[Kept, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Order = Literal["dmy", "mdy", "iso"]


class Unreadable(Exception):
    """The file is not a table that this mapping can read: says which column is missing, or what is wrong."""


class Source(BaseModel):
    """Where a field comes from: a column, or the same value in every row."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    column: Column | None = None
    value: Kept | None = Field(None, max_length=1000)
    words: dict[Kept, Kept] = Field(default_factory=dict, max_length=200)
    """What a cell says → what we call it (`Meds` → `q.medicines`), whatever its case."""
    split: Kept | None = Field(None, min_length=1, max_length=3)
    """Where the cell holds several values: what stands between them."""
    dates: Order | None = None
    """The order of its days, where it holds a day."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.column is None) == (self.value is None):
            raise ValueError("name a column, or give a value for every row")
        return self


class Who(BaseModel):
    """How a row names its provider."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    column: Column
    scheme: str = Field("cqc", pattern=r"^[a-z][a-z0-9_]{1,39}$")
    """`cqc` for CQC location ids, `id` for ours, or an alias's scheme."""


class When(BaseModel):
    """When what a row tells happened: a day, or a day and a time of London."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    column: Column
    dates: Order


class SheetMapping(BaseModel):
    """A spreadsheet's columns as fields of one type."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="Mapping")
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    type: Kept = Field(min_length=1, max_length=100)
    provider: Who
    time: When
    reference: tuple[Column, ...] = Field((), max_length=5)
    """The columns that together name a row. Without any, a row is named by what it says."""
    fields: dict[Kept, Source] = Field(min_length=1, max_length=100)
    """By field; `body.falls` for a field within a field."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that it reads."""
        named = (source.column for source in self.fields.values() if source.column)
        return tuple(dict.fromkeys((self.provider.column, self.time.column, *self.reference, *named)))


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file."""

    line: int
    """The line on which it ends: text in quotes may go over several."""
    cells: Mapping[str, str]
    """By column, as the head spells it."""
    beyond: int
    """Cells that no column stands above."""


@dataclass(frozen=True, slots=True)
class Said:
    """A row as a fact, before it is checked like everybody's."""

    reference: str
    subject: str
    time: str
    data: Mapping[str, Any]


def rows(content: bytes, mapping: SheetMapping) -> list[Row]:
    """The rows of a file that are not empty. Raises Unreadable."""
    text = _text(content)
    try:
        heads = {
            delimiter: next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
            for delimiter in _DELIMITERS
        }
        delimiter = max(heads, key=lambda each: len(set(mapping.columns) & {name.strip() for name in heads[each]}))
        head = [name.strip() for name in heads[delimiter]]
        if missing := [name for name in mapping.columns if name not in head]:
            raise Unreadable(f"there is no column {', '.join(missing)}; the file has {', '.join(head)[:500] or 'none'}")
        if twice := [name for name in mapping.columns if head.count(name) > 1]:
            raise Unreadable(f"there are two columns {', '.join(twice)}: rename one")
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        next(reader)
        found = [Row(reader.line_num, dict(zip(head, cells, strict=False)), len(cells) - len(head))
                 for cells in reader if any(cell.strip() for cell in cells)]  # fmt: skip
    except csv.Error as error:
        raise Unreadable(f"it is no table: {error}") from error
    if len(found) > MOST_ROWS:
        raise Unreadable(f"it has {len(found):,} rows; send at most {MOST_ROWS:,} at once")
    return found


def said(row: Row, mapping: SheetMapping) -> Said:
    """What a row says. Raises Unusable with every fault, each at its column."""
    wrong: list[Fault] = []
    if row.beyond > 0:
        wrong.append(
            Fault(("row",), "has more values than there are columns", fix="Quote a text that holds the separator.")
        )
    told = _time(row, mapping.time, wrong)
    data: dict[str, Any] = {}
    for name, source in mapping.fields.items():
        value = _value(row, source, wrong)
        if value not in ("", []):
            _put(data, name.split("."), value)
    subject = row.cells.get(mapping.provider.column, "").strip()
    if not subject:
        wrong.append(Fault((mapping.provider.column,), "Field required", "missing", fix="Name the provider."))
    reference = _reference(row, mapping, wrong)
    if wrong:
        raise Unusable(wrong)
    named = subject if mapping.provider.scheme == "id" else f"{mapping.provider.scheme}:{subject}"
    return Said(f"{mapping.name}\n{reference}", named, told, data)


def exported(cells: Sequence[Any]) -> list[str]:
    """Cells as a spreadsheet program may open them: what would be a formula is text."""
    words = ["" if cell is None else str(cell) for cell in cells]
    return [f"'{word}" if word.startswith(_FORMULA) else word for word in words]


def _text(content: bytes) -> str:
    for encoding in ("utf-16",) if content.startswith(_UTF16) else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("its letters are in no encoding that we know: save it as CSV UTF-8")


def _time(row: Row, when: When, wrong: list[Fault]) -> str:
    cell = row.cells.get(when.column, "").strip()
    match = _CLOCK.fullmatch(cell)
    try:
        day = _day(match["day"], when.dates) if match else None
        clock = time(int(match["hour"]), int(match["minute"])) if match and match["hour"] else time()
    except ValueError:
        day = None
    if day is None:
        fix = f"Give a day in the order {when.dates}, such as {_example(when.dates)}."
        wrong.append(Fault((when.column,), "is no day that can be read" if cell else "Field required", fix=fix))
        return ""
    return datetime.combine(day, clock, calendar.LONDON).isoformat()


def _value(row: Row, source: Source, wrong: list[Fault]) -> Any:
    cell = (row.cells.get(source.column, "") if source.column else source.value or "").strip()
    if source.split:
        return [_word(part.strip(), source) for part in cell.split(source.split) if part.strip()]
    if source.dates and cell:
        try:
            day = _day(cell, source.dates)
        except ValueError:
            fix = f"Give a day in the order {source.dates}, such as {_example(source.dates)}."
            wrong.append(Fault((source.column or "value",), "is no day that can be read", fix=fix))
            return ""
        return day.isoformat() if day else ""
    return _word(cell, source)


def _word(cell: str, source: Source) -> str:
    return next((ours for theirs, ours in source.words.items() if theirs.strip().lower() == cell.lower()), cell)


def _day(value: str, order: Order) -> date | None:
    return table.parse(value, order)


def _example(order: Order) -> str:
    return {"dmy": "27/03/2026", "mdy": "03/27/2026", "iso": "2026-03-27"}[order]


def _reference(row: Row, mapping: SheetMapping, wrong: list[Fault]) -> str:
    if not mapping.reference:
        told = "\n".join(f"{name}={row.cells.get(name, '').strip()}" for name in mapping.columns)
        return "row " + hashlib.sha256(told.encode()).hexdigest()
    parts = [row.cells.get(name, "").strip() for name in mapping.reference]
    if not any(parts):
        wrong.append(Fault((mapping.reference[0],), "Field required", "missing", fix="Give the row its own reference."))
    return "/".join(parts)


def _put(data: dict[str, Any], path: list[str], value: Any) -> None:
    *outer, last = path
    for name in outer:
        inner = data.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        data = inner
    data[last] = value


def heads(mapping: SheetMapping) -> Iterator[str]:
    """The fields of the type that it fills."""
    yield from dict.fromkeys(name.partition(".")[0] for name in mapping.fields)
