"""What else can be done with a package and a site: check the one, verify the other."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from portal.core.cache import Cache
from portal.core.config import read_config
from portal.core.memory import without_garbage_collection
from portal.core.models import Document, History, Package, Portal
from portal.core.problems import Problem, UsageError
from portal.core.program import ROOT, code_digest
from portal.package import find_notices, locate_descriptor, names_in_titles
from portal.pipeline.build import build
from portal.pipeline.executor import workers
from portal.pipeline.hosts import refusals
from portal.pipeline.load import history_beside, load_history, load_source, warn_of_history
from portal.pipeline.manifest import differences, read_info
from portal.pipeline.options import BuildOptions
from portal.pipeline.progress import Progress
from portal.pipeline.site_size import expected_size


@dataclass(frozen=True, slots=True)
class CheckedPackage:
    """A package and content without a problem."""

    portal: Portal
    documents: int
    """Content pages and notes."""
    notices: Sequence[Problem]
    """What to look at before it is published."""


def check(options: BuildOptions, progress: Progress) -> CheckedPackage:
    """Validate the package and the content, and write nothing. Raises BuildError or UsageError."""
    config = read_config(ROOT / "pyproject.toml", options.base_url)
    notices: Sequence[Problem] = ()
    with without_garbage_collection():
        with workers(options.jobs) as executor, history_beside(options, executor):
            source = load_source(options.package, config, executor, cache=Cache(options.cache))
        history = _readable_history(source.portal, options, config.person_titles, progress)
    if history is not None:
        warn_of_history(source.portal.package, history, progress)
        newest = history.releases[-1].changes if history.releases else ()
        notices = find_notices(source.portal.package, newest)
    notices = [*notices, *names_in_titles(source.portal, config.person_titles)]
    notices += _city_pages(source.documents)
    notices += _too_large_for_hosts(source.portal.package, options.output)
    return CheckedPackage(source.portal, len(source.documents) + len(source.notes), notices)


def _city_pages(documents: Sequence[Document]) -> Iterator[Problem]:
    """The pages that only the city can write, where they are missing or still those of every new city, as notices."""
    slugs = {document.slug for document in documents}
    hint = "Write it in every language; docs/another-city.md says what it may say. Until then no page links to it."
    for slug, says in CITY_PAGES.items():
        if slug not in slugs:
            yield Problem(f"content/{slug}.md", "missing-page", f"there is no page that says {says}.", hint)
    for document in documents:
        if document.unwritten:
            says = CITY_PAGES.get(document.slug, "what only you know")
            message = f"this page is still that of every new city, and does not say {says}."
            unwritten = 'Write it, and take out its line "unwritten: true".'
            yield Problem(document.place, "unwritten-page", message, unwritten)


CITY_PAGES = {
    "about": "who publishes this site, where its figures come from and who may use them",
    "contact": "whom to tell of a mistake",
}
"""The pages that speak of a city, by their names, and what they say."""


def _too_large_for_hosts(package: Package, output: Path) -> list[Problem]:
    """The known hosts that would refuse the site of a package, each as a notice."""
    hint = "docs/hosting.md says how much each host takes."
    return [
        Problem(str(output), "too-large-for-host", f"{refusal.text}.", hint)
        for refusal in refusals(expected_size(package, output))
    ]


def _readable_history(
    portal: Portal, options: BuildOptions, person_titles: Sequence[str], progress: Progress
) -> History | None:
    """The history of the package; None where it cannot be read, which is a warning and does not stop the check."""
    try:
        return load_history(portal, locate_descriptor(options.package), Cache(options.cache), person_titles)
    except UsageError as error:
        if portal.erased:
            raise
        progress.warning(f"The package is not compared with the release before: {error}")
        return None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A published site beside a fresh build."""

    differences: Sequence[tuple[str, str]]
    """The files that are not the same, each with what is the matter."""
    same_program: bool
    """Whether the site was made by this version of the program and of its libraries."""


def verify(options: BuildOptions) -> Comparison:
    """Compare the published folder with what a fresh build makes. Raises BuildError or UsageError."""
    published = read_info(options.output)
    if not published:
        raise UsageError(f"{options.output}: there is no site of this program. Build it first.")
    with tempfile.TemporaryDirectory() as folder:
        fresh = replace(
            options,
            output=Path(folder) / "site",
            base_url=options.base_url or published.get("base_url"),
            patterns=bool(published.get("patterns")),
            # What is cached must not vouch for itself.
            cache=Path(folder) / "cache",
            reuse=False,
            # What left the history before is known from the published list alone.
            published=options.output,
            accept_rewritten=True,
        )
        build(fresh, Progress())
        different = differences(options.output, fresh.output)
    return Comparison(different, published.get("program") == code_digest())
