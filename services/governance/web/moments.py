"""The time-travel bar: which past a page shows, how that is said, and how its links keep it. Pure."""

from dataclasses import dataclass
from urllib.parse import urlencode

from services.governance.web import words


@dataclass(frozen=True, slots=True)
class Moment:
    """As it was, and as it was known; empty: now."""

    as_of: str = ""
    known_at: str = ""

    @property
    def is_past(self) -> bool:
        """Whether the page shows anything but the present."""
        return bool(self.as_of or self.known_at)

    def keep(self, **more: str | None) -> str:
        """The query of a link that stays in this moment."""
        given = {"as_of": self.as_of, "known_at": self.known_at} | more
        said = {name: value for name, value in given.items() if value}
        return f"?{urlencode(said)}" if said else ""

    @property
    def says(self) -> str:
        """For the banner."""
        was = f"as it was on {_spoken(self.as_of)}" if self.as_of else "as it was then"
        known = f"as it was known on {_spoken(self.known_at)}" if self.known_at else "with everything that is known now"
        return f"{was}, {known}"


def _spoken(text: str) -> str:
    try:
        return words.day(text) if len(text) == len("2026-03-02") else words.moment(text)
    except ValueError:
        return text
