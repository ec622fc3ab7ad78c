"""A site built from a repository of a dozen commits: its pages of changes, its feeds, and earlier states of it."""

import csv
import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser
from selectolax.lexbor import LexborHTMLParser as Html

from tests.building import run_build
from tests.dozen import FIRST, GONE, NEW, SECOND
from tests.pages import read_records
from tests.repository import Repository

ADDRESS = "https://city.example/"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="session")
def site(history_site: Path) -> Path:
    return history_site


UNCHANGED = "92000000-3001"


def page(site: Path, path: str) -> Html:
    return Html((site / path / "index.html").read_text("utf-8"))


def text(node: object) -> str:
    return " ".join(node.text().split())  # type: ignore[attr-defined]


def releases(site: Path) -> list[str]:
    """The paths of the pages of releases, the newest first."""
    links = [node.attributes["href"] or "" for node in page(site, "changes").css("section.release h2 a")]
    return [link.removeprefix("/") for link in links]


def test_each_release_that_changed_a_project_has_a_page_and_no_other(site: Path) -> None:
    assert len(releases(site)) == 8
    # Neither the moved file, nor the rewritten number, nor the renamed column says anything new of a project.
    assert [text(page(site, path).css_first("h1"))[:40] for path in releases(site)][:2] == [
        "ข้อมูลที่เปลี่ยนเมื่อ 12 มกราคม 2569",
        "ข้อมูลที่เปลี่ยนเมื่อ 8 มกราคม 2569",
    ]


@pytest.mark.parametrize(
    ("number", "sentences"),
    [
        (7, ["งบฯ ที่ได้รับ (บาท): 5,200,000 → 3,500,000 (−1,700,000)", "(เลื่อนออกไป 730 วัน)"]),
        (5, ["ผลงานรายเดือน เดือนที่ 3, ผลงาน: 0.1 → 3", "มีรายงานหรือคะแนนประเมินใหม่ 1 รายการ", "แก้ไขย้อนหลังสิ่งที่รายงานไปแล้ว"]),
        (4, ["โครงการที่ถูกนำออก", "ไม่อยู่ในชุดข้อมูลแล้ว"]),
        (3, ["โครงการใหม่ (สมมติ) <b>", "เพิ่มเข้ามา งบฯ ที่ได้รับ"]),
    ],
)
def test_a_release_is_told_in_plain_sentences(site: Path, number: int, sentences: list[str]) -> None:
    page_text = text(page(site, releases(site)[number]).css_first("main"))
    for sentence in sentences:
        assert sentence in page_text


def test_a_removed_project_is_named_and_leads_to_its_last_page(site: Path) -> None:
    items = page(site, releases(site)[4]).css("section[data-kind=removed] li")
    assert [GONE in text(item) for item in items] == [True]
    assert [link.attributes["href"] for link in items[0].css("a")] == [f"/projects/{GONE}/#changes"]
    assert "โครงการนี้ไม่อยู่ในชุดข้อมูลแล้ว" in text(page(site, f"projects/{GONE}").css_first("main"))
    feed = (site / "agencies" / "91000000" / "feed.xml").read_text("utf-8")
    assert f"/projects/{GONE}/" in feed
    assert "ไม่อยู่ในชุดข้อมูลแล้ว" in feed


def test_the_page_of_a_project_shows_its_changes_apart_from_the_citys_own_table(site: Path) -> None:
    document = page(site, f"projects/{FIRST}")
    headings = [text(node) for node in document.css("section[aria-labelledby=history] > h3")]
    # The city's own table has no row of it.
    assert (headings[-1], headings.count("ประวัติการปรับปรุงข้อมูลในระบบของกรุงเทพมหานคร")) == (
        "ประวัติการเปลี่ยนแปลงที่เว็บไซต์นี้พบ",
        0,
    )
    assert "ประวัติการปรับปรุงข้อมูลในระบบของกรุงเทพมหานคร" in text(document.css_first("details.blank"))
    page_text = text(document.css("section[aria-labelledby=history]")[0])
    assert "คืบหน้าล่าสุด (%): 60 → 40" in page_text
    assert "ผลงานรายเดือน เดือนที่ 3, ผลงาน: 0.1 → 3 แก้ไขย้อนหลัง" in page_text
    assert "ผลงานรายเดือน เดือนที่ 1, ผลงาน: ไม่มีข้อมูล → 9 " in page_text
    assert "ผลงานรายเดือน เดือนที่ 1, ผลงาน: ไม่มีข้อมูล → 9 แก้ไข" not in page_text
    figures = text(document.css_first("dl.figures"))
    assert "เดิม 5,200,000 บาท เปลี่ยน 2 ครั้งตั้งแต่ 2 ม.ค. 2569" in figures
    assert "เดิม 30 กันยายน 2567 เปลี่ยน 1 ครั้ง" in text(document.css_first("dl.dates"))


