"""What a file really is, by its content: what is said of it must be so (pure)."""

import io
import zipfile
from typing import Final

from shared.events.attachments import MAX_SIZE, MediaType

WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES: Final[tuple[MediaType, ...]] = (
    "application/pdf", "image/png", "image/jpeg", "text/plain", "text/csv", WORD, SHEET,
)  # fmt: skip
_BEGINNINGS: Final[tuple[tuple[bytes, MediaType], ...]] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_MACROS = "vbaproject.bin"


class Unacceptable(Exception):
    """A file that is not kept: why, in one sentence."""


def checked(content: bytes, said: str) -> MediaType:
    """The media type of a file, which is what was said of it. Raises Unacceptable."""
    if not content:
        raise Unacceptable("the file is empty")
    if len(content) > MAX_SIZE:
        raise Unacceptable(f"the file has more than {MAX_SIZE // 2**20} MiB")
    fits = _kinds(content)
    for one in fits:
        if one == said:
            return one
    if said not in TYPES:
        raise Unacceptable(f"{said or 'no content type'} is not kept; these are: {', '.join(TYPES)}")
    raise Unacceptable(f"its content is not {said}" + (f" but {fits[0]}" if fits else ""))


def _kinds(content: bytes) -> tuple[MediaType, ...]:
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return (kind,)
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ()
    is_plain = all(sign.isprintable() or sign in "\r\n\t\f" for sign in text)
    return ("text/plain", "text/csv") if is_plain else ()


def _office(content: bytes) -> tuple[MediaType, ...]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            names = {name.lower() for name in parts.namelist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ()
    if "[content_types].xml" not in names or any(name.endswith(_MACROS) for name in names):
        return ()  # a document with macros is a program
    if "word/document.xml" in names:
        return (WORD,)
    return (SHEET,) if "xl/workbook.xml" in names else ()
