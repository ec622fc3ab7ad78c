"""Draw the picture that chats and social networks show beside a link to the portal.

    python -m scripts.social_picture

Lays out the portal's name and city, as `[tool.portal]` of pyproject.toml has them, in Chromium, and writes
`templates/assets/social.png`. Run it again after changing one of them, and look at the picture: a long name is set
smaller, and the Thai depends on the fonts of the machine (`make browsers` installs one).
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.browsers import CHROMIUM, FLAGS, executable
from portal.core.config import SiteConfig, read_config

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "templates" / "assets" / "social.png"
WIDTH, HEIGHT = 1200, 630

# Grey edges instead of coloured ones, and marks where the font has them instead of on the nearest pixel.
TEXT_FLAGS = ["--disable-lcd-text", "--font-render-hinting=none"]

# The ground is the brand of site.css. Two bars are progress and money of its dark scheme, which stand out on it; the
# third is its mark. The fonts are those of its stack that have the loops of formal Thai.
STYLE = """
    * { box-sizing: border-box; margin: 0; }
    body { height: 100vh; padding: 64px 88px 0; display: flex; flex-direction: column;
      background: #0a5c48; color: #fbfbf8; font: 30px/1.6 "Noto Sans Thai Looped", Sarabun, Loma, sans-serif; }
    .city { display: flex; gap: 20px; color: #cfe3da; }
    main { flex: 1; min-height: 0; display: flex; flex-direction: column; justify-content: center; }
    h1 { font-size: var(--size); line-height: 1.5; font-weight: 700; text-wrap: balance; }
    .english { font-size: 40px; line-height: 1.6; text-wrap: balance; }
    .bars { flex: none; width: 100vw; height: 130px; margin: 24px -88px 0; fill: #13674f; }
"""
SHRINK = """
    const main = document.querySelector("main");
    for (let size = 88; size >= 40; size -= 4) {
      document.documentElement.style.setProperty("--size", `${size}px`);
      if (main.scrollHeight <= main.clientHeight && main.scrollWidth <= main.clientWidth) return true;
    }
    return false;
"""
BARS = ((610, "#4cc29e"), (370, "#8fb0ee"), (960, "#ffe59a"))
"""How long each bar is, and its colour. They stand for progress, money and time on one scale, not for any data."""


def document(config: SiteConfig) -> str:
    """The picture as a page."""
    name, city = config.name, config.city
    bars = "".join(
        f'<rect y="{y}" width="{WIDTH}" height="16"/><rect y="{y}" width="{length}" height="16" fill="{fill}"/>'
        for y, (length, fill) in zip((0, 30, 60), BARS, strict=True)
    )
    return f"""<!doctype html><html lang="th"><meta charset="utf-8"><style>{STYLE}</style>
        <p class="city"><span>{escape(city.th)}</span><span lang="en">{escape(city.en)}</span></p>
        <main><h1>{escape(name.th)}</h1><p class="english" lang="en">{escape(name.en)}</p></main>
        <svg class="bars">{bars}</svg>"""


def draw(config: SiteConfig, picture: Path) -> None:
    """Write the picture. ValueError where the name is too long for it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(*CHROMIUM), args=FLAGS + TEXT_FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_content(document(config))
        if not page.evaluate(f"() => {{ {SHRINK} }}"):
            raise ValueError(f"{config.name.th!r} does not fit the picture")
        page.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    draw(read_config(ROOT / "pyproject.toml"), PICTURE)