def test_an_observation_names_the_release_since_which_it_holds(site: Path) -> None:
    observations = {
        text(node.css_first("h3")): text(node) for node in page(site, f"projects/{FIRST}").css(".observation")
    }
    assert "ตั้งแต่ 2 มกราคม 2569" in observations["ใช้เงินมากกว่างบที่ได้รับ"]
    assert "100% → 60% → 40%" in observations["ความคืบหน้าลดลง"]


def test_two_tags_are_compared_and_their_zips_stay(site: Path, repository: Repository) -> None:
    page_text = text(page(site, "changes/compare/2569-q1/2569-q2").css_first("main"))
    assert "5,200,000 → 4,100,000" in page_text
    assert NEW in page_text
    assert GONE in page_text
    with zipfile.ZipFile(site / "data" / "releases" / "sample-projects-2569-q1.zip") as archive:
        inside = {name.split("/")[1]: archive.read(name) for name in archive.namelist()}
        assert {info.date_time[:3] for info in archive.infolist()} == {(2026, 1, 1)}
    wanted = subprocess.run(
        ["git", "-C", repository.root, "show", "2569-q1:portal/data/projects.csv"], capture_output=True, check=True
    )
    assert inside["projects.csv"] == wanted.stdout


def test_any_earlier_state_is_rebuilt_from_the_data_and_the_changes(site: Path, repository: Repository) -> None:
    """With a CSV reader, the published CSVs and changes.csv alone."""
    package = json.loads((site / "data" / "datapackage.json").read_text("utf-8"))
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for resource in package["resources"]:
        with (site / "data" / resource["path"]).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        key = resource["schema"].get("primaryKey")
        if key:
            names = [key] if isinstance(key, str) else key
            tables[resource["name"]] = {
                json.dumps([row[n] for n in names], ensure_ascii=False, separators=(",", ":")): row for row in rows
            }
    with (site / "data" / "changes.csv").open(encoding="utf-8", newline="") as file:
        changes = list(csv.DictReader(file))
    commits = list(dict.fromkeys(change["release"] for change in changes))
    for commit in reversed(commits):
        for change in [row for row in changes if row["release"] == commit and row["resource"] in tables]:
            table, record = tables[change["resource"]], change["record"]
            match change["kind"]:
                case "renamed":
                    for row in table.values():
                        row[change["before"]] = row.pop(change["after"])
                case "added":
                    table.pop(record, None)
                case _:
                    # Of a lost record only the cells with a value are told.
                    blank = dict.fromkeys(next(iter(table.values())), "")
                    table.setdefault(record, blank)[change["field"]] = change["before"]
        for name in ("projects", "monthly_results", "progress_reports"):
            assert tables[name] == at(repository, f"{commit}^", name), (commit, name)


def at(repository: Repository, commit: str, resource: str) -> dict[str, dict[str, str]]:
    """A table as it stood in a commit, by the same keys, blank cells of lost records left out."""
    descriptor = json.loads(git(repository, f"{commit}:portal/datapackage.json"))
    described = next(entry for entry in descriptor["resources"] if entry["name"] == resource)
    rows = list(
        csv.DictReader(
            git(repository, f"{commit}:portal/{described['path']}").lstrip("\ufeff").splitlines(keepends=True)
        )
    )
    key = described["schema"]["primaryKey"]
    names = [key] if isinstance(key, str) else key
    return {json.dumps([row[n] for n in names], ensure_ascii=False, separators=(",", ":")): row for row in rows}


REPORTS = ("monthly_results", "progress_reports", "evaluations", "revisions")


