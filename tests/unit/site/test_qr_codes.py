"""The QR codes of addresses, compared with those that segno makes."""

import re

import pytest
import segno

from portal.site.qr_codes import QrCodes

SITE = "https://projects.bangkok.example/"


def drawn(svg: str) -> list[bytearray]:
    """The modules that the dashes of a code's line cover, walked one by one."""
    match = re.search(r'viewBox="0 0 (\d+) \1".*<path d="M0 .5([hv0-9-]+)" stroke-dasharray="([0-9 ]+)"/>', svg)
    assert match
    size, x, y = int(match[1]), 0, 0
    rows = [bytearray(size) for _ in range(size)]
    dashes = [dark for number, run in enumerate(match[3].split()) for dark in [number % 2 == 0] * int(run)]
    for command, length in re.findall(r"([hv])(-?\d+)", match[2]):
        for _ in range(abs(int(length))):
            is_dark, step = dashes.pop(0), 1 if int(length) > 0 else -1
            if command == "h":
                rows[y][x if step > 0 else x - 1] = is_dark
            else:
                assert not is_dark
            x, y = (x + step, y) if command == "h" else (x, y + step)
    assert dashes == []
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
