"""No file of a site has the name of a supplier who is a natural person: pages, search, downloads, history, feeds."""

import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars
import pytest

from tests.building import run_build
from tests.pages import page, text
from tests.repository import Repository

PERSON, MARKED = "นางสาวสมมตินาม ไร้ตัวตน", "ปราศนาม ไร้เงา"
NAMES = ("สมมตินาม", "ปราศนาม", "Inventedname")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose package has the names today, and had them in a release with a tag."""
    repository = Repository(tmp_path_factory.mktemp("persons") / "repository")
    repository.set("suppliers", {"supplier_id": "S-005"}, name=PERSON, name_en="Miss Inventedname Person")
    repository.set("suppliers", {"supplier_id": "S-003"}, name=MARKED)
    repository.describe(lambda content: content.update(version="2"))
    repository.commit("Names")
    repository.git("tag", "names")
    repository.describe(lambda content: content.update(version="3"))
    repository.commit("The same names")
    repository.git("tag", "names-again")
    repository.set("suppliers", {"supplier_id": "S-005"}, name=f"{PERSON}ก")
    repository.describe(lambda content: content.update(version="4"))
    repository.commit("Another name")
    output = repository.root.parent / "site"
    result = run_build("--package", repository.folder, "--output", output, "--jobs", "1")
    assert result.returncode == 0, result.stdout + result.stderr
    return output


def contents(site: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a site with its bytes, unpacked."""
    for file in sorted(site.rglob("*")):
        if not file.is_file():
            continue
        data, name = file.read_bytes(), str(file.relative_to(site))
        if name.endswith(".parquet"):
            data = polars.read_parquet(file).write_json().encode()
        yield name, gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from ((f"{name}/{member}", archive.read(member)) for member in archive.namelist())


def test_no_file_has_the_name_of_a_person(site: Path) -> None:
    found = [(file, name) for file, data in contents(site) for name in NAMES if name.encode() in data]
    assert found == []


def test_the_page_says_that_it_is_a_natural_person(site: Path) -> None:
    contracts = page(site, "projects/92000000-2001/index.html").css_first("#contracts + table")
    assert "บุคคลธรรมดา" in text(contracts)


def test_a_tag_whose_files_have_such_a_name_has_no_zip(site: Path) -> None:
    assert list(site.rglob("*names*.zip")) == []
