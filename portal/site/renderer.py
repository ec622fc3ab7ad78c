"""Pages -> text: the templates, in each language, and the files that they share."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache, partial
from gettext import NullTranslations
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from babel import Locale
from babel.core import get_global
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from portal.core import formats, urls
from portal.core.calendars import Calendar
from portal.core.collation import collation_name
from portal.core.messages import Message, translations
from portal.core.models import (
    Conventions,
    Document,
    Field,
    Language,
    PackageDescription,
    Page,
    Text,
    Withheld,
)
from portal.core.money import MoneyFormat, currency_name
from portal.site import previews
from portal.site import structured_data as structured
from portal.site.environment import PageEnvironment
from portal.site.glossary import CityTerms, headings, links_to_meanings
from portal.site.pages.prose import PORTAL_PAGES
from portal.site.qr_codes import QrCodes
from portal.site.readable_csv import csv_line
from portal.site.translations import install_translations


@dataclass(frozen=True, slots=True)
class Asset:
    """A style sheet, script or picture that pages share."""

    name: str
    """As templates call it: `site.css`."""
    output: str
    """Its file in the site; a checksum in the name lets browsers keep it for ever."""
    data: bytes


def read_assets(folder: Path) -> tuple[Asset, ...]:
    """Every file below `folder`, by name."""
    assets: list[Asset] = []
    # A script that others import is named first, so that they can call it by its published name.
    order = {name: place for place, name in enumerate(_IMPORTED)}
    files = (path for path in folder.rglob("*") if path.is_file())
    for path in sorted(files, key=lambda path: (order.get(path.name, len(order)), path.name)):
        data = path.read_bytes()
        if path.suffix == ".js":
            for asset in assets:
                data = data.replace(f'"./{asset.name}"'.encode(), f'"./{Path(asset.output).name}"'.encode())
        digest = hashlib.sha256(data).hexdigest()[:10]
        assets.append(Asset(path.name, f"assets/{path.stem}.{digest}{path.suffix}", data))
    return tuple(assets)


_IMPORTED = ("tokens.js", "words.js", "search-index.js")
"""Scripts that others import which come before them by name; each after those that it imports."""


@dataclass(frozen=True, slots=True)
class Site:
    """What every page of a site may use."""

    name: Text
    city: Text
    area: Text | None
    """What one area is called; None: as the table of all of them."""
    base_url: str
    base_path: str
    corrections: str | None
    """Where corrections go of agencies that give no address of their own."""
    package: PackageDescription
    documents: tuple[Document, ...]
    city_terms: Mapping[Language, CityTerms]
    """What the city says of the terms that pages link to."""
    assets: Mapping[str, str]
    """The output of each asset by its name."""
    meanings: Mapping[str, Text]
    """Of the rules of observations, by name."""
    rule_titles: Mapping[str, Text]
    """Likewise."""
    input_titles: Mapping[str, Text]
    """Of the values that observations are made on, by name."""

    @property
    def languages(self) -> tuple[Language, ...]:
        """Those of the city."""
        return self.package.conventions.languages


class Renderer:
    """Renders pages of one site. Making one costs as much as a hundred pages, so make one for all pages."""

    def __init__(self, site: Site, templates: Path, compiled: Path | None = None) -> None:
        """Read the templates and the catalogue of each language.

        Renderers of the same `site` share what they compile in the folder `compiled`, if there is one.
        """
        self.site = site
        self.environments: dict[Language, Environment] = {
            language: _environment(site, templates, language) for language in site.languages
        }
        if compiled:
            for language, environment in self.environments.items():
                # A template is other code in another language, of whose words it has the constants.
                folder = compiled / language
                folder.mkdir(parents=True, exist_ok=True)
                environment.bytecode_cache = FileSystemBytecodeCache(str(folder))
        for environment in self.environments.values():
            environment.globals["template_in"] = self._template_in

    def _template_in(self, name: str, language: Language) -> Any:
        """The macros of a template in a language, for what has the words of both."""
        return self.environments[language].get_template(name).module

    def compile(self) -> None:
        """Compile every template."""
        for environment in self.environments.values():
            for name in environment.list_templates(extensions=("html", "svg", "txt", "xml")):
                environment.get_template(name)

    def render(self, page: Page) -> str:
        """The page's text.

        Raises jinja2.UndefinedError for a name that its context does not have, AttributeError for one that a value does
        not have.
        """
        context = {field.name: getattr(page.context, field.name) for field in fields(page.context)}
        if page.project is not None:
            context["project"] = page.project
        template = self.environments[page.language].get_template(page.template)
        return template.render(context, page=page)


def _environment(site: Site, templates: Path, language: Language) -> Environment:
    environment = PageEnvironment(
        loader=FileSystemLoader(templates),
        # Of the templates in memory none is given up.
        cache_size=-1,
        autoescape=lambda name: not (name or "").endswith(".txt"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # A build does not look for changes of templates that it has read: a page asks for twenty of them.
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    words = translations(language)
    install_translations(environment, words)
    environment.filters.update(_filters(language, site.package.conventions))
    environment.tests.update(withheld=lambda value: value is Withheld.WITHHELD, percent_unit=formats.is_percent)
    environment.globals.update(_globals(site, language))
    environment.globals["menu"] = _menu(site, language, words)
    anchors = partial(_anchors_of_terms, environment, site.city_terms.get(language, CityTerms()))
    environment.globals["meaning"] = links_to_meanings(anchors, language, site.languages[0], site.base_path)
    return environment


class MenuEntry(NamedTuple):
    """A page of prose, as menus name it."""

    order: int
    slug: str
    title: str


def _menu(site: Site, language: Language, words: NullTranslations) -> tuple[MenuEntry, ...]:
    """The pages of prose, in their order."""
    documents = [one for one in site.documents if one.language == language and not one.adds_to]
    entries = {one.slug: MenuEntry(one.order, one.slug, one.title) for one in documents}
    own = (MenuEntry(one.order, one.slug, words.gettext(one.title)) for one in PORTAL_PAGES)
    return tuple(sorted(({entry.slug: entry for entry in own} | entries).values()))


def _anchors_of_terms(environment: Environment, city_terms: CityTerms) -> frozenset[str]:
    """The ids of the headings of the glossary."""
    if city_terms.replace:
        return frozenset(city_terms.anchors)
    module: Any = environment.get_template("components/glossary.html").module
    return frozenset((*headings(str(module.glossary())), *city_terms.anchors))


def _filters(language: Language, conventions: Conventions) -> dict[str, Callable[..., Any]]:
    """What templates write values with."""
    money = MoneyFormat(conventions.currency, language)
    calendar, first = conventions.calendar, conventions.languages[0]
    # The same days and years are on many pages.
    often = lru_cache(4096)
    return {
        "number": partial(formats.number, language=language),
        "percent": partial(formats.percent, language=language),
        "quantity": partial(_quantity, language, first),
        "period": lambda days, to=language: formats.period(days, to, calendar),
        "limit": partial(_limit, language, calendar),
        "size": partial(formats.size, language=language),
        "money": money.exact,
        "short_money": money.short,
        "money_lines": money.lines,
        "long_date": often(partial(formats.long_date, language=language, calendar=calendar)),
        "short_date": often(partial(formats.short_date, language=language, calendar=calendar)),
        "year": lambda day, to=language: formats.year(day, to, calendar),
        "calendar_month": partial(formats.calendar_month, language=language, calendar=calendar),
        "fiscal_year": often(partial(formats.fiscal_year, language=language, fiscal=conventions.fiscal)),
        "blocks": formats.text_blocks,
        "folded": formats.folded,
        "value": partial(_value, language, calendar),
        "as_data": partial(_as_data, language, first),
        "mixed": partial(_mixed, language, first),
        "html": Markup,
        "csv_line": csv_line,
        "with_outcome": lambda findings, outcome: [one for one in findings if one.outcome == outcome],
        "share_of_bar": lambda percent: round(min(max(0.0, float(percent)), 100), 2),
    }


def _globals(site: Site, language: Language) -> dict[str, Any]:
    """What every template may use beside the context of its page."""
    conventions, first = site.package.conventions, site.languages[0]
    return {
        "site": site,
        "package": site.package,
        "language": language,
        "urls": urls,
        "languages": site.languages,
        "first_language": first,
        "href": lru_cache(4096)(lambda path, to=language: urls.href(urls.localised(path, to, first), site.base_path)),
        "absolute": lambda path, to=first: site.base_url + urls.href(urls.localised(path, to, first))[1:],
        # What a macro writes of a value. A project is on ten lists, and most of them are the work of one process.
        "once": lru_cache(4096)(lambda macro, value: macro(value)),
        "asset": cache(lambda name: urls.asset_href(site.assets[name], site.base_path)),
        "field": cache(partial(_field, site.package)),
        "month_name": cache(
            partial(formats.month_name, language=language, calendar=conventions.calendar, fiscal=conventions.fiscal)
        ),
        "money_format": MoneyFormat(conventions.currency, language),
        "currency": currency_name(conventions.currency, language),
        # In whose alphabetical order names stand.
        "alphabet": collation_name(conventions.collation, language),
        "fiscal_days": tuple(
            formats.day_of_year(*day, language)
            for day in ((conventions.fiscal.month, conventions.fiscal.day), conventions.fiscal.last_day)
        ),
        "policy": _policy,
        "root": site.base_path,
        "structured": structured,
        "previews": previews,
        "json_ld": _json_ld,
        "mailto": _mailto,
        "qr": QrCodes().svg,
        # The attribute of an element whose text is in the first language on all pages.
        "in_first": Markup(' lang="{}"').format(first) if language != first else "",
        # Of a script that is written from right to left; the other direction is that of every page without a word.
        "direction": Markup(' dir="rtl"') if Locale.parse(language).text_direction == "rtl" else "",
        # What ends a sentence.
        "stop": "" if language == "th" else ".",
        "own_name": lambda of: LANGUAGE_NAME[of],
        "language_name": lambda of: Locale.parse(of).get_language_name(language),
        "territory": _locale_with_territory(language),
        "locale_of_days": formats.locale_of_days(language, conventions.calendar),
    }


LANGUAGE_NAME = Message("English", "the name of this language, in it")


def _locale_with_territory(language: Language) -> str:
    """A language with the country in which most people write it, as the Open Graph protocol wants it: `th_TH`."""
    locale = Locale.parse(get_global("likely_subtags").get(language, language))
    return "_".join(filter(None, (language, locale.territory)))


def _policy(scripts: str = "'self'") -> Markup:
    """The Content Security Policy of a page: nothing inline, nothing from another host.

    Workers may be had from where scripts are, as nothing else is said of them.
    """
    return Markup(
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'"
    )


def _json_ld(described: Mapping[str, Any]) -> Markup:
    """A description as a data block, which no browser runs; no text in it can end the block."""
    text = json.dumps(described, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))


def _mailto(receiver: str, subject: Markup, body: Markup) -> str:
    """The address of a letter. Only ASCII is encoded: a Thai letter would take nine bytes, and browsers do it too."""
    encoded = (_ASCII.sub(lambda part: quote(part[0], safe=""), text.unescape()) for text in (subject, body))
    return f"mailto:{quote(receiver, safe='@+')}?subject={next(encoded)}&body={next(encoded)}"


_ASCII = re.compile("[\x00-\x7f]+")


def _value(language: Language, calendar: Calendar, value: Any) -> str:
    """Any typed cell as text, for columns that the portal does not know."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return formats.date_time(value, language, calendar)
    if isinstance(value, date):
        return formats.long_date(value, language, calendar)
    if isinstance(value, Decimal):
        return formats.number(value, language)
    return str(value)


