"""Content pages: what an editor may write, and what is said about the rest."""

from __future__ import annotations

import json
import os
import random
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

from build import main
from portal.content import read_documents, read_notes
from portal.core.models import Document
from portal.core.problems import Problem
from portal.site.links import read_links

from tests.conventions import CITY
from tests.proportion import assert_takes_at_most, assert_time_grows_with_size

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage

ROOT = Path(__file__).parents[3]

GOOD = "---\ntitle: About\n---\n\n## Heading\n\nText.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of content with one good page in both languages."""
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "about.md").write_text(GOOD, "utf-8")
    (folder / "about.en.md").write_text(GOOD, "utf-8")
    return folder


def problems(folder: Path) -> list[Problem]:
    return read_documents(folder, CITY.languages)[1]


def read_body(folder: Path, markdown: str, base_path: str = "/") -> tuple[LexborHTMLParser, list[Problem]]:
    """The parsed HTML of a page with this text."""
    (folder / "about.md").write_text(f"---\ntitle: About\n---\n{markdown}\n", "utf-8")
    documents, found = read_documents(folder, CITY.languages, base_path)
    html = next((d.html for d in documents if d.language == "th"), "")
    return LexborHTMLParser(html), found


def test_page_is_read_with_its_front_matter(folder: Path) -> None:
    text = "---\ntitle: เกี่ยวกับ\ndescription: คำอธิบาย\norder: 5\n---\n## หัวข้อ\n\nข้อความ\n"
    (folder / "about.md").write_text(text, "utf-8")
    documents, found = read_documents(folder, CITY.languages)
    assert found == []
    assert documents[0] == Document(
        "about",
        "th",
        "เกี่ยวกับ",
        "คำอธิบาย",
        '<h2 id="หัวข้อ">หัวข้อ</h2>\n<p>ข้อความ</p>\n',
        5,
        "content/about.md",
    )


def test_pages_come_by_order_and_then_by_name(folder: Path) -> None:
    for slug, order in (("b", 1), ("a", 2), ("c", 1)):
        for name in (f"{slug}.md", f"{slug}.en.md"):
            (folder / name).write_text(f"---\ntitle: x\norder: {order}\n---\ntext\n", "utf-8")
    assert [d.slug for d in read_documents(folder, CITY.languages)[0] if d.language == "en"] == ["b", "c", "a", "about"]


@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["crlf", "cr"])
def test_line_ends_and_a_bom_make_no_difference(folder: Path, end: str) -> None:
    before, _ = read_documents(folder, CITY.languages)
    (folder / "about.md").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", end).encode())
    assert read_documents(folder, CITY.languages) == (before, [])


@pytest.mark.parametrize(
    ("absent", "place", "message", "hint"),
    [
        (
            "about.en.md",
            "content/about.md",
            "this page has no English version.",
            "Write it as content/about.en.md.",
        ),
        ("about.md", "content/about.en.md", "this page has no Thai version.", "Write it as content/about.md."),
    ],
    ids=["english", "thai"],
)
def test_missing_twin_is_named(folder: Path, absent: str, place: str, message: str, hint: str) -> None:
    (folder / absent).unlink()
    assert problems(folder) == [Problem(place, "missing-translation", message, hint)]


