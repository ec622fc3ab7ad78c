"""What differs between two releases -> which pages of the site change, as lines of Markdown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from portal.core.github_summary import plain, times
from portal.core.models import Change, ChangeKind, ChangeScope, project_index
from portal.history import SAME_VALUE_KINDS, ChangelogKind
from portal.pipeline.comparison import Comparison
from portal.site import ChangedSuppliers, has_suppliers

SHOWN = 20
"""How many items of a kind, projects of a rule, and files are named one by one."""


def changed_pages(comparison: Comparison) -> Iterator[str]:
    """Which pages are new, change or say that their project left the data."""
    changes, files = comparison.after.changes, comparison.files
    count = Counter(_project_kinds(changes).values())
    yield from ("## Pages", "")
    if count:
        new, changed = count[ChangeKind.ADDED], count[ChangeKind.CHANGED]
        yield f"- pages of projects, in each language: {new:,} new, {changed:,} changed"
        yield "- the lists, totals and downloads that hold them, and a page of this release below /changes/"
    if removed := count[ChangeKind.REMOVED]:
        pages = times(removed, "page of a project", "pages of projects")
        yield f"- {pages} will say that the project left the data, with its last values"
    contracts = list(_pages_of_contracts(comparison))
    yield from contracts
    others = list(_other_pages(comparison))
    yield from others
    documents = [name for name in files if name.startswith("content/")]
    yield from (f"- {plain(name)}" for name in documents[:SHOWN])
    if len(documents) > SHOWN:
        yield f"- …and {len(documents) - SHOWN:,} more of content/"
    program = [name for name in files if name not in documents and not name.endswith((".csv", ".json"))]
    if program:
        yield f"- possibly every page: {times(len(program), 'file', 'files')} of the program changed"
    if not count and not contracts and not others and not documents and not program:
        yield "- none but those that tell when the data were released"


def _pages_of_contracts(comparison: Comparison) -> Iterator[str]:
    """The pages of suppliers that change, and the lists of suppliers and contracts."""
    index, changes = project_index(comparison.portal), comparison.after.changes
    values = [change for change in changes if change.kind not in SAME_VALUE_KINDS]
    if has_suppliers(index.package):
        named = {supplier.supplier_id for supplier in index.suppliers if supplier.is_named}
        if count := len(ChangedSuppliers(index).of(values) & named):
            yield f"- {times(count, 'page of a supplier', 'pages of suppliers')}, in each language, and their lists"
    if "contracts" in index.package.resources and any(change.resource == "contracts" for change in values):
        yield "- the lists of all contracts"


def _other_pages(comparison: Comparison) -> Iterator[str]:
    """The pages that change though the record of no project does."""
    for summary in comparison.changelog.summary if comparison.changelog else ():
        if summary.kind is ChangelogKind.STRUCTURE:
            column = f"the column {plain(summary.title['en'])} of {plain(summary.table['en'])}"
            what = f"the table {plain(summary.title['en'])}" if summary.field is None else column
            yield f"- every page that shows {what}"
    for change in comparison.after.changes:
        if change.kind is ChangeKind.RENAMED:
            yield f"- every page that shows {plain(change.before)} of {plain(change.resource)}: its name is another"
    for title, count in comparison.changelog.tables if comparison.changelog else ():
        yield f"- every page that shows a changed record of {plain(title['en'])}, of which there are {count:,}"


def _project_kinds(changes: Sequence[Change]) -> Mapping[str, ChangeKind]:
    """Whether each project was added, removed or changed, by its id."""
    kinds: defaultdict[str, set[ChangeKind]] = defaultdict(set)
    for change in changes:
        # A page shows the date of its values too, though another date is no news.
        if change.project_id and change.kind not in SAME_VALUE_KINDS and change.scope is ChangeScope.CELL:
            kinds[change.project_id].add(change.kind if change.resource == "projects" else ChangeKind.CHANGED)
    order = (ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.CHANGED)
    return {project_id: next(kind for kind in order if kind in of_project) for project_id, of_project in kinds.items()}
