"""The pages of prose that speak of the portal: true of every city, whatever it counts and whatever its package has."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser as Html

from portal.content.documents import read_documents
from portal.core import urls
from portal.core.calendars import BE_OFFSET, FiscalCalendar
from portal.core.config import read_config
from portal.core.messages import translations
from portal.core.models import Conventions, Document, Language, project_index
from portal.package.reading import read_portal
from portal.pipeline.check import CITY_PAGES, _city_pages
from portal.pipeline.context import shared_by_pages
from portal.site.pages.prose import PORTAL_PAGES, plan_prose
from portal.site.renderer import Renderer, read_assets

from tests.conventions import CITY, DOLLARS
from tests.sample_package import SamplePackage

ROOT = Path(__file__).parents[3]
ASSETS = read_assets(ROOT / "templates" / "assets")
SLUGS = ["glossary", "how-to-read", "methodology"]


def rendered(
    package: SamplePackage, conventions: Conventions = CITY, documents: tuple[Document, ...] = ()
) -> dict[tuple[str, Language], Html]:
    """The pages of prose, by name and language."""
    portal = read_portal(package.root, CITY).portal
    assert portal is not None
    index = project_index(replace(portal, package=replace(portal.package, conventions=conventions)))
    if conventions.fiscal.calendar != CITY.fiscal.calendar:
        years = [project.fiscal_year and project.fiscal_year - BE_OFFSET for project in index.projects]
        projects = zip(index.projects, years, strict=True)
        index = replace(index, projects=tuple(replace(project, fiscal_year=year) for project, year in projects))
    config = read_config(ROOT / "pyproject.toml")
    renderer = Renderer(shared_by_pages(config, index, documents, ASSETS), ROOT / "templates")
    return {(page.path.strip("/"), page.language): Html(renderer.render(page)) for page in plan_prose(index, documents)}


def words(page: Html) -> str:
    return " ".join(page.css_first("article").text(separator=" ").split())


def of_city(slug: str, adds_to: str, title: str, html: str) -> tuple[Document, ...]:
    return tuple(Document(slug, code, title, "", html, 5, f"content/{slug}.md", adds_to) for code in ("th", "en"))


def test_a_city_without_pages_of_its_own_has_those_of_the_portal(whole: SamplePackage) -> None:
    pages = rendered(whole)
    assert sorted(pages) == [(slug, code) for slug in SLUGS for code in ("en", "th")]
    english = words(pages["how-to-read", "en"])
    assert "begins on 1 October of the year before and ends on 30 September. So month 1 is October. Fiscal" in english
    assert "This is FY 2569 (2025/26): Fiscal month Calendar month Quarter 1 October 2025 1" in english
    assert "“เดือนที่ 1” จึงเป็นเดือนตุลาคม ปีงบประมาณเป็นพุทธศักราช" in words(pages["how-to-read", "th"])
    assert "from 1 million baht on" in words(pages["methodology", "en"]).lower()
    menu = pages["glossary", "th"].css("footer .links a")
    assert [link.text() for link in menu] == ["วิธีอ่านหน้าโครงการ", "อภิธานศัพท์", "วิธีคำนวณและตรวจสอบ"]


FOREIGN = re.compile(
    "baht|บาท|Buddhist|B\\.E\\.|พุทธศักราช|พ\\.ศ\\.|Bangkok|กรุงเทพ|กทม|BMA|(?:October|ตุลาคม)(?! 20[0-9]{2})|256[0-9]"
)


def test_a_city_that_counts_otherwise_is_told_how_it_counts(whole: SamplePackage) -> None:
    april = replace(DOLLARS, fiscal=FiscalCalendar("gregorian", 4, 6, named_by_end=False))
    described = whole.descriptor.read_text("utf-8").replace("บาท", "ดอลลาร์").replace("baht", "dollars")
    whole.descriptor.write_text(described, "utf-8")
    for conventions in (DOLLARS, april, replace(DOLLARS, fiscal=FiscalCalendar())):
        pages = rendered(whole, conventions)
        for name, page in pages.items():
            assert FOREIGN.findall(words(page)) == [], name
    dollars, years = rendered(whole, DOLLARS), rendered(whole, april)
    assert "Totals from $1 million on" in words(dollars["methodology", "en"])
    assert "titles in alphabetical order" in words(dollars["methodology", "en"])
    assert "begins on 1 July of the year before and ends on 30 June. So month 1 is July." in words(
        dollars["glossary", "en"]
    )
    assert "begins on 6 April and ends on 5 April of the year after. So month 1 begins on 6 April." in words(
        years["how-to-read", "en"]
    )


def test_a_table_that_the_package_lacks_is_not_explained(whole: SamplePackage) -> None:
    whole.drop("evaluations", "monthly_results", "revisions", "progress_reports", "payments")
    for (slug, language), page in rendered(whole).items():
        for word in ("Evaluation score", "monthly result", "คะแนนประเมิน", "ผลงานรายเดือน", "Retroactive edit"):
            assert word not in words(page), (slug, language)


def test_a_city_adds_to_a_page_and_replaces_another(whole: SamplePackage) -> None:
    documents = (
        *of_city("ours", "glossary", "Our words", '<h3 id="levy">Levy</h3>\n<p>A tax.</p>'),
        *of_city("methodology", "", "How we count", "<p>By hand.</p>"),
    )
    pages = rendered(whole, CITY, documents)
    assert sorted({slug for slug, _ in pages}) == SLUGS
    glossary, methodology = pages["glossary", "en"], pages["methodology", "en"]
    assert [glossary.css(f"#{anchor}") != [] for anchor in ("our-words", "levy", "progress")] == [True] * 3
    assert words(methodology) == "How we count By hand."
    assert next(link.text() for link in glossary.css("footer .links a")) == "How we count"


def test_the_menu_calls_a_page_as_its_heading_does(whole: SamplePackage) -> None:
    pages = rendered(whole)
    for language in ("th", "en"):
        translated = translations(language)
        for page in PORTAL_PAGES:
            assert pages[page.slug, language].css_first("h1").text() == translated.gettext(page.title)
    assert tuple(page.slug for page in PORTAL_PAGES) == urls.PROSE


@pytest.mark.parametrize("language", ["th", "en"])
def test_what_is_added_to_no_page_is_named(tmp_path: Path, language: str) -> None:
    ending = "" if language == "th" else f".{language}"
    for other in ("", ".en"):
        (tmp_path / f"more{other}.md").write_text("---\ntitle: x\nadds_to: glossary\n---\ntext\n", "utf-8")
    (tmp_path / f"more{ending}.md").write_text("---\ntitle: x\nadds_to: glosary\n---\ntext\n", "utf-8")
    (found,) = read_documents(tmp_path, CITY.languages)[1]
    assert (found.rule, found.field, found.hint) == ("invalid-front-matter", "adds_to", 'Did you mean "glossary"?')


def test_pages_that_only_the_city_can_write_are_asked_for() -> None:
    assert [notice.place for notice in _city_pages(())] == ["content/about.md", "content/contact.md"]
    assert [*_city_pages([document for slug in CITY_PAGES for document in of_city(slug, "", "x", "")])] == []
