"""The published pages of suppliers and contracts: what they say, how one comes to them, and that nobody is named."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.building import run_build
from tests.pages import page, pages, text
from tests.repository import Repository
from tests.sample_package import SamplePackage
from tests.site.test_names_of_persons import contents

PREFIXES = ("", "en/")


def address_of(link: object) -> str:
    return str(link.attributes["href"])  # type: ignore[attr-defined]


def test_a_supplier_says_what_it_has_of_each_agency_on_how_many_contracts(sample_site: Path) -> None:
    html = page(sample_site, "en/suppliers/S-001/index.html")
    assert text(html.css_first("h1")) == "Imaginary Gardens Co. Ltd."
    assert "no judgement" in text(html.css_first(".callout"))
    (row,) = html.css("[aria-labelledby=agencies] tbody tr")
    said = [text(cell) for cell in row.css("td")]
    assert said == [
        "2",
        "50.3 million baht (50,300,000 baht) from 2 contracts",
        "51.6 million baht (51,598,000.50 baht) from the 4 of 5 contracts that give it",
        "No data",
    ]
    # An agency of whose contracts every amount is known.
    (row,) = page(sample_site, "en/suppliers/S-004/index.html").css("[aria-labelledby=agencies] tbody tr")
    assert text(row.css("td")[-1]) == "100%"
    years = page(sample_site, "en/suppliers/S-001/index.html").css("[aria-labelledby=years] th a")
    assert [address_of(link) for link in years] == ["/en/years/2569/", "/en/years/2567/"]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_contract_leads_to_its_place_on_the_page_of_its_project(sample_site: Path, prefix: str) -> None:
    for name in ("contracts", "contracts/by-title", "contracts/largest", "suppliers/S-001"):
        links = page(sample_site, f"{prefix}{name}/index.html").css("ol.projects h3 a")
        assert links
        for link in links:
            path, _, anchor = address_of(link).partition("#")
            row = page(sample_site, f"{path[1:]}index.html").css_first(f'[id="{anchor}"]')
            assert text(link) in text(row)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_lists_lead_to_every_other_order_and_mark_their_own(sample_site: Path, prefix: str) -> None:
    for start, names in (
        ("suppliers", ("", "largest/", "most-contracts/")),
        ("contracts", ("", "by-title/", "largest/")),
    ):
        paths = [f"/{prefix}{start}/{name}" for name in names]
        for path in paths:
            links = page(sample_site, f"{path[1:]}index.html").css("nav.orders a")
            assert [address_of(link) for link in links] == paths
            assert [address_of(link) for link in links if link.attributes.get("aria-current") == "page"] == [path]


def test_the_list_of_suppliers_says_of_how_many_contracts_it_is(sample_site: Path) -> None:
    figures = [text(node) for node in page(sample_site, "en/suppliers/index.html").css("dl.figures > div")]
    assert figures == [
        "Contracts with named suppliers 8 of 12 contracts in the data",
        "Amounts together 52.82 million baht (52,824,500 baht) from the 6 of 7 contracts that give it"
        " · Not counting 1 cancelled contract",
        "With natural persons 2 contracts 568,000.50 baht from 2 contracts",
        "Supplier not given 2 contracts 1.2 million baht (1,200,000 baht) from the 1 of 2 contracts that give it",
    ]
    assert text(page(sample_site, "en/contracts/index.html").css("dl.figures dd")[1]).endswith(
        "from the 9 of 11 contracts that give it · Not counting 1 cancelled contract"
    )


def test_suppliers_are_reached_from_the_menu_the_home_page_the_data_and_the_projects(sample_site: Path) -> None:
    for name in ("index.html", "data/index.html", "contracts/index.html"):
        html = page(sample_site, name)
        assert html.css_first('main a[href="/suppliers/"]') is not None, name
        assert html.css_first('.menu a[href="/suppliers/"]') is not None, name
    html = page(sample_site, "projects/91000000-1001/index.html")
    assert html.css_first('#contract-C67-0001 a[href="/suppliers/S-001/"]') is not None
    # A person has no page to lead to.
    assert html.css_first("#contract-C67-0002 a[href^='/suppliers/']") is None
    assert "บุคคลธรรมดา" in text(html.css_first("#contract-C67-0002"))


def test_a_supplier_is_an_organisation_for_programs_and_in_the_sitemap(sample_site: Path) -> None:
    html = page(sample_site, "suppliers/S-004/index.html")
    described = [json.loads(node.text()) for node in html.css('script[type="application/ld+json"]')]
    about = next(each for each in described if each["@type"] == "WebPage")["mainEntity"]
    assert (about["@type"], about["identifier"]) == ("GovernmentOrganization", "S-004")
    (trail,) = [each["itemListElement"] for each in described if each["@type"] == "BreadcrumbList"]
    assert [step["name"] for step in trail] == ["หน้าแรก", "คู่สัญญา"]
    sitemap = (sample_site / "sitemap.xml").read_text("utf-8")
    for path in ("suppliers/", "suppliers/S-001/", "suppliers/largest/", "contracts/", "contracts/by-title/"):
        entry = re.search(rf"<url>\s*<loc>[^<]*[a-z]/{path}</loc>.*?</url>", sitemap, re.DOTALL)
        assert entry is not None, path
        assert "<lastmod>" in entry[0]


def lastmod(site: Path, path: str) -> str:
    entry = re.search(
        rf"<url>\s*<loc>[^<]*[a-z]/{path}</loc>.*?</url>", (site / "sitemap.xml").read_text("utf-8"), re.S
    )
    assert entry is not None
    found = re.search("<lastmod>(.*?)</lastmod>", entry[0])
    assert found is not None
    return found[1]


def test_a_release_changes_the_pages_of_the_suppliers_of_which_it_says_something_new(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")

    def release(name: str, created: str) -> Path:
        repository.describe(lambda content: content.update(version=name, created=created))
        repository.commit(name)
        site = tmp_path / name
        result = run_build("--package", repository.folder, "--output", site, "--jobs", "1")
        assert result.returncode == 0, result.stdout + result.stderr
        return site

    def changed(older: Path, newer: Path) -> set[str]:
        names = {path.relative_to(older).as_posix() for path in older.rglob("*.html")}
        changed = {name for name in names if (older / name).read_bytes() != (newer / name).read_bytes()}
        return {name for name in changed if name.removeprefix("en/").startswith(("suppliers/", "contracts/"))}

    first = release("1.1", "2026-10-16T00:00:00Z")
    for resource in ("contracts", "suppliers"):
        repository.write(resource, repository.rows(resource)[::-1])
    repository.set("projects", {"project_id": "95030000-1001"}, progress_percent="77")
    second = release("1.2", "2026-10-17T00:00:00Z")
    assert changed(first, second) == set()
    repository.set("contracts", {"contract_id": "C67-0007"}, amount="1490000")
    third = release("1.3", "2026-10-18T00:00:00Z")
    pages_of_one = {f"{prefix}suppliers/S-004/index.html" for prefix in PREFIXES}
    assert {name for name in changed(second, third) if "/S-" in name} == pages_of_one
    assert {name for name in changed(second, third) if "contracts/" in name} >= {"contracts/index.html"}
    assert lastmod(third, "suppliers/S-004/") > lastmod(third, "suppliers/S-001/")
    assert lastmod(third, "contracts/") == lastmod(third, "suppliers/S-004/")


WITHOUT = ("suppliers/", "contracts/", "คู่สัญญา", "Supplier", "supplier")


def test_a_package_without_the_tables_has_no_page_link_file_or_word_of_them(
    whole: SamplePackage, tmp_path: Path
) -> None:
    whole.drop("payments", "contracts", "tenders", "suppliers")
    site = tmp_path / "site"
    result = run_build("--package", whole.root, "--output", site, "--jobs", "1")
    assert result.returncode == 0, result.stderr
    files = [name for name, _ in contents(site) if "supplier" in name or "contracts" in name]
    # The code of the site is the same for all packages.
    assert [name for name in files if not name.startswith("assets/")] == []
    for name, html in pages(site):
        said = f"{text(html.body)} {' '.join(address_of(link) for link in html.css('a[href]'))}"
        assert [word for word in WITHOUT if word in said] == [], name


def test_a_package_with_contracts_alone_lists_them_and_names_the_ids_of_suppliers(
    whole: SamplePackage, tmp_path: Path
) -> None:
    resources = whole.described()["resources"]
    for resource in resources:
        keys = resource["schema"].get("foreignKeys", ())
        resource["schema"]["foreignKeys"] = [
            key for key in keys if key["reference"].get("resource") not in ("suppliers", "tenders")
        ]
    whole.describe("resources", resources)
    whole.drop("payments", "tenders", "suppliers")
    site = tmp_path / "site"
    result = run_build("--package", whole.root, "--output", site, "--jobs", "1")
    assert result.returncode == 0, result.stderr
    assert not (site / "suppliers").exists()
    assert list(site.rglob("suppliers*")) == []
    listed = page(site, "contracts/index.html")
    assert "S-001" in text(listed.css_first("ol.projects"))
    assert listed.css("a[href*='suppliers']") == []


NAMES = ("สมมตินาม", "Inventedname")


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of suppliers and contracts with what is hardest to show."""
    folder = tmp_path_factory.mktemp("suppliers")
    package = SamplePackage(folder / "package")
    name = "<script>window.ran=1</script>{{ 7*7 }}"
    package.append("suppliers", ["S-100", name, name, "company"], ["S-101", "ก" * 480, "", ""])
    package.append("suppliers", ["person/1", "นางสาวสมมตินาม ไร้ตัวตน", "Miss Inventedname Person", ""])
    dated = ["", "", "", "", "", ""]
    package.append(
        "contracts",
        ["<b>1</b>/2567", "91000000-1001", "", "S-100", "", name, "direct", "", "1", *dated[:4]],
        ["1-2567 ก", "91000000-1001", "", "person/1", "", "", "", "", "2", *dated[:4]],
        ["=1+1", "91000000-1001", "", "S-101", "", "ข" * 480, "", "cancelled", "", *dated[:4]],
    )
    package.declare("suppliers", {"name": "note", "type": "string", "title": "หมายเหตุ", "title_en": "Note"})
    header, *rows = package.table("suppliers")
    package.write("suppliers", [[*header, "note"], *([*row, MARKED] for row in rows)])
    site = folder / "site"
    result = run_build("--package", package.root, "--output", site, "--jobs", "1")
    assert result.returncode == 0, result.stdout + result.stderr
    shutil.rmtree(package.root)
    return site


