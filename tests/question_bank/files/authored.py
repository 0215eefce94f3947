"""Files as an author writes them, read as an item file's would be; and readers that are not the writers."""

import io
import json
import zipfile
from xml.etree.ElementTree import Element

import yaml
from defusedxml.ElementTree import fromstring

from question_bank.files import FileSpec, read_files
from question_bank.item_types.authored import Fields, Problem

ODF = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
}


def read(written: str) -> tuple[tuple[FileSpec, ...], list[Problem]]:
    """The files of an item's fields, and all that is wrong with them."""
    problems: list[Problem] = []
    node = yaml.compose(written, Loader=yaml.SafeLoader)
    assert isinstance(node, yaml.MappingNode)
    fields = Fields(node, "", problems)
    found = read_files(fields)
    fields.close()
    return found, problems


def _written(name: str, kind: str, content: object) -> str:
    return json.dumps({"files": [{"name": name, kind: content}]}, ensure_ascii=False)


def one(name: str, kind: str, content: object) -> FileSpec:
    """A file that nothing is wrong with; it comes back the same from what is stored."""
    (found,), problems = read(_written(name, kind, content))
    assert problems == []
    assert FileSpec.from_json(json.loads(json.dumps(found.to_json()))) == found
    return found


def problems_of(name: str, kind: str, content: object) -> list[str]:
    """The fields that are wrong, without the way to them."""
    _found, problems = read(_written(name, kind, content))
    return [problem.field.removeprefix("files[1].").removeprefix(f"{kind}.") for problem in problems]


def part_of(octets: bytes, name: str) -> Element:
    """One part of an OpenDocument file, parsed."""
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        assert archive.testzip() is None
        root: Element = fromstring(archive.read(name))
        return root


def tag(name: str) -> str:
    """`text:p` as ElementTree names it."""
    prefix, _, local = name.partition(":")
    return f"{{{ODF[prefix]}}}{local}"


def words_in(element: Element) -> str:
    """The text of a paragraph as a word processor shows it: blanks that were kept apart stand in it again."""
    said = element.text or ""
    for child in element:
        if child.tag == tag("text:s"):
            said += " " * int(child.get(tag("text:c"), "1"))
        elif child.tag == tag("text:tab"):
            said += "\t"
        elif child.tag != tag("office:annotation"):
            said += words_in(child)
        said += child.tail or ""
    return said
