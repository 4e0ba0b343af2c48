"""Make the pictures of the documentation from a finished run of the sample week.

Usage: python3 dev.py sample, then python benchmarks/pictures.py [out/2024w42]

Writes docs/images/page.png (the page in Chromium) and docs/images/bulletin.png (the first pages of the bulletin as
LibreOffice prints them), each below 200 kB. The fonts that an office has (仿宋, 黑体 …) are commercial: free
ones stand in for them here, the charts' font and its companion with serifs.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
LARGEST = 200_000  # bytes
PAGES = 3
SIZE = (1366, 860)
GAP, EDGE = 16, "#b8b8b8"


FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir>
{serifs}
<match><edit name="family" mode="append" binding="strong"><string>Noto Sans SC</string></edit></match>
</fontconfig>"""

SERIF = (
    '<match><test name="family"><string>{name}</string></test>'
    '<edit name="family" mode="assign" binding="strong"><string>Noto Serif SC</string></edit></match>'
)


@contextmanager
def workplace() -> Iterator[tuple[Path, dict[str, str]]]:
    """Give a folder that goes away and an environment whose programs find the charts' font."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = folder / "fonts.conf"
        serifs = "".join(SERIF.format(name=name) for name in ("仿宋_GB2312", "方正小标宋简体", "楷体_GB2312"))
        fonts = resources.files("pylopdf_fonts_zh_cn")
        settings.write_text(FONTS.format(fonts=fonts, cache=folder / "cache", serifs=serifs), encoding="utf-8")
        yield folder, {**os.environ, "HOME": name, "FONTCONFIG_FILE": str(settings)}


def photograph(page: Path) -> Image.Image:
    """Return the top of a page as Chromium shows it."""
    with workplace() as (folder, environment):
        shot = folder / "page.png"
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             f"--user-data-dir={folder / 'profile'}", f"--window-size={SIZE[0]},{SIZE[1]}", f"--screenshot={shot}",
             page.absolute().as_uri()],
            check=True, capture_output=True, timeout=120, env=environment,
        )  # fmt: skip
        return Image.open(io.BytesIO(shot.read_bytes())).convert("RGB")


def print_pages(document: Path, pages: int = PAGES) -> list[Image.Image]:
    """Return the first pages of a Word document as LibreOffice lays them out."""
    with workplace() as (folder, environment):
        subprocess.run(
            ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(document)],
            check=True, capture_output=True, timeout=240, env=environment,
        )  # fmt: skip
        pdf = folder / f"{document.stem}.pdf"
        subprocess.run(["pdftoppm", "-r", "60", "-l", str(pages), "-png", str(pdf), str(folder / "page")], check=True)
        return [Image.open(io.BytesIO(path.read_bytes())).convert("RGB") for path in sorted(folder.glob("page-*.png"))]


def side_by_side(pages: list[Image.Image]) -> Image.Image:
    """Return the pages in a row, each with an edge."""
    width, height = pages[0].size
    whole = Image.new("RGB", (len(pages) * (width + GAP) + GAP, height + 2 * GAP), "white")
    for number, page in enumerate(pages):
        at = GAP + number * (width + GAP)
        whole.paste(EDGE, (at - 1, GAP - 1, at + width + 1, GAP + height + 1))
        whole.paste(page, (at, GAP))
    return whole


def save(image: Image.Image, target: Path) -> None:
    """Write an image with few colours; stop when it is too large for a repository."""
    # By coverage instead of by frequency: the red rule of the head is a few hundred pixels, and has to stay red.
    few = image.convert("RGB").quantize(64, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(target, optimize=True)
    size = target.stat().st_size
    print(f"{target.relative_to(ROOT)}  {image.width}x{image.height}  {size / 1000:.0f} kB")
    if size > LARGEST:
        raise SystemExit(f"{target.name} is larger than {LARGEST} bytes")


def main() -> None:
    """Make both pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path, nargs="?", default=ROOT / "out" / "2024w42")
    run = parser.parse_args().run
    images = ROOT / "docs" / "images"
    images.mkdir(exist_ok=True)
    save(photograph(run / "report.html"), images / "page.png")
    save(side_by_side(print_pages(run / "bulletin.docx")), images / "bulletin.png")


if __name__ == "__main__":
    main()
