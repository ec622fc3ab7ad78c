"""Addresses -> QR codes as SVG, for the sheets that a page prints."""

from __future__ import annotations

import re

import segno
from markupsafe import Markup


class QrCodes:
    """Draws the QR codes of the addresses of one language, for 0.8 ms less a page than if each were drawn anew.

    Addresses of one length have codes of one size, and whatever the address, changing a certain bit of it inverts the
    same modules: those of the bit, and those of the error correction, which is linear (ISO/IEC 18004, 7.5). The mask is
    fixed; choosing the prettiest of eight, as the standard advises, would cost five times the code itself. So a code is
    made of that of the first address of its length, and of what each bit inverts in which the two differ: an exclusive
    or of numbers. What a bit inverts is taken from a code that segno makes, once; ids differ in some 50 bits.
    """

    def __init__(self) -> None:
        """No code yet."""
        self._first: dict[int, tuple[int, int, int]] = {}
        """By length: the first address as a number, and its code as `_encode` gives it."""
        self._inverts: dict[tuple[int, int], int] = {}
        """By length and bit."""

    def svg(self, address: str) -> Markup:
        """The code of an address, without a border: one line to and fro through all rows, its dashes the dark modules.

        The runs of modules as lengths of dashes are half the bytes of a line drawn for each run.
        """
        modules, size = self._modules(address.encode())
        rows = [modules[start : start + size] for start in range(0, len(modules), size)]
        # The line turns at the end of each row, which takes one module more; it begins dark, in the corner of a square.
        runs = _RUN.findall(b"\0".join(row[:: -1 if number % 2 else 1] for number, row in enumerate(rows)))
        there_and_back, dashes = f"h{size}v1h-{size}v1" * (size // 2), " ".join(map(_LENGTHS.__getitem__, runs))
        return Markup(
            f'<svg class="qr" viewBox="0 0 {size} {size}" aria-hidden="true">'
            f'<path d="M0 .5{there_and_back}h{size}" stroke-dasharray="{dashes}"/></svg>'
        )

    def _modules(self, text: bytes) -> tuple[bytes, int]:
        """The modules of the code of a text, row by row, each 0 or 1; and how many a row has."""
        length, number = len(text), int.from_bytes(text)
        if length not in self._first:
            self._first[length] = (number, *_encode(length, number))
        first, first_modules, size = self._first[length]
        modules, differing = first_modules, number ^ first
        while differing:
            bit = differing & -differing
            differing ^= bit
            if (length, bit) not in self._inverts:
                self._inverts[length, bit] = first_modules ^ _encode(length, first ^ bit)[0]
            modules ^= self._inverts[length, bit]
        return modules.to_bytes(size * size), size


def _encode(length: int, number: int) -> tuple[int, int]:
    """The modules of the code of a text of `length` bytes, given as a number, as a number; and how many a row has.

    It is as small as can be, with as much error correction as fits: larger modules are easier to read from a sheet.
    """
    matrix = segno.make_qr(number.to_bytes(length), error="l", mode="byte", mask=2).matrix
    return int.from_bytes(b"".join(matrix)), len(matrix)


_RUN = re.compile(b"\0+|\1+")


class _Lengths(dict[bytes, str]):
    """The length of each run as a text, written once: a code has some 600, hardly any longer than ten modules."""

    def __missing__(self, run: bytes) -> str:
        return self.setdefault(run, str(len(run)))


_LENGTHS = _Lengths()