@pytest.mark.parametrize(
    ("text", "rule", "line", "field"),
    [
        ("## No front matter\n", "missing-front-matter", 1, None),
        ("", "missing-front-matter", 1, None),
        ("---\ntitle: never closed\n\ntext\n", "missing-front-matter", 1, None),
        ("\n---\ntitle: too late\n---\ntext\n", "missing-front-matter", 1, None),
        ("---\ntitle: a\norder: b: c\n---\ntext\n", "invalid-front-matter", 3, None),
        ("---\ntitle: [\n---\ntext\n", "invalid-front-matter", 3, None),
        ("---\ntitle: a\x00b\n---\ntext\n", "invalid-front-matter", 1, None),
        ("---\ntitle: !!python/object:os.system x\n---\ntext\n", "invalid-front-matter", 2, None),
        ("---\ntitle: 2023-02-30\n---\ntext\n", "invalid-front-matter", 1, None),
        ("---\ntitle: " + "[" * 1200 + "\n---\ntext\n", "invalid-front-matter", 1, None),
        ("---\n- title\n---\ntext\n", "invalid-front-matter", 1, None),
        ("---\njust words\n---\ntext\n", "invalid-front-matter", 1, None),
        ("---\ndescription: x\n---\ntext\n", "invalid-front-matter", None, "title"),
        ("---\ntitle: '  '\n---\ntext\n", "invalid-front-matter", None, "title"),
        ("---\ntitle: 2566\n---\ntext\n", "invalid-front-matter", None, "title"),
        ("---\ntitle:\n---\ntext\n", "invalid-front-matter", None, "title"),
        ("---\ntitle: a\ndescription: [b]\n---\ntext\n", "invalid-front-matter", None, "description"),
        ("---\ntitle: a\norder: first\n---\ntext\n", "invalid-front-matter", None, "order"),
        ("---\ntitle: a\norder: true\n---\ntext\n", "invalid-front-matter", None, "order"),
        ("---\ntitle: a\nauthor: b\n---\ntext\n", "invalid-front-matter", None, "author"),
        ("---\ntitle: a\n2566: b\n---\ntext\n", "invalid-front-matter", None, "2566"),
        ("---\ntitle: a\n---\n\n \n", "empty-file", None, None),
        ("---\ntitle: a\n---\ntext\n\n# Second title\n", "first-heading", 6, None),
        ("---\ntitle: a\n---\nSecond title\n===\n", "first-heading", 4, None),
        ("---\ntitle: a\n---\n\n![A picture](/x.png)\n", "picture", 5, None),
        ("---\ntitle: a\n---\n\n- one\n- ![](https://example.org/x.png)\n", "picture", 6, None),
    ],
    ids=[
        "no-front-matter",
        "empty",
        "not-closed",
        "not-at-the-beginning",
        "colon",
        "bracket",
        "nul",
        "python-object",
        "date-that-is-none",
        "deep",
        "list",
        "words",
        "no-title",
        "blank-title",
        "number-as-title",
        "nothing-as-title",
        "list-as-description",
        "word-as-order",
        "boolean-as-order",
        "unknown-key",
        "number-as-key",
        "no-text",
        "second-title",
        "underlined-title",
        "picture",
        "picture-in-a-list",
    ],
)
def test_page_with_a_mistake_is_refused_at_its_place(
    folder: Path, text: str, rule: str, line: int | None, field: str | None
) -> None:
    (folder / "about.md").write_text(text, "utf-8")
    documents, (problem,) = read_documents(folder, CITY.languages)
    assert (problem.place, problem.rule, problem.line, problem.field) == ("content/about.md", rule, line, field)
    assert problem.hint
    assert [d.place for d in documents] == ["content/about.en.md"]


def test_all_mistakes_of_all_pages_are_told_at_once(folder: Path) -> None:
    (folder / "about.md").write_text("---\ntitle: 5\nauthor: x\n---\n# Title\n\n![](x.png)\n", "utf-8")
    (folder / "contact.md").write_text("text", "utf-8")
    assert [(p.place, p.rule) for p in problems(folder)] == [
        ("content/about.md", "invalid-front-matter"),
        ("content/about.md", "invalid-front-matter"),
        ("content/about.md", "first-heading"),
        ("content/about.md", "picture"),
        ("content/contact.md", "missing-translation"),
        ("content/contact.md", "missing-front-matter"),
    ]


@pytest.mark.parametrize(
    "name",
    ["projects", "en", "assets", "About", "a b", "ติดต่อ", "a--b", "-a", "a.fr", ".hidden", "page", "x" * 120, "a'b"],
)
def test_file_name_that_cannot_be_an_address_is_refused(folder: Path, name: str) -> None:
    (folder / f"{name}.md").write_text(GOOD, "utf-8")
    (problem,) = problems(folder)
    assert (problem.place, problem.rule) == (f"content/{name}.md", "invalid-name")
    assert problem.hint == "Rename the file: small letters, digits and hyphens."


