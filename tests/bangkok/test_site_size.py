"""What is expected of the size of this portal before it is built, beside what is built."""

from pathlib import Path

import pytest

from portal.package import read_portal
from portal.pipeline.hosts import SiteSize, refusals
from portal.pipeline.manifest import files_of
from portal.pipeline.site_size import expected_size

from tests.conventions import CITY

ROOT = Path(__file__).parents[2]


def test_the_expected_size_is_about_that_of_the_site(real_site: Path, tmp_path: Path) -> None:
    size = SiteSize.of([entry.stat().st_size for _, entry in files_of(real_site)])
    portal = read_portal(ROOT, CITY).portal
    assert portal is not None
    # By figures that were measured before, then by a sample of this very site.
    for output, tolerance in ((tmp_path, 0.5), (real_site, 0.05)):
        expected = expected_size(portal.package, output)
        assert expected.files == pytest.approx(size.files, rel=tolerance)
        assert expected.bytes == pytest.approx(size.bytes, rel=tolerance)
    assert expected.largest == size.largest
    assert refusals(size) == []
