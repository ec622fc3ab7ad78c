"""Values that are published as they are though they are odd. One rule, one function; its docstring is public.

An odd value need not be wrong: the meaning of each rule names innocent reasons.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from portal.core.calendars import month_end, month_start
from portal.core.encodings import GARBLED, restored
from portal.core.models import Agency, Bilingual, Portal, Project
from portal.core.totals import group
from portal.rules.needs import package_columns, unmet
from portal.search import fold


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A value that is published as it is though it is odd, and where it stands."""

    resource: str
    row: int
    """The record's number in the file, the header being 1."""
    field: str
    value: Any
    """Of a text the part around the place, with what cannot be seen made visible: `‹U+200B›`, `␣`."""
    project_id: str | None
    beside: Mapping[str, Any] = dataclasses.field(default_factory=dict, hash=False)
    """The other fields of the record that make it odd."""


@dataclass(frozen=True, slots=True)
class AnomalyReport:
    """What was found odd by one rule."""

    rule: str
    title: Bilingual
    meaning: Bilingual
    covered: int
    """The projects, or the text cells, that have what the rule looks at."""
    values: tuple[Anomaly, ...]
    """By file and row."""
    absent: tuple[str, ...] = ()
    """The columns for want of which the rule can be checked of nothing, as `portal.needs` names them."""


def anomaly_reports(portal: Portal) -> Iterator[AnomalyReport]:
    """What each rule found, also where it found nothing: first of projects, then of texts."""
    yield from _odd_projects(portal.projects, package_columns(portal.package))
    yield from _odd_texts(portal)


# ---- What is odd in projects

_ProjectRule = Callable[[Sequence[Project]], Iterator[Anomaly]]
_PROJECT_RULES: list[tuple[_ProjectRule, Bilingual, Bilingual, str, str]] = []


def _odd(
    th: str, en: str, meaning: str, needs: str = "project_id", columns: str = ""
) -> Callable[[_ProjectRule], _ProjectRule]:
    """Registers a rule under its title and its meaning in Thai; the docstring is the meaning in English.

    `needs` is what a project must give for the rule to say anything of it, `columns` what the package must have where
    that is not the same; both are written as in `portal.needs`.
    """

    def register(rule: _ProjectRule) -> _ProjectRule:
        both = Bilingual(meaning, " ".join((rule.__doc__ or "").split()))
        _PROJECT_RULES.append((rule, Bilingual(th, en), both, needs, columns or needs))
        return rule

    return register


def _odd_projects(projects: Sequence[Project], known: Container[str]) -> Iterator[AnomalyReport]:
    for rule, title, meaning, needs, columns in _PROJECT_RULES:
        absent, name = unmet(columns, known.__contains__), rule.__name__.replace("_", "-")
        if absent:
            yield AnomalyReport(name, title, meaning, 0, (), absent)
            continue
        values = tuple(sorted(rule(projects), key=lambda value: value.row))
        yield AnomalyReport(name, title, meaning, sum(not unmet(needs, partial(_gives, p)) for p in projects), values)


def _gives(project: Project, name: str) -> bool:
    return getattr(project, "agency" if name == "agency_id" else name) is not None


def _of(project: Project, name: str, *beside: str) -> Anomaly:
    others = {other: getattr(project, other) for other in beside}
    return Anomaly("projects", project.row, name, getattr(project, name), project.project_id, others)


