"""Parameters declared once, beside their component: value, unit, range, evidence and source."""

from __future__ import annotations

from typing import Any, Literal

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

    Returns
    -------
    list of dict
        Keys: path, default, low, high, unit, evidence, source, use, doc.
    """
    found: list[dict[str, Any]] = []
    for name, field in model.model_fields.items():
        path = f"{prefix}{name}"
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Parameters):
            found += rows(kind, path + ".")
            continue
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        bounds: dict[str, Any] = {}
        for constraint in field.metadata:
            bounds.setdefault("low", getattr(constraint, "ge", None))
            bounds.update({k: v for k, v in {"high": getattr(constraint, "le", None)}.items() if v is not None})
            if bounds["low"] is None:
                bounds["low"] = getattr(constraint, "ge", None)
        found.append(
            {
                "path": path,
                "default": None if field.is_required() else field.default,
                "low": bounds.get("low"),
                "high": bounds.get("high"),
                "unit": extra.get("unit", ""),
                "evidence": extra.get("evidence", ""),
                "source": extra.get("source", ""),
                "use": extra.get("use", ""),
                "doc": field.description or "",
            }
        )
    return found
