"""What the columns of an unknown CSV may be. All data are fictional."""

from __future__ import annotations

import csv
import io

import pytest

from portal.imports import Guess, Guesser

GUESSER = Guesser("gregorian", month_first=False)


def guess(text: str, separator: str = ",", guesser: Guesser = GUESSER) -> Guess:
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return guesser.guess(header, rows)


def why(result: Guess, heading: str) -> str:
    return next(column.why for column in result.columns if column.heading == heading)


@pytest.mark.parametrize(
    ("heading", "cell", "target"),
    [
        ("Project Number", "C-1", "project_id"),
        ("PROJECT_NAME", "Bridge", "title"),
        ("projectName", "Bridge", "title"),
        ("Nombre de la obra", "Puente", "title"),
        ("Intitulé", "Pont", "title"),
        ("Bezeichnung", "Brücke", "title"),
        ("ชื่อโครงการ", "สะพาน", "title"),
        ("monto_contrato", "100", "budget_received"),
        ("Coût total (EUR)", "100", "budget_received"),
        ("งบประมาณ", "1,200", "budget_received"),
        ("Fecha de inicio", "1/2/2025", "start_date"),
        ("Date début", "01/02/2025", "start_date"),
        ("Enddatum", "1.2.2025", "finish_date"),
        ("Percent Complete", "45%", "progress_percent"),
        ("Avance (%)", "45", "progress_percent"),
        ("Total Phase Actual Spending Amount", "100", "budget_spent"),
        ("Secretaría", "Obras", "agencies.name"),
        ("Nome do projeto", "Ponte", "title"),
        ("Data de término", "1/2/2025", "finish_date"),
        ("lat", "13.75", "latitude"),
        ("Borough", "North", "areas.name"),
        ("Managing Agency", "Works", "agencies.name"),
        ("Ejercicio", "2025", "fiscal_year"),
    ],
)
def test_names_in_several_languages_are_known(heading: str, cell: str, target: str) -> None:
    assert guess(f'{heading}\n"{cell}"\n').used() == {heading: target}


def test_titles_of_the_portal_are_known_in_addition() -> None:
    titles = Guesser("gregorian", month_first=False, titles={"start_date": ["Hari mula"]})
    assert guess("Hari mula\n2025-01-02\n", guesser=titles).used() == {"Hari mula": "start_date"}


def test_a_name_without_fitting_cells_is_not_used_and_says_why() -> None:
    result = guess("id,title,budget\nA,Road,high\nB,Bridge,low\n")
    assert result.used() == {"id": "project_id", "title": "title"}
    assert why(result, "budget") == '2 of 2 cells cannot be read as budget_received, such as "high"'


@pytest.mark.parametrize("cells", ["A,,B", "A,A,B"])
def test_an_id_that_is_no_key_is_not_used_and_says_why(cells: str) -> None:
    result = guess("id,title\n" + "".join(f"{cell},Road {n}\n" for n, cell in enumerate(cells.split(","))))
    assert why(result, "id") == "it would be the key, but some of its cells are blank or not unique"
    assert result.key_from == ("title",)


@pytest.mark.parametrize(
    ("row", "is_noted"),
    [
        ("(text),(USD),(day)", True),
        ("Title,Amount,Day", True),
        ("Road,N/A,3/1/2025", False),
        ("Road,,", False),
        ("Road,4,soon", False),
    ],
)
def test_a_second_header_is_told(row: str, is_noted: bool) -> None:
    result = guess(f"title,budget,start\n{row}\nLane,5,2/13/2025\nPath,6,3/1/2025\n")
    assert [note for note in result.notes if "second header" in note] == (
        [
            f'The first row below the header may be a second header, with "{row.split(",")[1]}" below "budget": '
            "then delete it."
        ]
        if is_noted
        else []
    )


def test_what_may_be_something_else_is_not_sure() -> None:
    result = guess("id,title,Total\nA,Road,5\n")
    (column,) = (column for column in result.columns if column.heading == "Total")
    assert (column.target, column.is_sure) == ("budget_received", False)
    assert "Total" not in result.used()


def test_what_repeats_is_no_title_unless_its_heading_is_surely_that_of_one() -> None:
    rows = "".join(f"{'done' if number % 9 else 'begun'},Repair of road {number}\n" for number in range(90))
    assert guess(f"status_obra,descricao\n{rows}").used() == {"descricao": "title"}
    assert guess(f"Nombre de la obra,detalle\n{rows}").used() == {"Nombre de la obra": "title"}


def test_each_column_of_ours_is_filled_once_by_the_one_most_alike() -> None:
    result = guess("id,title,project title,budget\nA,Road,Road 1,5\nB,Lane,Lane 1,6\n")
    assert [*result.used().values()].count("title") == 1
    assert len({*result.used().values()}) == len(result.used())


def test_every_column_that_is_not_used_says_why() -> None:
    result = guess("id,title,,empty,colour,colour\nA,Road,x,,red,blue\n")
    reasons = {number: column.why for number, column in enumerate(result.columns) if not column.is_sure}
    assert reasons == {
        2: "it has no heading",
        3: "all its cells are blank",
        4: "2 columns have this heading",
        5: "2 columns have this heading",
    }


