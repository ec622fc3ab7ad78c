"""Translations -> the words of templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from gettext import NullTranslations

from jinja2 import Environment
from markupsafe import Markup

from portal.site.environment import escaped


def install_translations(environment: Environment, translations: NullTranslations) -> None:
    """Let templates say messages: `_`, `pgettext` and `{% trans %}`. Values of variables are escaped, messages are not.

    As Babel extracts them, messages have no line breaks or spaces around them.
    """
    environment.policies["ext.i18n.trimmed"] = True
    install: Callable[..., None] = environment.install_gettext_translations  # type: ignore[attr-defined]
    install(translations, newstyle=True)
    # Jinja2's own look a message up and format it again each time, some 90 times a page, and want the context.
    environment.globals.update(_functions(translations))


def _functions(translations: NullTranslations) -> dict[str, Callable[..., Markup]]:
    """What templates and `{% trans %}` call; variables are named in the message: `%(date)s`."""

    @cache
    def message(source: str) -> str:
        return translations.gettext(source)

    @cache
    def in_context(context: str, source: str) -> str:
        return translations.pgettext(context, source)

    def gettext(source: str, **variables: object) -> Markup:
        return _with(message(source), variables)

    def pgettext(context: str, source: str, **variables: object) -> Markup:
        return _with(in_context(context, source), variables)

    def ngettext(singular: str, plural: str, number: int, **variables: object) -> Markup:
        return _with(translations.ngettext(singular, plural, number), variables)

    return {"_": gettext, "gettext": gettext, "pgettext": pgettext, "ngettext": ngettext}


def _with(text: str, variables: Mapping[str, object]) -> Markup:
    """A message with its variables. A doubled percent sign stands for one."""
    return Markup(text % {name: escaped(value) for name, value in variables.items()})
