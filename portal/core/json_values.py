"""Values -> JSON, with every digit of an amount."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any


def json_value(value: Any) -> Any:
    """A value for JSON: dates and times as texts of ISO 8601, tuples as lists; a Decimal stays, see `json_text`."""
    # Nearly all values end here, and the check for Mapping is slow.
    if value is None or isinstance(value, (str, int, Decimal)):
        return value
    if isinstance(value, Mapping):
        return {name: json_value(part) for name, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [json_value(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


def _encodable(value: Decimal) -> int | str:
    """A whole number as int; any other as a text that begins with NUL, which marks it."""
    whole = int(value)
    return whole if whole == value else "\0" + f"{value:f}".rstrip("0")


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_encodable).encode
_MARKED = re.compile(r'"\\u0000([-0-9.]+)"')


def json_text(value: object) -> str:
    """JSON on one line. A Decimal is a number with all its digits.

    Python's encoder writes only int and float as numbers. So a fraction is encoded as a text that begins with NUL,
    which no text of a valid package does, and its quotation marks are removed afterwards.
    """
    text: str = _encode(value)
    return _MARKED.sub(r"\1", text) if "\\u0000" in text else text
