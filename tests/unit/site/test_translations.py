"""Templates say English messages, and the Thai catalogue has each of them, and no other."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment

from portal.core.messages import read_translations
from portal.site.translations import install_translations

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "templates"
THAI = re.compile("[\u0e00-\u0e7f]+(?: [\u0e00-\u0e7f]+)*")


@pytest.fixture(scope="module")
def templates() -> Catalog:
    """The messages of the templates and of the code, extracted as `make messages` does."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
    methods: list[tuple[str, str]] = []
    options: dict[str, dict[str, Any]] = {}
    for mapping in mappings:
        patterns = [mapping["pattern"]] if isinstance(mapping["pattern"], str) else mapping["pattern"]
        methods += [(pattern, mapping["method"]) for pattern in patterns]
        options |= {pattern: {key: mapping[key] for key in ("trimmed",) if key in mapping} for pattern in patterns}
    catalogue = Catalog()
    for _, _, message, _, context in extract_from_dir(ROOT, methods, options):
        catalogue.add(message, context=context)
    return catalogue


@pytest.fixture(scope="module")
def thai() -> Catalog:
    with (ROOT / "locales/th/LC_MESSAGES/portal.po").open("rb") as file:
        return read_po(file, locale="th")


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def variables(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


def names_in_braces(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_every_message_has_its_thai_and_none_is_left_over(templates: Catalog, thai: Catalog) -> None:
    wanted, translated = (
        {(message.context, forms(message.id)) for message in messages(catalogue)} for catalogue in (templates, thai)
    )
    assert wanted - translated == set(), "run `make messages` and translate them"
    assert translated - wanted == set(), "run `make messages`"
    assert [message.id for message in messages(thai) if not all(map(THAI.search, forms(message.string)))] == []


def test_the_template_of_catalogues_has_each_message_and_no_other(templates: Catalog) -> None:
    with (ROOT / "locales/portal.pot").open("rb") as file:
        listed = read_po(file)
    wanted, found = ({(message.context, forms(message.id)) for message in messages(c)} for c in (templates, listed))
    assert found == wanted, "run `make messages`"


def test_no_translation_is_fuzzy(thai: Catalog) -> None:
    assert [message.id for message in messages(thai) if message.fuzzy] == []


def test_translations_have_the_variables_of_their_source(thai: Catalog) -> None:
    for message in messages(thai):
        one, many = forms(message.id)[0], forms(message.id)[-1]
        # Only the number that a singular says in words may be missing from it.
        assert variables(one) <= variables(many), message.id
        for translation in forms(message.string):
            assert variables(translation) == variables(many), message.id
            # A translation may have a word of the city that English says otherwise, such as an amount of zero.
            assert names_in_braces(translation) >= names_in_braces(many), message.id
            # A template doubles each percent sign that begins no variable; the code does not.
            if not message.python_format or names_in_braces(many) or "%" in re.sub(r"%%|%\(\w+\)s", "", many):
                continue
            # Fails on a lone percent sign, as the page would.
            assert translation % dict.fromkeys(variables(many), "") is not None


def test_templates_say_nothing_in_thai() -> None:
    found = {
        path.relative_to(TEMPLATES).as_posix(): set(THAI.findall(path.read_text("utf-8")))
        for path in TEMPLATES.rglob("*")
        if path.suffix in (".html", ".txt", ".xml")
    }
    assert {name: words for name, words in found.items() if words} == {}


def without_messages(template: str) -> str:
    """The markup of a template alone, with § in place of each expression."""
    parts: list[str] = []
    tag, in_message = "", False
    for _, kind, value in Environment(extensions=["jinja2.ext.i18n"]).lex(template):
        if kind == "block_begin":
            tag = ""
        elif kind == "name" and not tag:
            tag = value
        elif kind == "block_end":
            in_message = tag in ("trans", "pluralize")
        elif not in_message and kind in ("data", "variable_begin"):
            parts.append(value if kind == "data" else "§")
    return "".join(parts)


NAMES = {"BibTeX", "CSL-JSON (Zotero, Mendeley)", "Excel, LibreOffice", "Python", "R", "DuckDB", "zip"}
ATTRIBUTES = "alt|aria-label|content|data-done|data-label|placeholder|title"


def words_outside_of_messages(template: str) -> Iterator[str]:
    markup = without_messages(template)
    yield from re.findall(rf'(?:{ATTRIBUTES})="([^"§]*[^\W\d_][^"]*)"', re.sub("<meta [^>]*>", "", markup))
    for text in re.sub(r"<code.*?</code>|<[^<>]*>", "\n", markup).splitlines():
        # Files and columns are named the same in every language.
        words = re.sub(r"SHA-256|&\w+;|§?[\w-]*\.(csv|json|zip)\b|\bproject_id\b", "", text).strip()
        if re.search(r"[^\W\d_]", words) and words not in NAMES:
            yield words


def test_templates_say_nothing_that_is_not_a_message() -> None:
    found = {
        path.relative_to(TEMPLATES).as_posix(): list(words_outside_of_messages(path.read_text("utf-8")))
        for path in TEMPLATES.rglob("*.html")
    }
    # Only developers see the page of patterns.
    assert {name: words for name, words in found.items() if words} == {"pages/patterns.html": ["Patterns"] * 3}


_COUNTED = re.compile(
    r"%\(\w+\)s (projects|rows|rules|characters|releases|agencies|reports|days|columns|project-months)\b"
)


def test_what_is_counted_has_a_form_for_one(templates: Catalog) -> None:
    for message in messages(templates):
        one, *many = forms(message.id)
        # A sentence of several counts has no one form.
        if "%(budget)s" in one:
            continue
        assert many or not _COUNTED.search(one), one
        assert not many or many != [one] or not _COUNTED.search(one), one


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """Of templates that speak a language with one message of each kind."""
    folder = tmp_path / "th" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "portal.po").write_text(
        """
msgid "Share"
msgstr "ไม่ใช่"

msgctxt "button"
msgid "Share"
msgstr "แชร์"

msgid "100%% of %(title)s"
msgstr "%(title)s ครบ 100%%"

msgid "One row"
msgid_plural "%(n)s rows"
msgstr[0] "%(n)s แถว"

#, fuzzy
msgid "Agency"
msgstr "เดา"
""",
        "utf-8",
    )
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    install_translations(environment, read_translations(tmp_path, "th"))
    return environment


@pytest.mark.parametrize(
    ("template", "values", "expected"),
    [
        ("{{ pgettext('button', 'Share') }}", {}, "แชร์"),
        ("{% trans 'button' %}Share{% endtrans %}", {}, "แชร์"),
        ("{{ _('100%% of %(title)s', title=title) }}", {"title": "<b>"}, "&lt;b&gt; ครบ 100%"),
        ("{% trans title %}\n  100% of {{ title }}\n{% endtrans %}", {"title": "<b>"}, "&lt;b&gt; ครบ 100%"),
        ("{% trans count=n, n=n %}One row{% pluralize %}{{ n }} rows{% endtrans %}", {"n": 1}, "1 แถว"),
        ("{% trans count=n, n=n %}One row{% pluralize %}{{ n }} rows{% endtrans %}", {"n": 2}, "2 แถว"),
        ("{{ _('100%% done') }}", {}, "100% done"),
        ("{{ _('<strong>%(n)s</strong> found', n=n) }}", {"n": "<b>"}, "<strong>&lt;b&gt;</strong> found"),
        ("{{ _('Agency') }}", {}, "Agency"),
    ],
)
def test_a_message_is_said_in_its_language(
    environment: Environment, template: str, values: Mapping[str, object], expected: str
) -> None:
    assert environment.from_string(template).render(values) == expected
