"""Initial state that is drawn: who follows a brand's account and who knows its offer."""

import numpy as np

from simulator.kernels import rng
from simulator.kernels.compiling import kernel
from simulator.kernels.state import FOLLOWS, key_of


@kernel
def introduce(users, brand_keys, follower_share, known_share, follows_prefix):
    """Set the follow flag and the first awareness of everybody; shares are (B,).

    The word that tells the two draws apart is absorbed last, so both are independent of each other.
    """
    for row in range(users.person.size):
        for brand in range(brand_keys.size):
            h = rng.hash2(follows_prefix, key_of(users, row), brand_keys[brand])
            if rng.unit(rng.absorb(h, 0)) < follower_share[brand]:
                users.tie[row, brand].marks |= FOLLOWS
            if rng.unit(rng.absorb(h, 1)) < known_share[brand]:
                users.tie[row, brand].stage = np.uint8(1)