def test_file_name_that_is_not_utf_8_can_still_be_printed(folder: Path) -> None:
    (folder / os.fsdecode(b"\xa1\xa2.md")).write_text(GOOD, "utf-8")
    (problem,) = problems(folder)
    assert (problem.place, problem.rule) == ("content/\ufffd\ufffd.md", "invalid-name")
    assert problem.text.encode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("---\ntitle: เกี่ยวกับ\n---\n".encode("tis-620"), "this file is not UTF-8 (byte 12)."),
        (GOOD.encode("utf-16"), "this file is not UTF-8 (byte 1)."),
    ],
    ids=["tis-620", "utf-16"],
)
def test_page_that_is_not_utf_8_is_refused(folder: Path, data: bytes, message: str) -> None:
    (folder / "about.md").write_bytes(data)
    (problem,) = problems(folder)
    assert (problem.rule, problem.message, problem.hint) == ("wrong-encoding", message, "Save it again as UTF-8.")


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("nowhere")], ids=["folder", "dead-link"])
def test_page_that_is_no_file_is_refused(folder: Path, make: object) -> None:
    (folder / "about.md").unlink()
    make(folder / "about.md")  # type: ignore[operator]
    assert [(p.place, p.rule) for p in problems(folder)] == [("content/about.md", "unreadable")]


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "text <img src=x onerror=alert(1)> text",
        "<svg/onload=alert(1)>",
        "<iframe src=https://example.org></iframe>",
        "<style>* { display: none }</style>",
        '<a href="javascript:alert(1)">x</a>',
        '## <b onclick="alert(1)">x</b>',
        "`<script>alert(1)</script>`",
        "| <script>alert(1)</script> |\n| --- |\n| <img src=x onerror=y> |",
        "```\n<script>alert(1)</script>\n```",
        "<!-- <script> -->",
    ],
)
def test_raw_html_is_shown_as_text(folder: Path, markdown: str) -> None:
    tree, found = read_body(folder, markdown)
    assert found == []
    assert tree.css("script, img, svg, iframe, style, b, [onclick], [onerror], [href]") == []
    assert tree.text().count("<") >= 1


@pytest.mark.parametrize(
    "markdown",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](<java&#9;script:alert(1)>)",
        "[x](vbscript:x)",
        "[x](data:text/html,alert)",
        "[x](file:///etc/passwd)",
        "[x](ftp://example.org/)",
        "<javascript:alert(1)>",
        "[x]\n\n[x]: javascript:alert(1)",
        "[x](//evil.example/)",
        "[x](/%2Fevil.example/)",
        "[x](/%5Cevil.example/)",
        "[x](/%0a/evil.example/)",
        "[x](/./%2Fevil.example/)",
        "[x](/about/%2e%2e/x/)",
        "[x](/\\\\evil.example/)",
        "[x](\\\\\\\\evil.example/)",
        "[x](https:\\\\\\\\evil.example/)",
        "[x](https:/evil.example/)",
        "[x](https:///evil.example/)",
        "[x](https://www.bangkok.go.th@evil.example/)",
        "[x](https://bаngkok.example/)",
        "<https://bаngkok.example/>",
        "[x](https://ไทย.example/)",
        "[x](https://bangkok.example%2eevil.example/)",
        "[x](https://bangkok.example&#8203;/)",
        "[x](mailto:a@example.org?bcc=b@evil.example)",
        "[x](mailto:a@example.org,b@evil.example)",
        "[x](MAILTO:a%0d%0abcc:b@evil.example)",
        "[x](tel:*21*0812345678%23)",
    ],
)
def test_link_that_could_run_something_or_mislead_is_a_problem_of_its_line(folder: Path, markdown: str) -> None:
    tree, found = read_body(folder, f"text\ntext {markdown}")
    assert [(p.place, p.line, p.rule) for p in found] == [("content/about.md", 5, "unsafe-link")]
    assert tree.css("a") == []


def test_title_of_a_link_adds_no_attribute(folder: Path) -> None:
    tree, found = read_body(folder, '[x](https://example.org "\\" onclick=\\"alert(1)")')
    assert (found, [a.attributes.get("href") for a in tree.css("a")]) == ([], ["https://example.org"])
    assert tree.css("[onclick]") == []


