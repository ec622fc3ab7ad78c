"""No address in a package is opened."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.sample_package import SamplePackage


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, list[str]]]:
    """The address of a real server on this machine, and the calls that it had."""
    calls: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", calls
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "form", "rule"),
    [
        ("resources.2.path", "{}/agencies.csv", "remote-path"),
        ("resources.2.path", ["{}/agencies.csv"], "invalid-path"),
        ("resources.2.schema", "{}/schema.json", "missing-schema"),
        ("resources.2.schema", {"$ref": "{}/schema.json"}, "missing-schema"),
        ("resources.2.schema.$schema", "{}/schema.json", None),
        ("resources.2.schema.profile", "{}/schema.json", None),
        ("resources.2.schema.fields.1.$schema", "{}/schema.json", None),
        ("resources.2.schema.fields.1.rdfType", "{}/type", None),
        ("resources.2.schema.fields.1.constraints.jsonSchema", "{}/schema.json", "invalid-schema"),
        ("resources.2.$schema", "{}/resource.json", None),
        ("resources.2.profile", "{}/resource.json", "unsupported"),
        ("resources.2.dialect", "{}/dialect.json", "unsupported"),
        ("resources.2.extrapaths", ["{}/more.csv"], "unsupported"),
        ("resources.2", "{}/resource.json", "wrong-type"),
        ("$schema", "{}/datapackage.json", "unknown-profile"),
        ("$schema", ["{}/datapackage.json"], "unknown-profile"),
        ("profile", "{}/datapackage.json", "unknown-profile"),
        ("profiles", ["{}/datapackage.json"], None),
        ("profiles", "{}/datapackage.json", None),
        ("resources", "{}/resources.json", "missing-resources"),
        ("licenses", "{}/licenses.json", "wrong-type"),
        ("image", "{}/image.png", None),
        ("homepage", "{}/", None),
    ],
)
def test_nothing_is_ever_fetched(
    package: SamplePackage, server: tuple[str, list[str]], path: str, form: Any, rule: str | None
) -> None:
    address, calls = server
    package.describe(path, json.loads(json.dumps(form).replace("{}", address)))
    rules = {p.rule for p in package.problems()}
    assert rule in rules if rule else rules == set()
    assert calls == []


def test_the_server_that_must_not_be_called_would_hear_a_call(server: tuple[str, list[str]]) -> None:
    address, calls = server
    with pytest.raises(HTTPError) as refusal:
        urlopen(f"{address}/schema.json", timeout=5)
    refusal.value.close()
    assert calls == ["/schema.json"]
    calls.clear()
