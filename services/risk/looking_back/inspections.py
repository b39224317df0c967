"""Reads CQC's inspection history: every published overall rating of a location, with when it opened and closed.

It gives events as intake would have written them, in the file's order, and counts what it leaves out, with the reason.
Overall ratings only: key questions, size and kind of service are not in the file, and are left unknown (rulings 15).
"""

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from shared import calendar, identifiers
from shared.events import Event, envelope

PLACE, WRITER = "inspection-history", "intake"
EPOCH = date(1960, 1, 1)
"""Opening and closing are numbers of days since then."""
COLUMNS = ("locationid", "reportdate", "overall", "location_start_2025", "location_end_2025")
GROUP = "ownership"
"""Kept beside the published fields, which readers of the type ignore."""
RATED = frozenset({"outstanding", "good", "requires_improvement", "inadequate"})
_ABSENT = frozenset({"", "NA"})
_GZIP = b"\x1f\x8b"


class UnreadableHistory(Exception):
    """The file is not an inspection history."""


class _Unusable(Exception):
    """A row that cannot be used, and why."""


@dataclass(slots=True)
class Reading:
    """One reading of a file: what it gave and what it left out."""

    rows: int = 0
    inherited: int = 0
    """Ratings given to the registration before this one: known from the day on which this one opened."""
    left_out: Counter[str] = field(default_factory=Counter)

    def events(self, path: Path) -> Iterator[Event]:
        """Each row's rating, and its location's closing, as events: a closing comes as often as the location has rows.

        Raises UnreadableHistory, OSError.
        """
        for row in _rows(path):
            self.rows += 1
            try:
                rating, end = self._rating(row), _day(row["location_end_2025"])
            except _Unusable as error:
                self.left_out[str(error)] += 1
                continue
            yield rating
            if end is not None:
                data = {"closed_on": end.isoformat(), "reason": "closed"}
                yield _event("registry.service.closed", row["locationid"], end, end, data)

    def _rating(self, row: dict[str, str]) -> Event:
        said = re.sub(r"\s+", "_", row["overall"].strip().lower())
        start = _day(row["location_start_2025"])
        try:
            reported = date.fromisoformat(row["reportdate"])
        except ValueError as error:
            raise _Unusable("its date cannot be read") from error
        if not row["locationid"]:
            raise _Unusable("it names no location")
        inherited = start is not None and reported < start
        self.inherited += inherited
        data = {
            "overall": said if said in RATED else "no_rating",
            "report_date": reported.isoformat(),
            "inherited": inherited,
            "as_published": row["overall"],
            GROUP: row.get(GROUP, ""),
        }
        known = start if inherited and start is not None else reported
        return _event("cqc_rating.published", row["locationid"], reported, known, data)


def _event(kind: str, location: str, day: date, known: date, data: Mapping[str, object]) -> Event:
    subject = f"cqc:{location}"
    at = calendar.midnight(known)
    return Event(
        id=identifiers.derived_id("backtest", kind, subject, day.isoformat(), str(data.get("overall"))),
        type=envelope.type_name(kind),
        source=f"/places/{PLACE}/publishers/cqc",
        subject=subject,
        time=calendar.midnight(day),
        dataschema=f"/schemas/{kind}.v1.json",
        observedtime=at,
        place=PLACE,
        basis="import",
        data=dict(data),
        recordedtime=at,
        writer=WRITER,
        sequence=1,
        prevsequence=0,
    )


def _day(text: str) -> date | None:
    if text in _ABSENT:
        return None
    try:
        return EPOCH + timedelta(days=int(float(text)))
    except (ValueError, OverflowError) as error:
        raise _Unusable("its opening or closing cannot be read") from error


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Plain or gzipped; a row at a time, so that the file may be of any size."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
        opener = gzip.open if packed else open
        with opener(path, "rt", encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text, restval="")
            if missing := sorted(set(COLUMNS) - set(reader.fieldnames or ())):
                raise UnreadableHistory(f"{path.name}: no column {', '.join(missing)}")
            for row in reader:
                yield {name: value.strip() for name, value in row.items() if isinstance(value, str)}
    except (UnicodeDecodeError, csv.Error, gzip.BadGzipFile, EOFError) as error:
        raise UnreadableHistory(f"{path.name}: {error}") from error
