"""What the pages of measures are asked for: which place, to which day, of which body and sector, which page."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from services.governance.asking import Unfit
from services.governance.measures.api import Period
from services.governance.measures.asked import Asked
from services.governance.web import moments
from services.governance.web.dashboards_page import demand
from services.governance.web.provider_page import demand_days
from services.governance.web.sessions import Session
from shared.web.refusal import Refusal

T = TypeVar("T")
Place = Annotated[str, Path(pattern=r"^[A-Z][0-9]{8}$")]
Number = Annotated[int, Query(ge=1, le=1000, alias="page")]
SECTORS: Final = (("care_homes", "Care homes"), ("community_care", "Community care"), ("other", "Other services"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What stands in the address."""

    to: str = ""
    body: str = ""
    sector: str = ""
    typed: bool = False

    @property
    def asked(self) -> Asked:
        """The twelve months to that day. Raises Refusal."""
        try:
            return Period(to=date.fromisoformat(self.to) if self.to else None, as_of=None, **{"from": None}).asked()
        except (ValueError, Unfit) as error:
            raise Refusal(422, "That day does not fit", "Go back, and give today or an earlier day.") from error

    @property
    def fields(self) -> tuple[str, str, str]:
        """What the three fields of the day hold."""
        return moments.parts(self.to)

    def keep(self, **more: Any) -> str:
        """The query of a link that asks for the same."""
        said = {"to": self.to, "body": self.body, "sector": self.sector} | more
        kept = {name: value for name, value in said.items() if value}
        return f"?{urlencode(kept)}" if kept else ""

    def moved(self, request: Request, **more: Any) -> Response | None:
        """To its own address, where the day was typed into a form. Raises Refusal."""
        if not self.typed:
            return None
        demand_days(self.to)
        return RedirectResponse(f"{request.url.path}{self.keep(**more)}", 303)


def wanted(
    request: Request,
    body: Annotated[str, Query(pattern="^([A-Z][A-Z_]{1,40})?$")] = "",
    sector: Annotated[str, Query(pattern="^(care_homes|community_care|other)?$")] = "",
) -> Wanted:
    """What the form of the page says, or the address."""
    query = request.query_params
    return Wanted(moments.given(query, "to"), body, sector, moments.is_typed(query, "to"))


Asking = Annotated[Wanted, Depends(wanted)]


def held(place: str, session: Session) -> None:
    """Raises Refusal for a place that this reader does not hold."""
    demand(place, session)


def cut(every: list[T], number: int, size: int) -> tuple[list[T], int, int]:
    """One page of a list, its number, and how many there are."""
    pages = max(-(-len(every) // size), 1)
    number = min(number, pages)
    return every[(number - 1) * size : number * size], number, pages
