"""QTI packages: a manifest, items, and what they point to; our own carry the item files too.

QTI has no word for simulated programs, variants, levels or accessibility facts. An export holds every item
that QTI can say as a QTI item for other programs, and beside them the item files as they are: an import of
our own package takes these, and nothing is lost.
"""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from question_bank.exchange.archive import BadPackage, read_archive, write_archive
from question_bank.exchange.drafts import CannotMap, Found, Unmapped
from question_bank.exchange.markup import attributes_of, name_of, parse_xml
from question_bank.exchange.qti_reading import read_item
from question_bank.exchange.qti_writing import NotInQti, write_item
from question_bank.items import ItemVersion
from question_bank.loading import LoadedBank, load_bank
from question_bank.typography import Phrase

OWN_FOLDER = "passation/items/"
_MANIFEST = "imsmanifest.xml"
_CP = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
_ITEM_TYPES = frozenset(
    {"imsqti_item_xmlv3p0", "imsqti_item_xmlv2p1", "imsqti_item_xmlv2p2", "imsqti_item_xmlv2p0"}
)


def write_package(loaded: LoadedBank) -> tuple[bytes, list[Unmapped]]:
    """The whole bank; with the items that only programs of our kind can read.

    A parametric item goes out as its first variant.
    """
    files: dict[str, bytes] = {}
    resources: list[tuple[ItemVersion, list[str]]] = []
    unmapped: list[Unmapped] = []
    for item in loaded.bank.items:
        one = item.variant(0)
        name = f"items/{item.id}.xml"
        try:
            written = write_item(one)
        except NotInQti as kind:
            reason = Phrase("le type {kind} n’a pas d’équivalent en QTI", kind=str(kind))
            unmapped.append(Unmapped(item.id, item.skill_title, reason))
            continue
        attached = {f"files/{item.id}/{file.name}": file.generate() for file in one.files}
        files |= {name: written.xml, **written.files, **attached}
        resources.append((item, [name, *written.files, *attached]))
    own = {
        f"{OWN_FOLDER}{path.parent.name}/{path.name}": path.read_bytes()
        for path in sorted({Path(place.file) for place in loaded.places.values()})
    }
    manifest = _manifest(resources, list(own))
    return write_archive({_MANIFEST: manifest, **files, **own}), unmapped


def _manifest(resources: list[tuple[ItemVersion, list[str]]], own: list[str]) -> bytes:
    root = Element("manifest", {"xmlns": _CP, "identifier": "passation"})
    metadata = SubElement(root, "metadata")
    SubElement(metadata, "schema").text = "QTI Package"
    SubElement(metadata, "schemaversion").text = "3.0.0"
    SubElement(root, "organizations")
    listed = SubElement(root, "resources")
    for item, names in resources:
        attributes = {"identifier": f"r-{item.id}", "type": "imsqti_item_xmlv3p0", "href": names[0]}
        resource = SubElement(listed, "resource", attributes)
        for name in names:
            SubElement(resource, "file", {"href": name})
    if own:
        resource = SubElement(listed, "resource", {"identifier": "r-passation", "type": "webcontent"})
        for name in own:
            SubElement(resource, "file", {"href": name})
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


class OwnFiles(dict[str, bytes]):
    """The item files of a package that we wrote, by their way below the folder of items."""


def read_package(octets: bytes) -> OwnFiles | Found:
    """The item files of a package of our own, or the drafts of a foreign one.

    Raises BadPackage for a package that cannot be opened; single items that fail are among the unmapped.
    """
    files = read_archive(octets)
    own = OwnFiles(
        (name.removeprefix(OWN_FOLDER), content)
        for name, content in files.items()
        if name.startswith(OWN_FOLDER) and name.endswith(".yaml")
    )
    if own:
        return own
    found = Found()
    for name in _item_names(files):
        try:
            root = parse_xml(files[name])
            found.drafts.append(read_item(root, name, _beside(name, files)))
        except (CannotMap, BadPackage) as bad:
            found.unmapped.append(Unmapped(name, PurePosixPath(name).stem, bad.reason))
        except KeyError:
            reason = Phrase("le manifeste le nomme, mais il n’est pas dans le paquet")
            found.unmapped.append(Unmapped(name, PurePosixPath(name).stem, reason))
    return found


def write_own(files: OwnFiles, target: Path) -> int:
    """The item files below `target`, and how many items they hold.

    Loaded in a place of their own first: raises BankErrors, or FileExistsError before anything is written.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        bank = load_bank(Path(folder))
    for name in files:
        if (target / name).exists():
            raise FileExistsError(str(target / name))
    for name, content in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return len(bank.items)


def _item_names(files: Mapping[str, bytes]) -> Iterator[str]:
    """The items that the manifest lists; raises BadPackage without a manifest."""
    name = next((one for one in files if PurePosixPath(one).name == _MANIFEST), None)
    if name is None:
        raise BadPackage(Phrase("ce paquet n’a pas de manifeste (imsmanifest.xml)"))
    folder = PurePosixPath(name).parent
    for node in parse_xml(files[name]).iter():
        attributes = attributes_of(node)
        if name_of(node) == "resource" and attributes.get("type") in _ITEM_TYPES:
            yield (folder / attributes.get("href", "")).as_posix()


def _beside(name: str, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The package's files by the ways that an item may name them: from its own folder, or from the top."""
    folder = PurePosixPath(name).parent.as_posix()
    near = {
        other.removeprefix(f"{folder}/"): content
        for other, content in files.items()
        if folder != "." and other.startswith(f"{folder}/")
    }
    above = {f"../{other}": content for other, content in files.items()}
    return {**files, **above, **near}
