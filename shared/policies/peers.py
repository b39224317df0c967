"""Who is a service's peer: its kind and its size band. One list for who publishes rates and who judges by them."""

from typing import Final

BANDS: Final = ((10, "1-10"), (40, "11-40"), (80, "41-80"))
LARGEST: Final = "80+"
WIDER: Final = "all"
"""The size band that stands for every size."""
MEASURES: Final = ("concerns", "safeguarding", "incidents", "deaths", "complaints")
"""What is counted. Incidents are those that did harm, so that openness in reporting is no mark against anybody."""


def band(size: float) -> str:
    """The size band of a number of beds."""
    return next((name for most, name in BANDS if size <= most), LARGEST)


def group(measure: str, service_type: str, size: str) -> str:
    """The name of a peer group's rate."""
    return f"{measure}|{service_type}|{size}"