MARKED = "<img src=x onerror=window.ran=1>"


def test_markup_in_names_numbers_and_titles_is_shown_as_text(hostile_site: Path) -> None:
    for name in ("suppliers/S-100", "en/suppliers/S-100", "contracts", "suppliers", "projects/91000000-1001"):
        html = page(hostile_site, f"{name}/index.html")
        assert "<script>window.ran=1</script>{{ 7*7 }}" in text(html.body)
        assert [node for node in html.css("script:not([type='application/ld+json'])") if node.text()] == []
        assert html.css("main b, main img") == []
    assert MARKED in text(page(hostile_site, "suppliers/S-100/index.html").body)


def test_a_person_is_in_no_page_address_or_name_of_the_search(hostile_site: Path) -> None:
    assert sorted(path.name for path in (hostile_site / "suppliers").iterdir()) == [
        *("S-001", "S-002", "S-004", "S-005", "S-100", "S-101"),
        *("index.html", "largest", "most-contracts"),
    ]
    found = [(file, name) for file, data in contents(hostile_site) for name in NAMES if name.encode() in data]
    assert found == []
    # Her id stands only in the published tables and in what is made of them row by row.
    files = [file for file, data in contents(hostile_site) if b"person/1" in data]
    assert [file for file in files if not file.startswith("data/")] == []


