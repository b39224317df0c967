"""A share with its interval, counted by providers: somebody who is looked at ten times is not ten witnesses. Pure.

Wilson's interval at 95 %, for the number of independent looks that the data is worth: where the looks at one provider
resemble each other, it is smaller than their count (the design effect of cluster samples; Kish 1965). Never larger.
"""

import math
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

Z = 1.959963984540054
"""Of the normal distribution, for 95 %."""
DIGITS = 6


class Share(BaseModel):
    """`part` of `whole`. Value and interval are None where there is no whole."""

    model_config = ConfigDict(frozen=True)

    part: int
    whole: int
    providers: int
    """How many providers the whole is made of."""
    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(slots=True)
class Sums:
    """What a share needs to know of its providers. Whole numbers, so that any order of adding gives the same."""

    providers: int = 0
    part: int = 0
    whole: int = 0
    part_squared: int = 0
    product: int = 0
    whole_squared: int = 0

    def add(self, part: int, whole: int) -> None:
        """One more provider, with so many of so many; one that is never looked at does not count."""
        if whole:
            self.providers += 1
            self.part += part
            self.whole += whole
            self.part_squared += part * part
            self.product += part * whole
            self.whole_squared += whole * whole

    def merge(self, other: "Sums") -> None:
        """The sums of others as well."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def share(self) -> Share:
        """The share, and its interval."""
        if not self.whole:
            return Share(part=0, whole=0, providers=0)
        low, high = wilson(self.part / self.whole, self._independent())
        return Share(
            part=self.part,
            whole=self.whole,
            providers=self.providers,
            value=round(self.part / self.whole, DIGITS),
            low=round(low, DIGITS),
            high=round(high, DIGITS),
        )

    def _independent(self) -> float:
        """How many independent looks these are worth."""
        share = self.part / self.whole
        if self.providers == self.whole or share in (0.0, 1.0) or self.providers == 1:
            # Where all agree nothing is seen of how alike the looks at one provider are: each counts once.
            return self.providers
        between = self.part_squared - 2 * share * self.product + share * share * self.whole_squared
        clustered = between / self.whole**2 * self.providers / (self.providers - 1)
        simple = share * (1 - share) / self.whole
        return self.whole / max(clustered / simple, 1.0)


def wilson(share: float, looks: float) -> tuple[float, float]:
    """The interval of a share seen in so many independent looks."""
    squared = Z * Z
    middle = (share + squared / (2 * looks)) / (1 + squared / looks)
    half = Z / (1 + squared / looks) * math.sqrt(share * (1 - share) / looks + squared / (4 * looks * looks))
    # At the ends the arithmetic is exact on paper only.
    return (0.0 if share == 0 else max(middle - half, 0.0)), (1.0 if share == 1 else min(middle + half, 1.0))
