"""OpenDocument files through odfdo, stripped of what tells the day and the machine they were made on."""

import io
import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZipFile

from odfdo import Document, Element

from question_bank.files.packing import Entry, packed

# What every reader does without, and what only says which program the template came from.
_LEFT_OUT = ("Configurations2/", "Thumbnails/", "manifest.rdf", "settings.xml")
_UNTOLD = ("meta:creation-date", "dc:date", "meta:user-defined", "meta:document-statistic", "meta:template")

# Blanks that a reader of XML would drop.
_BLANKS = re.compile(r"^ +| {2,}| +$|\t")


def empty_document(kind: str) -> Document:
    """A document of odfdo's template without a word in it, and without a date."""
    document = Document(kind)
    document.body.clear()
    container = document.container
    for path in container.parts if container else ():
        if container and path.startswith(_LEFT_OUT):
            container.del_part(path)
    for path in document.manifest.get_paths():
        if path.startswith(_LEFT_OUT):
            document.manifest.del_full_path(path)
    meta = document.meta
    for name in _UNTOLD:
        for element in meta.get_elements(f"//{name}"):
            element.delete()
    meta.set_generator("Passation")
    meta.language = "fr-FR"
    return document


def octets_of(document: Document) -> bytes:
    """The saved document, packed again with its parts in one order; the type comes first, as readers want."""
    saved = io.BytesIO()
    document.save(saved)
    with ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    names = sorted(parts, key=lambda name: (name != "mimetype", name))
    return packed(Entry(name, parts[name], stored=name == "mimetype") for name in names)


def add_style(document: Document, markup: str) -> None:
    """A style that is not in the list which people choose from."""
    of_content = document.content.get_element("//office:automatic-styles")
    if markup.startswith("<number:") and of_content is not None:
        # odfdo would put it beside the styles of the pages, where cells do not find it.
        of_content.append(Element.from_tag(markup))
    else:
        document.insert_style(markup, automatic=True)


def spaced(written: str) -> str:
    """One line of text as markup; blanks that XML would lose become elements of their own."""
    return _BLANKS.sub(_blank, escape(written))


def cell_markup(told: Mapping[str, str], shown: str) -> str:
    """A cell of a sheet; each line is a paragraph of its own."""
    lines = "".join(f"<text:p>{spaced(line)}</text:p>" for line in shown.split("\n")) if shown else ""
    return f"<table:table-cell{attributes(told)}>{lines}</table:table-cell>"


def attributes(told: Mapping[str, str]) -> str:
    """As they stand in a tag, each after a blank."""
    return "".join(f" {name}={quoteattr(value)}" for name, value in told.items())


def _blank(found: re.Match[str]) -> str:
    return "<text:tab/>" if found[0] == "\t" else f'<text:s text:c="{len(found[0])}"/>'
