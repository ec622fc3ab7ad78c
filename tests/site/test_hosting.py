"""What docs/hosting.md says of publishing, compared with the site."""

import re
from pathlib import Path

import pytest

from portal.pipeline.hosts import HOSTS, in_units

from tests.pages import folders, page

HOSTING = Path(__file__).parents[2] / "docs" / "hosting.md"


def framed(site: Path) -> list[str]:
    """The pages that other sites may show in a frame."""
    return [f"/{folder}embed/*" for folder in folders(site)]


def of_headers_file(site: Path) -> dict[str, dict[str, str]]:
    """The headers of each path of `_headers`."""
    found: dict[str, dict[str, str]] = {}
    path = ""
    for line in (site / "_headers").read_text("utf-8").splitlines():
        if line.strip() == "! Content-Security-Policy":
            # Cloudflare Pages is to send the one that follows alone.
            assert path in framed(site)
        elif line.startswith(" "):
            name, value = line.strip().split(": ", 1)
            found[path][name] = value
        else:
            path = line
            found[path] = {}
    return found


@pytest.mark.parametrize("server", ["nginx", "apache", "caddy"])
def test_the_document_has_every_server_send_the_headers_of_the_site(any_site: Path, server: str) -> None:
    (configuration,) = re.findall(rf"^```{server}\n(.*?)^```$", HOSTING.read_text("utf-8"), re.M | re.S)
    headers = of_headers_file(any_site)
    assert list(headers) == ["/*", *framed(any_site), "/assets/*"]
    for path in ("/*", *framed(any_site)):
        for name, value in headers[path].items():
            assert name in configuration
            assert re.search(rf'[ "]{re.escape(value)}"?;?( always;)?$', configuration, re.M), (name, value)
    (name, value) = next(iter(headers["/assets/*"].items()))
    assert name in configuration
    assert f'"{value}"' in configuration
    assert "/assets/" in configuration


def test_only_the_pages_with_a_chart_alone_may_be_shown_in_a_frame(any_site: Path) -> None:
    policies = {path: values.get("Content-Security-Policy") for path, values in of_headers_file(any_site).items()}
    own = page(any_site, "embed/index.html").css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"]
    assert str(policies.pop("/*")).endswith("; frame-ancestors 'none'")
    assert policies == dict.fromkeys(framed(any_site), f"{own}; frame-ancestors *") | {"/assets/*": None}


def test_the_document_says_what_is_served_in_either_language_where_nothing_is_found(any_site: Path) -> None:
    text = HOSTING.read_text("utf-8")
    assert text.count("/en/404.html") == 3
    assert (any_site / "404.html").is_file()
    assert (any_site / "en" / "404.html").is_file()


def test_the_document_says_the_limits_by_which_the_build_judges() -> None:
    rows = re.findall(r"^\| (.+) \|$", HOSTING.read_text("utf-8"), re.M)
    cells = [[cell.strip() for cell in row.split("|")] for row in rows]
    assert [(row[0], row[1:4], re.findall(r"\((https://[^)]+)\)", row[4])) for row in cells[2:]] == [
        (
            host.name,
            [
                in_units(host.site_bytes) if host.site_bytes else "",
                f"{host.files:,}" if host.files else "",
                in_units(host.file_bytes) if host.file_bytes else "",
            ],
            [*host.sources],
        )
        for host in HOSTS
    ]
