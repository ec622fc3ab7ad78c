"""What is odd in texts: which texts each rule finds, and which it does not."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from portal.core.text import any_unusual, is_unusual
from portal.rules.text_anomalies import TEXT_RULES, find_in_texts, garbled_text, lost_letters

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("?????? ????", True),
        ("Road (????) 5", True),
        ("5/????", True),
        ("จริงหรือ???", False),
        ("Why??? Because", False),
        ("What is it?", False),
        ("?? or !!", False),
    ],
)
def test_question_marks_are_lost_letters_only_where_a_word_should_be(text: str, is_found: bool) -> None:
    assert (lost_letters(text) is not None) is is_found


@pytest.mark.parametrize("encoding", ["mac_roman", "cp1250", "cp437", "cp850", "cp932", "latin-1"])
def test_thai_that_was_read_in_a_wrong_encoding_is_found_and_good_thai_is_not(encoding: str) -> None:
    assert garbled_text("สวนสาธารณะ".encode().decode(encoding, "replace"))
    assert garbled_text("สวนสาธารณะ") is None


def test_every_cell_that_became_question_marks_is_found_in_a_package(whole: SamplePackage) -> None:
    titles = [row[whole.table("projects")[0].index("title")] for row in whole.table("projects")[1:]]
    lost = ["".join(letter if letter.isascii() else "?" for letter in title) for title in titles]
    whole.set("projects", "title", *lost)
    portal = whole.portal()
    _, anomalies = find_in_texts(portal)
    found = {anomaly.row for anomaly in anomalies["lost-letters"] if anomaly.field == "title"}
    assert found == {row for row, title in enumerate(lost, start=2) if "???" in title}
    assert len(found) > 20


def test_a_text_in_which_a_rule_finds_something_gets_its_closer_look() -> None:
    draw = Random(5)
    signs = [
        *" ?\t\n,เธนำแา่้ํ๑๙กa\u00a0\u00ad\u200b\u2028\u3000\ufeff\u0085\ufffd\ue000รยà¸Ã\x1c",
        "???",
        "  ",
        "เธเธ",
        "à¸",
    ]
    texts = ["".join(draw.choices(signs, k=draw.randint(1, 5))) for _ in range(20_000)]
    odd = [text for text in texts if any(rule.find(text) for rule in TEXT_RULES)]
    assert len(odd) > 5_000
    assert [text for text in odd if not is_unusual(text)] == []
    assert not is_unusual("โครงการปรับปรุงถนน (Rama 2) ระยะที่ 1\nกทม.? เธอ")
    for _ in range(5_000):
        row = ["", "กทม.", "Rama 2\r\nถนน", *draw.choices([*texts, "a", "b\r", " c", "d\n"], k=draw.randint(0, 3))]
        draw.shuffle(row)
        assert any_unusual(row) == any(is_unusual(text) for text in row if text)
