"""Message catalogues -> the words of templates: English is what they say, other languages are in `locales/`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment
from markupsafe import Markup

from portal.core.models import Language


def read_translations(locales: Path, language: Language) -> NullTranslations:
    """The messages of a language from its catalogue. A message that is missing or fuzzy there stays English."""
    if language == "en":
        return NullTranslations()
    with (locales / language / "LC_MESSAGES" / "portal.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def install_translations(environment: Environment, translations: NullTranslations) -> None:
    """Let templates say messages: `_`, `pgettext` and `{% trans %}`. Values of variables are escaped, messages are not.

    As Babel extracts them, messages have no line breaks or spaces around them.
    """
    environment.policies["ext.i18n.trimmed"] = True
    install: Callable[..., None] = environment.install_gettext_translations  # type: ignore[attr-defined]
    install(translations, newstyle=True)
    # Jinja2's own `_` looks a message up and formats it again each time, some 90 times a page.
    gettext = _cached_gettext(translations)
    # What `{% trans %}` calls.
    environment.globals.update(_=gettext, gettext=gettext)


def _cached_gettext(translations: NullTranslations) -> Callable[..., Markup]:
    @cache
    def message(source: str) -> Markup:
        return Markup(translations.gettext(source))

    @cache
    def without_variables(source: str) -> Markup:
        # A doubled percent sign stands for one.
        return message(source) % {}

    def gettext(source: str, **variables: object) -> Markup:
        return message(source) % variables if variables else without_variables(source)

    return gettext
