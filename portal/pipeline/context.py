"""What all tasks of a build have in common, as workers read it from the stage."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from portal.core.cache import Cache
from portal.core.config import SiteConfig
from portal.core.files import write_file
from portal.core.models import Document, ProjectIndex
from portal.core.program import ROOT
from portal.pipeline.build_cache import (
    CURRENT,
    PREVIOUS,
    SCRATCH,
    Files,
    digests_of,
    read_unmodified,
    reuse_files,
)
from portal.pipeline.serialise import serialise_by_content
from portal.rules import input_titles, meanings, rule_titles
from portal.site import Asset, ProjectPages, Renderer, Site, city_terms

CONTEXT = "context"
"""The file of the scratch folder that holds the context."""

TEMPLATES = "templates"
"""The folder of compiled templates, among what is known of the files of a site, and the name of what says so."""

PAGES = "pages"
"""The folder of the scratch folder that holds the shards of pages."""


@dataclass(frozen=True)
class BuildContext:
    """What all tasks of a build have in common."""

    site: Site
    project_pages: ProjectPages
    program: str
    """The digest of the program: what it made is as it would be made now where this is the same."""
    stage: Path
    """The folder in which the site is being made."""
    cache: Path
    """The folder of results that are saved between builds, of whatever site."""
    previous: Path | None
    """The last site, whose files are used again where they would be made the same; None: every file is made."""

    @property
    def scratch(self) -> Path:
        """The folder of what is not published."""
        return self.stage / SCRATCH

    @property
    def pages(self) -> Path:
        """The folder of the shards of pages."""
        return self.scratch / PAGES

    def reuses(self, files: Files) -> bool:
        """Whether these files of the last site are unmodified, and now stand in the stage too."""
        return self.previous is not None and reuse_files(self.previous, files, self.stage, self._unmodified())

    def _unmodified(self) -> frozenset[str]:
        """What has been compared; nothing while that has not ended."""
        try:
            return self._compared
        except OSError:
            return frozenset()

    @cached_property
    def _compared(self) -> frozenset[str]:
        return read_unmodified(self.scratch)


def save_context(context: BuildContext) -> None:
    """Write the context into the stage, for the workers."""
    context.pages.mkdir(parents=True)
    (context.scratch / CURRENT).mkdir()
    write_file(context.scratch, CONTEXT, pickle.dumps(context))


@lru_cache(maxsize=1)
def load_context(stage: Path) -> BuildContext:
    """The context of the build whose stage this is. Every build has a stage of its own name."""
    context: BuildContext = pickle.loads((stage / SCRATCH / CONTEXT).read_bytes())
    return context


@lru_cache(maxsize=1)
def load_renderer(stage: Path) -> Renderer:
    """The renderer of a build. Compiling the templates costs as much as a hundred pages, so workers share it."""
    context = load_context(stage)
    return Renderer(context.site, ROOT / "templates", context.scratch / CURRENT / TEMPLATES)


def take_templates(stage: Path) -> bool:
    """Whether the templates that the last build compiled can be used; they are those of this one then."""
    scratch = stage / SCRATCH
    saved, folder = Cache(scratch / PREVIOUS).get(TEMPLATES), scratch / PREVIOUS / TEMPLATES
    if not isinstance(saved, dict) or saved != _compiled(stage, folder):
        return False
    folder.rename(scratch / CURRENT / TEMPLATES)
    return True


def save_templates(stage: Path) -> None:
    """Save the compiled templates for the next build."""
    current = stage / SCRATCH / CURRENT
    Cache(current).put(TEMPLATES, _compiled(stage, current / TEMPLATES))


def _compiled(stage: Path, folder: Path) -> dict[str, Any]:
    """What compiled templates were made from, and their sums."""
    return {"key": shared_digest(stage), "files": digests_of(folder, folder.rglob("*"))}


@lru_cache(maxsize=1)
def shared_digest(stage: Path) -> str:
    """Names all that the pages of a build depend on beside their own context: the program, and what all pages share."""
    context = load_context(stage)
    shared = serialise_by_content((context.site, context.project_pages))
    return hashlib.sha256(context.program.encode() + shared).hexdigest()


def shared_by_pages(
    config: SiteConfig, index: ProjectIndex, documents: Sequence[Document], assets: Iterable[Asset]
) -> Site:
    """What every page of the site may use."""
    return Site(
        config.name,
        config.city,
        config.area,
        config.base_url,
        config.base_path,
        config.corrections_email,
        index.package.described,
        tuple(replace(document, description="", html="") for document in documents),
        city_terms(documents),
        {asset.name: asset.output for asset in assets},
        meanings(config.signals, index.package.conventions),
        rule_titles(index.package, config.signals),
        input_titles(index.package),
    )
