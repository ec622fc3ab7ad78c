"""Which numbers are personal data, as a city says: by its country, and by the ids of its persons."""

import pytest
from stdnum.th import pin

from portal.core.models import SearchedNumbers
from portal.package.personal_data.texts import find_personal_data, in_code

from tests.proportion import assert_time_grows_with_size

AMERICAN = SearchedNumbers("US", ("us-ssn",))
SSN = "a US Social Security number"
PHONE = "a phone number"
THAI_ID = "110170023070" + pin.calc_check_digit("110170023070")


def kinds(text: str, numbers: SearchedNumbers = AMERICAN) -> list[str]:
    return [finding.kind for finding in find_personal_data(text, numbers)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Call (312) 726-1234 for access.", [PHONE]),
        ("312-726-1234", [PHONE]),
        ("312.726.1234", [PHONE]),
        ("1-312-726-1234", [PHONE]),
        ("phone 3127261234", [PHONE]),
        ("+1 312 726 1234", [PHONE]),
        ("+44 20 7946 0958", [PHONE]),
        ("Contractor 536-90-4399", [SSN]),
        ("SSN 536904399", [SSN]),
        ("Social Security number: 536 90 4399", [SSN]),
        # No such number is given out, or it is something else.
        ("000-12-3456", []),
        ("666-12-3456", []),
        ("123-456-7890", []),
        ("contract no. 536-90-4399", []),
        ("parcel 14-20-3127261", []),
        ("budget 3127261234", []),
        ("$1,312,726,123.45", []),
        ("2025-10-01 to 2026-09-30", []),
        ("536904399", []),
    ],
)
def test_numbers_of_the_country_are_found_and_others_are_not(text: str, found: list[str]) -> None:
    assert kinds(text) == found


def test_numbers_of_another_country_are_not_searched_for() -> None:
    thai = SearchedNumbers("TH", ("th",))
    for text in ("โทร 081-234-5678", THAI_ID, f"เลขประจำตัวประชาชน {THAI_ID}", "เลขที่บัญชี 123-4-56789-0"):
        assert kinds(text, thai)
        assert kinds(text) == []
    assert kinds("312-726-1234", thai) == kinds("536-90-4399", thai) == []


def test_an_email_address_and_a_card_are_personal_data_everywhere() -> None:
    for numbers in (AMERICAN, SearchedNumbers("TH", ()), SearchedNumbers("DE", ())):
        assert kinds("write to a.person@example.org", numbers) == ["an e-mail address"]
        assert kinds("4111 1111 1111 1111", numbers) == ["a card number"]


def test_without_any_ids_none_is_searched_for() -> None:
    none = SearchedNumbers("US", ())
    assert kinds(f"SSN 536-90-4399, citizen id {THAI_ID}", none) == []


def test_in_codes_only_ids_with_a_check_digit_are_found() -> None:
    assert [f.kind for f in in_code(THAI_ID, SearchedNumbers("US", ("th", "us-ssn")))] == ["a Thai national id"]
    assert list(in_code("536-90-4399", AMERICAN)) == []


def test_no_mask_shows_a_number() -> None:
    for text in ("312-726-1234", "SSN 536-90-4399"):
        for finding in find_personal_data(text, AMERICAN):
            assert "…" in finding.masked
            assert len(finding.masked) < 6


@pytest.mark.parametrize("sign", ["1", "1 ", "1-", "(1) ", "312-726-", "+1", "1.", "SSN 1", "phone 1", "123-45-678 "])
def test_a_long_text_of_any_bad_shape_takes_no_time_out_of_proportion(sign: str) -> None:
    assert_time_grows_with_size(lambda size: list(find_personal_data((sign * size)[:size], AMERICAN)), 99_000)