@pytest.mark.parametrize(
    ("cells", "month_first", "buddhist_era"),
    [
        ("13/2/2025,1/3/2025", False, False),
        ("2/13/2025,3/1/2025", True, False),
        ("2025-02-13,2025-03-01T00:00:00.000", False, False),
        ("13/2/2568,1/3/2568", False, True),
        ("2/13/2025 0:00,3/1/2025 0:00", True, False),
    ],
)
def test_the_form_of_dates_is_found(cells: str, month_first: bool, buddhist_era: bool) -> None:
    first, second = cells.split(",")
    result = guess(f"title,start date\nRoad,{first}\nLane,{second}\n")
    assert result.used()["start date"] == "start_date"
    assert (result.cells.month_first, result.cells.buddhist_era) == (month_first, buddhist_era)
    assert result.notes == ()


def test_dates_that_may_be_read_in_two_ways_are_said_to_be() -> None:
    text = "title,start date\nRoad,1/2/2025\n"
    assert guess(text).notes == ("Its dates may be read in two ways; they are read as day/month/year.",)
    american = guess(text, guesser=Guesser("gregorian", month_first=True))
    assert american.notes == ("Its dates may be read in two ways; they are read as month/day/year.",)
    assert american.cells.month_first


def test_decimal_commas_and_signs_of_currencies_are_found() -> None:
    result = guess("obra;monto\nPuente;$ 1.234.567,50\nPlaza;€ 12,5\n", ";")
    assert result.used() == {"obra": "title", "monto": "budget_received"}
    assert result.cells.decimal_comma
    assert not guess('title,budget\nRoad,"$1,234,567.50"\n').cells.decimal_comma


def test_few_unreadable_cells_stay_blank_and_many_make_a_column_unused() -> None:
    rows = "".join(f"P{n},Road {n},{n}00\n" for n in range(1, 30))
    result = guess(f"id,title,budget\n{rows}X,Lane,about five\n")
    (column,) = (column for column in result.columns if column.heading == "budget")
    assert column.broken == ("about five",)
    assert result.used()["budget"] == "budget_received"
    assert "budget" not in guess("id,title,budget\nA,Road,5\nB,Lane,about five\n").used()


def test_days_in_the_wrong_order_count_as_cells_of_no_use() -> None:
    good = "".join(f"P{n},Road {n},2025-01-01,2025-02-01\n" for n in range(29))
    result = guess(f"id,title,start date,end date\n{good}X,Lane,2025-03-01,2025-02-01\n")
    (column,) = (column for column in result.columns if column.heading == "end date")
    assert column.broken == ("2025-02-01",)
    reverse = guess("id,title,start date,end date\nX,Lane,2025-03-01,2025-02-01\n")
    assert "end date" not in reverse.used()
    assert why(reverse, "end date") == "1 of its days are before the start_date"


def test_ids_that_differ_in_case_alone_are_no_keys() -> None:
    result = guess("id,title\na1,Road\nA1,Lane\n")
    assert result.used() == {"title": "title"}
    assert result.key_from == ("title",)


def test_ids_that_cannot_be_part_of_an_address_become_keys_that_can() -> None:
    result = guess("id,title\nC 1/25,Road\nC 2/25,Lane\n")
    assert result.key_from == ("id",)


def test_keys_are_made_of_as_few_columns_as_part_the_rows_lasting_ones_first() -> None:
    text = "project name,budget,fiscal year,district\nRoad,1,2025,North\nRoad,2,2026,North\nRoad,3,2026,South\n"
    assert guess(text).key_from == ("project name", "fiscal year", "district")
    assert guess("project name,budget\nRoad,1\nLane,1\n").key_from == ("project name",)
    assert guess("project name,budget\nRoad,1\nRoad,1\n").key_from == ()


def test_a_person_may_say_what_a_column_is() -> None:
    first = guess("id,title,Total,stage,budget\nA,Road,5,built,6\n")
    changed = GUESSER.assign(first, "Total", "budget_received")
    assert "budget" not in changed.used()
    assert why(changed, "budget") == '"Total" is budget_received'
    assert GUESSER.assign(changed, "stage", "+").used()["stage"] == "stage"
    assert "title" not in GUESSER.assign(changed, "title", "").used()


@pytest.mark.parametrize(
    ("heading", "target", "message"),
    [
        ("Titel", "title", 'Did you mean "title"'),
        ("stage", "budget_received", "cannot be read"),
        ("stage", "agency_id", "agencies.name"),
        ("stage", "bugdet_received=x", "is no column"),
        ("stage", "project_id", "is not the key"),
    ],
)
def test_what_cannot_be_says_why(heading: str, target: str, message: str) -> None:
    first = guess("id,title,stage\nA,Road,built\nB,Lane,built\n")
    with pytest.raises(ValueError, match=message):
        GUESSER.assign(first, heading, target)


def test_three_hundred_columns_are_all_told() -> None:
    header = ["id", "title", *(f"q{n}" for n in range(298))]
    result = GUESSER.guess(header, [["A", "Road", *("x" * 298)]])
    assert result.used() == {"id": "project_id", "title": "title"}
    assert all(column.why for column in result.columns if not column.is_sure)
