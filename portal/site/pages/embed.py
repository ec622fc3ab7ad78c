"""The page that other sites show in a frame: a chart that the browser reads from the page that has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class EmbedContext:
    """The page that shows the charts of another page."""

    version: str
    """Of the release of the package that the charts are of."""
    created: date
    """The day of that release."""
