"""The first steps of a build: all that it is made from, read and checked before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from portal.content import Synonyms, read_documents, read_notes, read_synonyms
from portal.core import urls
from portal.core.cache import Cache
from portal.core.config import PERSON_TITLES, SiteConfig
from portal.core.models import Document, History, Note, Package, Portal
from portal.core.problems import BuildError
from portal.core.program import ROOT
from portal.history import (
    RELEASES,
    ListedRelease,
    cache_history,
    citable_version,
    missing_releases,
    read_history,
    read_releases,
    rewritten_problem,
    same_version,
    unknown_erasures,
    with_citable_versions,
    withhold,
    without_personal_data,
)
from portal.package import locate_descriptor, read_guard, read_portal, with_lines
from portal.pipeline.options import BuildOptions
from portal.pipeline.progress import Progress
from portal.rules import check_portal


@dataclass(frozen=True, slots=True)
class Source:
    """The package and the content, both valid."""

    portal: Portal
    documents: tuple[Document, ...]
    notes: tuple[Note, ...]
    synonyms: Synonyms


@contextmanager
def history_beside(options: BuildOptions, executor: Executor) -> Iterator[None]:
    """Have a process of `executor` find out, while the block runs, what each commit changed; then it is cached.

    With one job it would come before the validation, whose problems stop a build. A cluster may not see the repository.
    """
    if options.jobs == 1 or options.scheduler:
        yield
        return
    history = executor.submit(cache_history, locate_descriptor(options.package), Cache(options.cache))
    yield
    history.result()


def load_source(
    package: Path,
    config: SiteConfig,
    executor: Executor | None = None,
    when_tables_are_read: Callable[[], object] = lambda: None,
    cache: Cache | None = None,
) -> Source:
    """Read and check the package and the content, with processes of `executor` where there is one.

    They have nothing to do from the call of `when_tables_are_read` on. What the `cache` knows is not found out again.

    Raises BuildError with every problem of both.
    """
    folder = locate_descriptor(package).parent
    reading = read_portal(
        package,
        config.conventions,
        executor,
        config.ignore_columns,
        config.person_titles,
        when_tables_are_read,
        cache,
    )
    documents, problems = read_documents(
        ROOT / "content", config.conventions.languages, config.base_path, reading.guard
    )
    synonyms, synonym_problems = read_synonyms(ROOT / "content", reading.guard)
    problems += [*synonym_problems, *reading.problems]
    notes: tuple[Note, ...] = ()
    if reading.portal is not None:
        problems += check_portal(reading.portal)
        # Notes are on projects of this package, so they stand beside it.
        ids = {project.project_id for project in reading.portal.projects}
        notes, note_problems = read_notes(
            folder / "content", ids, config.conventions.languages, config.base_path, reading.guard
        )
        problems += note_problems
    if problems or reading.portal is None:
        raise BuildError(with_lines(problems, folder))
    return Source(reading.portal, documents, notes, synonyms)


def load_history(
    portal: Portal, descriptor: Path, cache: Cache, person_titles: Sequence[str] = PERSON_TITLES
) -> History:
    """The history of the package without what is withheld, as the names that begin with `person_titles`.

    Raises BuildError where `erased.csv` names what never was, UsageError where the repository cannot be read.
    """
    history = read_history(descriptor, portal.package, cache)
    if problems := unknown_erasures(portal, history):
        raise BuildError(with_lines(problems, descriptor.parent))
    return withhold(history, portal, read_guard(descriptor, portal.package.conventions, person_titles))


def warn_of_history(package: Package, history: History, progress: Progress) -> None:
    """Tell what the history lacks, and whether other data were published under the version of `package`."""
    progress.unread(history.unread)
    progress.passed_over(history.passed_over)
    if not history.complete and (history.releases or history.passed_over):
        progress.incomplete(history.releases[0] if history.releases else None)
    if release := same_version(package, history):
        progress.same_version(package, release)


def cited_by_version(portal: Portal, history: History) -> tuple[Portal, History]:
    """The portal and its history with the versions that their data are cited by."""
    package = replace(portal.package, version=citable_version(portal.package, history))
    return replace(portal, package=package), with_citable_versions(portal.package, history)


def load_missing_releases(
    history: History, package: str, descriptor: Path, config: SiteConfig, options: BuildOptions, progress: Progress
) -> Sequence[ListedRelease]:
    """The releases that the last site published and the history does not have.

    Raises BuildError where one of them left it since then, and nobody said that this is right.
    """
    file = (options.published or options.output) / urls.DATA[1:] / RELEASES
    published = read_releases(file)
    if published.damage:
        progress.warning(f"{file}: {published.damage}. Releases that only this list knew are forgotten.")
    hides_text = read_guard(descriptor, config.conventions, config.person_titles).hides_text
    missing = without_personal_data(missing_releases(published, package, history), hides_text)
    if not options.accept_rewritten and (problems := rewritten_problem(published, missing)):
        raise BuildError(problems)
    return missing
