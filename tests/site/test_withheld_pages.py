"""What the check refused, and what a person asked to have removed, is in no published file, whatever commits hold."""

import csv
import fcntl
import gzip
import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import polars
import pytest
from selectolax.lexbor import LexborHTMLParser as Html

from tests.building import run_build
from tests.dozen import FIRST, SECOND
from tests.repository import Repository

PHONES = tuple(f"081-234-56{n:02}" for n in range(20))
ID = "1-1017-00230-70-8"
NAME, PERSON, GUEST = "กานดาไม่มีจริง", "พิมพ์ใจไม่มีจริง", "91000000-9001"
SECRETS = (*PHONES, *(phone.replace("-", "") for phone in PHONES), ID, ID.replace("-", ""), "kanda@mail.example")


def put_in(repository: Repository) -> None:
    """Personal data wherever a text of the package can stand."""
    repository.set(
        "projects", {"project_id": FIRST}, remarks=f"โทร {PHONES[0]}", evaluator=NAME, budget_received="7777777"
    )
    repository.set(
        "projects", {"project_id": SECOND}, title=f"ปรับปรุงสวน ติดต่อ {PHONES[1]}", start_date=f"โทร {PHONES[2]}"
    )
    new = repository.rows("projects")[2]
    added = [
        new | {"project_id": ID.replace("-", ""), "title": "รหัสผิดช่อง"},
        new | {"project_id": GUEST, "title": PERSON},
    ]
    repository.write("projects", [*repository.rows("projects"), *added])
    months = [{**repository.rows("monthly_results")[0], "project_id": project["project_id"]} for project in added]
    repository.write("monthly_results", [*repository.rows("monthly_results"), *months])
    source = {
        **repository.rows("sources")[0],
        "source_id": "letter",
        "note": f"จดหมายของ kanda@mail.example {PHONES[3]}",
    }
    repository.write("sources", [*repository.rows("sources"), source])
    repository.write("revisions", [{**row, "user": f"โทร {PHONES[4]}"} for row in repository.rows("revisions")])
    repository.write("agencies", [{**row, PHONES[5]: "x"} for row in repository.rows("agencies")])
    repository.describe(lambda content: content.update(version=f"2569 โทร {PHONES[6]}", notice=f"โทร {PHONES[7]}"))


def take_out(repository: Repository, clean: dict[str, str]) -> None:
    """The files as they were, but for a figure that goes on moving."""
    for name, text in clean.items():
        (repository.folder / name).write_text(text, "utf-8")
    repository.set("projects", {"project_id": FIRST}, budget_received="6000000")


def make(root: Path) -> Repository:
    """A clean release, one with personal data, and one without them; what is on the disk is not committed."""
    repository = Repository(root)
    repository.git("tag", "2569-q1")
    files = [repository.folder / "datapackage.json", *(repository.folder / "data").iterdir()]
    clean = {file.relative_to(repository.folder).as_posix(): file.read_text("utf-8") for file in files}
    put_in(repository)
    repository.commit("Take in a letter")
    repository.git("tag", "2569-q2")
    repository.git("tag", f"โทร-{PHONES[8]}")
    take_out(repository, clean)
    repository.commit("Take it out")
    repository.git("tag", "2569-q3")
    repository.set("projects", {"project_id": FIRST}, remarks="ไม่ได้บันทึกในคลัง")
    return repository


ERASED = f"""resource,key,field,release
projects,{GUEST},,
projects,{FIRST},evaluator,
projects,{FIRST},budget_received,2569-q2
"""


