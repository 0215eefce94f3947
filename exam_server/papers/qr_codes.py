"""QR codes as pictures."""

import io
import re
from math import isqrt

import segno
import zxingcpp

_DARK = re.compile(rb"\0+")


def qr_of(address: str) -> str:
    """The text as an SVG element, as large as its box, for a paper."""
    return str(segno.make(address, error="m", micro=False).svg_inline(border=0, omitsize=True))


def qr_picture(text: str) -> bytes:
    """The text as an SVG file: dark on light whatever the colours of the page, with the quiet zone around."""
    written = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(
        written, kind="svg", border=4, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return written.getvalue()


def signed_qr_of(text: str) -> str:
    """The same as `qr_of` for a long text, many times faster: a class has a certificate each."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    dots = bytes(memoryview(code.to_image(add_quiet_zones=False)))  # type: ignore[arg-type]
    side = isqrt(len(dots))
    runs = [
        (row, *run.span())
        for row in range(side)
        for run in _DARK.finditer(dots[row * side : (row + 1) * side])
    ]
    path = "".join([f"M{start} {row}.5h{end - start}" for row, start, end in runs])
    box = f'viewBox="0 0 {side} {side}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><path stroke="#000" d="{path}"/></svg>'
