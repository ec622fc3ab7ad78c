"""Public observations on a project. One rule, one function; its docstring is public, as the English of the methodology.

An observation is no verdict: each rule says why what it found may be innocent, and none stops a build.

A rule is a statement in three values. What is known to exclude it makes it "not the case", whatever else is missing;
only where nothing excludes it does a missing value make it "cannot be checked". What depends on a date is judged at the
project's `as_of_date`, the day of the figures.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import partial
from itertools import combinations, pairwise
from operator import ge, gt
from typing import Any

from portal.core.calendars import month_end, month_start, months_before
from portal.core.models import Bilingual, Project, Status, Thresholds
from portal.rules.needs import FINISHED, REPORTS, unmet

Verdict = bool | frozenset[str]
"""Whether a statement holds, or the names of the values for want of which that cannot be told: at least one."""

Judge = Callable[[Project, Thresholds], Verdict]
JudgeEach = Callable[[Sequence[str], Project, Thresholds], Verdict]

KEY_VALUES = ("agency", "fiscal_year", "budget_received", "progress_percent", "start_date", "finish_date")
"""What a reader asks for first."""

DATES = ("start_date", "finish_date")


class Outcome(StrEnum):
    """What a rule says of a project."""

    FOUND = "concerned"
    NOT_FOUND = "not_concerned"
    CANNOT_BE_CHECKED = "cannot_be_checked"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and its words."""

    name: str
    title: Bilingual
    meaning: Bilingual
    """With the names of thresholds in braces; `meaning_with` puts the numbers in."""
    explanation: Bilingual
    """Why a project that is concerned may have done nothing amiss."""
    needs: tuple[str, ...]
    """What it reads: attributes of Project, or names in DERIVED."""
    judge: Judge = field(compare=False)
    requires: str
    """The columns without which it could concern nobody, as `portal.needs` writes them."""
    each: tuple[str, ...] = ()
    """Of its `needs` those that it judges one by one: one that there is no column for is left out."""
    judge_each: JudgeEach | None = field(default=None, compare=False)
    """Judges some of `each`."""

    def meaning_with(self, thresholds: Thresholds) -> Bilingual:
        """The meaning with the numbers that it is judged by."""
        numbers = asdict(thresholds)
        return Bilingual(self.meaning.th.format(**numbers), self.meaning.en.format(**numbers))


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What one rule says of one project, and on what grounds."""

    rule: str
    outcome: Outcome
    inputs: Mapping[str, Any] = field(hash=False)
    """The values that it was judged on, by the names in the rule's `needs` and in their order."""
    missing: tuple[str, ...]
    """The inputs for want of which it cannot be checked; none otherwise."""


def signals(project: Project, thresholds: Thresholds, rules: Sequence[Rule] | None = None) -> tuple[RuleOutcome, ...]:
    """What each of `rules` says of `project`, in their order; None: of RULES."""
    return tuple(_signal(rule, project, thresholds) for rule in (RULES if rules is None else rules))


def _signal(rule: Rule, project: Project, thresholds: Thresholds) -> RuleOutcome:
    inputs = {name: _read(project, name) for name in rule.needs}
    verdict = rule.judge(project, thresholds)
    if isinstance(verdict, frozenset):
        return RuleOutcome(rule.name, Outcome.CANNOT_BE_CHECKED, inputs, tuple(n for n in rule.needs if n in verdict))
    return RuleOutcome(rule.name, Outcome.FOUND if verdict else Outcome.NOT_FOUND, inputs, ())


# ---- Inputs that are no column of the package


@dataclass(frozen=True, slots=True)
class Derived:
    """An input that is no column of `projects.csv`."""

    title: Bilingual
    read: Callable[[Project], Any]


def _reported_progress(project: Project) -> tuple[tuple[date, Decimal], ...]:
    reports = ((r.report_date, r.progress_percent) for r in reversed(project.progress_reports))
    return tuple((day, percent) for day, percent in reports if day is not None and percent is not None)


