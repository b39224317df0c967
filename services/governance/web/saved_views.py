"""A person's own views of a dashboard: what they chose to see, under a name; one of them may open by itself."""

from dataclasses import dataclass
from typing import Final

from services.governance.event_store import EventStore

MOST: Final = 20
"""So many views one person keeps of one dashboard."""
_SAVE = """
INSERT INTO saved_views(subject, place, sector, name, query, is_default)
SELECT %(subject)s, %(place)s, %(sector)s, %(name)s, %(query)s, %(default)s
WHERE (SELECT count(*) FROM saved_views WHERE subject = %(subject)s AND place = %(place)s AND sector = %(sector)s
       AND name <> %(name)s) < %(most)s
ON CONFLICT (subject, place, sector, name) DO UPDATE SET query = excluded.query, is_default = excluded.is_default
"""
_OTHERS = """
UPDATE saved_views SET is_default = false
WHERE subject = %(subject)s AND place = %(place)s AND sector = %(sector)s AND is_default
"""


@dataclass(frozen=True, slots=True)
class Of:
    """Whose views, of which dashboard."""

    subject: str
    place: str
    sector: str


@dataclass(frozen=True, slots=True)
class View:
    """One saved view; `query` as the dashboard's address says it."""

    view_id: int
    name: str
    query: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class SavedViews:
    """Blocks: call it from a thread."""

    store: EventStore

    def every(self, of: Of) -> list[View]:
        """By name."""
        with self.store.reading() as cursor:
            cursor.execute(
                "SELECT view_id, name, query, is_default FROM saved_views"
                " WHERE subject = %s AND place = %s AND sector = %s ORDER BY lower(name), view_id",
                (of.subject, of.place, of.sector), prepare=True,
            )  # fmt: skip
            return [View(row["view_id"], row["name"], row["query"], row["is_default"]) for row in cursor]

    def save(self, of: Of, name: str, query: str, *, is_default: bool) -> bool:
        """Keep it; one of the same name is replaced. False: there are as many as one person keeps."""
        values = {"subject": of.subject, "place": of.place, "sector": of.sector, "most": MOST}
        with self.store.datastore.transaction(commit=True) as cursor:
            if is_default:
                cursor.execute(_OTHERS, values)
            cursor.execute(_SAVE, values | {"name": name, "query": query, "default": is_default})
            return bool(cursor.rowcount)

    def open_with(self, of: Of, view_id: int | None) -> None:
        """Let this one open by itself; None: no view does."""
        values = {"subject": of.subject, "place": of.place, "sector": of.sector}
        with self.store.datastore.transaction(commit=True) as cursor:
            cursor.execute(_OTHERS, values)
            cursor.execute(
                "UPDATE saved_views SET is_default = true WHERE view_id = %(view)s"
                " AND subject = %(subject)s AND place = %(place)s AND sector = %(sector)s",
                values | {"view": view_id},
            )

    def forget(self, of: Of, view_id: int) -> None:
        """Take it away; somebody else's stays."""
        with self.store.datastore.transaction(commit=True) as cursor:
            cursor.execute(
                "DELETE FROM saved_views WHERE view_id = %s AND subject = %s AND place = %s AND sector = %s",
                (view_id, of.subject, of.place, of.sector),
            )
