"""Addresses that become links: only of accepted kinds, and only those that lead where they seem to lead."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from portal.core.text import FORBIDDEN

_HOST = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
_EMAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
_PHONE = re.compile(r"\+?[0-9().-]+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)


def is_web_address(text: str) -> bool:
    """Whether a text is a web address (http or https) that leads where it seems to lead.

    Its host must be ASCII, since letters of other scripts may look like a to z. It must not have a user name, which may
    look like a host (RFC 3986, section 7.6), nor white space or backslashes, which programs read differently.
    """
    if _is_ambiguous(text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and _HOST.fullmatch(parts.netloc) is not None


def is_email_address(text: str) -> bool:
    """Whether a text is one e-mail address, without a part that could add another address or a header."""
    return _EMAIL.fullmatch(text) is not None


def unsafe_link(address: str) -> str:
    """Why an address in a text of an editor must not become a link, as a sentence without its subject; "" where it may.

    An address without a scheme is one of this site, relative to its root or to the page.
    """
    if _is_ambiguous(address):
        return "holds a space, a backslash or a control character, which programs read differently."
    match = _SCHEME.match(address)
    if match is None:
        return _unsafe_path(address)
    scheme, rest = match[1].lower(), match[2]
    if scheme in ("http", "https"):
        is_valid = is_web_address(address)
        return "" if is_valid else "is not a web address: write its host in ASCII (xn--…), without @ before it."
    if scheme == "mailto":
        return "" if is_email_address(rest) else "is not one e-mail address: mailto:office@example.org."
    if scheme == "tel":
        return "" if _PHONE.fullmatch(rest) else "is not a phone number: tel:+6621234567."
    return f'begins with "{scheme}:"; a link begins with https:, mailto:, tel: or a slash.'


def _unsafe_path(address: str) -> str:
    """The same for an address of this site, before and after percent-decoding."""
    path = re.split("[?#]", address, maxsplit=1)[0]
    decoded = unquote(path)
    if address.startswith("//"):
        return "leads to another host; begin it with https:."
    if "//" in decoded or _is_ambiguous(decoded.replace(" ", "")):
        return "holds two slashes, a backslash or a control character in its path."
    if path != decoded and any(part in (".", "..") for part in decoded.split("/")):
        return "hides dots in its path."
    return ""


def _is_ambiguous(text: str) -> bool:
    return re.search(r"[\s\\]", text) is not None or FORBIDDEN.search(text) is not None