def _newest_report(project: Project) -> date | None:
    return max((r.report_date for r in project.progress_reports if r.report_date and r.reports), default=None)


def _last_month(project: Project) -> int | None:
    return None if project.last_result is None else project.last_result.month


DERIVED: Mapping[str, Derived] = {
    "status": Derived(Bilingual("สถานะโครงการ", "Project status"), lambda project: project.status),
    "last_reported": Derived(Bilingual("วันที่รายงานล่าสุด", "Last reported"), lambda project: project.last_reported),
    "newest_report": Derived(Bilingual("วันที่ของรายงานล่าสุด", "Date of the newest report"), _newest_report),
    "last_month": Derived(Bilingual("เดือนล่าสุดที่มีผลงาน", "Newest month with a result"), _last_month),
    "reported_progress": Derived(
        Bilingual("ความคืบหน้าในรายงานที่ระบุวันที่", "Progress in dated reports"), _reported_progress
    ),
    "published_progress": Derived(
        Bilingual("ความคืบหน้าที่เผยแพร่ในแต่ละรุ่น", "Progress as published in each release"),
        lambda project: project.published_progress,
    ),
}
"""`status` is a Status; `last_reported` and `newest_report` are dates; `last_month` is a fiscal month of 1 to 12;
`reported_progress` is a tuple of dates with their percentages, `published_progress` one of percentages, oldest first.
Where there is none, the tuples are empty and all others None."""


def _column(name: str) -> str:
    """The column of `projects` from which an attribute of a project is read."""
    return "agency_id" if name == "agency" else name


def _read(project: Project, name: str) -> Any:
    return DERIVED[name].read(project) if name in DERIVED else getattr(project, name)


# ---- Statements in three values


def _told(project: Project, names: str, test: Callable[..., bool]) -> Verdict:
    """Whether `test` holds of these attributes, where none is blank."""
    values = {name: getattr(project, name) for name in names.split()}
    blank = frozenset(name for name, value in values.items() if value is None)
    return blank or test(*values.values())


def _all(*verdicts: Verdict) -> Verdict:
    if any(verdict is False for verdict in verdicts):
        return False
    return _missing(verdicts) or True


def _any(*verdicts: Verdict) -> Verdict:
    if any(verdict is True for verdict in verdicts):
        return True
    return _missing(verdicts) or False


def _not(verdict: Verdict) -> Verdict:
    return verdict if isinstance(verdict, frozenset) else not verdict


def _missing(verdicts: tuple[Verdict, ...]) -> frozenset[str]:
    return frozenset().union(*(verdict for verdict in verdicts if isinstance(verdict, frozenset)))


def _is_finished(project: Project) -> Verdict:
    """At 100% or reported as completed. The other words say that it is not only where there is no figure."""
    if project.progress_percent == 100 or project.status is Status.COMPLETED:
        return True
    unfinished = (Status.IN_PROGRESS, Status.DELAYED, Status.CANCELLED)
    if project.progress_percent is not None or project.status in unfinished:
        return False
    return frozenset({"progress_percent"})


def _is_positive(project: Project, name: str) -> Verdict:
    return _told(project, name, lambda value: value > 0)


def _are_outside(names: Sequence[str], project: Project, _: Thresholds) -> Verdict:
    """Whether one of these dates is outside the fiscal year."""

    def outside(year: int, day: date) -> bool:
        return not month_start(year, 1) <= day <= month_end(year, 12)

    return _any(*(_told(project, f"fiscal_year {name}", outside) for name in names))


def _is_blank(names: Sequence[str], project: Project, _: Thresholds) -> Verdict:
    return any(_read(project, name) is None for name in names)


# ---- The rules

_RULES: list[Rule] = []


