"""What a pydantic model allows at a path: known keys, ranges, units and kinds of value, in words."""

from __future__ import annotations

import enum
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from simulator.scenario.scalars import number
from simulator.scenario.tree import Node, Step

_WORDS = {float: "a number", int: "a whole number", str: "text", bool: "true or false", type(None): "null"}


@dataclass(frozen=True)
class Declared:
    """The type that is declared at a path, and the field that declares it, if it is one."""

    kind: Any
    field: FieldInfo | None = None

    @property
    def unit(self) -> str:
        """The unit in which the value is given, or an empty string."""
        extra = self.field.json_schema_extra if self.field else None
        unit = extra.get("unit", "") if isinstance(extra, dict) else ""
        return "" if unit in ("-", "code", "switch") or ".." in str(unit) else str(unit)

    @property
    def doc(self) -> str:
        """What the value is."""
        return (self.field.description or "") if self.field else ""

    def keys(self) -> list[str]:
        """The keys of the block declared here, or an empty list if it is none or takes any key."""
        return [name for model in self.models() for name in model.model_fields]

    def models(self) -> list[type[BaseModel]]:
        """The models that a block declared here may be."""
        return [kind for kind in members(self.kind) if isinstance(kind, type) and issubclass(kind, BaseModel)]

    def number_word(self) -> str:
        """The kind of number that is declared here."""
        kinds = members(self.kind)
        return _WORDS[int] if int in kinds and float not in kinds else _WORDS[float]

    def words(self) -> list[str]:
        """The kinds of value that may stand here, or the names of which it must be one."""
        return list(dict.fromkeys(word for kind in members(self.kind) for word in _words(kind)))

    def choices(self) -> dict[str, list[str]]:
        """Of a block that may be one of several models: the keys that choose, and the words they take."""
        found: dict[str, list[str]] = {}
        for model in self.models():
            for name, field in model.model_fields.items():
                if field.is_required() and get_origin(field.annotation) is Literal:
                    found.setdefault(name, []).extend(str(word) for word in get_args(field.annotation))
        return found

    def allowed(self) -> str:
        """What may stand here, such as `0 to 1 share`, `a whole number from 1 to 48 1/d` or the known words."""
        words = self.words()
        low, high = self.bounds()
        if low is not None or high is not None:
            nothing = " or null" if "null" in words else ""
            whole = "a whole number, " if "a whole number" in words and "a number" not in words else ""
            unit = f" {self.unit}" if self.unit[:1].isalpha() else f", in {self.unit}" if self.unit else ""
            return f"{whole}{span(low, high)}{unit}{nothing}"
        unit = f" in {self.unit}" if self.unit and {"a number", "a whole number"} & set(words) else ""
        return " or ".join(words) + unit

    def bounds(self) -> tuple[float | None, float | None]:
        """The inclusive bounds, None where there is none."""
        low: float | None = None
        high: float | None = None
        for constraint in self.field.metadata if self.field else ():
            low = getattr(constraint, "ge", None) if low is None else low
            high = getattr(constraint, "le", None) if high is None else high
        return low, high


def span(low: float | None, high: float | None) -> str:
    """A range in words."""
    if low is None:
        return f"at most {number(high)}" if high is not None else ""
    return f"at least {number(low)}" if high is None else f"{number(low)} to {number(high)}"


def members(kind: Any) -> list[Any]:
    """The alternatives of a union, or the type alone; annotations stripped."""
    origin = get_origin(kind)
    if origin is Annotated:
        return members(get_args(kind)[0])
    if origin is Union or origin is types.UnionType:
        return [inner for member in get_args(kind) for inner in members(member)]
    return [kind]


def declared(model: type[BaseModel], path: Sequence[Step], root: Node | None = None) -> Declared | None:
    """What `model` declares at a path, or None if nothing is declared there.

    Of blocks that may be one of several models, the one that the tree `root` chooses by its words is followed.
    """
    here, node = Declared(model), root
    for step in path:
        node = node.child(step) if node is not None else None
        found = next((inner for kind in members(here.kind) if (inner := _inside(kind, step)) is not None), None)
        if found is None:
            return None
        here = Declared(_chosen(found.kind, node), found.field)
    return here


def _chosen(kind: Any, node: Node | None) -> Any:
    """The members of a union whose literal fields agree with a block; all of them if none or all do."""
    kinds = members(kind)
    if node is None or not isinstance(node.value, dict) or len(kinds) < 2:
        return kind
    fitting = [member for member in kinds if _agrees(member, node)]
    return Union[tuple(fitting)] if fitting else kind  # noqa: UP007 - the members are known at run time only


def _agrees(kind: Any, node: Node) -> bool:
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return False
    for name, field in kind.model_fields.items():
        given = node.child(name)
        literal = [value for member in members(field.annotation) for value in get_args(member)]
        if get_origin(field.annotation) is Literal and field.is_required():
            if given is None or given.value not in literal:
                return False
        elif field.is_required() and given is None:
            return False
    return True


def _inside(kind: Any, step: Step) -> Declared | None:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = kind.model_fields.get(str(step))
        return None if field is None else Declared(field.annotation, field)
    origin, arguments = get_origin(kind), get_args(kind)
    if not isinstance(origin, type) or not arguments:
        return None
    if issubclass(origin, Mapping):
        return Declared(arguments[-1])
    if issubclass(origin, Sequence) and isinstance(step, int):
        return Declared(arguments[0])
    return None


def _words(kind: Any) -> list[str]:
    if kind in _WORDS:
        return [_WORDS[kind]]
    if get_origin(kind) is Literal:
        return [str(value) for value in get_args(kind)]
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return [str(member.value) for member in kind]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return ["a block of keys"]
    origin = get_origin(kind) or kind
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return ["a block of keys"]
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return ["a list"]
    return []
