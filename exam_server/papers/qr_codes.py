"""QR codes as pictures."""

import io

import segno


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