@_odd(
    "ใช้งบหมดแล้ว แต่คืบหน้าไม่ถึง 100%",
    "The whole budget spent, progress below 100%",
    "เงินที่ใช้ไปเท่ากับงบประมาณที่ได้รับ แต่ความคืบหน้าไม่ถึง 100% อาจจ่ายเงินก่อนงานเสร็จ บันทึกสองค่านี้คนละวัน หรือกรอกวงเงินในช่องเงินที่ใช้ไป",
    "budget_received budget_spent progress_percent",
)
def whole_budget_spent_before_the_end(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """The money spent equals the budget received, and progress is below 100%.

    Payment may come before the work is done, the two may have been recorded on different days, or the budget may have
    been entered as the spending.
    """
    for p in projects:
        spent = p.budget_received and p.budget_spent == p.budget_received
        if spent and p.progress_percent is not None and p.progress_percent < 100:
            yield _of(p, "budget_spent", "budget_received", "progress_percent")


@_odd(
    "มีความคืบหน้า แต่เงินที่ใช้ไปเป็นศูนย์",
    "Progress above zero, nothing spent",
    "บันทึกเงินที่ใช้ไปเป็น 0 บาท แต่มีความคืบหน้า งานอาจเริ่มก่อนการเบิกจ่าย หรือใช้เงินจากแหล่งอื่น ไม่นับโครงการที่ได้รับงบประมาณ 0 บาท",
    "budget_spent progress_percent",
)
def progress_without_spending(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """Spending is recorded as zero, and progress is above zero.

    Work may begin before it is paid for, or be paid for from elsewhere. Projects with a budget of zero are left out.
    """
    for p in projects:
        if p.budget_spent == 0 and p.progress_percent and p.budget_received != 0:
            yield _of(p, "budget_spent", "budget_received", "progress_percent")


@_odd(
    "ใช้เงินมากกว่างบที่ได้รับ",
    "More spent than received",
    "เงินที่ใช้ไปมากกว่างบประมาณที่ได้รับ อาจได้รับงบเพิ่มภายหลังแต่ตัวเลขที่นี่ยังเป็นยอดเดิม หรือกรอกตัวเลขคลาดเคลื่อน",
    "budget_received budget_spent",
)
def more_spent_than_received(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """The money spent is above the budget received.

    The budget may have been raised later and not been updated here, or a figure may be mistyped.
    """
    for p in projects:
        if p.budget_received and p.budget_spent is not None and p.budget_spent > p.budget_received:
            yield _of(p, "budget_spent", "budget_received")


@_odd(
    "มีการใช้เงิน แต่งบที่ได้รับเป็นศูนย์",
    "Money spent from a budget of zero",
    "บันทึกงบประมาณที่ได้รับเป็น 0 บาท แต่มีเงินที่ใช้ไป เงินอาจมาจากแหล่งอื่น หรือผู้กรอกอาจใส่ 0 แทนค่าที่ไม่ทราบ",
    "budget_received budget_spent",
)
def spending_from_a_budget_of_zero(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """The budget received is recorded as zero, and money was spent.

    The money may come from elsewhere, or zero may have been entered for an amount that was not known.
    """
    for p in projects:
        if p.budget_received == 0 and p.budget_spent:
            yield _of(p, "budget_spent", "budget_received")


@_odd(
    "ผลการดำเนินการมากกว่าเป้าหมาย",
    "Result above target",
    "ผลการดำเนินการมากกว่าเป้าหมายของโครงการ อาจทำได้มากกว่าที่ตั้งไว้ หรือสองค่านี้นับด้วยหน่วยต่างกัน",
    "target_value result_value",
)
def result_above_target(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """The result is above the project's target.

    More may have been done than was planned, or the two may be counted in different units.
    """
    for p in projects:
        if p.target_value is not None and p.result_value is not None and p.result_value > p.target_value:
            yield _of(p, "result_value", "target_value", "unit")


@_odd(
    "ไม่ระบุปีงบประมาณ",
    "No fiscal year",
    "ช่องปีงบประมาณว่าง แหล่งข้อมูลอาจไม่ได้แสดงค่านี้ โครงการจึงไม่อยู่ในยอดรวมของปีใด",
    columns="fiscal_year",
)
def no_fiscal_year(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """The fiscal year is blank; the source may not have shown it.

    The project counts towards the totals of no year.
    """
    return (_of(p, "fiscal_year") for p in projects if p.fiscal_year is None)


@_odd(
    "วันเริ่มหรือวันสิ้นสุดอยู่นอกปีงบประมาณ",
    "Start or finish outside the fiscal year",
    "วันที่ไม่อยู่ในปีงบประมาณที่ระบุ คือ 1 ตุลาคมของปีก่อนหน้าถึง 30 กันยายน โครงการที่ทำต่อเนื่องหลายปีหรือกันเงินไว้เบิกเหลื่อมปีเป็นเช่นนี้ได้",
    "fiscal_year start_date|finish_date",
)
def dates_outside_the_fiscal_year(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """A date is not within the fiscal year that the project states, 1 October of the year before to 30 September.

    Projects that run for several years, or whose money is carried over, have such dates.
    """
    for p in projects:
        for name in ("start_date", "finish_date"):
            day: date | None = getattr(p, name)
            if day and p.fiscal_year and not month_start(p.fiscal_year, 1) <= day <= month_end(p.fiscal_year, 12):
                yield _of(p, name, "fiscal_year")


@_odd(
    "ชื่อเดียวกันในหน่วยงานและปีเดียวกัน",
    "The same title in one agency and year",
    "โครงการของหน่วยงานเดียวกันในปีงบประมาณเดียวกันมีชื่อเดียวกัน (ไม่นับเว้นวรรค) "
    "อาจเป็นโครงการเดียวที่มาจากสองแหล่งข้อมูล ซึ่งจะทำให้ยอดรวมนับซ้ำ "
    "หรืองานคนละส่วนที่ใช้ชื่อเดียวกัน",
    "agency_id fiscal_year",
)
def same_title_in_an_agency_and_year(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """Projects of one agency in one fiscal year have the same title, spaces aside.

    They may be one project from two sources, which totals would count twice, or parts of the work under one name.
    """
    known = [p for p in projects if p.agency and p.fiscal_year]
    for members in group(known, lambda p: (_letters(p.title), p.agency, p.fiscal_year)).values():
        if len(members) > 1:
            yield from (_beside(p, project_id=_others(p, members)) for p in members)


@_odd(
    "ชื่อเดียวกันแต่เว้นวรรคต่างกัน",
    "The same title with other spaces",
    "ชื่อต่างจากชื่อของโครงการอื่นเพียงการเว้นวรรค และเป็นแบบที่พบน้อยกว่า หรือพบทีหลังเมื่อพบเท่ากัน เมื่อนับตามชื่อจึงอาจถูกแยกเป็นคนละโครงการ",
)
def title_with_other_spaces(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """The title differs from that of other projects in its spaces only, and is the rarer form.

    Of two as common it is the later one in the file. Whoever counts by title would take them for different projects.
    """
    for members in group(projects, lambda p: _letters(p.title)).values():
        forms = Counter(" ".join(fold(p.title).split()) for p in members) if len(members) > 1 else {}
        if len(forms) > 1:
            usual = max(forms, key=lambda form: forms[form])
            yield from (_beside(p, title=usual) for p in members if " ".join(fold(p.title).split()) != usual)


@_odd(
    "ชื่อเดียวกันในหน่วยงานอื่นหรือปีอื่น",
    "The same title in another agency or year",
    "มีโครงการชื่อเดียวกันในหน่วยงานอื่นหรือปีงบประมาณอื่น (ไม่นับเว้นวรรค) "
    "เป็นเรื่องปกติของงานที่ทำทุกเขตหรือทุกปี จึงต้องแยกโครงการด้วยรหัส ไม่ใช่ด้วยชื่อ",
    columns="agency_id|fiscal_year",
)
def same_title_elsewhere(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """Another agency, or another fiscal year, has a project of the same title, spaces aside.

    That is usual for work that every district does, or that is done every year: tell projects apart by their ID, not
    by their title.
    """
    for members in group(projects, lambda p: _letters(p.title)).values():
        if len({(p.agency and p.agency.agency_id, p.fiscal_year) for p in members}) > 1:
            yield from (_beside(p, project_id=_others(p, members)) for p in members)


def _beside(project: Project, **others: str) -> Anomaly:
    """A title, and what of other projects makes it odd."""
    return Anomaly("projects", project.row, "title", project.title, project.project_id, others)


def _others(project: Project, members: Sequence[Project]) -> str:
    """The ids of up to three other projects of a group."""
    found = [p.project_id for p in members if p is not project]
    return ", ".join(found[:3]) + (" …" if len(found) > 3 else "")


def _letters(title: str) -> str:
    """A title without its spaces, in one spelling."""
    return "".join(fold(title).split())


# ---- What is odd in texts

_ENCODED = re.compile("\u0e4d[\u0e48-\u0e4b]*\u0e32|\u0e32[\u0e48-\u0e4b]*\u0e4d|\u0e33[\u0e48-\u0e4b]|\u0e40\u0e40")
_THAI_DIGITS = re.compile("[\u0e50-\u0e59]+")
_HIDDEN = re.compile("[\u00a0\u00ad\u115f\u1160\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]")
_DAMAGED = re.compile("[\u0080-\u009f\ufffc\ufffd\ue000-\uf8ff]")
_SPACES = re.compile(r"\A\s+|(?<=\S)(?: {2,}|[ \t]*\t[ \t]*)(?=\S)|\s+\Z")
_SUSPECT = re.compile(f"[\u0e4d\u0e50-\u0e59\t{_HIDDEN.pattern[1:-1]}{_DAMAGED.pattern[1:-1]}]")
"""One class of characters, which is found many times faster than what it stands for."""
_SUSPECT_PAIRS = ("  ", "\u0e40\u0e40", *(f"\u0e33{tone}" for tone in "\u0e48\u0e49\u0e4a\u0e4b"))


def _is_suspect(text: str) -> bool:
    """Whether a text needs a closer look, quickly: few do."""
    ends = text[0] <= " " or text[-1] <= " "
    return ends or bool(_SUSPECT.search(text) or GARBLED.search(text)) or any(pair in text for pair in _SUSPECT_PAIRS)


def _garbled(text: str) -> re.Match[str] | None:
    return GARBLED.search(text) if restored(text) else None


@dataclass(frozen=True, slots=True)
class _TextRule:
    rule: str
    find: Callable[[str], re.Match[str] | None]
    title: Bilingual
    meaning: Bilingual


_TEXT_RULES = (
    _TextRule(
        "other-encoding",
        _ENCODED.search,
        Bilingual("ตัวอักษรเดียวกันแต่เข้ารหัสต่างกัน", "The same letters in another encoding"),
        Bilingual(
            "สระอำเขียนด้วยนิคหิตกับสระอา (สลับลำดับกันก็มี) หรือวางวรรณยุกต์ไว้หลังสระอำ หรือสระแอเขียนด้วยสระเอสองตัว "
            "มองด้วยตาเหมือนกัน แต่โปรแกรมอื่นอาจค้นไม่พบ "
            "การค้นหาของเว็บไซต์นี้พบทั้งสองแบบ",
            "Sara am is written as nikhahit and sara aa, in either order, or before its tone mark, or sara ae as two "
            "sara e. They look alike, and other programs may "
            "not find the text. The search of this site finds both.",
        ),
    ),
    _TextRule(
        "garbled-text",
        _garbled,
        Bilingual("ข้อความที่อ่านผิดรหัสอักขระ", "Text read in the wrong encoding"),
        Bilingual(
            "ข้อความเคยเป็นภาษาไทย แต่ถูกเปิดด้วยรหัสอักขระอื่น (Windows-874 หรือ Windows-1252) แล้วบันทึกไว้ "
            "จึงอ่านไม่ออก เช่น “เธเธฃ” หรือ “à¸” มักเกิดเมื่อเปิดไฟล์ CSV ใน Excel โดยตรง",
            "The text was Thai, was opened in another encoding (Windows-874 or Windows-1252) and saved so. Nobody can "
            "read it, as “à¸”. It often happens when a CSV is opened in Excel directly.",
        ),
    ),
    _TextRule(
        "thai-digits",
        _THAI_DIGITS.search,
        Bilingual("เลขไทยในข้อความ", "Thai digits in a text"),
        Bilingual(
            "ข้อความใช้เลขไทย ซึ่งถูกต้องตามแบบหนังสือราชการ "
            "แต่โปรแกรมอื่นอาจค้นหาหรือนำไปคำนวณไม่ได้ "
            "การค้นหาของเว็บไซต์นี้พบทั้งเลขไทยและเลขอารบิก",
            "The text uses Thai digits, as official letters do. Other programs may not "
            "find them or count with them. The "
            "search of this site finds both kinds.",
        ),
    ),
    _TextRule(
        "hidden-characters",
        _HIDDEN.search,
        Bilingual("อักขระที่มองไม่เห็น", "Characters that cannot be seen"),
        Bilingual(
            "ข้อความมีอักขระที่ไม่มีความกว้าง เว้นวรรคชนิดพิเศษ "
            "หรือเครื่องหมายกำหนดทิศทาง มักติดมาเมื่อคัดลอกจากเอกสารหรือหน้าเว็บ "
            "ที่นี่แสดงเป็นรหัส เช่น ‹U+200B›",
            "The text holds characters without width, special spaces or marks of "
            "direction, which often come along when it is "
            "copied from a document or a web page. Here they are shown as codes such as ‹U+200B›.",
        ),
    ),
    _TextRule(
        "damaged-characters",
        _DAMAGED.search,
        Bilingual("อักขระที่อ่านไม่ได้", "Characters that cannot be read"),
        Bilingual(
            "ข้อความมีอักขระที่ใช้แทนอักขระที่เสียไป หรือที่อ่านได้ในบางฟอนต์เท่านั้น มักเกิดเมื่อแปลงไฟล์ ที่นี่แสดงเป็นรหัส เช่น ‹U+FFFD›",
            "The text holds characters that stand for lost ones, or that only some "
            "fonts can show, often from the conversion "
            "of a file. Here they are shown as codes such as ‹U+FFFD›.",
        ),
    ),
    _TextRule(
        "stray-spaces",
        _SPACES.search,
        Bilingual("เว้นวรรคเกิน", "Stray or doubled spaces"),
        Bilingual(
            "มีเว้นวรรคก่อนหรือหลังข้อความ เว้นวรรคติดกันหลายครั้ง หรือแท็บ มักติดมาจากการพิมพ์หรือการคัดลอก ที่นี่แสดงเป็น ␣ ต่อหนึ่งครั้ง",
            "There are spaces before or after the text, several spaces together, or "
            "tabs, often from typing or copying. Here "
            "each is shown as ␣.",
        ),
    ),
)


def _odd_texts(portal: Portal) -> Iterator[AnomalyReport]:
    found: dict[str, list[Anomaly]] = {one.rule: [] for one in _TEXT_RULES}
    covered = 0
    for resource, row, project_id, name, text in _texts(portal):
        covered += 1
        if not _is_suspect(text):
            continue
        for rule in _TEXT_RULES:
            if match := rule.find(text):
                found[rule.rule].append(Anomaly(resource, row, name, _excerpt(text, *match.span()), project_id))
    for rule in _TEXT_RULES:
        values = tuple(found[rule.rule])
        yield AnomalyReport(rule.rule, rule.title, rule.meaning, covered, values)


def _texts(portal: Portal) -> Iterator[tuple[str, int, str | None, str, str]]:
    """The text cells by file and row, each with resource, row, project, field and text.

    Not the ids, which have a form of their own, nor what the descriptor says of a source.
    """
    yield from _cells_of(portal, "projects", ((one.row, one.project_id, one) for one in portal.projects))
    for name in ("monthly_results", "progress_reports", "evaluations", "revisions"):
        records = ((one.row, p.project_id, one) for p in portal.projects for one in getattr(p, name))
        yield from _cells_of(portal, name, records)
    yield from _cells_of(portal, "agencies", ((one.row, None, one) for one in portal.agencies))


_NO_TEXTS = ("number", "integer", "year", "boolean", "date", "datetime")
"""Types whose values are no texts."""


def _cells_of(
    portal: Portal, resource: str, records: Iterable[tuple[int, str | None, Any]]
) -> Iterator[tuple[str, int, str | None, str, str]]:
    known = portal.package.resources[resource].fields if resource in portal.package.resources else {}
    names = [name for name, one in known.items() if one.type not in _NO_TEXTS and not name.endswith("_id")]
    if not names:
        return
    for row, project_id, record in sorted(records, key=lambda found: found[0]):
        for name in names:
            text = record.extra[name] if name in record.extra else _attribute(record, name)
            if isinstance(text, str) and text:
                yield resource, row, project_id, name, text


def _attribute(record: Any, name: str) -> Any:
    if isinstance(record, Agency) and name in ("name", "name_en"):
        return record.name.th if name == "name" else record.name.en
    return getattr(record, name, None)


AROUND = 30
"""Characters of an excerpt on either side of what is odd."""


def _excerpt(text: str, begin: int, end: int) -> str:
    """What stands around a place in a text, what cannot be seen made visible."""
    before, after = text[max(0, begin - AROUND) : begin], text[end : end + AROUND]
    shown = f"{before}{_visible(text[begin:end])}{after}".replace("\n", " ")
    return f"{'…' if begin > AROUND else ''}{shown}{'…' if end + AROUND < len(text) else ''}"


def _visible(text: str) -> str:
    invisible = re.compile(f"{_HIDDEN.pattern}|{_DAMAGED.pattern}")
    coded = invisible.sub(lambda found: f"‹U+{ord(found[0]):04X}›", text)
    return re.sub(r"\s", "␣", coded) if not coded.strip() else coded
