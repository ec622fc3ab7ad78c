"""Texts in the languages of a city, of which the first is the one that its data are written in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Language = str
"""By its code in Unicode CLDR, such as `th`."""

_NAME_IN_A_LANGUAGE = re.compile("(.+)_([a-z]{2,3})")


def in_language(name: str, language: Language) -> str:
    """What a column, a property or a setting is called that holds the text of `name` in another language."""
    return f"{name}_{language}"


def names_in(name: str, languages: Sequence[Language]) -> dict[str, Language]:
    """The columns, properties or settings with the text of `name`, such as `name_en`, with their languages."""
    return {name if index == 0 else in_language(name, code): code for index, code in enumerate(languages)}


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the languages of the city. A language that it is not given in has that of the first."""

    first: str
    others: tuple[tuple[Language, str], ...] = ()
    """Each other language that it is given in, with the text."""

    @classmethod
    def read(cls, values: Mapping[str, Any], name: str, languages: Sequence[Language], default: str = "") -> Text:
        """The text of the columns or properties `name` and, of each further language, `<name>_<language>`."""
        pairs = ((code, values.get(in_language(name, code))) for code in languages[1:])
        others = tuple((code, str(text)) for code, text in pairs if text and str(text).strip())
        return cls(str(values.get(name) or default), others)

    @classmethod
    def read_all(cls, values: Mapping[str, Any], name: str) -> Text:
        """As `read`, in whatever languages there are."""
        found = sorted(match[2] for key in values if (match := _NAME_IN_A_LANGUAGE.fullmatch(key)) and match[1] == name)
        texts = {key: text for key, text in values.items() if isinstance(text, str)}
        return cls.read(texts, name, ("", *found))

    @classmethod
    def of_each(cls, languages: Sequence[Language], text: Callable[[Language], str]) -> Text:
        """What the function `text` gives for each language."""
        first, *others = languages
        return cls(text(first), tuple((code, text(code)) for code in others))

    def __getitem__(self, language: Language) -> str:
        """The text in a language."""
        for code, text in self.others:
            if code == language:
                return text
        return self.first

    def __iter__(self) -> Iterator[str]:
        """The text in each language that it is given in, the first language first."""
        yield self.first
        for _, text in self.others:
            yield text

    def given(self, language: Language, first: Language) -> str:
        """The text in a language, "" where it is not given in it; `first` is that of `self.first`."""
        return self.first if language == first else dict(self.others).get(language, "")

    def by_language(self, first: Language) -> dict[Language, str]:
        """The text in each language that it is given in; `first` is that of `self.first`."""
        texts = {first: self.first, **dict(self.others)}
        return {language: text for language, text in texts.items() if text}

    def by_column(self, name: str) -> dict[str, str]:
        """The texts by the columns or properties that they stand in: `name`, `name_en`."""
        return {name: self.first} | {in_language(name, code): text for code, text in self.others}

    def map(self, change: Callable[[str], str]) -> Text:
        """The text with the same change made in each language."""
        return Text(change(self.first), tuple((code, change(text)) for code, text in self.others))


NO_TEXT = Text("")
"""Where there is no text, or it is not published."""
