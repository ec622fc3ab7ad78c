"""Addresses of other places: what becomes a link is what it looks like."""

import pytest

from portal.core.web_addresses import is_email_address, is_web_address, unsafe_link


@pytest.mark.parametrize(
    "address", ["https://example.org", "http://a.example:8080/x?y#z", "https://[::1]/", "https://xn--q3cm.example/ก"]
)
def test_an_address_of_the_web_is_one(address: str) -> None:
    assert is_web_address(address)
    assert unsafe_link(address) == ""


@pytest.mark.parametrize(
    "address",
    [
        *("", "example.org", "ftp://example.org/", "javascript:alert(1)", "https:///x", "https://", "https://["),
        *("https://city.example@evil.example/", "https://evil.example\\@city.example/", "https://เมือง.example/"),
        *("https://a b/", "https://a.example/\u202e", "https://a.example/\0", "https://a.example\n.evil.example/"),
    ],
)
def test_an_address_that_leads_elsewhere_than_it_seems_is_none(address: str) -> None:
    assert not is_web_address(address)


@pytest.mark.parametrize(
    "link", ["/projects/", "about", "#top", "?q=1", "mailto:office@city.example", "tel:+66-2221-2141", "/a%20b/"]
)
def test_a_link_of_a_known_kind_is_safe(link: str) -> None:
    assert unsafe_link(link) == ""


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("//evil.example/", "leads to another host"),
        ("/a/%2e%2e/b", "hides dots in its path"),
        ("/a//b", "holds two slashes"),
        ("/a%5cb", "holds two slashes, a backslash"),
        ("a b", "holds a space"),
        ("JavaScript:alert(1)", 'begins with "javascript:"'),
        ("data:text/html,x", 'begins with "data:"'),
        ("mailto:a@b.example,c@d.example", "is not one e-mail address"),
        ("mailto:a@b.example?bcc=c@d.example", "is not one e-mail address"),
        ("tel:drop", "is not a phone number"),
        ("https://a@b.example/", "is not a web address"),
    ],
)
def test_why_a_link_is_not_safe_is_said(link: str, why: str) -> None:
    assert unsafe_link(link).startswith(why)


@pytest.mark.parametrize(
    ("text", "good"), [("a+b@c.example", True), ("a@b", False), ("a@b.c,d@e.f", False), ("", False)]
)
def test_an_e_mail_address_is_one_alone(text: str, good: bool) -> None:
    assert is_email_address(text) is good
