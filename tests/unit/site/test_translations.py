"""The English catalogue is complete, and holds nothing that no template says."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[3]
METHODS = [(f"templates/**.{ending}", "jinja2") for ending in ("html", "txt", "xml")]
OPTIONS = {pattern: {"trimmed": "true"} for pattern, _ in METHODS}


def said_in_templates() -> set[str]:
    return {
        message if isinstance(message, str) else message[0]
        for _, _, message, _, _ in extract_from_dir(ROOT, METHODS, OPTIONS)
    }


def translated() -> dict[str, tuple[str, ...]]:
    with (ROOT / "locales/en/LC_MESSAGES/portal.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    return {
        (m.id if isinstance(m.id, str) else m.id[0]): (m.string,)
        if isinstance(m.string, str)
        else tuple(m.string or ())
        for m in catalogue
        if m.id
    }


def test_every_message_is_translated_and_none_is_left_over() -> None:
    catalogue = translated()
    assert said_in_templates() == set(catalogue)
    assert not [message for message, forms in catalogue.items() if not all(forms)]


def test_translations_use_the_names_of_their_originals_and_no_thai() -> None:
    for message, forms in translated().items():
        names = set(re.findall(r"%\((\w+)\)s", message))
        for form in forms:
            assert set(re.findall(r"%\((\w+)\)s", form)) <= names, message
            assert not re.search("[\u0e00-\u0e7f]", form), form
    # What a translation may drop is only the number that its singular says in words.
    dropped = {
        message
        for message, forms in translated().items()
        if set(re.findall(r"%\((\w+)\)s", message)) - set(re.findall(r"%\((\w+)\)s", forms[-1]))
    }
    assert not dropped


_COUNTED = re.compile(
    r"%\(\w+\)s (projects|rows|rules|characters|releases|agencies|reports|days|columns|project-months)\b"
)


def test_what_is_counted_has_a_form_for_one() -> None:
    for message, forms in translated().items():
        # A sentence of several counts has no one form, and a city has more than one project.
        if "%(budget)s" in message or "โครงการของ%(city)s:" in message:
            continue
        assert len(forms) == 2 or not _COUNTED.search(forms[0].replace("%(n)s rules, in", "")), message
        assert len(forms) == 1 or forms[0] != forms[1] or not _COUNTED.search(forms[0]), message
