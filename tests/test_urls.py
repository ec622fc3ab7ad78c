"""Addresses, and the files that answer them."""

import pytest

from portal import urls


def test_thai_stands_at_the_root_and_english_below_en() -> None:
    path = urls.project("04160000-6961")
    assert urls.href(path, "th") == "/projects/04160000-6961/"
    assert urls.href(path, "en", "/portal/") == "/portal/en/projects/04160000-6961/"
    assert urls.output_path(path, "en") == "en/projects/04160000-6961/index.html"


@pytest.mark.parametrize(
    "value", ["../x", "a/b", "", ".", "..", "a..b", "ก", "a b", "page", "PAGE", "-a", "x" * 101, "a\n"]
)
def test_an_id_that_could_leave_its_folder_is_refused(value: str) -> None:
    assert not urls.is_safe_id(value)
    with pytest.raises(ValueError, match="address"):
        urls.project(value)


@pytest.mark.parametrize("path", ["/../x/", "//x/", "x/", "/a\\b/", "/a b/", "/.hidden/", "/a\0/"])
def test_an_output_path_stays_below_the_site(path: str) -> None:
    with pytest.raises(ValueError, match="address"):
        urls.output_path(path, "th")


def test_a_slug_keeps_thai_vowels_and_tone_marks() -> None:
    assert urls.slug("การสร้างเมือง (ปลอดภัย) 2566!") == "การสร้างเมือง-ปลอดภัย-2566"
    assert urls.href(urls.strategy("น้ำ"), "th") == "/strategies/%E0%B8%99%E0%B9%89%E0%B8%B3/"


def test_a_long_slug_fits_a_file_name_and_stays_apart_from_its_like() -> None:
    one, other = urls.slug("ก" * 300), urls.slug("ก" * 301)
    assert one != other
    assert max(len(one.encode()), len(other.encode())) <= urls.MAX_SLUG_BYTES
    assert urls.output_path(urls.strategy("ก" * 300), "th").startswith("strategies/ก")