def _rule(
    title: Bilingual,
    meaning: str,
    explanation: Bilingual,
    needs: str,
    requires: str = "",
    each: tuple[str, ...] = (),
    judge_each: JudgeEach | None = None,
) -> Callable[[Judge], Judge]:
    """A rule, with its meaning in Thai; the first paragraph of the docstring is the meaning in English.

    It requires every column that it `needs`, where `requires` does not say otherwise.
    """

    def register(judge: Judge) -> Judge:
        english, names = " ".join((judge.__doc__ or "").split("\n\n")[0].split()), tuple(needs.split())
        both = Bilingual(meaning, english)
        _RULES.append(Rule(judge.__name__, title, both, explanation, names, judge, requires or needs, each, judge_each))
        return judge

    return register


@_rule(
    Bilingual("เลยวันสิ้นสุดแล้ว แต่ยังไม่แล้วเสร็จ", "Past its finish date and unfinished"),
    "ณ วันที่ของข้อมูล โครงการเลยวันสิ้นสุดตามแผนแล้ว แต่ความคืบหน้าไม่ถึง 100% และไม่มีรายงานว่าแล้วเสร็จหรือยกเลิก",
    Bilingual(
        "อาจมีการขยายเวลาที่ยังไม่ปรากฏในข้อมูล หรือรายงานครั้งสุดท้ายยังไม่ได้บันทึก",
        "The finish date may have been moved without the data saying so, or the last report may not be entered yet.",
    ),
    "as_of_date finish_date progress_percent status",
    f"as_of_date finish_date {FINISHED}",
)
def past_finish_date(project: Project, _: Thresholds) -> Verdict:
    """On the day of the figures the project was past its finish date, not at 100%, not completed, not cancelled."""
    return _all(
        _not(_is_finished(project)),
        project.status is not Status.CANCELLED,
        _told(project, "as_of_date finish_date", gt),
    )


@_rule(
    Bilingual("ใช้เงินเร็วกว่าความคืบหน้า", "Spending ahead of progress"),
    "ร้อยละของเงินที่ใช้ไปจากงบประมาณที่ได้รับ มากกว่าร้อยละความคืบหน้าเกิน {spending_ahead_points} จุด",
    Bilingual(
        "อาจจ่ายค่าวัสดุหรือเงินล่วงหน้าก่อนลงมือทำงาน หรือตัวเลขทั้งสองบันทึกคนละวัน",
        "Materials or an advance may be paid for before the work is done, or the two figures may be of different days.",
    ),
    "budget_received budget_spent progress_percent",
)
def spending_ahead_of_progress(project: Project, limits: Thresholds) -> Verdict:
    """The share of the budget spent is more than {spending_ahead_points} percentage points above the progress.

    Nothing spent, or no larger share than the limit, excludes it at any progress.
    """
    points = limits.spending_ahead_points
    return _all(
        _is_positive(project, "budget_received"),
        _is_positive(project, "budget_spent"),
        _told(project, "budget_received budget_spent", lambda received, spent: spent * 100 > points * received),
        _told(
            project,
            "budget_received budget_spent progress_percent",
            lambda received, spent, progress: spent * 100 > (progress + points) * received,
        ),
    )


@_rule(
    Bilingual("ใช้งบหมดแล้ว แต่ยังไม่แล้วเสร็จ", "Budget fully spent, project unfinished"),
    "เงินที่ใช้ไปเท่ากับหรือมากกว่างบประมาณที่ได้รับ แต่ความคืบหน้าไม่ถึง 100% และไม่มีรายงานว่าแล้วเสร็จ",
    Bilingual(
        "อาจจ่ายเงินก่อนงานเสร็จ หรือกรอกวงเงินงบประมาณในช่องเงินที่ใช้ไป",
        "Payment may come before the work is done, or the budget may have been entered as the money spent.",
    ),
    "budget_received budget_spent progress_percent status",
    f"budget_received budget_spent {FINISHED}",
)
def budget_spent_but_unfinished(project: Project, _: Thresholds) -> Verdict:
    """The money spent has reached the budget received, and the project is neither at 100% nor reported as completed."""
    return _all(
        _not(_is_finished(project)),
        _is_positive(project, "budget_received"),
        _is_positive(project, "budget_spent"),
        _told(project, "budget_spent budget_received", ge),
    )


