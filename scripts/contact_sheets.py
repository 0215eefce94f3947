"""Pictures of many items at once: contact sheets of a bank, as candidates see them. See --help."""

import argparse
import math
import random
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import uvicorn
from PIL import Image, ImageDraw
from playwright.sync_api import Page, sync_playwright

from exam_server.commands.bank.check import SHIPPED
from exam_server.preview.app import preview_app
from exam_server.preview.shelf import Shelf
from question_bank.items import ItemVersion
from question_bank.loading import load_items
from question_bank.variants import VARIANTS

WIDTH, HEIGHT = 1366, 768
TALLEST = 2400
CAPTION = 26
GAP = 12
BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=SHIPPED, help="the folder of items")
    parser.add_argument("--only", default="", help="ids that begin so, or a type")
    parser.add_argument("--sample", type=int, default=0, help="so many items at random; 0: all")
    parser.add_argument("--seed", type=int, default=1, help="of the sample and of the variants")
    parser.add_argument("--zoom", type=float, default=1.0, help="2 is a candidate's page at 200 %%")
    parser.add_argument("--columns", type=int, default=2)
    parser.add_argument("--a-sheet", type=int, default=6, help="pictures on a sheet")
    parser.add_argument("--out", type=Path, default=Path("contact-sheets"))
    return parser.parse_args()


def wanted(items: Sequence[ItemVersion], args: argparse.Namespace) -> list[ItemVersion]:
    chosen = [item for item in items if item.id.startswith(args.only) or item.type.value == args.only]
    if args.sample and args.sample < len(chosen):
        chosen = sorted(random.Random(args.seed).sample(chosen, args.sample), key=lambda item: item.id)
    return chosen


def serve(shelf: Shelf) -> str:
    """The preview on a free port of this machine, in a thread that ends with the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(preview_app(shelf), host="127.0.0.1", port=port, log_level="error")
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return f"http://127.0.0.1:{port}"


def pictures(
    page: Page, url: str, items: Sequence[ItemVersion], args: argparse.Namespace
) -> Iterator[Image.Image]:
    """One picture an item, with its name and variant above it."""
    chance = random.Random(args.seed)
    for item in items:
        number = chance.randrange(VARIANTS) if item.variants is not None else 0
        page.goto(f"{url}/items/{item.id}?alone&variant={number}")
        page.wait_for_function("document.documentElement.dataset.ready !== undefined")
        path = args.out / "one.png"
        page.screenshot(path=path, full_page=True)
        with Image.open(path) as seen:
            shot = seen.convert("RGB").crop((0, 0, WIDTH, min(seen.height, TALLEST)))
        path.unlink()
        framed = Image.new("RGB", (shot.width, shot.height + CAPTION), "white")
        framed.paste(shot, (0, CAPTION))
        name = f"{item.id}  level {item.level}  {item.type.value}"
        ImageDraw.Draw(framed).text((8, 4), f"{name}  variant {number}", fill="black", font_size=18)
        yield framed


def sheet(shots: Sequence[Image.Image], columns: int) -> Image.Image:
    """Pictures in rows, each row as tall as its tallest."""
    rows = [shots[at : at + columns] for at in range(0, len(shots), columns)]
    heights = [max(shot.height for shot in row) + GAP for row in rows]
    found = Image.new("RGB", ((WIDTH + GAP) * columns, sum(heights)), "#808080")
    top = 0
    for row, height in zip(rows, heights, strict=True):
        for place, shot in enumerate(row):
            found.paste(shot, (place * (WIDTH + GAP), top))
        top += height
    return found.reduce(2)


def main() -> None:
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    loaded = load_items(args.folder)
    items = wanted(loaded.bank.items, args)
    url = serve(Shelf(loaded))
    browser_path = next(path for path in BROWSERS if Path(path).exists())
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--lang=fr"])
        size = {"width": round(WIDTH / args.zoom), "height": round(HEIGHT / args.zoom)}
        page = browser.new_page(viewport=size, device_scale_factor=args.zoom, locale="fr-FR")  # type: ignore[arg-type]
        page.on("pageerror", lambda error: print(f"{page.url}: {error}"))
        shots: list[Image.Image] = []
        count = math.ceil(len(items) / args.a_sheet)
        for shot in pictures(page, url, items, args):
            shots.append(shot)
            if len(shots) == args.a_sheet:
                save(shots, args, count)
        if shots:
            save(shots, args, count)
        browser.close()


def save(shots: list[Image.Image], args: argparse.Namespace, count: int) -> None:
    """Writes a sheet and empties the list."""
    number = len(list(args.out.glob("sheet-*.png"))) + 1
    sheet(shots, args.columns).save(args.out / f"sheet-{number:03}.png")
    print(f"sheet {number} of {count}", flush=True)
    shots.clear()


if __name__ == "__main__":
    main()
