"""Where a scenario's networks come from: a generator with its parameters, or an edge list in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from pydantic import Discriminator, Tag, create_model

from simulator.network.generators import GENERATORS
from simulator.parameters import Parameters, parameter

EDGE_LIST = "edge list"


class EdgeListParameters(Parameters):
    """A network that is read from a file."""

    file: str = parameter(
        ...,
        doc="edge list: two columns of user numbers from 0, text or gz; relative to this file",
        unit="-",
        source="scenario",
    )
    edges: Literal["follows", "flows", "undirected"] = parameter(
        "follows",
        doc="a line 'a b' says: a follows b, a's posts flow to b, or a and b are friends",
        unit="-",
        source="scenario",
    )


def _choice(block: Any) -> str:
    """Which kind of block was given. A file counts before a generator; neither is a generator that is missing."""
    given = block if isinstance(block, dict) else {}
    if "file" in given or getattr(block, "file", None):
        return EDGE_LIST
    name = given.get("generator") or getattr(block, "generator", None)
    return tag(str(name))


def tag(generator: str) -> str:
    """The union tag of a generator; no key of a block can be spelt like it."""
    return f"generator {generator}"


def _layer() -> Any:
    """The union of all blocks a layer may be."""
    blocks: list[Any] = [Annotated[EdgeListParameters, Tag(EDGE_LIST)]]
    for name, generator in GENERATORS.items():
        word = parameter(..., doc=f"the generator {name!r}", unit="-", source="scenario")
        choice: Any = (Literal[name], word)
        block = create_model(
            f"{generator.parameters.__name__}Block",
            __base__=generator.parameters,
            __doc__=generator.parameters.__doc__,
            __module__=__name__,
            generator=choice,
        )
        globals()[block.__name__] = block
        blocks.append(Annotated[block, Tag(tag(name))])
    return Annotated[Union[tuple(blocks)], Discriminator(_choice)]  # noqa: UP007 - the members are known at run time only


if TYPE_CHECKING:
    Layer = Any
else:
    Layer = _layer()


class NetworkParameters(Parameters):
    """The networks on which posts travel. A layer that no platform uses is not made."""

    circle: Layer | None = parameter(None, doc="mutual ties between friends", unit="-", source="scenario")
    follow: Layer | None = parameter(None, doc="who follows whom", unit="-", source="scenario")
