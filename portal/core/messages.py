"""The program's own words: English as the code and the templates say them, other languages by their catalogues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from portal.core.models.languages import Language, Text
from portal.core.problems import UsageError, shorten
from portal.core.program import ROOT

SOURCE: Language = "en"
"""The language of the templates and of the code, which needs no catalogue."""

LOCALES = ROOT / "locales"

TEMPLATE = LOCALES / "portal.pot"
"""All messages, without a translation."""


@dataclass(frozen=True, slots=True)
class Message:
    """A text of the program. It is translated where it is asked for in a language."""

    source: str
    """In English. Where there are `values`, these stand for names in braces."""
    context: str = ""
    """Tells apart two messages that are the same in English."""
    values: Mapping[str, object] = field(default_factory=dict, hash=False)
    plural: str = ""
    """In English for several, where a number is in it."""

    def __getitem__(self, language: Language) -> str:
        """The text in a language."""
        words = translations(language)
        text = words.pgettext(self.context, self.source) if self.context else words.gettext(self.source)
        return text.format_map(self.values) if self.values else text

    def of(self, number: int, language: Language) -> str:
        """The text for a number of things, in a language."""
        words = translations(language)
        if self.context:
            return words.npgettext(self.context, self.source, self.plural, number)
        return words.ngettext(self.source, self.plural, number)

    def text(self, languages: Sequence[Language]) -> Text:
        """The message in these languages."""
        return Text.of_each(languages, self.__getitem__)


Words = Text | Message
"""A text of the city or of the program."""


@cache
def translations(language: Language) -> NullTranslations:
    """The messages of a language from its catalogue in `locales/`. Those that it does not have stay English."""
    return read_translations(LOCALES, language)


def read_translations(locales: Path, language: Language) -> NullTranslations:
    """The messages of a language from its catalogue below `locales`; one that is missing or fuzzy stays English."""
    if language == SOURCE:
        return NullTranslations()
    with catalogue_of(locales, language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def catalogue_of(locales: Path, language: Language) -> Path:
    """The file of the catalogue of a language."""
    return locales / language / "LC_MESSAGES" / "portal.po"


def check_catalogue(locales: Path, language: Language) -> None:
    """Raise UsageError, which names the place, where the catalogue of a language lacks anything that a page may say."""
    if language == SOURCE:
        return
    file = catalogue_of(locales, language)
    place = file.relative_to(locales.parent).as_posix()
    try:
        wanted, translated = _read(locales / TEMPLATE.name, None), _read(file, language)
    except FileNotFoundError:
        hint = "Make it as docs/another-city.md says, or take the language out of the setting languages."
        raise UsageError(f"{place}: there is no such catalogue. {hint}") from None
    except (OSError, PoFileError, UnicodeDecodeError, ValueError) as error:
        raise UsageError(f"{place}: not a catalogue that can be read: {error}.") from None
    if lacking := list(_lacking(wanted, translated)):
        line, message = min(lacking)
        where = f"{place}, line {line}" if line else place
        more = f", nor {len(lacking) - 1:,} others" if len(lacking) > 1 else ""
        hint = "Run `make messages`, and translate what is blank or fuzzy."
        raise UsageError(f'{where}: the message "{shorten(message)}" has no translation{more}. {hint}')


def _read(file: Path, language: Language | None) -> Catalog:
    return _parse(file.read_bytes(), language)


@lru_cache(maxsize=8)
def _parse(content: bytes, language: Language | None) -> Catalog:
    """The catalogue that a file holds. It takes long to parse, and one process may check a package many times."""
    return read_po(BytesIO(content), locale=language, abort_invalid=True)


def _lacking(wanted: Catalog, translated: Catalog) -> Iterator[tuple[int, str]]:
    """The messages that a catalogue does not translate, each with its line, 0 where it is not there."""
    for message in wanted:
        own = translated.get(message.id, message.context) if message.id else message
        source = message.id if isinstance(message.id, str) else message.id[0]
        if own is None:
            yield 0, source
        elif message.id:
            texts = own.string if isinstance(own.string, tuple | list) else (own.string,)
            forms = translated.num_plurals if message.pluralizable else 1
            if own.fuzzy or len(texts) != forms or not all(texts):
                yield own.lineno or 0, source
