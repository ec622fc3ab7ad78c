"""The synonyms of the search: what is read of `content/synonyms.csv`, and what is said of a mistake in it."""

import json
from pathlib import Path

import pytest

from portal.content import read_synonyms, synonyms_json

ROOT = Path(__file__).parents[3]


def read(folder: Path, text: str | bytes) -> tuple[tuple[tuple[str, ...], ...], list[tuple[str, int | None]]]:
    """The rows of a file, and the rule and row of each problem."""
    (folder / "synonyms.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    synonyms, problems = read_synonyms(folder)
    assert all(problem.hint for problem in problems)
    assert all(problem.place == f"{folder.name}/synonyms.csv" for problem in problems)
    return synonyms, [(problem.rule, problem.row) for problem in problems]


def test_a_row_is_a_term_and_the_terms_for_it(tmp_path: Path) -> None:
    synonyms, problems = read(tmp_path, "\ufeffterm,terms\r\nคลอง,klong; canal\r\n\r\nสนน.,สำนักการระบายน้ำ\r\n")
    assert (synonyms, problems) == ((("คลอง", "klong", "canal"), ("สนน.", "สำนักการระบายน้ำ")), [])
    assert json.loads(synonyms_json(synonyms)) == [["คลอง", "klong", "canal"], ["สนน.", "สำนักการระบายน้ำ"]]


def test_a_city_needs_no_synonyms(tmp_path: Path) -> None:
    assert read_synonyms(tmp_path) == ((), [])


@pytest.mark.parametrize(
    ("text", "rule", "row"),
    [
        ("word,words\nคลอง,canal\n", "invalid-header", 1),
        ("", "invalid-header", 1),
        ("term,terms\nคลอง,canal,khlong\n", "row-of-other-width", 2),
        ("term,terms\nคลอง\n", "row-of-other-width", 2),
        ("term,terms\nคลอง,canal;;khlong\n", "blank-term", 2),
        ("term,terms\n,canal\n", "blank-term", 2),
        ("term,terms\nคลอง,...\n", "no-letters", 2),
        ("term,terms\nคลอง,คลอง\n", "no-synonym", 2),
        (f"term,terms\nคลอง,{'a' * 81}\n", "term-too-long", 2),
        ("term,terms\nคลอง,ca\u202enal\n", "forbidden-character", 2),
        ("term,terms\nคลอง,canal\nลำราง,Canal\n", "duplicate-term", 3),
        ("term,terms\nน้ำ,water\nนํ้า,H2O\n", "duplicate-term", 3),
        ('term,terms\nคลอง,"canal\n', "invalid-csv", 2),
        ("term,terms\n" + "".join(f"a{n},b{n}\n" for n in range(501)), "too-many-rows", 502),
    ],
)
def test_a_mistake_has_its_row_and_a_next_step(tmp_path: Path, text: str, rule: str, row: int) -> None:
    assert (rule, row) in read(tmp_path, text)[1]


def test_a_file_that_is_not_utf_8_is_not_guessed(tmp_path: Path) -> None:
    assert read(tmp_path, "term,terms\nคลอง,canal\n".encode("cp874")) == ((), [("wrong-encoding", None)])


def test_a_row_with_a_mistake_is_left_out_and_the_others_are_read(tmp_path: Path) -> None:
    synonyms, problems = read(tmp_path, "term,terms\nคลอง,\nถนน,road\n")
    assert synonyms == (("ถนน", "road"),)
    assert problems == [("blank-term", 2)]


def test_every_term_passes_the_guard(tmp_path: Path) -> None:
    (tmp_path / "synonyms.csv").write_text("term,terms\nคลอง,081-234-5678\n", "utf-8")
    _, problems = read_synonyms(tmp_path, lambda text: ("a phone number.", "Remove it.") if "081" in text else None)
    assert [(problem.rule, problem.value) for problem in problems] == [("personal-data", "081-234-5678")]


def test_the_synonyms_of_the_city_hold() -> None:
    synonyms, problems = read_synonyms(ROOT / "content")
    assert problems == []
    assert {"สนน.", "กทม.", "คลอง", "ทางเท้า"} <= {row[0] for row in synonyms}
