"""Files that belong to a fact: by reference, their content encrypted in intake's keeping (architecture §3, §9)."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.events.registry import Data

MediaType = Literal[
    "application/pdf", "image/png", "image/jpeg", "text/plain", "text/csv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
]  # fmt: skip
MAX_SIZE = 3 * 1024 * 1024


class Attachment(Data):
    """One file, as `POST /v1/attachments` named it."""

    ref: UUID
    media_type: MediaType
    size: int = Field(ge=1, le=MAX_SIZE)
    """Bytes."""
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """SHA-256 of the content, in clear."""


class Attached(Data):
    """A fact that may bring files with it."""

    attachments: tuple[Attachment, ...] | None = Field(None, min_length=1, max_length=20)
