"""What compiled templates have of the language that they are compiled for, and what they leave to each page."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from gettext import NullTranslations
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError
from markupsafe import Markup

import portal.site.pages
from portal.site.environment import CONSTANTS, PageEnvironment
from portal.site.translations import install_translations

Render = Callable[..., str]


@pytest.fixture
def render() -> Render:
    """Renders a template that may import `part.html` and knows the globals `language`, `href` and `thai`."""

    def render(template: str, part: str = "", name: str = "page.html", **variables: Any) -> str:
        environment = PageEnvironment(
            loader=DictLoader({name: template, "part.html": part}),
            autoescape=lambda name: not (name or "").endswith(".txt"),
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
        )
        install_translations(environment, NullTranslations())
        environment.globals |= {"language": "en", "href": lambda path: f"/en{path}", "thai": Markup(' lang="th"')}
        return environment.get_template(name).render(variables)

    return render


def test_a_constant_is_in_the_template_as_it_would_be_on_each_page(render: Render) -> None:
    assert render('<a{{ thai }} href="{{ href("/a?b&c") }}">{{ _("<b>%%") }}</a>{{ language }}') == (
        '<a lang="th" href="/en/a?b&amp;c"><b>%</a>en'
    )
    assert render('{% if language == "en" %}yes{% endif %}{% if thai %}yes{% else %}no{% endif %}') == "yesyes"


def test_a_variable_of_a_template_is_not_taken_for_a_constant(render: Render) -> None:
    macro = "{% macro say(language) %}{{ language }}{% endmacro %}"
    assert render('{% from "part.html" import say %}{{ say("th") }}{{ language }}', macro) == "then"


def test_no_context_of_a_page_has_the_name_of_a_constant() -> None:
    for module in iter_modules(portal.site.pages.__path__, "portal.site.pages."):
        for name, value in vars(import_module(module.name)).items():
            if is_dataclass(value) and name.endswith("Context"):
                assert not CONSTANTS & {field.name for field in fields(value)}, name


def test_values_are_escaped_once_and_markup_never(render: Render) -> None:
    macro = "{% macro say(text) %}<i>{{ text }}</i>{% endmacro %}"
    page = '{% from "part.html" import say %}{{ say(value) }}{% trans value=value %}<b>{{ value }}</b>{% endtrans %}'
    assert render(page, macro, value="<&\"'") == "<i>&lt;&amp;&quot;&#x27;</i><b>&lt;&amp;&quot;&#x27;</b>"
    assert render(page, macro, value=Markup("<u>")) == "<i><u></i><b><u></b>"
    assert render("{{ value }}", name="page.txt", value="<") == "<"


def test_a_message_counts_and_has_a_context(render: Render) -> None:
    page = (
        "{% trans count=n, n=n %}{{ n }} row{% pluralize %}{{ n }} rows{% endtrans %} {{ pgettext('button', 'Share') }}"
    )
    assert render(page, n=1) == "1 row Share"
    assert render(page, n=2) == "2 rows Share"


def test_a_name_that_a_page_does_not_have_stops_it(render: Render) -> None:
    for template in ("{{ nobody }}", "{{ nobody(1) }}", "{{ nobody.name }}"):
        with pytest.raises(UndefinedError):
            render(template, value={})


def test_an_attribute_that_a_value_does_not_have_stops_a_page(render: Render) -> None:
    for text in ("value.nobody", "language.nobody", "{'a': 1}.nobody", "'' if value.nobody"):
        with pytest.raises(AttributeError, match="nobody"):
            render(f"{{{{ {text} }}}}", value={"nobody": "a key is no attribute"})


def test_a_dict_that_a_template_writes_stands_for_a_record(render: Render) -> None:
    assert render("{% set x = {'name': {'first': value}} %}{{ x.name.first }}{{ x['name'] }}", value="a") == (
        "a{&#x27;first&#x27;: &#x27;a&#x27;}"
    )


MACROS = (
    "{% macro plain(a, b='<', c=a) %}<i>{{ a }}{{ b }}{{ c }}</i>{% endmacro %}"
    "{% macro more(a) %}{{ a }}{{ varargs|length }}{{ kwargs|length }}{% endmacro %}"
    "{% macro boxed() %}<b>{{ caller() }}</b>{% endmacro %}"
)


@pytest.mark.parametrize(
    "call",
    [
        *("plain(1)", "plain(1, 2)", "plain(1, 2, 3)", "plain(a=1)", "plain(c=3, a=1)", "plain(1, c='&')"),
        *("plain(b=2)", "plain(plain(1))", "plain()", "plain(1, 2, 3, 4)", "plain(1, d=2)", "plain(1, a=2)"),
        *("plain(*[1, 2])", "plain(**{'a': 1})", "more(1)", "more(1, 2, 3, d=4)", "boxed()"),
    ],
)
@pytest.mark.parametrize("name", ["page.html", "page.txt"])
def test_a_macro_is_called_as_jinja_calls_it(render: Render, call: str, name: str) -> None:
    page = MACROS + f"{{{{ {call} }}}}{{% call boxed() %}}{{{{ {call} }}}}{{% endcall %}}"
    own = Environment(autoescape=name.endswith(".html"), undefined=StrictUndefined)

    def outcome(made: Callable[[], str]) -> object:
        try:
            return made()
        except (TypeError, UndefinedError) as error:
            return type(error)

    expected = outcome(own.from_string(page).render)
    assert isinstance(expected, type) or "<b>" in str(expected)
    assert outcome(lambda: render(page, name=name)) == expected


def test_html_has_no_indentation_and_its_texts_all_their_spaces(render: Render) -> None:
    assert render("<p>\n    {{ value }}\n</p>", value="a  b\n  c") == "<p>\na  b\n  c\n</p>"
    assert render("a\n  b", name="page.txt") == "a\n  b"
