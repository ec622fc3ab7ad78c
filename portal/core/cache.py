"""Results that are dear to make, kept in a folder between builds. Losing them costs time, nothing else."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import tempfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.core.program import code_digest


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of JSON files, each written whole or not at all."""

    folder: Path

    def by_code(self, name: str, *parts: str) -> Cache:
        """The results called `name` that these parts of the program made, as they are now; those of other code go."""
        folder, digest = self.folder / name, code_digest(*parts)[:16]
        with suppress(OSError):
            for other in folder.iterdir():
                if other.name != digest:
                    shutil.rmtree(other, ignore_errors=True)
        return Cache(folder / digest)

    def get(self, name: str) -> Any:
        """What is kept under `name`; None where nothing is, or what is there was damaged."""
        try:
            return json.loads(gzip.decompress((self.folder / f"{name}.json.gz").read_bytes()))
        except (OSError, EOFError, RecursionError, ValueError, zlib.error):
            return None

    def put(self, name: str, value: Any) -> None:
        """Keep a value of JSON's under `name`, a path with slashes; nothing where the folder cannot be written."""
        file = self.folder / f"{name}.json.gz"
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as beside:
                try:
                    beside.write(gzip.compress(text.encode(), compresslevel=3, mtime=0))
                    beside.close()
                    os.replace(beside.name, file)
                except OSError:
                    os.unlink(beside.name)