@pytest.fixture
def searching(sample_site: Path, chromium: Browser, served: Callable[[Path], str]) -> Iterator[Callable[..., Page]]:
    """Opens the search page with what is asked, and waits for the results."""
    opened = chromium.new_page()
    base = served(sample_site)

    def search(asked: str, prefix: str = "/") -> Page:
        opened.goto(f"{base}{prefix}search/?q={asked}")
        expect(opened.locator("#count")).to_have_text(
            re.compile(r"^(พบ [0-9]+ โครงการ|ไม่พบโครงการ|[0-9]+ projects? found)$")
        )
        return opened

    yield search
    opened.close()


def results(opened: Page) -> list[str]:
    links = opened.locator("#results h3 a").evaluate_all("(links) => links.map((link) => link.pathname)")
    return [link.strip("/").split("/")[-1] for link in links]


@pytest.mark.parametrize(
    ("asked", "project_id"),
    [
        ("สวนสมมติ", "91000000-1001"),
        ("Imaginary Gardens", "91000000-1001"),
        ("C67-0001", "91000000-1001"),
        ("c670001", "91000000-1001"),
        ("T69-0004", "92000000-3002"),
        ("จัดซื้อโคมไฟทางเดินเท้า", "91000000-2001"),
        ("คัดเลือก", "91000000-2001"),
        ("selective", "91000000-2001"),
    ],
)
def test_a_project_is_found_by_its_suppliers_contracts_tenders_and_methods(
    searching: Callable[..., Page], asked: str, project_id: str
) -> None:
    assert project_id in results(searching(asked))


@pytest.mark.parametrize(
    ("asked", "prefix", "path", "said"),
    [
        ("สวนสมมติ", "/", "/suppliers/S-001/", "คู่สัญญา › บริษัท สวนสมมติ จำกัด สัญญา 2 ฉบับ"),
        ("imaginary gardens", "/en/", "/en/suppliers/S-001/", "Suppliers › Imaginary Gardens Co. Ltd. 2 contracts"),
        ("สวนสมมติ", "/en/", "/en/suppliers/S-001/", "Suppliers › Imaginary Gardens Co. Ltd. 2 contracts"),
        ("s-004", "/", "/suppliers/S-004/", "คู่สัญญา › องค์การขนส่งสมมติ สัญญา 1 ฉบับ"),
    ],
)
def test_the_page_of_a_supplier_answers_first(
    searching: Callable[..., Page], asked: str, prefix: str, path: str, said: str
) -> None:
    (item,) = searching(asked, prefix).locator("#groups li").all()
    assert item.locator("a").get_attribute("href") == path
    assert re.sub(r"\s+", " ", " ".join(item.locator(":scope > *").all_inner_texts())) == said


def test_a_natural_person_answers_nothing(searching: Callable[..., Page]) -> None:
    assert searching("S-003").locator("#groups li").count() == 0


def test_a_result_shows_where_a_contract_was_found(searching: Callable[..., Page]) -> None:
    match = searching("C67-0002").locator("#results .match").first
    expect(match).to_contain_text("สัญญา: จ้างเหมาดูแลต้นไม้ C67-0002")