def _limit(language: Language, calendar: Calendar, value: Any, field: Field | None) -> str:
    """A bound that a schema sets the values of a field: a number, or a day as the file has to write it."""
    if isinstance(value, str):
        return Markup("<code>{}</code>").format(value)
    return str(value) if field is not None and field.is_year else _value(language, calendar, Decimal(str(value)))


def _quantity(language: Language, first: Language, value: Decimal, unit: str | None) -> str:
    """A number with its unit of measure, which is a published word."""
    return _mixed(language, first, formats.quantity(value, unit, language))


def _as_data(language: Language, first: Language, text: str) -> str:
    """A published word within a sentence: where the page is in another language, it is marked as of the first."""
    return Markup('<span lang="{}">{}</span>').format(first, text) if language != first and text else text


_LETTERS: Mapping[Language, re.Pattern[str]] = {"th": re.compile("([\u0e00-\u0e7f]+(?: [\u0e00-\u0e7f]+)*)")}
"""The words of languages that have letters of their own, by which they can be distinguished from others in one text."""


def _mixed(language: Language, first: Language, text: str) -> str:
    """A text that may quote published words: where these can be distinguished from others, they are marked as such."""
    if language == first or first not in _LETTERS:
        return text
    parts = _LETTERS[first].split(text)
    return Markup("").join(_as_data(language, first, part) if i % 2 else part for i, part in enumerate(parts))


def _field(package: PackageDescription, resource: str, name: str) -> Field | None:
    """The described field, or None where this package has no such column."""
    described = package.resources.get(resource)
    return described.fields.get(name) if described else None
