"""Why something in a policy is ours, without the numbers of our own notes: what the document leaves open. Pure."""

import re
from typing import Final

OPEN: Final = {
    "AMB-1": "the document does not say how many of its criteria it takes, or which count alone",
    "AMB-2": "the document lists it at two levels",
    "AMB-3": "the document does not say how many are to be expected for a service of its size and nature",
    "AMB-4": "the document does not say how often “repeated” is",
    "AMB-5": "the document speaks of areas, not of the overall rating",
    "AMB-6": "“bi-annual” may mean twice a year or every two years",
    "AMB-7": "the document does not say how the three months are counted",
    "AMB-8": "what is “automatic” is asked of people at once; nothing is served or suspended by itself",
    "AMB-9": "the document uses a rating that the scale does not have",
    "AMB-10": "the same process bears other names elsewhere",
    "AMB-11": "the council's criteria are not published: these are an illustration",
    "AMB-12": "the document gives the board several names",
    "AMB-13": "the body that it names no longer exists",
    "AMB-14": "the document does not say whether a service, a provider or a contract is rated",
    "AMB-15": "the document does not say when a level may fall",
    "AMB-16": "the document does not say what a provider sees",
    "AMB-17": "the document does not say what waits for the other commissioner",
}
"""What the documents leave open, by the number under which policies quote it."""
NUMBER: Final = re.compile(r"AMB-\d+")
NOTES: Final = re.compile(r"\s*\(rulings? \d+\)|(^|[,;] ?)(rulings? \d+|R\d+)\b:?")
"""Where our own notes are quoted: no reader has them."""
SAID: Final = re.compile(r"^AMB-\d+(, AMB-\d+)*; ")
"""Numbers before a reason in words: the words say it."""
OURS: Final = "the document leaves it open"


def spoken(text: str) -> str:
    """A reason as its reader understands it; a number that stands alone in words, each once."""
    said = SAID.sub("", NOTES.sub("", text).lstrip(",; "))
    for number in dict.fromkeys(NUMBER.findall(said)):
        said = said.replace(number, OPEN.get(number, number), 1)
    return said or OURS
