"""Addresses, and the files that answer them."""

import re
import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import urls
from portal.core.text import one_spelling


def test_thai_stands_at_the_root_and_english_below_en() -> None:
    path = urls.project("04160000-6961")
    assert urls.href(path) == "/projects/04160000-6961/"
    assert urls.href(urls.localised(path, "en", "th"), "/portal/") == "/portal/en/projects/04160000-6961/"
    assert urls.output_path(urls.localised(path, "en", "th")) == "en/projects/04160000-6961/index.html"


@pytest.mark.parametrize(
    "value", ["../x", "a/b", "", ".", "..", "a..b", "ก", "a b", "page", "PAGE", "-a", "x" * 101, "a\n"]
)
def test_an_id_that_could_leave_its_folder_is_refused(value: str) -> None:
    assert not urls.is_safe_id(value)
    with pytest.raises(ValueError, match="address"):
        urls.project(value)


@pytest.mark.parametrize("supplier_id", ["../x", "a/b", "ร้าน", "largest", "most-contracts", "page", "x" * 101])
def test_a_supplier_whose_id_could_be_another_page_is_refused(supplier_id: str) -> None:
    with pytest.raises(ValueError, match="address"):
        urls.supplier(supplier_id)


def test_a_contract_has_a_place_on_the_page_of_its_project_whatever_its_number() -> None:
    assert urls.contract("p-1", "C67-0001") == "/projects/p-1/#contract-C67-0001"
    numbers = ["1/2567", "1-2567", "1.2567", "1 2567", "กทม. 1/2567", "<b>", "ก" * 5000, "page", ""]
    anchors = [urls.contract_anchor(number) for number in numbers]
    assert len({*anchors}) == len(numbers)
    assert all(re.fullmatch("contract-[A-Za-z0-9.-]{1,240}", anchor) for anchor in anchors)


@pytest.mark.parametrize(
    "path", ["/../x/", "//x/", "x/", "/a\\b/", "/a b/", "/.hidden/", "/a\0/", "/é/../x/", "/-é/", "/é\u2215x/"]
)
def test_an_output_path_stays_below_the_site(path: str) -> None:
    with pytest.raises(ValueError, match="address"):
        urls.output_path(path)


def test_a_slug_keeps_thai_vowels_and_tone_marks() -> None:
    assert urls.slug("การสร้างเมือง (ปลอดภัย) 2566!") == "การสร้างเมือง-ปลอดภัย-2566"
    assert urls.href(urls.strategy("น้ำ")) == "/strategies/%E0%B8%99%E0%B9%89%E0%B8%B3/"


def test_a_long_slug_fits_a_file_name_and_stays_apart_from_its_like() -> None:
    one, other = urls.slug("ก" * 300), urls.slug("ก" * 301)
    assert one != other
    assert max(len(one.encode()), len(other.encode())) <= urls.MAX_SLUG_BYTES
    assert urls.output_path(urls.strategy("ก" * 300)).startswith("strategies/ก")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Educación: ¿qué año?", "educación-qué-año"),
        ("Über die Straße", "über-die-strasse"),
        ("ОБРАЗОВАНИЕ й Ё", "образование-й-ё"),
        ("Σχολείο ΟΔΟΣ", "σχολείο-οδοσ"),
        ("Kırım İĞDIR", "kırım-i\u0307ğdir"),
        ("北京市・教育（第1期）", "北京市-教育-第1期"),
        ("서울특별시 도로", "서울특별시-도로"),
        ("التعليم الأساسي ١", "التعليم-الأساسي-١"),
        ("שיפוץ רְחוֹב", "שיפוץ-רְחוֹב"),
        ("शिक्षा (दूसरा)", "शिक्षा-दूसरा"),
        ("ផ្លូវថ្នល់។", "ផ្លូវថ្នល់"),
        ("ປັບປຸງນ້ຳ", "ປັບປຸງນ້ຳ"),
        ("Parks 🌳 and m²", "parks-and-m²"),
        ("PM2.5_air", "pm2-5-air"),
        ("COM¹", "com¹-"),
        ("NUL", "nul-"),
    ],
)
def test_a_slug_keeps_the_letters_of_every_script(name: str, slug: str) -> None:
    assert urls.slug(name) == unicodedata.normalize("NFC", slug)
    file = urls.output_path(urls.strategy(name))
    assert file == f"strategies/{urls.slug(name)}/index.html"
    assert unquote(urls.href(urls.strategy(name))) == f"/strategies/{urls.slug(name)}/"


@pytest.mark.parametrize(
    "names",
    [
        ("Образование", "Транспорт", "शिक्षा", "教育", "Éducation", "Education", "Educación"),
        ("🚗", "🚌", "!!!", "???", "\u200b", "…"),
        ("я" * 300, "я" * 301, "я" * 300 + "!", "道" * 300, "道" * 301),
    ],
    ids=["letters", "signs", "long"],
)
def test_names_have_addresses_that_differ_also_where_case_and_normal_form_are_ignored(names: tuple[str, ...]) -> None:
    slugs = {urls.slug(name) for name in names}
    assert len(slugs) == len(names) - ("я" * 300 in names)
    assert len({unicodedata.normalize("NFD", slug).casefold() for slug in slugs}) == len(slugs)
    assert max(len(slug.encode()) for slug in slugs) <= urls.MAX_SLUG_BYTES
    assert all(urls.output_path(urls.strategy(name)) for name in names)


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=100)


@given(NAMES)
def test_a_name_in_other_case_or_normal_form_has_the_same_address(name: str) -> None:
    slug = urls.slug(name)
    assert urls.slug(unicodedata.normalize("NFD", name)) == urls.slug(unicodedata.normalize("NFC", name)) == slug
    assert slug.casefold() == slug == unicodedata.normalize("NFC", slug)


@given(NAMES)
def test_any_name_is_one_part_of_an_address_that_any_disk_takes(name: str) -> None:
    slug = urls.slug(name)
    assert urls.output_path(urls.strategy(name)) == f"strategies/{slug}/index.html"
    assert 0 < len(slug.encode()) <= urls.MAX_SLUG_BYTES
    assert not re.search(r'[\x00-\x20<>:"/\\|?*.]', slug)
    assert not urls.is_device(slug)


@pytest.mark.parametrize("name", ["นำร่อง", "นําร่อง", "นาํร่อง", "นำ\u200bร่อง"])
def test_sara_am_in_any_order_is_one_address(name: str) -> None:
    assert urls.slug(name) == "นำร่อง"


@pytest.mark.parametrize("name", ["กำำ่", "กาํํ", "เเเเก", "e\u200b\u0301"])
def test_the_one_spelling_of_a_name_is_its_own(name: str) -> None:
    assert one_spelling(one_spelling(name)) == one_spelling(name)
    assert urls.slug(one_spelling(name)) == urls.slug(name)
