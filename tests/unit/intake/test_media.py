"""A file is what its content says; what is said of it must be the same."""

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake import media
from services.intake.media import SHEET, WORD


def office(*names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        for name in names:
            parts.writestr(name, "x")
    return file.getvalue()


PNG, JPEG, PDF = b"\x89PNG\r\n\x1a\n...", b"\xff\xd8\xff\xe0...", b"%PDF-1.7 ..."


@pytest.mark.parametrize(
    ("content", "said"),
    [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg"), (b"a line\r\n", "text/plain"),
     ("f\u00e9e,1\n".encode(), "text/csv"), (office("[Content_Types].xml", "word/document.xml"), WORD),
     (office("[Content_Types].xml", "xl/workbook.xml"), SHEET)],
)  # fmt: skip
def test_what_is_said_rightly_is_kept(content, said):
    assert media.checked(content, said) == said


@pytest.mark.parametrize(
    ("content", "said", "why"),
    [
        (b"", "text/plain", "empty"),
        (b"x" * (3 * 2**20 + 1), "text/plain", "more than 3 MiB"),
        (b"MZ\x90\x00\x03", "application/pdf", "not application/pdf"),
        (PNG, "application/pdf", "but image/png"),
        (b"<html>\x00", "text/plain", "not text/plain"),
        (PDF, "text/html", "is not kept"),
        (office("word/document.xml"), WORD, "its content is not"),
        (office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), WORD, "its content is not"),
        (b"PK\x03\x04broken", SHEET, "its content is not"),
    ],
)
def test_what_is_not_what_was_said_is_refused_with_the_reason(content, said, why):
    with pytest.raises(media.Unacceptable, match=why):
        media.checked(content, said)


@given(st.binary(max_size=200), st.sampled_from(media.TYPES))
def test_any_bytes_are_kept_or_refused_and_nothing_else(content, said):
    with contextlib.suppress(media.Unacceptable):
        assert media.checked(content, said) == said