@_rule(
    Bilingual("ใช้เงินมากกว่างบที่ได้รับ", "More spent than received"),
    "เงินที่ใช้ไปมากกว่างบประมาณที่ได้รับ",
    Bilingual(
        "อาจได้รับงบเพิ่มภายหลัง ใช้เงินจากแหล่งอื่นร่วมด้วย หรือกรอกตัวเลขคลาดเคลื่อน",
        "The budget may have been raised later or partly come from elsewhere, or a figure may be mistyped.",
    ),
    "budget_received budget_spent",
)
def more_spent_than_received(project: Project, _: Thresholds) -> Verdict:
    """The money spent is above the budget received."""
    return _all(_is_positive(project, "budget_spent"), _told(project, "budget_spent budget_received", gt))


@_rule(
    Bilingual("แล้วเสร็จ แต่มีเงินเหลือ", "Finished with money unspent"),
    "โครงการคืบหน้า 100% หรือมีรายงานว่าแล้วเสร็จ แต่ยังมีเงินที่ไม่ได้ใช้เกิน {unspent_percent}% ของงบประมาณที่ได้รับ",
    Bilingual(
        "งานอาจใช้เงินน้อยกว่าที่ตั้งไว้ หรือการจ่ายเงินงวดสุดท้ายยังไม่ได้บันทึก",
        "The work may have cost less than planned, or the last payments may not be recorded yet.",
    ),
    "budget_received budget_spent progress_percent status",
    f"budget_received budget_spent {FINISHED}",
)
def finished_with_money_unspent(project: Project, limits: Thresholds) -> Verdict:
    """The project is at 100% or reported as completed, with more than {unspent_percent}% of its budget unspent."""
    return _all(
        _is_finished(project),
        project.status is not Status.CANCELLED,
        _is_positive(project, "budget_received"),
        _told(
            project,
            "budget_received budget_spent",
            lambda received, spent: (received - spent) * 100 > limits.unspent_percent * received,
        ),
    )


@_rule(
    Bilingual("ความคืบหน้าลดลง", "Progress fell"),
    "ในบรรดารายงานที่ระบุวันที่ ตัวเลขล่าสุด (ถือตามวันที่ของข้อมูล) และตัวเลขที่เผยแพร่ในรุ่นก่อน ๆ มีความคืบหน้าที่ต่ำกว่าตัวเลขที่มาก่อน",
    Bilingual(
        "อาจแก้ไขตัวเลขที่กรอกผิด หรือปรับเป้าหมายของโครงการให้สูงขึ้น",
        "A mistyped figure may have been corrected, or the target of the project may have been raised.",
    ),
    "reported_progress published_progress as_of_date progress_percent",
    "progress_percent|progress_reports.progress_percent",
)
def progress_fell(project: Project, _: Thresholds) -> Verdict:
    """A dated report, the current figure on its as-of date, or that of a later release gives less progress than before.

    Figures of one day have no order. The current figure without its day may be older than a report, so where it differs
    from one, nothing can be told; a fall between dated reports stands all the same.
    """
    figures: list[tuple[date | None, Decimal]] = [*_reported_progress(project)]
    if any(after < before for before, after in pairwise(project.published_progress)):
        return True
    if not figures and project.published_progress:
        return False
    if not figures:
        return frozenset({"reported_progress"})
    if project.progress_percent is not None:
        figures.append((project.as_of_date, project.progress_percent))
    elif len(figures) == 1:
        return frozenset({"progress_percent"})
    return _any(*(_is_fall(one, other) for one, other in combinations(figures, 2)))


def _is_fall(one: tuple[date | None, Decimal], other: tuple[date | None, Decimal]) -> Verdict:
    (day, percent), (other_day, other_percent) = one, other
    if percent == other_percent or day == other_day:
        return False
    if day is None or other_day is None:
        return frozenset({"as_of_date"})
    return (day < other_day) == (percent > other_percent)