def test_address_in_the_text_is_shown_as_it_is_written(folder: Path) -> None:
    tree, found = read_body(folder, "<https://xn--bngkok-4nf.example/>")
    assert (found, tree.css_first("a").text()) == ([], "https://xn--bngkok-4nf.example/")


@pytest.mark.parametrize(
    ("link", "href"),
    [
        ("/projects/", "/portal/projects/"),
        ("/agencies/91000000/#x", "/portal/agencies/91000000/#x"),
        ("/strategies/น้ำ/", "/portal/strategies/%E0%B8%99%E0%B9%89%E0%B8%B3/"),
        ("/strategies/%E0%B8%99%E0%B9%89%E0%B8%B3/", "/portal/strategies/%E0%B8%99%E0%B9%89%E0%B8%B3/"),
        ("/search/?q=x#y", "/portal/search/?q=x#y"),
        ("/projects/a\\_b/", "/portal/projects/a_b/"),
        ("/projects/%zz/", "/portal/projects/%25zz/"),
        ("#หัวข้อ", "#%E0%B8%AB%E0%B8%B1%E0%B8%A7%E0%B8%82%E0%B9%89%E0%B8%AD"),
        ("about/?a=b//c", "about/?a=b//c"),
        ("https://example.org/a//b/../%2F", "https://example.org/a//b/../%2F"),
        ("https://example.org/น้ำ", "https://example.org/%E0%B8%99%E0%B9%89%E0%B8%B3"),
        ("https://example.org/a?b=c&d=e", "https://example.org/a?b=c&d=e"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("tel:+6621111111", "tel:+6621111111"),
    ],
)
def test_link_of_the_site_stays_below_its_path_and_others_stay_as_they_are(folder: Path, link: str, href: str) -> None:
    tree, found = read_body(folder, f"[x]({link})", "/portal/")
    assert found == []
    assert [(a.attributes["href"], a.attributes["rel"]) for a in tree.css("a")] == [(href, "noopener")]


@pytest.mark.parametrize(
    ("front", "line"),
    [
        ("\n".join(["a0: &a {k: v}", *(f"a{n}: &a {{<<: [{', '.join(['*a'] * 9)}]}}" for n in range(9))]), 3),
        ("title: !!timestamp x", 1),
        ("title: !!bool x", 1),
        ("title: !!int ''", 1),
        ("title: " + "x" * 10_000, 1),
    ],
    ids=["aliases", "timestamp", "bool", "int", "long"],
)
def test_front_matter_that_cannot_be_read_is_a_problem(folder: Path, front: str, line: int) -> None:
    (folder / "about.md").write_text(f"---\n{front}\n---\ntext\n", "utf-8")
    assert [(p.line, p.rule) for p in problems(folder)] == [(line, "invalid-front-matter")]


def test_headings_that_are_alike_are_numbered_in_linear_time(folder: Path) -> None:
    read: dict[int, tuple[LexborHTMLParser, list[Problem]]] = {}

    def number(size: int) -> None:
        read[size] = read_body(folder, "## a\n## a 1\n## a-1\n## content\n" + "## a\n\n" * size)

    assert_time_grows_with_size(number, 9_000)
    tree, found = read[9_000]
    ids = [heading.attributes["id"] or "" for heading in tree.css("h2")]
    assert (found, ids[:6], ids[-1]) == ([], ["a", "a-1", "a-1-1", "content-", "a-2", "a-3"], "a-9001")
    assert len(set(ids)) == len(ids)


def test_link_of_the_site_leads_to_the_language_of_its_page(folder: Path) -> None:
    (folder / "about.en.md").write_text("---\ntitle: About\n---\n[x](/projects/)\n", "utf-8")
    english = next(d for d in read_documents(folder, CITY.languages)[0] if d.language == "en")
    assert 'href="/en/projects/"' in english.html


def test_no_text_gives_a_traceback(folder: Path) -> None:
    chance = random.Random(2566)
    parts = [
        "---\n",
        "title: x\n",
        "\n",
        "# ",
        "- ",
        "[",
        "](",
        ")",
        "<",
        ">",
        "|",
        "`",
        "!",
        "&#0;",
        "\0",
        "\u0e33",
        "*",
    ]
    for _ in range(300):
        text = "".join(chance.choices(parts, k=30))
        (folder / "about.md").write_text(chance.choice(("", "---\ntitle: x\n---\n")) + text, "utf-8")
        for problem in problems(folder):
            assert problem.text.encode()


def note(folder: Path, name: str, text: str) -> list[tuple[str, str]]:
    (folder / "projects").mkdir(exist_ok=True)
    (folder / "projects" / name).write_text(text, "utf-8")
    _, problems = read_notes(folder, {"04160000-6961", "50270000-3262"}, CITY.languages)
    return [(problem.place, problem.text.split(": ", 1)[1]) for problem in problems]


NOTE = "---\ndate: 2026-11-24\nname: ผู้ลงชื่อ\noffice: สำนัก\n---\nคำชี้แจง <b>ของ</b> [หน่วยงาน](/about/)\n"


def test_a_note_on_a_project_is_read_with_its_day_name_and_office(tmp_path: Path) -> None:
    (tmp_path / "projects").mkdir()
    (tmp_path / "projects" / "04160000-6961.md").write_text(NOTE, "utf-8")
    (tmp_path / "projects" / "04160000-6961.en.md").write_text(NOTE.replace("สำนัก", "Office"), "utf-8")
    (english, thai), problems = read_notes(tmp_path, {"04160000-6961"}, CITY.languages, "/portal/")
    assert problems == []
    assert (thai.project_id, thai.language, str(thai.written)) == ("04160000-6961", "th", "2026-11-24")
    assert (thai.name, thai.office) == ("ผู้ลงชื่อ", "สำนัก")
    assert "<b>" not in thai.html
    assert 'href="/portal/about/"' in thai.html
    assert (english.office, 'href="/portal/en/about/"' in english.html) == ("Office", True)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("04160000-6962.md", NOTE, '"04160000-6962" is the id of no project. Did you mean "04160000-6961"?'),
        (
            "nobody.md",
            NOTE,
            '"nobody" is the id of no project. Name the file as the project\'s id, with .md or .en.md.',
        ),
        ("50270000-3262.en.md", NOTE, "this note has no Thai version. Write it as 50270000-3262.md."),
        ("04160000-6961.md", NOTE.replace("date: 2026-11-24\n", ""), "the page has no date. Add date: …"),
        ("04160000-6961.md", NOTE.replace("2026", "2569"), "date is in the Buddhist Era. Write 2026-11-24."),
        (
            "04160000-6961.md",
            NOTE.replace("2026-11-24", "เมื่อวาน"),
            "date must be a date. Write it in this form, for example 2026-11-24.",
        ),
        ("04160000-6961.md", NOTE.replace("name: ผู้ลงชื่อ", "name: 5"), "name must be a text. Put it in quotes."),
        ("04160000-6961.md", NOTE.replace("office: สำนัก", "title: x"), "the page has no office. Add office: …"),
        ("04160000-6961.md", "คำชี้แจง", "Begin it with lines: ---, date: …, name: …, office: …, ---."),
    ],
)
def test_a_note_that_cannot_be_shown_says_what_to_mend(tmp_path: Path, name: str, text: str, said: str) -> None:
    problems = note(tmp_path, name, text)
    assert any(said in sentence for _, sentence in problems), problems
    assert {place for place, _ in problems} == {f"{tmp_path.name}/projects/{name}"}


