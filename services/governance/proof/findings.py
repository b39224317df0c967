"""What a proof finds: rows that are not as they were written, and where each stands. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field

MOST = 1000
NOWHERE = -1
"""The offset of what Kafka does not hold."""


@dataclass(frozen=True, slots=True, order=True)
class Bad:
    """One row that is not as it was written."""

    topic: str
    partition: int
    offset: int
    """Of the record in Kafka; NOWHERE where Kafka lacks it."""
    event_id: str
    says: str
    place: str = ""

    def __str__(self) -> str:
        offset = "-" if self.offset == NOWHERE else self.offset
        return f"{self.topic}/{self.partition} offset {offset} event {self.event_id or '-'}: {self.says}"


@dataclass(slots=True)
class Findings:
    """All that one proof went through."""

    place: str | None = None
    """Only what concerns this place is kept."""
    records: int = 0
    """Records of Kafka."""
    journalled: int = 0
    """Rows of journals that were held beside them."""
    shown: int = 0
    """Rows of the history that were held beside them."""
    chains: int = 0
    checkpoints: int = 0
    rows: list[Bad] = field(default_factory=list)
    more: int = 0
    """How many more there were than are kept."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.rows

    @property
    def first(self) -> Bad | None:
        """The first bad row, in the order of topics, partitions and offsets."""
        return min(self.rows, default=None)

    def add(self, bad: Bad) -> None:
        """One more, if it concerns the place that is asked for, or nobody can say which it concerns."""
        if self.place is not None and bad.place not in (self.place, ""):
            return
        if len(self.rows) < MOST:
            self.rows.append(bad)
        else:
            self.more += 1

    def lines(self) -> Iterator[str]:
        """What is said of it, the first bad row first."""
        for bad in sorted(self.rows):
            yield str(bad)
        if self.more:
            yield f"… and {self.more} more"
