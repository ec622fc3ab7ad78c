"""What a package was at a commit is the same whether it was saved before, is damaged, or is read anew."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from portal.core.cache import Cache
from portal.history.git import open_repository
from portal.history.states import StateReader, read_states
from portal.history.stored_states import UnreadablePackage

from tests.repository import Repository

STATES = "states.json.gz"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Three states: of two the descriptor describes the same, and the newest describes a column anew."""
    repository = Repository(tmp_path / "repository")
    repository.describe(lambda content: content.update(version="2.0.0"))
    repository.commit("Raise the version")
    repository.describe(lambda content: content["resources"][0].update(title="อื่น"))  # type: ignore[index]
    repository.commit("Change a title")
    return repository


def states(repository: Repository, cache: Path | None) -> Any:
    with open_repository(repository.folder / "datapackage.json") as opened:
        assert opened is not None
        reader = StateReader(opened, Cache(cache) if cache else None)
        found = read_states(opened.commits, reader)
        reader.save()
        return found


def test_the_same_is_found_with_and_without_what_was_saved(repository: Repository, tmp_path: Path) -> None:
    read, _ = states(repository, None)
    assert [state.version for state in read][-2:] == ["2.0.0", "2.0.0"]
    assert states(repository, tmp_path / "cache") == (read, [])
    saved = json.loads(gzip.decompress((tmp_path / "cache" / STATES).read_bytes()))
    assert len(saved["commits"]) == len(read) == 3
    assert len(saved["resources"]) == 2
    again, _ = states(repository, tmp_path / "cache")
    assert again == read
    assert again[0].tables is again[1].tables is not again[2].tables


def test_what_is_saved_is_not_read_from_the_repository(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, _ = states(repository, tmp_path / "cache")
    with open_repository(repository.folder / "datapackage.json") as opened:
        assert opened is not None
        monkeypatch.setattr(type(opened), "entry", None)
        monkeypatch.setattr(type(opened), "blob", None)
        reader = StateReader(opened, Cache(tmp_path / "cache"))
        assert [reader.at(commit) for commit in opened.commits] == read


def test_a_package_that_cannot_be_read_stays_so_with_its_reason(repository: Repository, tmp_path: Path) -> None:
    (repository.folder / "datapackage.json").write_text("{", "utf-8")
    repository.commit("Break it")
    for _ in range(2):
        with open_repository(repository.folder / "datapackage.json") as opened:
            assert opened is not None
            reader = StateReader(opened, Cache(tmp_path / "cache"))
            with pytest.raises(UnreadablePackage, match="not valid JSON"):
                reader.at(opened.commits[-1])
            reader.save()


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "[]",
        '{"commits": [], "resources": []}',
        '{"commits": {"x": 5}, "resources": []}',
        '{"commits": {}, "resources": [{"projects": "none"}]}',
    ],
)
def test_of_a_damaged_file_nothing_is_taken(repository: Repository, tmp_path: Path, damage: str) -> None:
    read = states(repository, tmp_path / "cache")
    (tmp_path / "cache" / STATES).write_bytes(gzip.compress(damage.encode()))
    assert states(repository, tmp_path / "cache") == read
    assert len(json.loads(gzip.decompress((tmp_path / "cache" / STATES).read_bytes()))["commits"]) == 3


def test_a_number_of_no_resources_is_damage(repository: Repository, tmp_path: Path) -> None:
    read = states(repository, tmp_path / "cache")
    file = tmp_path / "cache" / STATES
    saved = json.loads(gzip.decompress(file.read_bytes()))
    next(iter(saved["commits"].values()))[2] = 7
    file.write_bytes(gzip.compress(json.dumps(saved).encode()))
    assert states(repository, tmp_path / "cache") == read
