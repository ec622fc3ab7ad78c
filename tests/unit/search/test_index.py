"""The search's side of the build: folding, terms, what of a project is searched, and the files that say so."""

import gzip
import json
import os
import re
import signal
import threading
import unicodedata
from collections.abc import Iterable
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.heldout import holds
from portal.core.models import NATURAL_PERSON, Agency, Area, Contract, Project, Supplier, Tender
from portal.core.problems import UsageError
from portal.package.reading import read_portal
from portal.search.documents import _LETTERS, COLUMNS, CodeWords, field_texts, pagefind_document, tokens
from portal.search.folding import fold
from portal.search.index import IDS, TABLE, TERMS, index_shard
from portal.search.pagefind import Pagefind
from portal.search.postings import BATCH, postings
from portal.search.terms import BOUND, TAIL, runs, terms

from tests.conventions import CITY
from tests.texts import both

ROOT = Path(__file__).parents[3]
VECTORS: list[dict[str, Any]] = json.loads((ROOT / "tests" / "search_vectors.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=[repr(vector["text"]) for vector in VECTORS])
def test_text_becomes_the_tokens_of_the_specification(vector: dict[str, Any]) -> None:
    assert (fold(vector["text"]), terms(vector["text"]), tokens(vector["text"])) == (
        vector["folded"],
        vector["terms"],
        vector["tokens"],
    )


def test_other_characters_have_codes_of_five_letters_that_no_other_code_begins_with() -> None:
    """So what is coded can be read in one way only, and a part of a term begins the code of the whole."""
    every = [*map(chr, range(0x0E00, 0x0E80)), *"abcdefghijklmnopqrstuvwxyz0123456789."]
    others = [chr(code) for code in (0x80, 0x416, 0x9053, 0xD55C, 0x20BB7, 0x3134A)]
    codes = [term.translate(_LETTERS) for term in [*every, *others]]
    assert len({*codes}) == len(codes)
    assert {len(code) for code in codes[: len(every)]} == {2}
    assert {(len(code), code[0]) for code in codes[len(every) :]} == {(5, "y")}
    assert not any(code[0] in "yz" for code in codes[: len(every)])


def test_a_code_begins_with_no_letter_that_ends_a_token() -> None:
    every = "".join(map(chr, range(0x0E01, 0x0E3B))) + "".join(map(chr, range(0x0E40, 0x0E4F))) + "az09"
    coded = tokens(" ".join(every)).split()
    assert all(token[i] < "z" for token in coded for i in range(0, len(token) - 1, 2))


def read_holders(data: bytes) -> list[int]:
    numbers, number = [], -1
    for step in data:
        number += step
        if step < 255:
            numbers.append(number)
    return numbers


SIGNS = "กขนรสเแโาะิี่้์ำัๆ" * 2 + " -.az09๙ํ\u200b/éß\u0301\U0001f600"
OF_MANY_SCRIPTS = (
    SIGNS + "шйα\u03c2אםب\u064eة٣हि\u0940\u093cນ\u0ec9\u0ecdຳខ\u17d2မ\u102b京〇ガｶﾞ\u3099\U00020bb7한\u1100\u1161"
)


@given(st.lists(st.text(SIGNS, max_size=30) | st.text(OF_MANY_SCRIPTS, max_size=30), max_size=8))
def test_many_texts_have_the_terms_that_each_has_alone(texts: list[str]) -> None:
    expected: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        for term in sorted(set(terms(text))):
            expected.setdefault(term, []).append(number)
    indexed = {term: read_holders(data) for term, data in postings(texts)}
    assert indexed == expected
    assert list(indexed) == sorted(indexed, key=lambda term: term.encode("utf-16-be"))


def test_texts_far_apart_and_in_several_batches_keep_their_numbers() -> None:
    texts = [""] * (2 * BATCH + 600)
    places = sorted({0, 254, 255, 510, 1021, BATCH - 1, BATCH, 2 * BATCH + 599})
    for place in places:
        texts[place] = "คลอง b-1"
    indexed = {term: read_holders(data) for term, data in postings(texts)}
    assert indexed == dict.fromkeys(["1", "b1", "คลอ", "ง", "ลอง", "อง", "๛1๛", "๛b"], places)


def test_terms_that_are_put_in_order_a_few_at_a_time_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large year has too many to put them in order at once."""
    texts = [f"คลองแสนแสบ ช่วงที่ {n} b-{n} {n}" for n in range(40)]
    expected = list(postings(texts))
    for pairs in (1, 7, 100):
        monkeypatch.setattr("portal.search.postings.SLICE", pairs)
        assert list(postings(texts)) == expected


@given(st.text(OF_MANY_SCRIPTS, max_size=40))
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    assert unicodedata.normalize("NFC", fold(fold(text))) == unicodedata.normalize("NFC", fold(text))


@given(st.text(SIGNS, max_size=40) | st.text(OF_MANY_SCRIPTS, max_size=40), st.data())
def test_any_part_of_a_text_asks_for_terms_that_the_text_has(text: str, data: st.DataObject) -> None:
    """The claim on which the search stands, in the words of `question` in tokens.js.

    It leaves out a part of a number of one or two digits, and one or two letters that do not begin a word.
    """
    folded = fold(text)
    begin = data.draw(st.integers(0, len(folded)))
    part = folded[begin : data.draw(st.integers(begin, len(folded)))]
    terms_of_text = terms(folded)
    for run, run_kinds in runs(part):
        asked = terms(run)
        if re.fullmatch("0([.]?0)?|a[am]?", run_kinds):
            if not is_held(folded, run):
                continue
            asked = asked[-1:]
        elif run_kinds[0] != "c":
            asked = [term for i, term in enumerate(asked) if i == 0 or len(term) == TAIL]
        else:
            asked = asked[: max(1, len(asked) - 2)]
        if asked and fold(run) == run:
            assert set(asked[:-1]) <= set(terms_of_text)
            assert any(term.startswith(asked[-1]) for term in terms_of_text)


def is_held(folded: str, run: str) -> bool:
    """Whether a text has a number as a whole one, or begins a word with these letters."""
    if run[0].isdigit():
        return holds(folded, run)
    words = [word for word, word_kinds in runs(folded) if word_kinds[0] != "c"]
    return any(re.search(f"(?:^|[0-9.]){run}", word) for word in words)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("พระราม 2", {"2"}),
        ("พระราม2", {"2"}),
        ("2566 25.00 1.25 B66-1300017-5002", {"b"}),
        ("PM2.5", {"pm", "2.5"}),
        ("COVID-19 development", {"co", "19", "de"}),
        ("1/12/2566 3.5%", {"1", "12", "3.5"}),
        ("1.2.3", set()),
    ],
)
def test_one_or_two_digits_are_a_whole_number_and_letters_begin_a_word(text: str, short: set[str]) -> None:
    bounded = [term for term in terms(text) if BOUND in term]
    assert {term.strip(BOUND) for term in bounded} == short
    assert all(term.endswith(BOUND) == term.strip(BOUND)[0].isdigit() for term in bounded)


def test_reports_revisions_and_unknown_columns_are_searched() -> None:
    portal = read_portal(ROOT / "tests" / "sample", CITY).portal
    assert portal is not None
    for project in portal.projects:
        searched = "\n".join(text for _, _, text in field_texts(project))
        texts = [report.obstacles for report in project.progress_reports]
        texts += [revision.user for revision in project.revisions] + list(project.extra.values())
        assert all(text in searched for text in texts if text)


def test_a_value_of_any_type_of_the_standard_is_searched() -> None:
    extra = {"list": ["ก", 5, ["ข"]], "object": {"k": ["ค"]}, "time": time(9, 30), "float": 1.5, "true": True}
    texts = {name: text for name, _, text in field_texts(Project("1", "ชื่อ", extra=extra))}
    assert texts["extra"].split(" \n ") == ["ก", "5", "ข", "ค", "09:30:00", "1.5", "True"]


def test_of_an_area_its_id_and_its_names_are_searched_and_no_more() -> None:
    area = Area("11", both("ฝั่งเหนือ", "North"), extra={"tile": "5"}, row=7)
    texts = {name: text for name, _, text in field_texts(Project("1", "ชื่อ", areas=(area,)))}
    assert texts["areas"].split(" \n ") == ["11", "ฝั่งเหนือ", "North"]


WORDS: CodeWords = {"contracts": {"method": {"direct": both("เฉพาะเจาะจง", "Specific method")}}}


def test_a_contract_is_found_by_its_number_with_and_without_signs_and_by_the_words_for_its_codes() -> None:
    supplier = Supplier("S-1", both("บริษัท สมมติ จำกัด", "Imaginary Ltd."))
    contract = Contract("กทม. 12/2567-A", title="จ้างทำป้าย", method="direct", supplier=supplier)
    tender = Tender("T/67/1", title="ประกวดราคา", method="direct")
    project = Project("1", "ชื่อ", contracts=(contract,), tenders=(tender,))
    texts = {name: text.split(" \n ") for name, _, text in field_texts(project, WORDS)}
    said = {"กทม. 12/2567-A", "กทม122567A", "จ้างทำป้าย", "direct", "เฉพาะเจาะจง", "Specific method"}
    assert {*texts["contracts"]} == said | {"S-1", "บริษัท สมมติ จำกัด", "Imaginary Ltd."}
    assert {*texts["tenders"]} == {"T/67/1", "T671", "ประกวดราคา", "direct"}


HIDDEN = ("บุคคลธรรมดา", "A natural person")


def test_the_number_of_a_contract_without_signs_has_the_letters_of_every_script() -> None:
    project = Project("1", "ชื่อ", contracts=(Contract("№ 12/А-5 (क़ि)"), Contract("ที่ 1/2567")))
    texts = {name: text.split(" \n ") for name, _, text in field_texts(project)}
    assert {"12А5क़ि", "ที่12567"} <= {*texts["contracts"]}


def test_of_a_person_whose_name_is_not_published_only_that_it_is_one_is_searched() -> None:
    person = Supplier("1-secret", both(*HIDDEN), NATURAL_PERSON, {"place": "x"}, is_named=False)
    project = Project("1", "ชื่อ", contracts=(Contract("C-1", supplier=person),))
    texts = {name: text.split(" \n ") for name, _, text in field_texts(project)}
    assert {*texts["contracts"]} == {"C-1", "C1", *HIDDEN}


def test_fields_come_by_weight_and_pagefind_reads_the_weighty_ones() -> None:
    agency = Agency("1", both("ก", "A"))
    project = Project("p-1", "ขคง", agency=agency, objectives="จฉช", budget_received=Decimal("1500000.50"))
    assert [(name, weight) for name, weight, _ in field_texts(project)][:4] == [
        ("title", 10),
        ("agency", 7),
        ("project_id", 6),
        ("objectives", 3),
    ]
    html = pagefind_document(field_texts(project))
    assert html.index(tokens("ขคง")) < html.index(tokens("p-1"))
    assert tokens("จฉช") not in html


def read_table(folder: Path) -> dict[str, Any]:
    table: dict[str, Any] = json.loads(gzip.decompress((folder / TABLE).read_bytes()))
    return table


def test_an_index_holds_one_table_of_its_projects(tmp_path: Path) -> None:
    projects = [Project("p-1", "ก & <ข>", progress_percent=Decimal(0)), Project("p-2", "ค")]
    index_shard("unknown", [(project, ()) for project in projects], tmp_path)
    table = read_table(tmp_path / "unknown")
    assert table["columns"] == [*COLUMNS]
    rows = [dict(zip(table["columns"], row, strict=True)) for row in zip(*table["values"], strict=True)]
    assert [(row["project_id"], row["title"], row["progress_percent"]) for row in rows] == [
        ("p-1", "ก & <ข>", "0"),
        ("p-2", "ค", None),
    ]
    [pages] = (tmp_path / "unknown").glob("*.pf_meta")
    ids = json.loads((tmp_path / "unknown" / IDS).read_text("utf-8"))
    assert len(ids) == 2
    assert all(name.encode() in gzip.decompress(pages.read_bytes()) for name in ids)
    assert {path.name for path in (tmp_path / "unknown").glob("*.*s")} == {"pagefind.js", "pagefind-worker.js"}


def test_the_table_has_the_areas_of_a_project_and_what_was_found_of_it(tmp_path: Path) -> None:
    areas = (Area("11", both("ก")), Area("12", both("ข")))
    index_shard("2566", [(Project("p-1", "ก", areas=areas), ("late", "silent")), (Project("p-2", "ข"), ())], tmp_path)
    table = read_table(tmp_path / "2566")
    columns = dict(zip(table["columns"], table["values"], strict=True))
    assert (columns["area"], columns["signal"]) == (["11 12", ""], ["late silent", ""])


def test_the_term_files_name_the_section_that_holds_each_term(tmp_path: Path) -> None:
    agency = Agency("1", both("ถนน", "A"))
    projects = [Project("p-1", "คลอง", rationale="ถนน"), Project("p-2", "ถนน", objectives="คลอง", agency=agency)]
    index_shard("2566", [(project, ()) for project in projects], tmp_path)
    postings_of: dict[str, list[int]] = {}
    for first, name in read_table(tmp_path / "2566")["files"]:
        head, _, content = gzip.decompress((tmp_path / "2566" / TERMS / f"{name}.gz").read_bytes()).partition(b"\n")
        listed = json.loads(head)
        names, lengths = listed[: len(listed) // 2], listed[len(listed) // 2 :]
        assert names[0] == first
        for term, length in zip(names, lengths, strict=True):
            postings_of[term], content = read_holders(content[:length]), content[length:]
    assert (postings_of["คลอ"], postings_of["ถนน"], postings_of["p1"]) == ([0, 6], [3, 4, 5], [1])


def pagefind_of_this_process() -> int:
    """The process of the one Pagefind that this process has started."""
    children = Path(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/children").read_text("utf-8").split()
    [process_id] = [int(pid) for pid in children if "--service" in Path(f"/proc/{pid}/cmdline").read_text("utf-8")]
    return process_id


@pytest.mark.parametrize(
    ("number", "said"),
    [(signal.SIGKILL, "it was killed (SIGKILL)"), (signal.SIGSTOP, "it did not answer within 0 s")],
)
@pytest.mark.parametrize("html", ["", "a long document, which fills the pipe " * 10_000])
def test_a_pagefind_that_dies_or_hangs_is_an_error_that_names_its_index(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals, said: str, html: str
) -> None:
    monkeypatch.setattr("portal.search.pagefind.TIMEOUT", 0.3)
    started = []

    def index() -> None:
        with Pagefind("2566") as pagefind:
            started.append(pagefind_of_this_process())
            os.kill(started[0], number)
            pagefind.add("0.html", html)
            pagefind.files()

    with pytest.raises(UsageError, match=re.escape(f"could not index 2566: {said}")):
        index()
    assert not Path(f"/proc/{started[0]}").exists()


def test_what_pagefind_refuses_is_an_error_that_names_its_index() -> None:
    def index() -> None:
        with Pagefind("2566") as pagefind:
            pagefind.add("0.html", "half of a surrogate pair: \ud800")
            pagefind.files()

    with pytest.raises(UsageError, match=r"could not index 2566: \S"):
        index()


def test_pagefind_indexes_in_the_order_in_which_it_is_given_documents() -> None:
    def indexed(numbers: Iterable[int]) -> dict[str, bytes]:
        with Pagefind("2566") as pagefind:
            for number in numbers:
                words = " ".join(f"word{number % divisor}" for divisor in range(2, 40))
                pagefind.add(f"{number}.html", f'<html lang="zxx"><body data-pagefind-body>{words}</body></html>')
            return pagefind.files()

    files = indexed(range(500))
    assert sum(name.endswith(".pf_fragment") for name in files) == 500
    assert all(indexed(range(500)) == files for _ in range(4))
    assert indexed(reversed(range(500))) != files


def test_what_a_lost_worker_left_is_indexed_anew(tmp_path: Path) -> None:
    index_shard("2566", [(Project("p-1", "ก"), ()), (Project("p-2", "ข"), ())], tmp_path)
    index_shard("2566", [(Project("p-1", "ก"), ())], tmp_path)
    index_shard("2566", [(Project("p-1", "ก"), ())], tmp_path / "fresh")
    trees = [
        {path.relative_to(root): path.read_bytes() for path in (root / "2566").rglob("*") if path.is_file()}
        for root in (tmp_path, tmp_path / "fresh")
    ]
    assert trees[0] == trees[1]


def test_an_index_is_the_same_bytes_for_the_same_projects(tmp_path: Path) -> None:
    portal = read_portal(ROOT / "tests" / "sample", CITY).portal
    assert portal is not None
    trees = []
    for name in ("one", "two"):
        index_shard("all", [(project, ()) for project in portal.projects], tmp_path / name)
        files = sorted(p for p in (tmp_path / name).rglob("*") if p.is_file())
        trees.append([(p.relative_to(tmp_path / name), p.read_bytes()) for p in files])
    assert trees[0] == trees[1]
