"""Where offers stand among those of their category: in search results, in the list of bestsellers, in sales."""

from __future__ import annotations

from typing import Any

import numpy as np


def set_standing(brands: Any, affordances: Any) -> None:
    """Work out `prominence`, `reach` and `popularity` of the records BRAND from reviews and sales so far.

    Prominence is (1 + reviews)**weight over its mean in the category; reach (1 - 1/depth)**i at place i of the
    list, ties by key; popularity is ln(1 + sold) less its mean in the category.
    """
    brands = brands.view(np.ndarray)
    volume = (1.0 + brands["reviews"]) ** affordances.search.volume_weight
    sales = np.log1p(brands["sold"])
    for category in np.unique(brands["category"]):
        inside = np.flatnonzero(brands["category"] == category)
        brands["prominence"][inside] = volume[inside] / volume[inside].mean()
        brands["popularity"][inside] = sales[inside] - sales[inside].mean()
        order = inside[np.lexsort((brands["key"][inside], -brands["sold"][inside]))]
        brands["reach"][order] = (1.0 - 1.0 / affordances.bestsellers.depth) ** np.arange(order.size)