@_rule(
    Bilingual("ขาดรายงานระหว่างดำเนินการ", "No recent report while running"),
    "ณ วันที่ของข้อมูล โครงการดำเนินการอยู่โดยไม่มีรายงานใดเลยมาแล้วอย่างน้อย {silent_months} เดือนเต็ม",
    Bilingual(
        "งานอาจรอฤดูกาล สัญญา หรือการอนุมัติ หรือรายงานไว้ในระบบอื่น",
        "The work may wait for a season, a contract or an approval, or reports may have been made elsewhere.",
    ),
    "as_of_date start_date progress_percent status last_reported last_month fiscal_year",
    f"as_of_date start_date {FINISHED} {REPORTS}",
)
def silent_while_running(project: Project, limits: Thresholds) -> Verdict:
    """On the day of the figures the project had run without a report for {silent_months} whole fiscal months or more.

    It runs from its start date until it is at 100%, completed or cancelled, also beyond its finish date. The months are
    those before the month of the as-of date; a report of that month itself counts too.
    """
    months = limits.silent_months
    return _all(
        _not(_is_finished(project)),
        project.status is not Status.CANCELLED,
        _told(project, "as_of_date start_date", lambda as_of, start: start <= months_before(as_of, months)),
        _is_silent(project, months),
    )


def _is_silent(project: Project, months: int) -> Verdict:
    """Whether there is no report since the whole months before the as-of date began."""
    if project.as_of_date is None:
        return frozenset({"as_of_date"})
    last = project.last_reported
    if last is not None and last >= months_before(project.as_of_date, months):
        return False
    if project.last_result is not None and project.fiscal_year is None:
        return frozenset({"fiscal_year"})  # A month without its year may be any.
    if last is None and project.progress_percent is not None and project.progress_percent > 0:
        return frozenset({"last_reported"})  # Somebody reported the figure, nobody knows when.
    return True


@_rule(
    Bilingual("ยังไม่มีรายงานผลใด ๆ", "No result or report"),
    "ณ วันที่ของข้อมูล โครงการเริ่มแล้ว แต่ไม่มีผลงานรายเดือน ไม่มีรายงานที่ระบุวันที่ และไม่มีความคืบหน้าที่มากกว่า 0%",
    Bilingual(
        "โครงการอาจเพิ่งเริ่มได้ไม่กี่วัน หรือรายงานไว้ในระบบอื่น",
        "The project may have begun only days before, or its reports may be kept in another system.",
    ),
    "as_of_date start_date last_month newest_report progress_percent",
    f"as_of_date start_date {REPORTS}",
)
def never_reported(project: Project, _: Thresholds) -> Verdict:
    """The project had started by the day of the figures: no monthly result, no dated report, no progress above zero.

    Whoever shows progress above zero has reported, though nobody knows when; zero may be what the form began with.
    """
    return _all(
        project.last_result is None,
        not any(report.reports for report in project.progress_reports),
        project.progress_percent is None or project.progress_percent == 0,
        _told(project, "as_of_date start_date", ge),
    )


@_rule(
    Bilingual("มีรายงานลงวันที่หลังวันที่ของข้อมูล", "A report dated after the date of the data"),
    "มีรายงานที่ลงวันที่หลังวันที่ของข้อมูล",
    Bilingual(
        "อาจพิมพ์วันที่ผิด หรือเพิ่มรายงานหลังจากบันทึกตัวเลขอื่นแล้ว",
        "The date may be mistyped, or the report may have been added after the other figures were recorded.",
    ),
    "newest_report as_of_date",
    "progress_reports.report_date as_of_date",
)
def report_in_the_future(project: Project, _: Thresholds) -> Verdict:
    """A report is dated later than the day of the figures."""
    newest = _newest_report(project)
    return newest is not None and _told(project, "as_of_date", lambda as_of: newest > as_of)


