"""The words of the program in the languages of a city, and what a catalogue may lack."""

from pathlib import Path

import pytest

from portal.core.messages import Message, check_catalogue, translations
from portal.core.problems import UsageError

TEMPLATE = """
msgid "Agency"
msgstr ""

msgctxt "button"
msgid "Share"
msgstr ""

msgid "%(n)s row"
msgid_plural "%(n)s rows"
msgstr[0] ""
msgstr[1] ""
"""

SPANISH = """
msgid ""
msgstr "Language: es\\nPlural-Forms: nplurals=2; plural=(n != 1);\\nContent-Type: text/plain; charset=UTF-8\\n"

msgid "Agency"
msgstr "Organismo"

msgctxt "button"
msgid "Share"
msgstr "Compartir"

msgid "%(n)s row"
msgid_plural "%(n)s rows"
msgstr[0] "%(n)s fila"
msgstr[1] "%(n)s filas"
"""


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    folder = tmp_path / "locales"
    (folder / "es" / "LC_MESSAGES").mkdir(parents=True)
    (folder / "portal.pot").write_text(TEMPLATE, "utf-8")
    return folder


def write(locales: Path, text: str | bytes) -> None:
    data = text if isinstance(text, bytes) else text.encode()
    (locales / "es" / "LC_MESSAGES" / "portal.po").write_bytes(data)


def test_a_message_is_said_in_each_language() -> None:
    message = Message("Past its finish date and unfinished")
    assert message["en"] == message.source
    assert message["th"] == "เลยวันสิ้นสุดแล้ว แต่ยังไม่แล้วเสร็จ"
    assert message.text(("en", "th"))["th"] == message["th"]


def test_a_message_says_its_values() -> None:
    message = Message("Names of areas have at most {most} characters", values={"most": 300})
    assert message["en"].endswith("at most 300 characters")
    assert "300" in message["th"]


def test_a_whole_catalogue_lacks_nothing_and_english_needs_none(locales: Path) -> None:
    write(locales, SPANISH)
    check_catalogue(locales, "es")
    check_catalogue(locales, "en")
    assert translations("en").gettext("Agency") == "Agency"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('msgid "Agency"\nmsgstr "Organismo"', "", 'portal.po: the message "Agency" has no translation. Run'),
        ('"Organismo"', '""', 'portal.po, line 5: the message "Agency" has no translation. Run'),
        ('msgid "Agency"', '#, fuzzy\nmsgid "Agency"', 'line 6: the message "Agency" has no translation. Run'),
        ('msgctxt "button"\n', "", 'the message "Share" has no translation'),
        ('msgstr[1] "%(n)s filas"', 'msgstr[1] ""', 'the message "%(n)s row" has no translation'),
        ("Organismo", "\x00", ""),
    ],
)
def test_what_a_catalogue_lacks_is_named_with_its_line(locales: Path, old: str, new: str, problem: str) -> None:
    write(locales, SPANISH.replace(old, new))
    if problem:
        with pytest.raises(UsageError) as error:
            check_catalogue(locales, "es")
        assert problem in str(error.value)
        assert str(error.value).startswith("locales/es/LC_MESSAGES/portal.po")


def test_several_gaps_are_counted(locales: Path) -> None:
    write(locales, 'msgid "Agency"\nmsgstr "Organismo"\n')
    with pytest.raises(UsageError, match=r'the message ".*" has no translation, nor 1 others'):
        check_catalogue(locales, "es")


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"msgid Agency", 'msgid "Ã'.encode("latin-1")])
def test_what_is_no_catalogue_is_refused_with_its_place(locales: Path, data: bytes) -> None:
    write(locales, data)
    with pytest.raises(UsageError, match=r"^locales/es/LC_MESSAGES/portal\.po"):
        check_catalogue(locales, "es")


def test_a_catalogue_that_is_not_there_is_named(locales: Path) -> None:
    with pytest.raises(UsageError, match=r"^locales/es/LC_MESSAGES/portal\.po: there is no such catalogue"):
        check_catalogue(locales, "es")
