"""What a pack says of a file is what git says of it; of what is damaged there is no answer."""

import os
import struct
import subprocess
import zlib
from collections.abc import Mapping, Sequence
from contextlib import closing
from hashlib import sha1
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.history.packs import PIECE, Packs

BLOB, OFFSET_DELTA, ID_DELTA = 3, 6, 7


def git(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    return subprocess.run(["git", "-C", folder, *arguments], check=True, input=given, capture_output=True).stdout


def bytes_of(packs: Packs, object_id: str) -> bytes | None:
    """The bytes of a file, put together; None if there is no answer."""
    version = packs.version(object_id)
    if version is None:
        return None
    root = b"".join(packs.root_pieces(version.root))
    return b"".join((root if s.literal is None else s.literal)[s.start : s.end] for s in version.segments)


def versions(count: int) -> list[bytes]:
    """Versions of a file, each with an edited, a moved, a removed and a new line."""
    lines = [b"%d,%s\n" % (number, sha1(b"%d" % number).hexdigest().encode()) for number in range(2000)]
    states = []
    for number in range(count):
        lines[number * 7] = b"%d,edited in %d\n" % (number * 7, number)
        lines.insert(0, lines.pop(900 + number))
        lines[500:501] = []
        lines.insert(1000, b"%d,new\n" % (5000 + number))
        states.append(b"".join(lines))
    return states


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
@pytest.mark.parametrize("has_offsets", ["true", "false"])
def test_versions_are_those_that_git_packed(tmp_path: Path, object_format: str, has_offsets: str) -> None:
    git(tmp_path, "init", "-q", f"--object-format={object_format}")
    states = versions(12)
    ids = [git(tmp_path, "hash-object", "-w", "--stdin", given=data).decode().strip() for data in states]
    pack = ("pack-objects", "-q", "--depth=50", *(["--delta-base-offset"] if has_offsets == "true" else []))
    for part in (ids[:6], ids[6:]):
        git(tmp_path, *pack, ".git/objects/pack/pack", given="\n".join(part).encode() + b"\n")
    with closing(Packs(tmp_path / ".git" / "objects")) as packs:
        assert [bytes_of(packs, object_id) for object_id in ids] == states
        roots = {version.root for object_id in ids if (version := packs.version(object_id))}
        assert len(roots) == 2
        assert packs.version("0" * len(ids[0])) is None


def test_a_loose_file_is_in_no_pack(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    object_id = git(tmp_path, "hash-object", "-w", "--stdin", given=b"a").decode().strip()
    with closing(Packs(tmp_path / ".git" / "objects")) as packs:
        assert packs.version(object_id) is None


def number(value: int) -> bytes:
    """In groups of seven bits, the lowest first."""
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*groups, value])


def entry(object_type: int, content: bytes, base: bytes = b"", size: int | None = None) -> bytes:
    """An object of a pack; `base` is the id or the distance of the object that it differs from."""
    size = len(content) if size is None else size
    head = bytes([object_type << 4 | size & 15 | (0x80 if size > 15 else 0)]) + (
        number(size >> 4) if size > 15 else b""
    )
    return head + base + zlib.compress(content)


def name(label: str) -> str:
    return sha1(label.encode()).hexdigest()


def write_pack(objects: Path, entries: Mapping[str, bytes], far: bool = False) -> Path:
    """A pack of entries by their labels; `far` says all places with eight bytes. Returns the pack."""
    (objects / "pack").mkdir(parents=True, exist_ok=True)
    data, offsets = b"PACK" + struct.pack(">II", 2, len(entries)), dict[str, int]()
    for label, packed in entries.items():
        offsets[name(label)] = len(data)
        data += packed
    ids = sorted(offsets)
    counts = [sum(object_id < f"{byte + 1:02x}" or byte == 255 for object_id in ids) for byte in range(256)]
    index = b"\xfftOc" + struct.pack(">I", 2) + struct.pack(">256I", *counts)
    index += b"".join(map(bytes.fromhex, ids)) + bytes(4 * len(ids))
    places = [offsets[object_id] for object_id in ids]
    if far:
        index += b"".join(struct.pack(">I", 0x8000_0000 | place) for place in range(len(ids)))
        index += struct.pack(f">{len(ids)}Q", *places)
    else:
        index += struct.pack(f">{len(ids)}I", *places)
    (objects / "pack" / "pack-1.idx").write_bytes(index + bytes(40))
    (objects / "pack" / "pack-1.pack").write_bytes(data + bytes(20))
    return objects / "pack" / "pack-1.pack"


Operation = bytes | tuple[int, int]
"""New bytes, at most 127, or the place and the length of a copy."""


def difference(base: bytes, operations: Sequence[Operation]) -> tuple[bytes, bytes]:
    """What differs from `base`, as git writes it; and the bytes of the new version."""
    written, data = b"", b""
    for operation in operations:
        if isinstance(operation, bytes):
            written += bytes([len(operation)]) + operation
            data += operation
        else:
            start, length = operation
            values = struct.pack("<I", start) + struct.pack("<I", length)[:3]
            bits = [bit for bit in range(7) if values[bit]]
            written += bytes([0x80 | sum(1 << bit for bit in bits)]) + bytes(values[bit] for bit in bits)
            data += base[start : start + length]
    return number(len(base)) + number(len(data)) + written, data


def copies_of(size: int) -> st.SearchStrategy[tuple[int, int]]:
    """Copies of any part of a file of this size."""
    return st.integers(0, size - 1).flatmap(lambda start: st.tuples(st.just(start), st.integers(1, size - start)))


