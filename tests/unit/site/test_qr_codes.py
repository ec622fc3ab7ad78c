"""The QR codes of addresses, compared with those that segno makes."""

import re

import pytest
import segno

from portal.site.qr_codes import QrCodes

SITE = "https://projects.bangkok.example/"


def drawn(svg: str) -> list[bytearray]:
    """The modules that the path of a code goes through."""
    match = re.search(r'viewBox="0 0 (\d+) \1".*<path d="M0 .5(.*)"/>', svg)
    assert match
    size, x, y = int(match[1]), 0, 0
    rows = [bytearray(size) for _ in range(size)]
    for command, across, down in re.findall(r"([hm])(-?\d+)(?: (\d+))?", match[2]):
        if command == "h":
            rows[y][x : x + int(across)] = b"\1" * int(across)
        x, y = x + int(across), y + int(down or 0)
    return rows


@pytest.mark.parametrize(
    "addresses",
    [
        [
            f"{SITE}projects/{name}/"
            for name in ("04160000-6961", "04160000-6962", "50990000-0001", "B66-0103007-P01-0400")
        ],
        [f"{SITE}en/projects/{'x' * length}/" for length in (1, 8, 30, 60, 100, 100)],
        [f"https://กรุงเทพ.example/projects/{name}/" for name in ("1", "2")],
    ],
)
def test_a_code_is_that_of_its_address_whatever_was_drawn_before(addresses: list[str]) -> None:
    codes = QrCodes()
    for address in addresses:
        expected = segno.make_qr(address.encode(), error="l", mode="byte", mask=2).matrix
        assert drawn(codes.svg(address)) == list(expected)
