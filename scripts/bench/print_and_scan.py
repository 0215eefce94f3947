"""What becomes of a page that is printed, lies askew on a scanner, and is sent on as a JPEG."""

import io
import random
import subprocess

from PIL import Image, ImageEnhance, ImageFilter

DPI = 150
DEGREES = 3.0
JPEG_QUALITY = 40
LEAST_BLUR, MOST_BLUR = 0.5, 1.2
"""Pixels at 150 dpi; a module of the code has between four and five."""


def pictured(pdf: bytes, dpi: int = DPI) -> Image.Image:
    """The first page in grey, as poppler draws it."""
    command = ["pdftoppm", "-r", str(dpi), "-gray", "-png", "-singlefile", "-"]
    drawn = subprocess.run(command, input=pdf, capture_output=True, check=True, timeout=60)
    return Image.open(io.BytesIO(drawn.stdout)).convert("L")


def printed_and_scanned(page: Image.Image, rng: random.Random) -> Image.Image:
    """Turned by up to three degrees, blurred, grey instead of black and white, and packed as JPEG 40."""
    turned = page.rotate(
        rng.uniform(-DEGREES, DEGREES), Image.Resampling.BILINEAR, expand=True, fillcolor=255
    )
    blurred = turned.filter(ImageFilter.GaussianBlur(rng.uniform(LEAST_BLUR, MOST_BLUR)))
    grey = ImageEnhance.Contrast(blurred).enhance(rng.uniform(0.6, 1.0))
    packed = io.BytesIO()
    ImageEnhance.Brightness(grey).enhance(rng.uniform(0.8, 1.1)).save(packed, "JPEG", quality=JPEG_QUALITY)
    return Image.open(packed)