def values_by_project(repository: Repository, commit: str) -> dict[str, list[list[object]]]:
    """All values that a commit has of each project, in whichever order their rows stand, numbers as numbers."""
    descriptor = json.loads(git(repository, f"{commit}:portal/datapackage.json"))
    values: dict[str, list[list[object]]] = {}
    for resource in descriptor["resources"]:
        if resource["name"] not in ("projects", *REPORTS):
            continue
        text = git(repository, f"{commit}:portal/{resource['path']}").lstrip("\ufeff")
        kinds = [field["type"] for field in resource["schema"]["fields"]]
        for row in csv.DictReader(text.splitlines(keepends=True)):
            typed = zip(row.values(), kinds, strict=True)
            cells = [Decimal(cell).normalize() if cell and kind == "number" else cell for cell, kind in typed]
            values.setdefault(row["project_id"], []).append([resource["name"], *cells])
    return {project_id: sorted(rows, key=repr) for project_id, rows in values.items()}


def test_each_project_names_the_commit_in_which_its_values_last_changed(site: Path, repository: Repository) -> None:
    """Computed again from the files of each commit, in which a number may be written otherwise, a column renamed."""
    log = git_log(repository)
    before = values_by_project(repository, log[0][0])
    wanted = dict.fromkeys(before, log[0])
    for entry in log[1:]:
        now = values_by_project(repository, entry[0])
        wanted |= {project_id: entry for project_id in now if now[project_id] != before.get(project_id)}
        before = now
    assert len({wanted[project_id] for project_id in before}) >= 4
    records = read_records(site / "data")
    for project_id in before:
        commit, day = wanted[project_id]
        provenance = records[project_id]["provenance"]
        assert (provenance["commit"], provenance["released"]) == (commit, day), project_id
        (described, *_) = page(site, f"projects/{project_id}").css("script[type='application/ld+json']")
        assert json.loads(described.text())["dateModified"] == day, project_id
        address = re.escape(f"{ADDRESS}projects/{project_id}/")
        assert re.search(f"<loc>{address}</loc><lastmod>{day}</lastmod>", (site / "sitemap.xml").read_text("utf-8"))


def git_log(repository: Repository) -> list[tuple[str, str]]:
    """The commits, the oldest first, with the day of each."""
    log = repository.git("log", "--reverse", "--format=%H %cs").splitlines()
    return [(line.split()[0], line.split()[1]) for line in log]


def test_a_page_names_the_release_of_its_record_with_its_zip_where_it_has_a_tag(site: Path) -> None:
    first, unchanged = (text(page(site, f"projects/{name}").css_first("main")) for name in (FIRST, UNCHANGED))
    assert "ข้อมูลของโครงการนี้เปลี่ยนครั้งล่าสุดในชุดข้อมูลรุ่น" in first
    assert "(12 มกราคม 2569)" in first
    assert "ข้อมูลของโครงการนี้ไม่เปลี่ยนตั้งแต่ชุดข้อมูลรุ่น" in unchanged
    archives = "main a[href^='/data/releases/']"
    links = [node.attributes["href"] for node in page(site, f"projects/{UNCHANGED}").css(archives)]
    assert links == ["/data/releases/sample-projects-2569-q1.zip"]
    assert page(site, f"projects/{FIRST}").css(archives) == []


def git(repository: Repository, path: str) -> str:
    return subprocess.run(
        ["git", "-C", repository.root, "show", path], capture_output=True, check=True, encoding="utf-8"
    ).stdout


FEEDS = [
    "changes/feed.xml",
    "signals/feed.xml",
    "agencies/91000000/feed.xml",
    f"projects/{FIRST}/feed.xml",
    f"projects/{SECOND}/feed.xml",
]


def entries(site: Path, path: str) -> list[ElementTree.Element]:
    return ElementTree.parse(site / path).getroot().findall(f"{ATOM}entry")


