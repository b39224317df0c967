"""All figures of a place, and the providers behind one: JSON-ready. Pure."""

from collections.abc import Iterable
from typing import Any

from services.governance.measures.asked import Asked
from services.governance.measures.catalogue import MEASURES
from services.governance.measures.item import Item, Measure, figure
from services.governance.measures.record import Place


def items(measure: Measure, place: Place, asked: Asked, body: str | None = None) -> list[Item]:
    """What it looks at; of one body, where it can be asked for one."""
    found = measure.items(place, asked)
    return [one for one in found if body is None or one.body == body]


def figures(
    place: Place, asked: Asked, body: str | None = None, measures: Iterable[Measure] = MEASURES
) -> list[dict[str, Any]]:
    """One line for each measure; of one body those alone that can be asked for one."""
    return [
        shown(measure, items(measure, place, asked, body)) for measure in measures if body is None or measure.by_body
    ]


def shown(measure: Measure, found: Iterable[Item]) -> dict[str, Any]:
    """A figure as it is answered."""
    made = figure(measure, found)
    return {
        "code": measure.code,
        "name": measure.name,
        "unit": measure.unit,
        "value": made.value,
        "numerator": made.numerator,
        "denominator": made.denominator,
        "unknown": made.unknown,
        "not_due": made.not_due,
        "not_known_because": made.not_known_because,
        "basis": measure.basis,
        "counts": measure.numerator,
        "of": measure.denominator,
    }


def behind(measure: Measure, place: Place, found: Iterable[Item]) -> list[dict[str, Any]]:
    """What stands behind a figure, provider by provider."""
    names = {one.provider_id: one.about.get("name") for one in place.services}
    return [
        {
            "measure": measure.code,
            "provider_id": None if one.provider_id == place.code else one.provider_id,
            "name": names.get(one.provider_id),
            "outcome": one.outcome,
            "why": one.why,
            "about": one.about or None,
            "value": one.value,
            "body": one.body,
            "count": one.count,
        }
        for one in sorted(found, key=lambda one: (one.provider_id, one.about, one.outcome))
    ]