@_rule(
    Bilingual("คืบหน้าถึง 100% ในครั้งเดียว", "100% in one jump"),
    "รายงานที่ระบุวันที่ฉบับหนึ่งแสดงความคืบหน้า 100% โดยฉบับก่อนหน้าแสดงไม่ถึง {jump_from_percent}% หรือไม่มีฉบับก่อนหน้าเลย",
    Bilingual(
        "การจัดซื้อหรือการจัดงานอาจเสร็จได้ในวันเดียว หรือขั้นตอนก่อนหน้ารายงานไว้ที่อื่น",
        "A purchase or an event can be done in one day, and the steps before may have been reported elsewhere.",
    ),
    "reported_progress progress_percent status",
    "progress_reports.progress_percent",
)
def finished_in_one_jump(project: Project, limits: Thresholds) -> Verdict:
    """A dated report gives 100%, and the one before it less than {jump_from_percent}%, or there is none before it.

    Reports without a figure are passed over. A project that is known to be unfinished and has no dated figure is none.
    """
    figures = [percent for _, percent in _reported_progress(project)]
    if not figures:
        return False if _is_finished(project) is False else frozenset({"reported_progress"})
    jumps = (after == 100 and before < limits.jump_from_percent for before, after in pairwise(figures))
    return figures[0] == 100 or any(jumps)


@_rule(
    Bilingual("วันเริ่มต้นหรือวันสิ้นสุดอยู่นอกปีงบประมาณ", "Dates outside the fiscal year"),
    "วันเริ่มต้นหรือวันสิ้นสุดไม่อยู่ในปีงบประมาณของโครงการ คือ 1 ตุลาคมของปีก่อนหน้าถึง 30 กันยายน",
    Bilingual(
        "โครงการอาจทำต่อเนื่องหลายปี หรือกันเงินไว้เบิกเหลื่อมปี",
        "The project may run for several years, or its money may be carried over.",
    ),
    "fiscal_year start_date finish_date",
    "fiscal_year start_date|finish_date",
    DATES,
    _are_outside,
)
def dates_outside_fiscal_year(project: Project, _: Thresholds) -> Verdict:
    """The start or finish date is outside the project's fiscal year, 1 October of the year before to 30 September."""
    return _are_outside(DATES, project, _)


@_rule(
    Bilingual("ข้อมูลสำคัญไม่ครบ", "A key value is missing"),
    "ไม่มีข้อมูลอย่างน้อยหนึ่งค่าในนี้ เฉพาะค่าที่ชุดข้อมูลมีช่องให้: หน่วยงาน ปีงบประมาณ งบประมาณที่ได้รับ ความคืบหน้า วันเริ่มต้น วันสิ้นสุด",
    Bilingual(
        "แหล่งข้อมูลอาจไม่ได้แสดงค่านี้ ซึ่งไม่ได้บอกอะไรเกี่ยวกับตัวงาน",
        "The source may not show the value, which says nothing of the work itself.",
    ),
    " ".join(KEY_VALUES),
    "|".join(map(_column, KEY_VALUES)),
    KEY_VALUES,
    _is_blank,
)
def key_value_missing(project: Project, _: Thresholds) -> Verdict:
    """Agency, fiscal year, budget received, progress, start or finish date is blank, though the data have it."""
    return _is_blank(KEY_VALUES, project, _)


RULES: tuple[Rule, ...] = tuple(_RULES)
"""In the order in which they are shown."""


def absent(rule: Rule, columns: Container[str]) -> tuple[str, ...]:
    """The columns for want of which `rule` can be checked of no project, of those that `portal.needs` names."""
    return unmet(rule.requires, columns.__contains__)


def rules_of(columns: Container[str]) -> tuple[Rule, ...]:
    """The rules that a package with these columns can be judged by, in the order of RULES."""
    return tuple(_within(rule, columns) for rule in RULES if not absent(rule, columns))


def _within(rule: Rule, columns: Container[str]) -> Rule:
    """The rule without those of the values that it judges one by one that there is no column for."""
    left_out = {name for name in rule.each if _column(name) not in columns}
    if not left_out or rule.judge_each is None:
        return rule
    given = tuple(name for name in rule.each if name not in left_out)
    needs = tuple(name for name in rule.needs if name not in left_out)
    return replace(rule, needs=needs, judge=partial(rule.judge_each, given))