@pytest.fixture(scope="session")
def site(shared: Path) -> Path:
    """Built before the names were asked to be erased, and over that once more, by whichever process comes first."""
    root, output = shared / "withheld" / "repository", shared / "withheld" / "site"
    with (shared / "withheld.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if root.exists():
            return output
        repository = make(root)
        for erased in ("", ERASED):
            if erased:
                (repository.folder / "erased.csv").write_text(erased, "utf-8-sig")
            result = run_build(
                "--package", repository.folder, "--output", output, "--base-url", "https://city.example/"
            )
            assert result.returncode == 0, result.stdout + result.stderr
            files = unpacked(output)
            leaks = {name: places for name in (*SECRETS, NAME, PERSON) if (places := where(files, name))}
            # Names have no form that a program could know.
            assert leaks.keys() == (set() if erased else {NAME, PERSON}), leaks
    return output


@pytest.fixture(scope="session")
def package(site: Path) -> Path:
    """What the site was made from."""
    return site.parent / "repository" / "portal"


def contents(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A file, and all that is packed in it."""
    yield name, name.encode()
    yield name, data
    if data.startswith(b"PK\3\4"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from contents(f"{name}:{member}", archive.read(member))
    elif data.startswith(b"\x1f\x8b"):
        yield from contents(f"{name}:", gzip.decompress(data))
    elif data.startswith(b"PAR1"):
        yield name, polars.read_parquet(io.BytesIO(data)).write_json().encode()


def unpacked(site: Path) -> list[tuple[str, bytes]]:
    """Every file of a site, and all that is packed in it."""
    files = sorted(file for file in site.rglob("*") if file.is_file())
    return [pair for file in files for pair in contents(file.relative_to(site).as_posix(), file.read_bytes())]


def where(files: list[tuple[str, bytes]], text: str) -> list[str]:
    """The files that hold a text, as it is or as JSON and addresses write it."""
    forms = {text.encode(), text.encode("unicode-escape"), quote(text).encode()}
    return [name for name, data in files if any(form in data for form in forms)]


def text(site: Path, path: str) -> str:
    main = Html((site / path / "index.html").read_text("utf-8")).css_first("main")
    return " ".join(main.text().split())


def changes(site: Path) -> list[dict[str, str]]:
    with (site / "data" / "changes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_is_withheld_is_in_no_published_file(site: Path) -> None:
    files = unpacked(site)
    assert {secret: where(files, secret) for secret in (*SECRETS, NAME, PERSON, GUEST) if where(files, secret)} == {}


def test_neither_the_list_of_what_is_erased_nor_who_committed_is_published(site: Path) -> None:
    # Its sum belongs to those of all inputs.
    files = unpacked(site)
    assert where(files, "erased.csv") == ["build-info.json"]
    assert not where(files, "Officer")


def test_a_withheld_value_is_said_to_be_so_and_not_shown_as_blank(site: Path) -> None:
    page_text = text(site, f"projects/{FIRST}")
    assert "หมายเหตุ: ไม่มีข้อมูล → นำค่าที่มีข้อมูลส่วนบุคคลออกแล้ว" in page_text
    assert "หมายเหตุ: นำค่าที่มีข้อมูลส่วนบุคคลออกแล้ว → ไม่มีข้อมูล" in page_text
    assert "a value with personal data was removed" in text(site, f"en/projects/{FIRST}")


def test_nothing_is_derived_from_a_withheld_value(site: Path) -> None:
    """Neither how far the budget moved, nor at what it began."""
    assert "7777777" not in text(site, f"projects/{FIRST}") + text(site, "changes")
    assert "7,777,777" not in text(site, f"projects/{FIRST}") + text(site, "changes")
    assert "นำค่าที่มีข้อมูลส่วนบุคคลออกแล้ว → 6,000,000" in text(site, f"projects/{FIRST}")
    assert "1,777,777" not in text(site, "changes")
    assert "เดิม 5,200,000" not in text(site, f"projects/{FIRST}")


def test_changes_csv_names_the_columns_that_are_withheld(site: Path) -> None:
    withheld = [change for change in changes(site) if change["withheld"]]
    remarks = [
        (change["withheld"], change["before"], change["after"]) for change in withheld if change["field"] == "remarks"
    ]
    assert ("after", "", "") in remarks
    assert ("before", "", "") in remarks
    gone = [change for change in withheld if "record" in change["withheld"].split() and change["field"] == "title"]
    assert [(change["kind"], change["project_id"]) for change in gone] == [
        ("added", ""),
        ("added", ""),
        ("removed", ""),
        ("removed", ""),
    ]
    assert all(change["record"].startswith('["#') for change in gone)
    # The same record has the same name throughout.
    assert len({change["record"] for change in gone}) == 2


def test_a_release_counts_what_it_does_not_show(site: Path) -> None:
    page = next(path.parent.relative_to(site) for path in site.glob("changes/2026-01-02-*/index.html"))
    assert "ไม่แสดง" in text(site, str(page))
    assert "รุ่น 2569 โทร" not in text(site, str(page))


def test_the_zip_of_a_release_with_personal_data_is_not_kept_and_its_pages_say_so(site: Path) -> None:
    names = {path.name for path in (site / "data" / "releases").iterdir()}
    assert names == {"sample-projects-2569-q1.zip", "sample-projects-2569-q3.zip"}
    for page in ("changes", "changes/compare/2569-q1/2569-q2"):
        assert "ไม่มี zip ของรุ่น 2569-q2 เพราะรุ่นนี้มีข้อมูลส่วนบุคคลที่นำออกแล้ว" in text(site, page), page


def test_a_list_that_withholds_nothing_stops_the_check_and_the_build(package: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(package.parent, tmp_path / "repository") / package.name
    (copy / "erased.csv").write_text("resource,key,field,release\nprojects,สมชาย,,\n", "utf-8")
    for command in (("check",), ("build", "--output", tmp_path / "site")):
        result = run_build(*command, "--package", copy)
        assert result.returncode == 1
        assert "erased.csv, row 2" in result.stdout
        assert "สมชาย" not in result.stdout + result.stderr
    assert not (tmp_path / "site").exists()


def test_a_site_with_withheld_values_is_verified(package: Path, site: Path) -> None:
    result = run_build("verify", "--package", package, "--output", site)
    assert result.returncode == 0, result.stdout + result.stderr
