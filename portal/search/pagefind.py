"""Documents, in an order -> the files of Pagefind's index. No other code runs Pagefind.

Over a folder, Pagefind reads documents in the order in which the file system lists them, so its bytes differ from disk
to disk. As a service it indexes them in the order in which they are sent and sends its files back, so it neither reads
nor writes a file. Requests and answers are JSON in base64, each ended by a comma (`pagefind/src/service` of Pagefind
1.5).
"""

from __future__ import annotations

import base64
import json
import os
import selectors
import signal
import subprocess
from typing import IO, Any, Self, cast

import pagefind_bin

from portal.core.problems import UsageError
from portal.core.processes import die_with_parent

TIMEOUT = 60.0
"""Seconds to wait for Pagefind to read or to answer, and `TIMEOUT_PER_DOCUMENT` more for each document."""

TIMEOUT_PER_DOCUMENT = 0.1


class Pagefind:
    """A Pagefind process that makes one index; it ends with the `with` block.

    Every method raises UsageError if Pagefind fails, dies, or does not answer in time.
    """

    def __init__(self, name: str) -> None:
        """`name` is that of the index, for errors."""
        self._name = name
        self._documents = self._unanswered = 0
        self._unsent = memoryview(b"")
        self._parts: list[bytes] = []
        """The parts of an answer that has not ended."""
        self._answer: dict[str, Any] = {}
        """The last answer."""
        self._errors = b""
        command = [str(pagefind_bin.get_executable()), "--service"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, bufsize=0, stdin=pipe, stdout=pipe, stderr=pipe, preexec_fn=die_with_parent
        )
        self._stdin, self._stdout, self._stderr = (
            cast("IO[bytes]", pipe) for pipe in (self._process.stdin, self._process.stdout, self._process.stderr)
        )
        # Two programs that both wait until the other one reads would wait for ever: write only what fits the pipe.
        os.set_blocking(self._stdin.fileno(), False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._stdout, selectors.EVENT_READ, self._read)
        self._selector.register(self._stderr, selectors.EVENT_READ, self._read_error)

    def __enter__(self) -> Self:
        self._send(type="NewIndex", config=None)
        return self

    def __exit__(self, *_: object) -> None:
        self._selector.close()
        with self._process:
            self._process.kill()

    def add(self, path: str, html: str) -> None:
        """Index a document; Pagefind gives its page the URL `/path`."""
        self._documents += 1
        # The answer is read later: waiting for it would take up to 0.1 s.
        self._send(type="AddFile", index_id=0, file_path=path, file_contents=html)

    def files(self) -> dict[str, bytes]:
        """The files of the index of all documents, by their paths."""
        self._send(type="GetFiles", index_id=0)
        while self._unanswered:
            self._read_and_write()
        return {file["path"]: base64.b64decode(file["content"]) for file in self._answer.pop("files")}

    def _send(self, **payload: Any) -> None:
        message = json.dumps({"message_id": 0, "payload": payload}).encode()
        self._unsent = memoryview(base64.b64encode(message) + b",")
        self._unanswered += 1
        self._selector.register(self._stdin, selectors.EVENT_WRITE, self._write)
        while self._unsent:
            self._read_and_write()
        self._selector.unregister(self._stdin)

    def _read_and_write(self) -> None:
        """Wait until a pipe is ready, then read or write what is possible."""
        seconds = TIMEOUT + TIMEOUT_PER_DOCUMENT * self._documents
        ready = self._selector.select(seconds)
        if not ready:
            raise self._failure(f"it did not answer within {seconds:.0f} s")
        for key, _ in ready:
            key.data()

    def _write(self) -> None:
        try:
            self._unsent = self._unsent[os.write(self._stdin.fileno(), self._unsent) :]
        except BrokenPipeError:
            raise self._failure(self._reason_of_end()) from None

    def _read(self) -> None:
        data = os.read(self._stdout.fileno(), 1 << 20)
        if not data:
            raise self._failure(self._reason_of_end())
        *last_parts, rest = data.split(b",")
        for last_part in last_parts:
            answer = b"".join([*self._parts, last_part])
            self._parts.clear()
            try:
                self._answer = json.loads(base64.b64decode(answer, validate=True))["payload"]
            except ValueError:
                raise self._failure(" ".join(answer.decode("utf-8", "replace").split())) from None
            if self._answer["type"] == "Error":
                raise self._failure(self._answer["message"])
            self._unanswered -= 1
        self._parts.append(rest)

    def _read_error(self) -> None:
        data = os.read(self._stderr.fileno(), 1 << 16)
        self._errors += data
        if not data:
            self._selector.unregister(self._stderr)

    def _failure(self, reason: str) -> UsageError:
        return UsageError(f"Pagefind could not index {self._name}: {reason}")

    def _reason_of_end(self) -> str:
        """Why the process ended, on one line: the signal that killed it, or its error output."""
        _, rest = self._process.communicate()
        if self._process.returncode < 0:
            name = signal.Signals(-self._process.returncode).name
            return f"it was killed ({name}), perhaps because there was not enough memory"
        output = (self._errors + rest).decode("utf-8", "replace")
        return " ".join(output.split()) or f"it ended with exit code {self._process.returncode}"
