"""The patterns of a descriptor: which are read, and what they hold for."""

from __future__ import annotations

import pytest

from tests.proportion import assert_time_grows_with_size
from tests.sample_package import AGENCIES, DESCRIPTOR, SamplePackage, places


@pytest.mark.parametrize(
    ("pattern", "cell"),
    [("[0-9]{3}|[a-z]{3}", "1234"), ("[0-9]{3}|[a-z]{3}", "xabc"), ("^[a-z]+$", "abc\n1"), ("[a-z]+", "abc1")],
    ids=["first-alternative", "last-alternative", "line-break", "no-anchors"],
)
def test_pattern_holds_for_the_whole_cell(package: SamplePackage, pattern: str, cell: str) -> None:
    package.describe("resources.2.schema.fields.2.constraints", {"pattern": pattern})
    package.write(
        "agencies", [[*row[:2], "abc", row[3]] if i else row for i, row in enumerate(package.table("agencies"))]
    )
    assert package.problems() == ()
    package.set("agencies", "name_en", cell)
    assert places(package.problems()) == [(AGENCIES, 2, "name_en", "wrong-form")]


PATTERN = "resources.2.schema.fields.2.constraints"


def test_no_pattern_takes_longer_the_more_ways_there_are_to_match(package: SamplePackage) -> None:
    package.describe(PATTERN, {"pattern": "(a+)+b"})
    agencies = package.table("agencies")

    def read(size: int) -> None:
        package.write("agencies", [[*row[:2], "a" * size, row[3]] if i else row for i, row in enumerate(agencies)])
        assert {(p.field, p.rule) for p in package.problems()} == {("name_en", "wrong-form")}

    # To try every way takes half a minute with 28 letters.
    assert_time_grows_with_size(read, 28, part=2)
    assert_time_grows_with_size(read, 400)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(?=a)b", "look-around, including look-ahead and look-behind, is not supported"),
        (r"(a)\1", "backreferences are not supported"),
        ("(" * 5_000, "unclosed group"),
        ("(" * 400 + ")" * 400, "exceed the maximum number of nested parentheses/brackets (250)"),
        (r"[ก-๙]{100}-((a{1,100}){100}|b)", "more than 1,000 parts"),
        (r"\w{300}", "exceeds size limit"),
        (r"a\Z", "unrecognized escape sequence"),
        (r"\p{L}+", "not a regular expression of Python: bad escape"),
        ("[a--b]", "not a regular expression of Python: Possible set difference"),
        ("a)|(b", "unbalanced parenthesis"),
        ("[a-z]*+z", "one thing to Python and another to XML Schema"),
    ],
    ids=lambda text: text[:20],
)
def test_pattern_that_cannot_be_used_is_a_problem_of_the_descriptor(
    package: SamplePackage, pattern: str, words: str
) -> None:
    package.describe(PATTERN, {"pattern": pattern})
    (problem,) = package.problems()
    assert (problem.place, problem.field, problem.rule) == (
        *(DESCRIPTOR, "resources[2].schema.fields[2].constraints.pattern", "invalid-schema"),
    )
    assert words in problem.message


@pytest.mark.parametrize(
    "pattern", [r"[0-9]{10}-\d{4}|ก[ก-๙ ]{1,500}", r"[*+]+[\]{99999}]{2}", r"\w+( \w+)*", "(?i:a|B)"]
)
def test_pattern_of_everyday_is_read(package: SamplePackage, pattern: str) -> None:
    package.describe(PATTERN, {"pattern": pattern})
    assert {p.rule for p in package.problems()} <= {"wrong-form"}
