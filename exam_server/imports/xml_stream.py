"""XML of an upload, read as a stream: DTDs and entities are refused, each fault of the text has a code."""

from dataclasses import dataclass
from io import BytesIO
from typing import Final
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import InputSource, Locator

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from exam_server.imports.codes import ImportCode

# Expat's own words for a document that ends too soon.
_ENDS_TOO_SOON: Final = ("no element found", "unclosed token", "partial character", "unclosed CDATA section")


MAX_STRETCH: Final = 1024 * 1024
"""Bytes without a "<": a tag with more attributes than that would be taken apart in one piece, in memory."""


@dataclass(frozen=True)
class Fault:
    """Why the reading ended before the document did."""

    code: ImportCode
    line: int | None = None
    given: str = ""
    expected: str = ""


class Stop(SAXException):
    """Nothing more is worth reading: for a fault, or because all that was wanted has been read."""

    def __init__(self, fault: Fault | None = None) -> None:
        super().__init__("" if fault is None else fault.code.value)
        self.fault = fault


class StreamReader(ContentHandler):
    """A handler that knows the line it is at."""

    def __init__(self) -> None:
        super().__init__()
        self.locator: Locator | None = None

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 -- SAX calls it so
        self.locator = locator

    def line(self) -> int:
        return 1 if self.locator is None else self.locator.getLineNumber() or 1


def stream(content: bytes, reader: StreamReader, *, namespaces: bool = False) -> Fault | None:
    """Hands the document to the reader, element by element; what made it end too soon, if anything did."""
    if _has_long_stretch(content):
        return Fault(ImportCode.XML_TOO_COMPLEX)
    # A big buffer, because expat reads an unfinished token again with each buffer.
    parser = DefusedExpatParser(namespaceHandling=namespaces, bufsize=1 << 20, forbid_dtd=True)
    parser.setContentHandler(reader)
    source = InputSource("upload")
    source.setByteStream(BytesIO(content))
    if content.startswith(b"\xef\xbb\xbf"):
        source.setEncoding("utf-8")  # the mark says more than a declaration that an editor left behind
    try:
        parser.parse(source)
    except Stop as stop:
        return stop.fault
    except DefusedXmlException:
        return Fault(ImportCode.XML_DTD_FORBIDDEN, reader.line())
    except SAXParseException as error:
        return Fault(_code_of(error), error.getLineNumber())
    except (LookupError, ValueError) as error:  # pyexpat, on an encoding that it cannot map
        return Fault(ImportCode.ENCODING_NOT_SUPPORTED, 1, str(error))
    return None


def _has_long_stretch(content: bytes) -> bool:
    """No attribute may hold a "<", and every encoding that expat reads writes it with that byte."""
    at = content.find(b"<")
    while 0 <= at < len(content) - MAX_STRETCH:
        at = content.rfind(b"<", at + 1, at + 1 + MAX_STRETCH)
        if at < 0:
            return True
    return False


def _code_of(error: SAXParseException) -> ImportCode:
    words = error.getMessage()
    if "encoding" in words:
        return ImportCode.ENCODING_NOT_SUPPORTED
    return ImportCode.XML_TRUNCATED if words.startswith(_ENDS_TOO_SOON) else ImportCode.XML_MALFORMED