def test_html_that_prose_quotes_is_no_link_of_the_page(tmp_path: Path) -> None:
    text = '---\ntitle: x\n---\n\n`<a href="/nowhere/" id="x">` says "a" [b](/projects/ "c > d")\n'
    for name in ("quoted.md", "quoted.en.md"):
        (tmp_path / name).write_text(text, "utf-8")
    documents, problems = read_documents(tmp_path, CITY.languages)
    assert not problems
    links = read_links("content/quoted.md", "/quoted/", documents[0].html)
    assert (links.anchors, links.targets) == ([], ["/en/projects/"])
    assert 'title="c &gt; d"' in documents[0].html


PERSONAL = [
    ("description: โทร 081-234-5678", "text", 3, "description"),
    ("description: x", "one\n\ntwo โทร. 081-234-5678\n", 7, None),
    ("description: x", "one\ntwo **081**-*234*-5678", 6, None),
    ("description: x", "one\ntwo 081&#45;234-5678\nthree", 6, None),
    ("description: x", "one 081-234-\n5678", 5, None),
    ("description: x", "| one |\n| --- |\n| `081-234-5678` |", 7, None),
    ("description: x", "```\none\nsomchai@example.com\n```", 7, None),
    ("description: x", "one\n[two](mailto:somchai@example.com)", 6, None),
    ("description: x", "[one](tel:+66812345678)", 5, None),
    ("description: x", "[one](https://example.org/?to=somchai%40example.com)", 5, None),
    ("description: x", '[one](/about/ "081-234-5678")', 5, None),
    ("description: x", "<somchai@example.com>", 5, None),
]


