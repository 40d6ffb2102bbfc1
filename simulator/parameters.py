"""Parameters declared once, beside their component: value, unit, range, evidence and source."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field

Evidence = Literal["P", "M-H", "M-M", "M-L", "D", "X"]
"""P read in a stored copy; M-* quoted from memory (high, medium, low confidence); D derived; X a guess."""

Use = Literal["input", "fitted", "judged"]


class Parameters(BaseModel):
    """A frozen, validated block of parameters. Unknown keys are errors."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True, strict=True, protected_namespaces=()
    )


def parameter(
    default: Any = ...,
    *,
    doc: str,
    unit: str,
    source: str,
    tag: Evidence = "X",
    low: float | None = None,
    high: float | None = None,
    use: Use = "input",
    symbol: str = "",
) -> Any:
    """Declare a parameter.

    Parameters
    ----------
    default : value, or ``...`` if it must be given.
    doc, unit, source : what it is, in which unit ("-" if none), who says so.
    tag : evidence tag of the default.
    low, high : inclusive hard bounds.
    use : whether the value is put in, fitted to a pattern, or an outcome that is judged.
    """
    extra: dict[str, Any] = {"unit": unit, "source": source, "evidence": tag, "use": use, "symbol": symbol}
    return Field(default, description=doc, ge=low, le=high, json_schema_extra=extra)


def rows(model: type[Parameters], prefix: str = "") -> list[dict[str, Any]]:
    """The declarations of `model` and of the blocks inside it, one row a parameter.

    Blocks in mappings and lists stand once, under ``*``; of a field that may be one of several blocks, none is shown.

    Returns
    -------
    list of dict
        Keys: path, default, low, high, unit, evidence, source, use, doc.
    """
    found: list[dict[str, Any]] = []
    for name, field in model.model_fields.items():
        path = f"{prefix}{name}"
        inside = blocks(field.annotation)
        if inside:
            many = get_origin(field.annotation) in (dict, tuple, list)
            found += rows(inside[0], f"{path}.*." if many else f"{path}.") if len(inside) == 1 else []
            continue
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        row: dict[str, Any] = {"path": path, "default": None if field.is_required() else field.default}
        for key, bound in (("low", "ge"), ("high", "le")):
            row[key] = next((getattr(c, bound) for c in field.metadata if hasattr(c, bound)), None)
        row |= {key: extra.get(key, "") for key in ("unit", "evidence", "source", "use")}
        found.append({**row, "doc": field.description or ""})
    return found


def blocks(annotation: Any) -> list[type[Parameters]]:
    """The parameter blocks a type may hold."""
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return [annotation] if issubclass(annotation, Parameters) else []
    return [block for inner in get_args(annotation) for block in blocks(inner)]
