"""Results that take long to compute, saved in a folder between builds. Without them a build is slower, but the same."""

from __future__ import annotations

import gzip
import json
import shutil
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.core.compression import pack
from portal.core.files import new_file
from portal.core.program import code_digest


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of compressed JSON files. Each is written completely or not at all."""

    folder: Path

    def by_code(self, name: str, *parts: str) -> Cache:
        """The cache `name` of results that depend on the `parts` of the program (see `code_digest`).

        Results of an older or newer version of this code are deleted.
        """
        folder, digest = self.folder / name, code_digest(*parts)[:16]
        with suppress(OSError):
            for other in folder.iterdir():
                if other.name != digest:
                    shutil.rmtree(other, ignore_errors=True)
        return Cache(folder / digest)

    def get(self, name: str) -> Any:
        """The value saved under `name`; None where there is none, or where its file is damaged."""
        try:
            return json.loads(gzip.decompress((self.folder / f"{name}.json.gz").read_bytes()))
        except (OSError, EOFError, RecursionError, ValueError, zlib.error):
            return None

    def put(self, name: str, value: Any) -> None:
        """Save a JSON value under `name`, a path with slashes; does nothing where the folder cannot be written."""
        file = self.folder / f"{name}.json.gz"
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        # What is withheld may stand in it: for the eyes of the one who builds alone.
        with suppress(OSError), new_file(file, 0o600) as unfinished:
            unfinished.touch(0o600)
            unfinished.write_bytes(pack(text.encode()))