@pytest.mark.parametrize(("front", "body", "line", "field"), PERSONAL, ids=[row[1][:20] for row in PERSONAL])
def test_personal_data_of_a_page_are_a_problem_of_its_line(
    folder: Path, package: SamplePackage, front: str, body: str, line: int, field: str | None
) -> None:
    (folder / "about.md").write_text(f"---\ntitle: About\n{front}\n---\n{body}\n", "utf-8")
    assert read_documents(folder, CITY.languages)[1] == []
    _, found = read_documents(folder, CITY.languages, guard=package.read().guard)
    assert {(p.place, p.line, p.field, p.rule) for p in found} == {("content/about.md", line, field, "personal-data")}
    assert not any(secret in str(p.as_dict()) for p in found for secret in ("081-234-5678", "somchai@example.com"))


def test_address_of_a_page_is_searched_too(folder: Path, package: SamplePackage) -> None:
    for end in (".md", ".en.md"):
        (folder / f"about{end}").rename(folder / f"tel-081-234-5678{end}")
    _, found = read_documents(folder, CITY.languages, guard=package.read().guard)
    assert {(p.place, p.rule) for p in found} == {
        ("content/tel-081-234-5678.md", "personal-data"),
        ("content/tel-081-234-5678.en.md", "personal-data"),
    }


def test_what_the_package_allows_by_its_value_may_stand_in_a_page(folder: Path, package: SamplePackage) -> None:
    (folder / "about.md").write_text("---\ntitle: A\n---\n<office@example.go.th>, 02-221-2141\n", "utf-8")
    assert len(read_documents(folder, CITY.languages, guard=package.read().guard)[1]) > 0
    values = ("office@example.go.th", "0 2221 2141")
    package.describe("personal_data_allowed", [{"value": value, "reason": "The public desk."} for value in values])
    assert read_documents(folder, CITY.languages, guard=package.read().guard)[1] == []


def test_personal_data_of_a_note_stop_the_command(whole: SamplePackage, capsys: pytest.CaptureFixture[str]) -> None:
    folder = whole.root / "content" / "projects"
    (note,) = (path for path in folder.glob("*.md") if not path.name.endswith(".en.md"))
    text = note.read_text("utf-8").replace("\nname: ", "\nname: 081-234-5678 ", 1)
    note.write_text(f"{text}\nโทร 089-876-5432\n", "utf-8")
    assert main(["check", "--format", "json", "--package", str(whole.root)]) == 1
    place = f"content/projects/{note.name}"
    assert [(p["place"], p["field"], p["rule"]) for p in json.loads(capsys.readouterr().out)["problems"]] == [
        (place, "name", "personal-data"),
        (place, None, "personal-data"),
    ]


@pytest.mark.parametrize("mark", ["- ", "> ", "1. "])
def test_text_that_would_be_left_out_for_its_depth_is_a_problem(folder: Path, mark: str) -> None:
    text = " ".join(mark.strip() for _ in range(25))
    assert [(p.line, p.rule) for p in read_body(folder, f"text\n\n{text} deep")[1]] == [(6, "nested-too-deep")]
    tree, found = read_body(folder, " ".join(mark.strip() for _ in range(9)) + " deep")
    assert (found, "deep" in tree.text()) == ([], True)


