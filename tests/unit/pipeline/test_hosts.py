"""Which known hosts would refuse a site, by its size."""

from __future__ import annotations

import pytest

from portal.pipeline.hosts import GB, HOSTS, MIB, SiteSize, refusals


@pytest.mark.parametrize(
    ("size", "refused"),
    [
        (SiteSize(20_000, GB, 25 * MIB), []),
        (SiteSize(20_000, GB + 1, 1), ["GitHub Pages", "GitLab Pages"]),
        (SiteSize(20_001, GB, 1), ["Cloudflare Pages (free plan)"]),
        (SiteSize(2, GB, 25 * MIB + 1), ["Cloudflare Pages (free plan)", "Cloudflare Pages (paid plan)"]),
        (SiteSize(300_000, 9 * GB, 3 * GB), [host.name for host in HOSTS]),
    ],
)
def test_a_host_refuses_what_is_above_a_limit_and_takes_what_is_at_it(size: SiteSize, refused: list[str]) -> None:
    assert [refusal.host for refusal in refusals(size)] == refused


def test_a_refusal_names_each_figure_with_its_limit_and_what_is_estimated() -> None:
    (*_, free, _) = refusals(SiteSize(53_500, 2_412_300_000, 30_000_001))
    assert free.text == (
        "Cloudflare Pages (free plan) would refuse this site: 53,500 files (at most 20,000), "
        "a file of 31 MB (at most 25 MiB)"
    )
    (github, *_) = refusals(SiteSize(1, GB + 1, 1, estimated=True))
    assert github.text == "GitHub Pages would refuse this site: about 1,001 MB (at most 1 GB)"


def test_the_size_of_a_site_is_that_of_its_files() -> None:
    assert SiteSize.of([3, 5, 2]) == SiteSize(files=3, bytes=10, largest=5)
    assert SiteSize.of([]) == SiteSize(files=0, bytes=0, largest=0)
