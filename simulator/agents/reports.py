"""What a brand may see of its market: what its platforms' behaviour data let it see, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from simulator.types import Array, Source

if TYPE_CHECKING:
    from simulator.agents.brands import Brand
    from simulator.agents.platforms import Platform


class Reports(Protocol):
    """Reports of platforms; a method returns None where the platform keeps such data to itself."""

    @property
    def regions(self) -> tuple[str, ...]:
        """Names of the regions."""
        ...

    def visits_by_region(self) -> Array:
        """Expected visits by region, of everybody; public knowledge, float64 (R,)."""
        ...

    def orders_by_source(
        self, brand: Brand, platform: Platform, first_day: int, end_day: int
    ) -> Mapping[Source, int] | None:
        """Orders on the platform by what first made the buyer aware, as far as that is known there; aggregate data."""
        ...

    def orders_by_region(self, brand: Brand, platform: Platform, first_day: int, end_day: int) -> Array | None:
        """Orders on the platform by region whose buyers an ad or promoted post made aware; aggregate data, (R,)."""
        ...