def test_footnote_is_linked_both_ways(folder: Path) -> None:
    tree, found = read_body(folder, "one[^a] two[^b] three[^a]\n\n[^a]: first\n[^b]: second **bold**\n\n    more\n")
    assert found == []
    assert [a.attributes["href"] for a in tree.css("p > sup > a")] == ["#fn:1", "#fn:2", "#fn:1"]
    assert [item.attributes["id"] for item in tree.css("ol > li")] == ["fn:1", "fn:2"]
    back = [a.attributes["href"] for a in tree.css("li a")]
    assert back == ["#fnref:1", "#fnref2:1", "#fnref:2"]
    assert {f"#{sup.attributes['id']}" for sup in tree.css("sup")} == set(back)
    assert (tree.css_first("li strong").text(), tree.css("div, [class], [title]")) == ("bold", [])


def test_ids_of_a_note_are_not_those_of_the_page_around_it(tmp_path: Path) -> None:
    (tmp_path / "projects").mkdir()
    (tmp_path / "projects" / "04160000-6961.md").write_text(f"{NOTE}\n## a\n\nb[^1]\n\n[^1]: c\n", "utf-8")
    (note,), problems = read_notes(tmp_path, {"04160000-6961"}, CITY.languages)
    assert problems == []
    ids = {element.attributes["id"] for element in LexborHTMLParser(note.html).css("[id]")}
    assert ids == {"note-a", "fn:note-1", "fnref:note-1"}


def test_definition_list_has_its_terms_and_definitions(folder: Path) -> None:
    tree, found = read_body(folder, "one\n: first\n: **second**\n\ntwo\n: third\n")
    children = [(child.tag, child.text()) for child in tree.css("dl > *")]
    assert (found, children) == ([], [("dt", "one"), ("dd", "first"), ("dd", "second"), ("dt", "two"), ("dd", "third")])


def test_what_stands_in_code_is_shown_as_it_is_written(folder: Path) -> None:
    text = "&amp; <b> \\* **x** [y](javascript:z)"
    tree, found = read_body(
        folder, f"`{text}`\n\n```\n{text}\n```\n\n    {text}\n\n- item\n\n    ~~~ text\n    {text}\n    ~~~\n"
    )
    assert (found, [code.text().strip() for code in tree.css("code")]) == ([], [text] * 4)
    assert len(tree.css("li > pre > code")) == 1


BAD = "[x](javascript:x)"


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        (f"```\n{BAD}\n```\n\n{BAD}\n\n> one\n> {BAD}", [8, 11]),
        (f"| a | {BAD} |\n| - | - |\n| a | a |\n| a | {BAD} |\n| a | |\n| | {BAD} |", [4, 7, 9]),
        (f"1. a\n2. a\n\n    a\n\n    - {BAD}\n    - a\n3. {BAD}", [9, 11]),
        (f"a  \nb  \n{BAD}  \n**b\n`c\nd`** {BAD}", [6, 9]),
        (f"a[^1]\n\n[^1]: {BAD}\n    a {BAD}\n\nb\n{BAD}", [10, 6, 7]),
        (f"[a]: /about/\n[b]: /about/\n\n[a] [b]\n[a] {BAD}", [8]),
        (f"    a\n    {BAD}\n\n{BAD}\n===", [7, 7]),
        (f"a\n: b\n: {BAD}\n\nc\n: {BAD}", [6, 9]),
        (f"- a\n\n    # {BAD}\n    a\n    {BAD}", [6, 6, 8]),
    ],
    ids=["fence", "table", "list", "paragraph", "footnote", "definitions-of-links", "code", "definitions", "heading"],
)
def test_problem_has_its_line_whatever_stands_before_it(folder: Path, markdown: str, lines: list[int]) -> None:
    assert [p.line for p in read_body(folder, markdown)[1]] == lines


