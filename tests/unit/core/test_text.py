"""Characters that no text may hold, and texts that look alike."""

import pytest

from portal.core.text import (
    as_seen,
    forbidden_name,
    has_forbidden,
    is_blank,
    one_spelling,
    unseen_name,
    with_sara_am,
    without_zero_width,
)


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x85", "\u202e", "\u2066", "\ufffe", "\ud800", "\U0001ffff"])
def test_a_character_that_breaks_or_turns_a_text_is_found(character: str) -> None:
    assert has_forbidden(f"โครงการ\n{character}x")


@pytest.mark.parametrize("text", ["", "โครงการ\tก\r\nข", "a\u200bb", "\u200e", "🚧", "é"])
def test_what_a_text_needs_is_allowed(text: str) -> None:
    assert not has_forbidden(text)


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\0", "a NUL byte"),
        ("\x1b", "the control character U+001B"),
        ("\u202e", "the character U+202E, which turns the direction of writing"),
        ("\ufffe", "U+FFFE, which stands for no character"),
    ],
)
def test_a_forbidden_character_has_a_name_that_can_be_printed(character: str, name: str) -> None:
    assert forbidden_name(character) == name


@pytest.mark.parametrize(("text", "blank"), [("", True), (" \u00a0\t", True), ("\u200b\u2060", True), ("0", False)])
def test_a_text_of_which_nothing_is_seen_is_blank(text: str, blank: bool) -> None:
    assert is_blank(text) is blank


def test_a_text_as_seen_has_single_spaces_within_and_none_around() -> None:
    assert as_seen(" ก\u200b \u00a0 ข\u2060ค\n") == "ก ขค"
    assert without_zero_width("ก\u200bข\u00adค ง") == "กขค ง"


def test_sara_am_is_one_character_behind_the_tone_mark() -> None:
    assert {with_sara_am(text) for text in ("น้ำ", "นํ้า", "น้ํา", "น\u0e33\u0e49", "นา้ํ")} == {"น้ำ"}
    assert one_spelling("เเม่น\u200bํ้า") == "แม่น้ำ"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a b", ""),
        ("a  b", "a space"),
        (" a", "a space"),
        ("a\u00a0b", "a no-break space (U+00A0)"),
        ("a\u200bb", "U+200B (zero width space)"),
    ],
)
def test_what_nobody_sees_is_named(text: str, name: str) -> None:
    assert unseen_name(text) == name
