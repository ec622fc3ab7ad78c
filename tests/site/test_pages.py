"""What the published pages say, read from the files of a real build."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser as Html

from tests.building import SAMPLE, run_build
from tests.pages import address, folders, page, pages, read_records, text
from tests.sample_package import SamplePackage


def test_every_page_exists_in_both_languages(any_site: Path) -> None:
    names = {name for name, _ in pages(any_site)}
    thai = {name for name in names if not name.startswith("en/")}
    assert names - thai == {f"en/{name}" for name in thai}


def test_a_project_leads_to_its_neighbours_and_never_to_itself(sample_site: Path) -> None:
    for name, html in pages(sample_site):
        if match := re.fullmatch(r"(?:en/)?projects/([^/]+)/index.html", name):
            links = [node.attributes["href"] or "" for node in html.css(".neighbours a")]
            assert not any(match[1] in link for link in links), name
            assert len(links) == len(set(links)), name
    reasons = {text(node).split(" · ")[0] for _, html in pages(sample_site) for node in html.css(".neighbours .basis")}
    assert reasons >= {"ชื่อเดียวกัน", "หน่วยงานและปีงบประมาณเดียวกัน", "นโยบายเดียวกัน"}


def letter(html: Html) -> tuple[str, str, str]:
    """The receiver, the subject and the body of the letter that corrects a page."""
    parts = urlsplit(html.css_first("a[href^=mailto]").attributes["href"] or "")
    values = parse_qs(parts.query)
    return parts.path, values["subject"][0], values["body"][0]


def test_a_correction_goes_to_the_agency_s_own_address(package: SamplePackage, tmp_path: Path) -> None:
    header, *rows = package.table("agencies")
    package.write("agencies", [[*header, "email"], *([*row, f"a+{row[0]}@example.org"] for row in rows)])
    described = {"name": "email", "type": "string", "format": "email", "title": "อีเมล", "title_en": "E-mail"}
    agencies = next(i for i, r in enumerate(package.described()["resources"]) if r["name"] == "agencies")
    fields = package.described()["resources"][agencies]["schema"]["fields"]
    package.describe(f"resources.{agencies}.schema.fields", [*fields, described])
    allowed = {"resource": "agencies", "field": "email", "reason": "Addresses of offices, for corrections."}
    package.describe("personal_data_allowed", [allowed])
    result = run_build("--package", package.root, "--output", tmp_path / "site")
    assert result.returncode == 0, result.stderr
    assert letter(page(tmp_path / "site", "projects/91000000-1001/index.html"))[0] == "a+91000000@example.org"


def test_every_page_says_what_it_is_out_of_context(any_site: Path) -> None:
    for name, html in pages(any_site):
        meta = {
            node.attributes[kind]: node.attributes.get("content")
            for kind in ("property", "name")
            for node in html.css(f"meta[{kind}]")
        }
        assert meta["og:title"], name
        assert (meta["og:description"] or "") == meta["description"] != "", name
        language = html.css_first("html").attributes["lang"]
        assert language == "en" or not name.startswith("en/")
        assert meta["og:locale"] == {"en": "en_US", "th": "th_TH"}[language or ""]
        picture = meta["og:image"] or ""
        assert (any_site / picture.removeprefix(address(any_site))).is_file()
        if "robots" not in meta:
            assert meta["og:url"] == html.css_first("link[rel=canonical]").attributes["href"]


@pytest.mark.parametrize(
    ("path", "picture", "alt"),
    [
        ("projects/91000000-3003/", "projects/in-progress-60.png", "กำลังดำเนินการ · คืบหน้า 60–69%"),
        ("en/projects/91000000-3003/", "projects/in-progress-60.png", "In progress · Progress 60–69%"),
        ("en/agencies/91000000/", "agencies/91000000.png", "Sample City Works and Parks Department"),
        ("en/areas/11/", "areas/11.png", "Bang Tuayang"),
        ("en/projects/", "site.png", "Bangkok Project Tracker"),
    ],
)
def test_a_link_is_shown_with_the_state_of_the_project_or_the_name(
    sample_site: Path, path: str, picture: str, alt: str
) -> None:
    html = page(sample_site, f"{path}index.html")
    address = html.css_first("meta[property='og:image']").attributes["content"] or ""
    assert address.endswith(f"/previews/{picture}")
    assert html.css_first("meta[property='og:image:alt']").attributes["content"] == alt


def test_pictures_of_links_are_light(any_site: Path) -> None:
    sizes = [file.stat().st_size for file in any_site.glob("previews/**/*.png")]
    assert sizes
    assert max(sizes) < 25_000


def test_a_column_that_the_portal_does_not_know_is_shown_under_its_title(sample_site: Path) -> None:
    with (SAMPLE / "data" / "projects.csv").open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["contractor"])
    facts = {
        text(d.css_first("dt")): text(d.css_first("dd"))
        for d in page(sample_site, f"projects/{row['project_id']}/index.html").css(".facts > div")
    }
    assert facts["ผู้รับจ้าง"] == row["contractor"]


def test_every_page_of_a_fictional_package_says_so(sample_site: Path) -> None:
    notice = json.loads((SAMPLE / "datapackage.json").read_text("utf-8"))
    for name, html in pages(sample_site):
        expected = notice["notice_en" if name.startswith("en/") else "notice"]
        assert text(html.css_first(".notice")) == expected, name


def test_markup_in_data_is_text(sample_site: Path) -> None:
    html = page(sample_site, "projects/91000000-2002/index.html")
    assert "<script>" in html.css_first("h1").text()
    assert [node.attributes.get("src") for node in html.css("script")] == [
        node.attributes.get("src") for node in page(sample_site, "projects/91000000-2001/index.html").css("script")
    ]


def test_a_late_project_is_late_as_of_its_date(sample_site: Path) -> None:
    late = page(sample_site, "en/projects/91000000-3001/index.html").css_first(".standing")
    assert "As of 31 August 2026 it was 62 days past its due date, 30 June 2026." in text(late)
    assert "standing-late" in (late.attributes["class"] or "")


def test_reports_show_obstacles_and_revisions_every_column(sample_site: Path) -> None:
    html = page(sample_site, "projects/92000000-3001/index.html")
    reports = text(html.css_first(".timeline"))
    assert "ปัญหาอุปสรรค" in reports
    revisions = html.css("section[aria-labelledby=history] table.stack")[-1]
    assert [text(head) for head in revisions.css("thead th")] == [
        *["วันที่", "เวลา", "ชื่อผู้ใช้", "กระทำ", "สอดคล้องตามนโยบาย", "เริ่มต้น", "สิ้นสุด", "เป้าหมาย", "ผลการดำเนินการ", "หน่วยนับ"]
    ]
    assert len(revisions.css("tbody tr")) == 5
    assert [text(cell) for cell in revisions.css("tbody tr")[-1].css("td")][-3:] == ["2,000 คน", "0 คน", "คน"]


def test_english_pages_are_english_but_for_data_marked_as_thai(any_site: Path) -> None:
    for site in (any_site,):
        for name, html in pages(site / "en"):
            assert html.css_first("html").attributes["lang"] == "en"
            for node in html.css("body [lang=th]"):
                node.decompose()
            left = re.findall("[\u0e00-\u0e7f]+", html.body.text() if html.body else "")
            assert not left, (name, left[:5])


def is_listed(html: Html) -> bool:
    """Whether search engines are to list the page."""
    return html.css_first("meta[name=robots][content=noindex]") is None


def test_each_page_has_one_first_heading_and_names_its_twin(any_site: Path) -> None:
    for name, html in pages(any_site):
        assert len(html.css("h1")) == 1, name
        if is_listed(html):
            twins = {n.attributes["hreflang"]: n.attributes["href"] for n in html.css("link[rel=alternate][hreflang]")}
            assert set(twins) == {"th", "en"}
            own = html.css_first("link[rel=canonical]").attributes["href"]
            assert own in twins.values()


def test_titles_tell_pages_apart(any_site: Path) -> None:
    thai = [text(html.css_first("title")) for name, html in pages(any_site) if not name.startswith("en/")]
    assert len(thai) == len(set(thai))


def test_nothing_comes_from_another_host_and_nothing_is_inline(any_site: Path) -> None:
    for name, html in pages(any_site):
        for node in html.css("script[src], link[rel=stylesheet], link[rel=icon], img, iframe, source"):
            address = node.attributes.get("src") or node.attributes.get("href") or ""
            assert address.startswith(("/assets/", "/areas/")), name
        assert not html.css("style, [style], [onclick], script:not([src]):not([type='application/ld+json'])"), name


def test_the_sitemap_names_every_page_with_the_day_on_which_its_data_changed(any_site: Path, any_content: Path) -> None:
    """Pages of content, which are no data, have none."""
    xml = (any_site / "sitemap.xml").read_text("utf-8")
    loc = rf"<url><loc>{re.escape(address(any_site))}(.*?)</loc>(?:<lastmod>(.*?)</lastmod>)?<(?:xhtml|/url)"
    found = re.findall(loc, xml)
    # A text that adds to a page of the portal has none of its own.
    files = [file for file in any_content.glob("*.md") if "\nadds_to: " not in file.read_text("utf-8")]
    texts = {"glossary", "how-to-read", "methodology", *(file.name.split(".")[0] for file in files)}
    days = {unquote(path): lastmod for path, lastmod in found}
    assert {path for path, day in days.items() if not day} == {
        f"{p}{name}/" for name in texts for p in folders(any_site)
    }
    for project_id in read_records(any_site / "data"):
        for path in (f"{folder}projects/{project_id}/" for folder in folders(any_site)):
            (described, *_) = page(any_site, f"{path}index.html").css("script[type='application/ld+json']")
            # The page changes with the names of its agency and its source too.
            assert json.loads(described.text())["dateModified"] == days[path], path
    listed = {unquote(path) + "index.html" for path, _ in found}
    assert listed == {name for name, html in pages(any_site) if is_listed(html)}
    unlisted = {name.removeprefix("en/") for name, html in pages(any_site) if not is_listed(html)}
    removed = json.loads((any_site / "pagefind" / "removed.json").read_text("utf-8"))
    gone = {f"projects/{project_id}/index.html" for project_id in removed}
    between_releases = {name for name in unlisted if name.startswith("changes/compare/")}
    assert unlisted - between_releases == {"404.html", "compare/index.html", "embed/index.html", *gone}
    assert f"{address(any_site)}sitemap.xml" in (any_site / "robots.txt").read_text("utf-8")


def test_a_site_under_a_sub_path_links_only_below_it(built: Callable[..., Path]) -> None:
    site = built("sub", "--package", SAMPLE, "--base-url", "https://example.org/portal/")
    for name, html in pages(site):
        for node in html.css("a[href], link[href], script[src]"):
            link = node.attributes.get("href") or node.attributes.get("src") or ""
            assert link.startswith(("/portal/", "#", "https://", "http://", "mailto:")), (name, link)
