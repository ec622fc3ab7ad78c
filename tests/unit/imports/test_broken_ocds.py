"""Broken files: each is named, with ocid and path where there are any, and no file of the package is touched."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from portal.core.problems import BuildError
from portal.imports import import_ocds

from tests.folders import read_folder
from tests.sample_package import SamplePackage
from tests.unit.imports.ocds_files import OCID, OPTIONS, money, package_of, release, write

GOOD = json.dumps(package_of(release()), ensure_ascii=False).encode()


def with_part(path: str, value: Any) -> bytes:
    """A file whose second release has a value at a dotted path."""
    broken: Any = release("ocds-bq4ldt-680002-1", "680002")
    *way, last = (int(part) if part.isdigit() else part for part in path.split("."))
    parent = broken
    for part in way:
        parent = parent[part]
    parent[last] = value
    return json.dumps(package_of(release(), broken), ensure_ascii=False).encode()


def without_ocid() -> bytes:
    content = package_of(release(), release())
    del content["releases"][1]["ocid"]
    return json.dumps(content).encode()


BROKEN: dict[str, tuple[bytes | Callable[[], bytes], str, str | None]] = {
    "truncated": (GOOD[:-100], "truncated", None),
    "truncated gzip": (gzip.compress(GOOD)[:-20], "truncated", None),
    "empty": (b"", "empty-file", None),
    "a list at the top": (b"[" + GOOD + b"]", "wrong-type", None),
    "no list of releases": (b'{"releases": {"ocid": "x"}}', "no-releases", None),
    "JSON Lines": (GOOD + b"\n" + GOOD, "invalid-json", None),
    "no ocid": (without_ocid, "missing-ocid", "releases[1], ocid"),
    "a release that is a text": (b'{"releases": ["x"]}', "wrong-type", "releases[0]"),
    "two currencies": (
        with_part("contracts.0.value", money(1, "USD")),
        "other-currency",
        "ocds-bq4ldt-680002-1, contracts[0].value.currency",
    ),
    "amount as a text": (
        with_part("contracts.0.value", money("850000.50")),
        "wrong-type",
        "ocds-bq4ldt-680002-1, contracts[0].value.amount",
    ),
    "a list for an object": (
        with_part("planning.budget", [{"id": "680002"}]),
        "wrong-type",
        "ocds-bq4ldt-680002-1, planning.budget",
    ),
    "an object for a list": (with_part("contracts", {}), "wrong-type", "ocds-bq4ldt-680002-1, contracts"),
    "5 MB of text": (
        lambda: with_part("tender.title", "ก" * 5_000_000),
        "text-too-long",
        "ocds-bq4ldt-680002-1, tender.title",
    ),
    "not UTF-8": (GOOD.decode().encode("cp874", "replace"), "wrong-encoding", None),
    "UTF-16": (GOOD.decode().encode("utf-16"), "wrong-encoding", None),
    "a gzip bomb of blanks": (
        lambda: gzip.compress(b'{"releases": [' + b" " * 60_000_000),
        "release-too-large",
        None,
    ),
    "a key twice": (
        GOOD.replace(b'"awardID": "a1"', b'"awardID": "a2", "awardID": "a1"'),
        "repeated-key",
        f"{OCID}, contracts[0].awardID",
    ),
    "an id twice": (
        with_part("contracts", [{"id": "c1", "title": "หนึ่ง"}, {"id": "c1", "title": "สอง"}]),
        "duplicate-id",
        "ocds-bq4ldt-680002-1, contracts[1]",
    ),
    "no id": (with_part("contracts", [{"title": "หนึ่ง"}]), "missing-id", "ocds-bq4ldt-680002-1, contracts[0]"),
    "a year B.E.": (
        with_part("contracts.0.dateSigned", "2568-02-01T00:00:00Z"),
        "buddhist-era-date",
        "ocds-bq4ldt-680002-1, contracts[0].dateSigned",
    ),
    "a number of 5,000 digits": (GOOD.replace(b"850000.5", b"9" * 5000), "invalid-json", None),
    "100,000 lists in each other": (b'{"releases": ' + b"[" * 100_000, "invalid-json", None),
    "not a number": (GOOD.replace(b"850000.5", b"NaN"), "invalid-json", None),
    "a huge exponent": (
        GOOD.replace(b"850000.5", b"1e999999999"),
        "out-of-range",
        f"{OCID}, contracts[0].value.amount",
    ),
    "a below-zero amount": (
        with_part("contracts.0.value", money(-1)),
        "out-of-range",
        "ocds-bq4ldt-680002-1, contracts[0].value.amount",
    ),
}


@pytest.fixture(scope="module")
def with_contracts(tmp_path_factory: pytest.TempPathFactory) -> SamplePackage:
    """The whole sample, with reports, evaluations and contracts of its own, and contracts of an earlier import."""
    folder = tmp_path_factory.mktemp("with-contracts")
    package = SamplePackage(folder / "package")
    import_ocds([write(folder / "good.json", package_of(release()))], package.root, OPTIONS)
    return package


@pytest.mark.parametrize(("data", "rule", "field"), BROKEN.values(), ids=BROKEN)
def test_is_named_and_no_file_is_touched(
    with_contracts: SamplePackage, tmp_path: Path, data: bytes | Callable[[], bytes], rule: str, field: str | None
) -> None:
    file = tmp_path / "broken.json"
    file.write_bytes(data if isinstance(data, bytes) else data())
    # It stays as it is for the next broken file.
    before = read_folder(with_contracts.root)
    with pytest.raises(BuildError) as caught:
        import_ocds([file], with_contracts.root, OPTIONS, date(2099, 1, 1))
    (problem,) = caught.value.problems
    assert (Path(problem.place).name, problem.rule, problem.field) == ("broken.json", rule, field)
    assert problem.hint
    assert read_folder(with_contracts.root) == before


def test_every_broken_file_is_named_and_a_package_without_contracts_stays_so(
    package: SamplePackage, tmp_path: Path
) -> None:
    before = read_folder(package.root)
    files = [tmp_path / name for name in ("a.json", "b.json", "c.json")]
    for file, data in zip(files, (GOOD[:-9], with_part("contracts", {}), b""), strict=True):
        file.write_bytes(data)
    with pytest.raises(BuildError) as caught:
        import_ocds(files, package.root, OPTIONS)
    assert [p.rule for p in caught.value.problems] == ["truncated", "wrong-type", "empty-file"]
    assert read_folder(package.root) == before


def test_many_files_of_one_mistake_are_listed_and_counted(package: SamplePackage, tmp_path: Path) -> None:
    releases = [release(f"ocds-bq4ldt-680001-{n}", contracts={}) for n in range(30)]
    (tmp_path / "a.json").write_text(json.dumps(package_of(*releases)))
    with pytest.raises(BuildError) as caught:
        import_ocds([tmp_path / "a.json"], package.root, OPTIONS)
    assert len(caught.value.problems) == 21
    assert any("10 further releases" in problem.message for problem in caught.value.problems)


def test_the_rest_can_be_imported_and_what_is_left_out_is_named(package: SamplePackage, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(with_part("contracts.0.value", money("1")))
    result = import_ocds([tmp_path / "a.json"], package.root, replace(OPTIONS, skip_broken=True))
    assert result.records == 1
    assert {"wrong-type", "left-out"} <= {notice.rule for notice in result.notices}


def test_a_release_that_is_larger_than_a_part_of_the_file_is_read_whole(
    package: SamplePackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.imports.json_files.CHUNK", 100)
    monkeypatch.setattr("portal.imports.json_files.MAX_PART", 1_000)
    releases = [release(f"ocds-bq4ldt-680001-{n}", tender={"title": "ก" * 40 * n}) for n in range(1, 30)]
    file = write(tmp_path / "a.json", package_of(*releases))
    assert import_ocds([file], package.root, OPTIONS).records == 29
    assert {row[2]: row[3] for row in package.table("tenders")[1:]} == {
        one["ocid"]: one["tender"]["title"] for one in releases
    }


def test_a_zip_bomb_of_good_releases_ends_at_a_limit(
    package: SamplePackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.imports.json_files.MAX_BYTES", 1_000_000)
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(json.dumps(package_of(*[release()] * 1000)).encode()))
    with pytest.raises(BuildError) as caught:
        import_ocds([tmp_path / "a.json.gz"], package.root, OPTIONS)
    assert [p.rule for p in caught.value.problems] == ["file-too-large"]
