"""The addresses of the site, and the file for each.

A *path* is an address without language and base path: `/projects/04160000-6961/`. `href` returns the link to a path in
a language, `output_path` the file. Both raise ValueError for a path that could leave the folder of the site.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote

from portal.core.memory import CACHED_NAMES
from portal.core.models import Language
from portal.core.text import looks

HOME = "/"
PROJECTS = "/projects/"
PROJECTS_BY_NAME = "/projects/by-name/"
LARGEST = "/projects/largest/"
"""The projects that received most."""
LEAST_PROGRESS = "/projects/least-progress/"
"""The projects with the lowest progress figures."""
LATEST_REPORTS = "/projects/latest-reports/"
"""The projects that were reported on last."""
AGENCIES = "/agencies/"
AREAS = "/areas/"
NEAR = "/near/"
"""The projects near a reader."""
PLACES = f"{NEAR}places.json"
"""The file with the place of each project that gives it; all languages share it."""
YEARS = "/years/"
POLICIES = "/policies/"
STRATEGIES = "/strategies/"
SUPPLIERS = "/suppliers/"
"""Those with whom the city has contracts, by name."""
LARGEST_SUPPLIERS = "/suppliers/largest/"
"""Those whose contracts have the largest amounts together."""
MOST_CONTRACTS = "/suppliers/most-contracts/"
CONTRACTS = "/contracts/"
"""All contracts, those signed last first."""
CONTRACTS_BY_TITLE = "/contracts/by-title/"
LARGEST_CONTRACTS = "/contracts/largest/"
DATA = "/data/"
"""The open data: its page, the package's descriptor and every file of it."""
QUALITY = "/data/quality/"
"""The quality report: what was checked, what is missing, and anomalies."""
CHANGES = "/changes/"
"""What each release of the data changed."""
SIGNALS = "/signals/"
"""Observations on projects, by rule."""
METHODOLOGY = "/signals/methodology/"
"""The rules of the observations."""
REPORTING = "/signals/reporting/"
"""How regularly agencies report."""
DCAT_US = "/data.json"
"""Where harvesters of DCAT-US look for the catalogue."""
NOT_FOUND = "/404.html"
SEARCH = "/search/"
COMPARE = "/compare/"
"""Projects side by side, which the browser reads from their pages."""
EMBED = "/embed/"
"""The charts of a page, for other sites to show in a frame."""
PATTERNS = "/patterns/"
"""The page of all components, for developers."""
PREVIEWS = "/previews/"
"""The pictures that chats and social networks show beside a link."""
SITE_PREVIEW = "/previews/site.png"
SITEMAP = "/sitemap.xml"
ROBOTS = "/robots.txt"
HEADERS = "/_headers"
PAGEFIND = "pagefind"
"""The folder of the search indexes; all languages share it."""
REMOVED = f"{PAGEFIND}/removed.json"
"""The file that says which projects left the data, for the search page."""
SUPPLIER_NAMES = f"{PAGEFIND}/suppliers.json.gz"
"""The names of the suppliers, for the search page."""
SYNONYMS = f"{PAGEFIND}/synonyms.json"
"""The synonyms, for the search page."""

RESERVED_SLUGS = frozenset(
    path.strip("/")
    for path in (
        PROJECTS,
        AGENCIES,
        AREAS,
        NEAR,
        YEARS,
        POLICIES,
        STRATEGIES,
        SUPPLIERS,
        CONTRACTS,
        SEARCH,
        COMPARE,
        EMBED,
        PATTERNS,
        PREVIEWS,
        DATA,
        CHANGES,
        SIGNALS,
        PAGEFIND,
        "assets",
    )
)
"""The first parts of addresses that a content page must not use, beside the codes of the languages."""

MAX_SLUG_BYTES = 240
"""Bytes of a part of an address, at most. A file name may have 255 bytes; a Thai letter has three."""

