"""Problems in words: where they are, in which order, and how many rows have one of a kind."""

import pytest

from portal.core.problems import BuildError, Problem, grouped, in_order, most_like, shorten, suggest

PLACE = "data/projects.csv"


@pytest.mark.parametrize(
    ("problem", "location"),
    [
        (Problem(PLACE, "r", "m"), PLACE),
        (Problem(PLACE, "r", "m", row=12, line=40, field="agency_id"), f"{PLACE}, row 12, agency_id"),
        (Problem("content/about.md", "r", "m", line=3), "content/about.md, line 3"),
        (Problem("datapackage.json", "r", "m", line=3, column=9), "datapackage.json, line 3, column 9"),
        (Problem(PLACE, "r", "m", row=2, rows=(2, 3, 4), count=1486), f"{PLACE}, 1,486 rows (2, 3, 4, …)"),
        (Problem(PLACE, "r", "m", row=2, rows=(2, 3), count=2), f"{PLACE}, 2 rows (2, 3)"),
    ],
)
def test_a_problem_names_its_place(problem: Problem, location: str) -> None:
    assert problem.location == location
    assert problem.text == f"{location}: m"


def test_a_report_is_one_line_whatever_a_file_is_called() -> None:
    problem = Problem("data/a\nb\x1b[31m.csv", "r", "It is wrong.", "Mend it.", field="x\ty")
    assert problem.text.isprintable()
    assert problem.text.endswith(": It is wrong. Mend it.")


def test_problems_are_reported_once_by_file_row_and_column() -> None:
    second, first = Problem("a.csv", "r", "m", row=3, column=1), Problem("a.csv", "r", "m", row=2, column=9)
    other, early = Problem("b.csv", "r", "m", row=1), Problem("a.csv", "r", "m", row=2, column=1)
    assert in_order([other, second, first, early, second]) == (early, first, second, other)
    assert BuildError([second, first, first]).problems == (first, second)


def test_one_kind_of_mistake_in_a_column_is_one_problem_with_its_first_rows() -> None:
    def mistake(row: int, value: str, field: str = "agency_id") -> Problem:
        return Problem(PLACE, "unknown-key", f'"{value}" is not listed.', row=row, field=field, value=value)

    alike = [mistake(row, f"A{row}") for row in range(2, 8)]
    other = mistake(5, "x", field="source_id")
    found = grouped(in_order([*alike, other]))
    assert [(p.field, p.count, p.rows) for p in found] == [("agency_id", 6, (2, 3, 4)), ("source_id", 1, ())]
    assert found[0].message == 'in row 2, "A2" is not listed.'
    assert grouped([mistake(2, "x"), mistake(3, "x")])[0].message == '"x" is not listed.'


def test_a_value_in_a_message_is_short_and_on_one_line() -> None:
    assert shorten("a\n b\0") == "a\N{REPLACEMENT CHARACTER} b\N{REPLACEMENT CHARACTER}"
    assert shorten("x" * 100) == "x" * 59 + "…"
    assert shorten("x" * 60) == "x" * 60


def test_a_suggestion_is_made_only_where_something_is_alike() -> None:
    assert suggest("50490001", {"50490000", "91000000"}) == 'Did you mean "50490000"?'
    assert suggest("zzz", {"50490000"}) == ""
    assert most_like("budget_recieved", ["remarks", "budget_received"]) == "budget_received"
    assert most_like("a", []) is None