@pytest.mark.parametrize("prefix", ["", "en/"])
@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_keeps_the_rules_of_atom(site: Path, path: str, prefix: str) -> None:
    """RFC 4287, 4.1.1 and 4.1.2, and what feed validators add: absolute addresses, a self link, escaped HTML."""
    root = ElementTree.parse(site / prefix / path).getroot()
    assert root.tag == f"{ATOM}feed"
    moment = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:\d\d|Z)")
    ids = []
    for element in [root, *root.findall(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        ids.append(element.findtext(f"{ATOM}id"))
        assert re.fullmatch("urn:uuid:[0-9a-f-]{36}", ids[-1] or "")
        assert moment.fullmatch(element.findtext(f"{ATOM}updated") or "")
        assert (element.findtext(f"{ATOM}title") or "").strip()
        for link in element.findall(f"{ATOM}link"):
            address = link.get("href") or ""
            assert address.startswith(ADDRESS)
            file = site / urlsplit(address).path.removeprefix("/")
            assert (file / "index.html" if file.is_dir() else file).is_file(), address
    assert len(set(ids)) == len(ids)
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    (self_link,) = (link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self")
    assert self_link == f"{ADDRESS}{prefix}{path}"
    updated = [entry.findtext(f"{ATOM}updated") or "" for entry in root.findall(f"{ATOM}entry")]
    assert updated == sorted(updated, reverse=True)
    assert all(root.findtext(f"{ATOM}updated") == moment for moment in updated[:1])
    for entry in root.findall(f"{ATOM}entry"):
        content = entry.find(f"{ATOM}content")
        assert content is not None
        assert content.get("type") == "html"
        assert "<" in (content.text or "")
        assert "<b>" not in (content.text or "")


def test_the_feed_of_a_project_has_an_entry_for_each_release_that_changed_it(site: Path) -> None:
    assert len(entries(site, f"projects/{FIRST}/feed.xml")) == 4
    assert len(entries(site, f"projects/{SECOND}/feed.xml")) == 2
    assert len(entries(site, "changes/feed.xml")) == 8


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_a_project_that_no_release_changed_has_no_feed_and_its_page_offers_that_of_its_agency(
    site: Path, prefix: str
) -> None:
    assert not (site / prefix / "projects" / UNCHANGED / "feed.xml").exists()
    document = page(site, f"{prefix}projects/{UNCHANGED}")
    assert document.css("link[type='application/atom+xml']") == []
    feeds = {node.attributes["href"] for node in document.css("main a[href$='feed.xml']")}
    assert feeds == {f"/{prefix}agencies/92000000/feed.xml"}
    assert page(site, f"{prefix}projects/{FIRST}").css("link[type='application/atom+xml']")


def test_ids_of_entries_survive_a_rebuild_elsewhere_and_later(
    site: Path, repository: Repository, tmp_path: Path
) -> None:
    subprocess.run(["git", "clone", "-q", repository.root, tmp_path / "clone"], check=True)
    later = Repository(tmp_path / "clone")
    later.paths, later.day = repository.paths, 20
    later.set("projects", {"project_id": FIRST}, progress_percent="41")
    later.commit("Go on")
    result = run_build("--package", later.folder, "--output", tmp_path / "site", "--base-url", "https://other.example/")
    assert result.returncode == 0, result.stdout + result.stderr
    for path in FEEDS:
        old, new = ({e.findtext(f"{ATOM}id") for e in entries(folder, path)} for folder in (site, tmp_path / "site"))
        assert old <= new, path
    assert set(releases(site)) < set(releases(tmp_path / "site"))


def test_a_page_says_from_when_its_history_is_known(site: Path, sample_site: Path) -> None:
    assert "ไม่มีการเปลี่ยนแปลงตั้งแต่ 1 มกราคม 2569" in text(page(site, "projects/92000000-3001").css_first("main"))
    assert "ทุกการเปลี่ยนแปลงตั้งแต่เผยแพร่ครั้งแรกเมื่อ 1 มกราคม 2569" in text(page(site, "changes").css_first("main"))


def test_choices_narrow_a_release_to_an_agency_and_a_kind(
    site: Path, chromium: Browser, served: Callable[..., str]
) -> None:
    tab = chromium.new_page()
    tab.goto(f"{served(site)}/{releases(site)[5]}")
    sections = tab.locator("section[data-kind]:visible")
    assert sections.count() == 2
    tab.select_option("#filter-kind", "reported")
    assert [sections.nth(i).get_attribute("data-kind") for i in range(sections.count())] == ["reported"]
    tab.select_option("#filter-kind", "")
    tab.select_option("#filter-agency", "91000000")
    assert sections.count() == 2
    tab.close()


def test_signals_csv_holds_what_every_rule_says_with_its_inputs(site: Path) -> None:
    with (site / "data" / "signals.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    projects = {row["project_id"] for row in rows}
    assert len(rows) == 18 * len(projects)
    row = next(r for r in rows if (r["project_id"], r["signal"]) == (FIRST, "more_spent_than_received"))
    assert (row["outcome"], row["since"]) == ("concerned", "2026-01-02T09:00:00+07:00")
    assert json.loads(row["inputs"]) == {"budget_received": 4_100_000, "budget_spent": 5148900.25}
    unclear = [row for row in rows if row["outcome"] == "cannot_be_checked"]
    assert all(row["missing"] for row in unclear)
