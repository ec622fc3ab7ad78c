"""The picture that goes with a link to the portal, which scripts/social_picture.py draws."""

import struct
from pathlib import Path

PICTURE = Path(__file__).parents[3] / "templates" / "assets" / "social.png"


def test_the_social_picture_is_a_png_of_the_size_that_networks_ask_for() -> None:
    signature, length, kind, width, height = struct.unpack(">8sI4sII", PICTURE.read_bytes()[:24])
    assert (signature, length, kind) == (b"\x89PNG\r\n\x1a\n", 13, b"IHDR")
    assert (width, height) == (1200, 630)


def test_the_social_picture_is_light() -> None:
    assert PICTURE.stat().st_size < 100_000
