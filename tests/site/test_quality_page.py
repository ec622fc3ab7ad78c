"""The page of the quality of the data."""

import json
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser as Html

from tests.building import run_build
from tests.sample_package import SamplePackage


def test_what_is_published_on_purpose_is_listed_with_its_reason(whole: SamplePackage, tmp_path: Path) -> None:
    reason = "เบอร์กลางของเมือง"
    whole.describe("personal_data_allowed", [{"value": "02-221-2141", "reason": reason}])
    whole.set("projects", "remarks", "โทร. 02-221-2141")
    result = run_build("--package", whole.root, "--output", tmp_path / "site")
    assert result.returncode == 0, result.stdout + result.stderr
    page = Html((tmp_path / "site" / "data" / "quality" / "index.html").read_text("utf-8"))
    assert [item.text() for item in page.css("[aria-labelledby=rules] > ul > li")] == [f"02-221-2141 {reason}"]
    copy = json.loads((tmp_path / "site" / "data" / "quality.json").read_text("utf-8"))
    assert copy["personal_data_allowed"] == [{"subject": "02-221-2141", "reason": reason}]
