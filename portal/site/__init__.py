"""The pages: each planned as data, then rendered as HTML or as a feed; the only user of Jinja2.

In: a portal, its findings and its texts. Out: pages as data, their text, and the links between them.
"""

from portal.site.glossary import city_terms
from portal.site.links import Links, PageLinks, read_links
from portal.site.outlines import draw_outlines
from portal.site.pages.changes import Archive, archive_name, named_releases
from portal.site.pages.nearby import places_json
from portal.site.pages.plan import SiteData, plan_data, plan_pages, readme
from portal.site.pages.projects import (
    Address,
    ProjectBackground,
    ProjectBackgrounds,
    ProjectExample,
    ProjectExamples,
    ProjectPages,
    addresses,
    project_backgrounds,
    project_pages,
)
from portal.site.pages.prose import DocumentContext, PortalPageContext
from portal.site.pages.suppliers import ChangedSuppliers, has_suppliers, supplier_names_json
from portal.site.previews import draw_preview
from portal.site.renderer import Asset, Renderer, Site, read_assets

__all__ = [
    "Address",
    "Archive",
    "Asset",
    "ChangedSuppliers",
    "DocumentContext",
    "Links",
    "PageLinks",
    "PortalPageContext",
    "ProjectBackground",
    "ProjectBackgrounds",
    "ProjectExample",
    "ProjectExamples",
    "ProjectPages",
    "Renderer",
    "Site",
    "SiteData",
    "addresses",
    "archive_name",
    "city_terms",
    "draw_outlines",
    "draw_preview",
    "has_suppliers",
    "named_releases",
    "places_json",
    "plan_data",
    "plan_pages",
    "project_backgrounds",
    "project_pages",
    "read_assets",
    "read_links",
    "readme",
    "supplier_names_json",
]