_DEVICES = ("con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(1, 10)))
"""Names that Windows reserves for devices, with any ending: there, a zip with such a file cannot be unpacked."""

_SUPERSCRIPTS = str.maketrans("¹²³", "123")

_TAKEN = (
    *("page", "by-name", "largest", "least-progress", "latest-reports", "most-contracts", "named"),
    *("index.html", "feed.xml"),
)
"""Names of files and folders of the site beside those that are named by an id."""

_ID = re.compile(r"[A-Za-z0-9]+([._-][A-Za-z0-9]+)*")
ID_RULE = (
    rf"(?=.{{1,100}}$)(?!(?:{'|'.join(map(re.escape, _TAKEN))})$)(?!(?:{'|'.join(_DEVICES)})(?:\.|$))"
    r"[a-z0-9]+(?:[._-][a-z0-9]+)*"
)
"""What `is_safe_id` lets pass, in whole and in any case: a regular expression that a browser reads as Python does."""
_ID_RULE = re.compile(ID_RULE, re.ASCII | re.IGNORECASE)
_SEGMENT = re.compile(r"[A-Za-z0-9_\u0e00-\u0e7f][A-Za-z0-9\u0e00-\u0e7f._-]*")
"""What nearly every part of an address is; see `_is_segment`."""


def is_safe_id(value: str) -> bool:
    """Whether an id can be part of an address: ASCII letters and digits, with single - . _ between them.

    It has at most 100 characters, and is not the name of another file or folder there, nor of a device.
    """
    return bool(_ID_RULE.fullmatch(value))


def is_device(name: str) -> bool:
    """Whether a file of this name would be a device on Windows, to which a number above the line is as good."""
    return name.split(".")[0].casefold().translate(_SUPERSCRIPTS) in _DEVICES


def _id(value: str) -> str:
    if not is_safe_id(value):
        raise ValueError(f"{value!r} cannot be part of an address")
    return value


def _file(name: str) -> str:
    """The name of a file; it may be longer than an id."""
    if not _ID.fullmatch(name) or len(name) > MAX_SLUG_BYTES:
        raise ValueError(f"{name!r} cannot be the name of a file")
    return name


def project(project_id: str) -> str:
    """The path of the page of a project. Raises ValueError if not `is_safe_id`; so do the functions below."""
    return f"{PROJECTS}{_id(project_id)}/"


def data_file(name: str) -> str:
    """The path of a file of the published package: `datapackage.json`, `projects.csv`."""
    return f"{DATA}{_file(name)}"


def archive(name: str) -> str:
    """The path of the zip `name` of a release with a tag."""
    return f"{DATA}releases/{_file(name)}"


def release(name: str) -> str:
    """The path of the page of a release."""
    return f"{CHANGES}{_id(name)}/"


def comparison(older: str, newer: str) -> str:
    """The path of the page that compares two releases with tags."""
    return f"{CHANGES}compare/{_file(older)}/{_file(newer)}/"


def signal(rule: str) -> str:
    """The path of the page of a rule of the observations; `rule` is its name, with underscores."""
    return f"{SIGNALS}{_id(rule.replace('_', '-'))}/"


def feed(path: str) -> str:
    """The path of the Atom feed that belongs to a page."""
    return f"{path}feed.xml"


def agency(agency_id: str) -> str:
    """The path of an agency's page."""
    return f"{AGENCIES}{_id(agency_id)}/"


def missing(agency_id: str) -> str:
    """The path of the page of what is missing from the data of an agency's projects."""
    return f"{agency(agency_id)}missing/"


def missing_csv(agency_id: str) -> str:
    """The path of the table of the same; its name says whose it is, also where it was saved."""
    return f"{missing(agency_id)}missing-{agency_id}.csv"


def area(area_id: str) -> str:
    """The path of an area's page."""
    return f"{AREAS}{_id(area_id)}/"


def area_map(area_id: str) -> str:
    """The path of the picture that shows where an area is; all languages share it."""
    return f"{area(area_id)}map.svg"


def supplier(supplier_id: str) -> str:
    """The path of a supplier's page."""
    return f"{SUPPLIERS}{_id(supplier_id)}/"


def contract(project_id: str, contract_id: str) -> str:
    """The path of a contract: its place on the page of its project."""
    return f"{project(project_id)}#{contract_anchor(contract_id)}"


def contract_anchor(contract_id: str) -> str:
    """What a contract's place on the page of its project is called; a number may have any signs."""
    if is_safe_id(contract_id):
        return f"contract-{contract_id}"
    words = "-".join(re.findall("[A-Za-z0-9]+", contract_id)) or "x"
    return f"contract-{_with_checksum(words, contract_id)}"


def year(fiscal_year: int | None) -> str:
    """The path of the page of a fiscal year; None is that of the projects without a year."""
    return f"{YEARS}{year_name(fiscal_year)}/"


def year_name(fiscal_year: int | None) -> str:
    """What addresses and search indexes call a fiscal year; None is that of the projects without a year."""
    return "unknown" if fiscal_year is None else str(fiscal_year)


def records(year: str) -> str:
    """The path of the records of all projects of a fiscal year, by the year's name."""
    return data_file(f"projects-{year}.jsonl.gz")


def ocds(year: str) -> str:
    """The path of the contracting processes of a fiscal year as OCDS, by the year's name."""
    return data_file(f"ocds-{year}.json.gz")


def policy(policy_id: str) -> str:
    """The path of the page of a policy."""
    return f"{POLICIES}{_id(policy_id)}/"


def strategy(name: str) -> str:
    """The path of the page of a strategy, which has a name but no id."""
    return f"{STRATEGIES}{slug(name)}/"


def named(title: str) -> str:
    """The path of the page of all projects of a name."""
    return f"{PROJECTS}named/{slug(title)}/"


def preview(folder: str, name: str) -> str:
    """The path of a picture that is shown beside links; all pictures of one kind are in one folder."""
    return f"{PREVIEWS}{_id(folder)}/{_file(name)}.png"


HOW_TO_READ, GLOSSARY, HOW_COMPUTED = "how-to-read", "glossary", "methodology"
PROSE = (HOW_TO_READ, GLOSSARY, HOW_COMPUTED)
"""The names of the pages of prose that speak of the portal, as in `document`; the portal has them itself."""


def document(name: str) -> str:
    """The path of a page of prose: of the portal, or of `content/`."""
    return f"/{_id(name)}/"


def page_of(path: str, number: int) -> str:
    """The path of the page `number`, from 1, of a list at `path`."""
    return path if number == 1 else f"{path}page/{number}/"


def first_page(path: str) -> str:
    """The path of the first page of the list that a page belongs to; of any other page, its own."""
    return re.sub(r"page/[0-9]+/$", "", path)


@lru_cache(maxsize=CACHED_NAMES)
def slug(name: str) -> str:
    """A name as one part of an address: its letters, marks and digits of every script, with hyphens between the words.

    Small letters in NFC, so that no two slugs are one file where case, or the form of accents, is ignored. Where the
    name is too long, or has no letter or digit, a checksum is added. Cached: the name of a project is asked for again
    by each list and each release that has it.
    """
    text = unicodedata.normalize("NFC", looks(name).casefold())
    words = "-".join("".join(sign if _is_of_word(sign) else " " for sign in text).split())
    if not words:
        return _with_checksum("x", text)
    if len(words.encode()) > MAX_SLUG_BYTES:
        return _with_checksum(words, words)
    return f"{words}-" if is_device(words) else words


def _is_of_word(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN"


def _with_checksum(words: str, text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{words.encode()[: MAX_SLUG_BYTES - 9].decode(errors='ignore')}-{digest}"


def localised(path: str, language: Language, first: Language) -> str:
    """The path in a language: that of the `first` language at the root, others below /<language>/."""
    return path if language == first else f"/{language}{path}"


def href(path: str, base_path: str = "/") -> str:
    """The link to a path, percent-encoded. `base_path` begins and ends with a slash."""
    # Most paths are of signs that are written as they are, and there is a link to each on many pages.
    return base_path + (path[1:] if _PLAIN.fullmatch(path) else quote(path[1:], safe="/#"))


_PLAIN = re.compile(r"[A-Za-z0-9_.~/#-]*")


def asset_href(name: str, base_path: str = "/") -> str:
    """The link to a file that all languages share, such as `assets/site.css`."""
    return base_path + quote(name.lstrip("/"), safe="/")


def output_path(path: str) -> str:
    """The file of a path, relative to the folder of the site. Raises ValueError for a path that could leave it."""
    name = path[1:] + "index.html" if path.endswith("/") else path[1:]
    if not path.startswith("/") or not all(_is_segment(part) for part in name.split("/")):
        raise ValueError(f"{path!r} is not an address of this site")
    return name


def _is_segment(part: str) -> bool:
    """Whether a part of an address has only letters, marks and digits, and - . _ behind the first of them."""
    if _SEGMENT.fullmatch(part):
        return True
    return part[:1] not in ("", "-", ".") and all(sign in "-._" or _is_of_word(sign) for sign in part)
