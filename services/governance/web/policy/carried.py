"""A draft that a page carries from its check to its adoption, so that nothing is stored in between. Pure."""

import base64
import binascii
import re
import zlib
from dataclasses import dataclass
from typing import Any, Final

import orjson

from shared import policy
from shared.policies.pack import Pack

MOST: Final = 1024 * 1024
"""Bytes that a draft may have when it is unfolded: more is no policy."""
SHOWN_AGAIN: Final = 70_000
"""Characters of a draft that a page shows again to be mended; a longer one is mended in its own file."""
_PLACED: Final = re.compile(r"line (\d+), column (\d+): (.+?): (.*)", re.DOTALL)


class NotCarried(Exception):
    """What a page sent is no draft that a page of ours made."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake of a draft: where it stands, and what is wrong, with the name that was probably meant."""

    line: str
    column: str
    path: str
    problem: str


def fold(pack: Pack) -> str:
    """A draft as a form carries it."""
    return base64.b64encode(zlib.compress(orjson.dumps(policy.document(pack)), 9)).decode()


def unfold(carried: str) -> dict[str, Any]:
    """The draft again; whoever uses it reads it anew. Raises NotCarried."""
    try:
        opened = zlib.decompressobj()
        text = opened.decompress(base64.b64decode(carried, validate=True), MOST)
        if opened.unconsumed_tail:
            raise NotCarried
        found = orjson.loads(text)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise NotCarried from error
    if not isinstance(found, dict):
        raise NotCarried
    return found


def mistakes(error: policy.PackError) -> list[Mistake]:
    """Each with its place, as far as it has one."""
    found = ((sentence, _PLACED.fullmatch(sentence)) for sentence in error.mistakes)
    return [Mistake(*placed.groups()) if placed else Mistake("", "", "", sentence) for sentence, placed in found]