@pytest.mark.parametrize(
    ("markdown", "line", "rule"),
    [
        ("text\n- one\n- two", 5, "missing-blank-line"),
        ("text\n1. one", 5, "missing-blank-line"),
        ("text\n| a |\n| - |\n| b |", 5, "missing-blank-line"),
        ("text | a\ntext | b", None, None),
        ("text\n| a | b |\n| - | - |", 5, "missing-blank-line"),
        ("a\n: b\nc\n: d", 6, "missing-blank-line"),
        ("- a\n  - b", 5, "list-indentation"),
        ("1. a\n   - b", 5, "list-indentation"),
        ("- a\n\n  b", 6, "list-indentation"),
        ("- a\n    - b\n        - c\n- d", None, None),
        ("1) a\n2) b", 4, "list-number"),
        ("a line that ends with\n2566. and goes on", None, None),
        ("a[^1]\n\n[^1]: > [^2]: b", 6, "nested-too-deep"),
    ],
)
def test_what_would_be_misread_is_a_problem_of_its_line(
    folder: Path, markdown: str, line: int | None, rule: str | None
) -> None:
    assert [(p.line, p.rule) for p in read_body(folder, markdown)[1]] == ([(line, rule)] if rule else [])


HOSTILE = {
    "quotes": ">" * 10_000,
    "quotes-and-lists": "> - " * 9 + "a\n",
    "brackets": "[" * 50_000,
    "closed-brackets": "[" * 50_000 + "]" * 50_000,
    "brackets-of-paragraphs": "[" * 100 + "\n\n",
    "links": "[a](",
    "titles": '[a](")',
    "stars": "*" * 50_000,
    "emphasis": "**a *b _c ",
    "nested-lists": "\n".join(" " * 4 * n + "- a" for n in range(400)),
    "lists-of-eighteen-levels": "\n".join(" " * 4 * (n % 18) + "- a" for n in range(400)) + "\n\n",
    "items": "- a\n",
    "numbers": "1. " * 1_000,
    "wide-table": "a|" * 5_000 + "\n" + "-|" * 5_000 + "\n" + "a|b\n" * 20_000,
    "long-table": "|a|b|\n|-|-|\n" + "|a|b|\n" * 40_000,
    "backticks-of-a-table": "|" + "`a" * 70_000 + "|\n|-|-|\n",
    "backticks": "".join("`" * n + " " for n in range(700)),
    "html": "<div>\n<a b='",
    "script": "<script>",
    "comments": "<!--",
    "entities": "&#1",
    "links-by-name": '[a]: /about/ "b"\n',
    "quotation-marks": "[a]: /about/" + "'" * 5_000 + "\n\n",
    "footnotes": "".join(f"[^{n}]: a\n" for n in range(20_000)),
    "citations": "[^1]: a\n\n" + "[^1]" * 20_000,
    "open-footnotes": "[^\n",
    "definitions": "a\n: b\n",
    "definitions-of-one-term": "a\n" + ": b\n" * 2_000,
    "headings": "## a\n",
    "underlined-headings": "a\n---\n",
    "rules": "---\n",
    "fences": "```a\n",
    "fences-of-all-lengths": "\n".join("~" * n + "a" for n in range(3, 700)),
    "tabs": "\t" * 1_000 + "a\n",
    "blank-lines": "\n" * 1_000 + "a",
    "lines": "a\n",
    "breaks": "a  \n",
    "backslashes": "\\",
    "stash": "\x02klzzwxh:0001\x03",
}


HARMLESS = "A page that somebody wrote, with a [link](/about/) and *words* in lines of its own.\n\n"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_page_takes_time_out_of_proportion(folder: Path, text: str) -> None:
    def read(text: str, size: int) -> None:
        repeated = (text * (size // len(text) + 1)).encode()[:size].decode(errors="ignore")
        _, found = read_body(folder, repeated)
        assert all(problem.line for problem in found if problem.rule != "empty-file")

    def read_both() -> None:
        # What is short of a limit is rendered, what is beyond it refused at once.
        for size in (40_000, 299_000):
            read(text, size)

    assert_takes_at_most(2.5, read_both, partial(read, HARMLESS, 299_000))


def test_a_page_may_say_that_it_is_still_to_be_written(folder: Path) -> None:
    (folder / "about.md").write_text(GOOD.replace("title: About", "title: About\nunwritten: true"), "utf-8")
    assert {(one.language, one.unwritten) for one in read_documents(folder, CITY.languages)[0]} == {
        ("th", True),
        ("en", False),
    }
    (folder / "about.md").write_text(GOOD.replace("title: About", "title: About\nunwritten: soon"), "utf-8")
    assert [(one.rule, one.field) for one in problems(folder)] == [("invalid-front-matter", "unwritten")]
