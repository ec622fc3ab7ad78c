"""Fetch the files of an official source, to be imported. Needs nothing but Python.

    python -m scripts.fetch FOLDER ADDRESS...

Each address is fetched into FOLDER, under the last part of its path. A file fails that is too large, is no JSON (it may
be packed by gzip), or does not come whole; then none of the files is left. Exit code 1 where one failed, 2 for a wrong
command.
"""

from __future__ import annotations

import argparse
import re
import sys
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit

MAX_BYTES = 1_000_000_000
"""Bytes of a file, at most."""

SECONDS = 60
"""How long the other side may be silent."""

CHUNK = 1 << 20


class FetchError(Exception):
    """A file cannot be had; the message says why."""


class _NoPlainAddress(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but not from https to an address that anybody on the way can read and change."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: object, newurl: str
    ) -> urllib.request.Request | None:
        if not _is_allowed(newurl):
            raise FetchError(f"it leads on to {newurl}, which does not begin with https:.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _is_allowed(address: str) -> bool:
    """Whether an address is https, or on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"))


def file_name(address: str) -> str:
    """The name of the file of an address. Raises FetchError where its path ends with none."""
    name = unquote(urlsplit(address).path.rpartition("/")[2])
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", name):
        raise FetchError("its path does not end with the name of a file.")
    return name


def fetch(address: str, path: Path, limit: int = MAX_BYTES) -> int:
    """Fetch `address` into the file `path`; returns its bytes. Raises FetchError."""
    if not _is_allowed(address):
        raise FetchError("it does not begin with https:.")
    opener = urllib.request.build_opener(_NoPlainAddress)
    try:
        with opener.open(address, timeout=SECONDS) as answer, path.open("wb") as file:
            return _copy(answer, file, int(answer.headers.get("Content-Length") or -1), limit)
    except (OSError, HTTPException, ValueError) as error:
        raise FetchError(f"{getattr(error, 'reason', None) or error}.") from error


def _copy(answer: IO[bytes], file: IO[bytes], announced: int, limit: int) -> int:
    if announced > limit:
        raise FetchError(f"it has {announced:,} bytes, and at most {limit:,} are fetched.")
    size = 0
    while chunk := answer.read(CHUNK):
        if size == 0 and not (chunk[:2] == b"\x1f\x8b" or chunk.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"):
            begin = ascii(chunk[:20].decode("utf-8", "replace"))
            raise FetchError(f"it is no JSON: it begins with {begin}.")
        size += len(chunk)
        if size > limit:
            raise FetchError(f"it has more than {limit:,} bytes.")
        file.write(chunk)
    if size == 0 or -1 < announced != size:
        raise FetchError(f"it came with {size:,} bytes, and {max(announced, 1):,} were to come.")
    return size


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch and tell; returns the exit code."""
    parser = argparse.ArgumentParser(prog="scripts.fetch", description="Fetch the files of an official source.")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the files are written")
    parser.add_argument("addresses", nargs="+", metavar="ADDRESS", help="the web address of a file")
    values = parser.parse_args(arguments)
    values.folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for address in values.addresses:
        try:
            path = values.folder / file_name(address)
            if path in written:
                raise FetchError("another address has the same file name.")
            written.append(path)
            print(f"{path}: {fetch(address, path):,} bytes from {address}")
        except FetchError as error:
            print(f"{address}: {error}", file=sys.stderr)
            for path in written:
                path.unlink(missing_ok=True)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
