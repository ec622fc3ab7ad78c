"""The languages of the site, and texts in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["th", "en"]

LANGUAGES: tuple[Language, ...] = ("th", "en")


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in Thai and in English. Without an English text, the Thai one is used for both."""

    th: str
    en: str = ""

    def __getitem__(self, language: str) -> str:
        """The text in `language` (`th` or `en`)."""
        return (self.en or self.th) if language == "en" else self.th


NO_TEXT = Bilingual("")
"""Where there is no text, or it is not published."""