@st.composite
def chains(draw: st.DrawFn) -> list[tuple[bytes, bytes]]:
    """A file, then versions of it that each differ from the one before: how they are written, and their bytes."""
    data = draw(st.binary(min_size=1, max_size=400))
    chain = [(b"", data)]
    for _ in range(draw(st.integers(0, 4))):
        copies = copies_of(len(data))
        operations = draw(st.lists(st.binary(min_size=1, max_size=127) | copies, min_size=1, max_size=6))
        written, data = difference(data, operations)
        chain.append((written, data))
    return chain


@given(chains(), st.booleans(), st.booleans())
def test_copies_of_copies_are_followed_to_the_whole_file(
    chain: list[tuple[bytes, bytes]], far: bool, last_first: bool
) -> None:
    entries = {"0": entry(BLOB, chain[0][1])}
    for place, (written, _) in enumerate(chain[1:], start=1):
        entries[str(place)] = differing(written, str(place - 1))
    with TemporaryDirectory() as folder:
        write_pack(Path(folder), entries, far)
        with closing(Packs(Path(folder))) as packs:
            order = range(len(chain))[:: -1 if last_first else 1]
            assert [bytes_of(packs, name(str(place))) for place in order] == [chain[place][1] for place in order]


def test_a_copy_without_a_length_is_of_65536_bytes(tmp_path: Path) -> None:
    root = os.urandom(70_000)
    written = number(70_000) + number(0x10000) + b"\x81\x05"
    write_pack(tmp_path, {"0": entry(BLOB, root), "1": differing(written)})
    with closing(Packs(tmp_path)) as packs:
        assert bytes_of(packs, name("1")) == root[5 : 5 + 0x10000]


def test_a_file_is_unpacked_in_pieces(tmp_path: Path) -> None:
    root = bytes(5 * PIECE)
    write_pack(tmp_path, {"0": entry(BLOB, root)})
    with closing(Packs(tmp_path)) as packs:
        version = packs.version(name("0"))
        assert version is not None
        pieces = list(packs.root_pieces(version.root))
        assert b"".join(pieces) == root
        assert max(map(len, pieces)) <= PIECE


def differing(written: bytes, base: str = "0", size: int | None = None) -> bytes:
    """An object that differs from another."""
    return entry(ID_DELTA, written, bytes.fromhex(name(base)), size)


WHOLE = {"0": entry(BLOB, b"abc")}

DAMAGED: dict[str, Mapping[str, bytes]] = {
    "differences in a circle": {"0": differing(b"\1\1\1a", "1"), "1": differing(b"\1\1\1a", "0")},
    "a difference from itself": {"1": differing(b"\1\1\1a", "1")},
    "a base that is nowhere": {"1": differing(b"\1\1\1a", "2")},
    "a base before the pack": {"1": entry(OFFSET_DELTA, b"\1\1\1a", b"\xff\xff\x7f")},
    "a commit": {"1": entry(1, b"tree")},
    "an unknown type": {"1": entry(5, b"x")},
    "a copy of too much": WHOLE | {"1": differing(b"\3\4\x90\4")},
    "a base of another size": WHOLE | {"1": differing(b"\4\1\1a")},
    "a result of another size": WHOLE | {"1": differing(b"\3\2\1a")},
    "new bytes that end early": WHOLE | {"1": differing(b"\3\5\5ab")},
    "a copy that ends early": WHOLE | {"1": differing(b"\3\1\xff")},
    "an operation that git reserves": WHOLE | {"1": differing(b"\3\1\0\1a")},
    "more than the header says": WHOLE | {"1": differing(b"\3\1\1a", size=3)},
    "less than the header says": WHOLE | {"1": differing(b"\3\1\1a", size=5)},
    "not compressed": WHOLE | {"1": differing(b"")[:21] + b"x" * 10},
}


@pytest.mark.parametrize("what", DAMAGED)
def test_of_a_damaged_object_there_is_no_answer(tmp_path: Path, what: str) -> None:
    write_pack(tmp_path, DAMAGED[what])
    with closing(Packs(tmp_path)) as packs:
        assert packs.version(name("1")) is None


@given(st.data())
def test_any_damage_is_an_answer_or_none(data: st.DataObject) -> None:
    root = sha1(b"x").digest() * 20
    written, _ = difference(root, [(3, 200), b"new", (50, 100)])
    with TemporaryDirectory() as folder:
        pack = write_pack(Path(folder), {"0": entry(BLOB, root), "1": differing(written)})
        file = data.draw(st.sampled_from([pack, pack.with_suffix(".idx")]))
        content = bytearray(file.read_bytes())
        place = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            content[place] ^= data.draw(st.integers(1, 255))
        else:
            content[place:] = b""
        file.write_bytes(content)
        with closing(Packs(Path(folder))) as packs:
            for label in "01":
                try:
                    bytes_of(packs, name(label))
                except (OSError, ValueError, zlib.error):
                    # Only while the bytes of the root are read.
                    assert packs.version(name(label))


@pytest.mark.parametrize("suffix", [".idx", ".pack"])
def test_a_pack_that_is_a_pipe_or_a_link_is_left_to_git(tmp_path: Path, suffix: str) -> None:
    for way in ("pipe", "link"):
        pack = write_pack(tmp_path / way, {"0": entry(BLOB, b"abc")})
        file = pack.with_suffix(suffix)
        if way == "pipe":
            file.unlink()
            os.mkfifo(file)
        else:
            file.symlink_to(file.rename(tmp_path / f"elsewhere{suffix}"))
        with closing(Packs(tmp_path / way)) as packs:
            assert packs.version(name("0")) is None
