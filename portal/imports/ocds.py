"""Import release and record packages of OCDS 1.1 into the package of the portal."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from portal.core.models import Conventions
from portal.core.problems import BuildError, Problem, shorten
from portal.imports.json_files import display_name
from portal.imports.notices import Notices
from portal.imports.ocds_mapping import Mapper
from portal.imports.package_tables import PackageFiles
from portal.imports.package_update import update
from portal.imports.release_reader import Findings
from portal.imports.release_store import ReleaseStore
from portal.imports.results import ImportResult, result_of
from portal.package import hides_supplier


@dataclass(frozen=True, slots=True)
class OcdsOptions:
    """How files of OCDS are read."""

    timezone: ZoneInfo
    """In which days are."""
    person_titles: tuple[str, ...]
    """The titles with which the names of natural persons begin."""
    year_in_budget_id: bool
    """Whether the id of a budget line begins with the last two digits of its fiscal year."""
    conventions: Conventions
    """How the city counts."""
    skip_broken: bool = False
    """Whether processes that break the standard are left out, and become notices."""


def import_ocds(
    files: Sequence[Path], package: Path, options: OcdsOptions, created: date | None = None
) -> ImportResult:
    """Import `files` into `package`, a datapackage.json or its folder.

    Where data change, the package is the release of the day `created`, if one is given. Raises BuildError with every
    problem, or UsageError; then no file of the package is touched.
    """
    target, findings, notices = PackageFiles(package, options.conventions), Findings(), Notices()
    with (
        tempfile.TemporaryDirectory(prefix="ocds-import-") as folder,
        ReleaseStore(Path(folder), findings, options.timezone, options.conventions.currency.code) as store,
    ):
        _add_files(store, files)
        store.check_dates()
        problems = findings.all_problems()
        if problems and not options.skip_broken:
            raise BuildError(
                replace(p, hint=f"{p.hint} Or import the rest with --skip-broken.".strip()) for p in problems
            )
        for ocid in sorted(findings.broken):
            notices.count("left-out", ocid)
        hides = hides_supplier(target.content, options.person_titles, options.conventions.languages)
        calendar = target.calendar if options.year_in_budget_id else None
        mapper = Mapper(notices, hides, options.conventions, calendar)
        imported = mapper.map(store.compiled(findings.broken))
    update(target, imported, notices)
    target.check_new_rows()
    place = display_name(files[0]) + (f" and {len(files) - 1} more" if len(files) > 1 else "")
    notes = (*problems, *notices.problems(place), *_not_imported(findings, place))
    return result_of(target, len(imported.ocids), notes, created)


def _add_files(store: ReleaseStore, files: Sequence[Path]) -> None:
    """Read all files, so that every one that is broken is named."""
    problems: list[Problem] = []
    for path in files:
        try:
            store.add_file(path)
        except BuildError as error:
            problems += error.problems
            store.table.execute("COMMIT")
    if problems:
        raise BuildError([*problems, *store.findings.all_problems()])


def _not_imported(findings: Findings, place: str) -> list[Problem]:
    """What has no place in the package: the parts of releases, and codes that the standard does not have."""
    problems = []
    # A part may have been there without any entry.
    findings.unmapped = +findings.unmapped
    if findings.unmapped:
        parts = ", ".join(
            f"{path} ({count:,})" for path, count in sorted(findings.unmapped.items(), key=lambda p: (-p[1], p[0]))
        )
        message = f"these parts have no place in the package, and are not imported: {parts}."
        problems.append(Problem(place, "not-imported", message))
    for (path, code), count in sorted(findings.unknown_codes.items()):
        message = f'"{shorten(code)}" is no code of OCDS for {path}, in {count:,} places: it is left blank.'
        problems.append(Problem(place, "unknown-code", message, "Ask the publisher for a code of the standard."))
    return problems
