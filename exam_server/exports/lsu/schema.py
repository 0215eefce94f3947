"""Holds a file against the operator's own copy of the XSD: nothing is fetched, no entity is followed."""

from itertools import islice
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError

from xmlschema import XMLResource, XMLSchema10, XMLSchemaException

from exam_server.exports.lsu.faults import Fault, Faults, verbatim
from exam_server.signing.wording import N_, Wording, shown

MOST_ERRORS: Final = 100
LONGEST_REASON: Final = 240


class BadSchema(Exception):
    """The XSD itself cannot be used."""

    def __init__(self, what: Wording) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return str(self.what)


def check_against(name: str, content: bytes, xsd: Path) -> None:
    """Raises LsuRefused with what the schema refuses, BadSchema where the schema itself cannot be used."""
    schema = _schema(xsd)
    faults = Faults(name)
    document = XMLResource(content, allow="none", defuse="always")
    for error in islice(schema.iter_errors(document), MOST_ERRORS):
        faults.refuse(Fault.AGAINST_SCHEMA, None, _end_of(error.path), expected=_in_short(error.reason))
    faults.raise_any()


def _end_of(path: str | None) -> str | None:
    """The last steps of a path, which say more than the first."""
    return None if path is None else "/".join(path.split("/")[-3:])


def _in_short(reason: str | None) -> Wording:
    """The validator's own words, which are English."""
    words = " ".join((reason or "?").split())
    return verbatim("".join(sign for sign in words[:LONGEST_REASON] if sign.isprintable()))


def _schema(xsd: Path) -> XMLSchema10:
    """The schema, with what it includes from its own folder and from nowhere else."""
    try:
        whole = xsd.absolute()
        schema = XMLSchema10(str(whole), base_url=str(whole.parent), allow="sandbox", defuse="always")
    except (XMLSchemaException, Warning, ParseError, OSError, ValueError) as error:
        raise _unusable(xsd, str(error)) from error
    if schema.warnings:
        # A part that is not there would let everything through that it forbids.
        raise _unusable(xsd, schema.warnings[0])
    return schema


def _unusable(xsd: Path, why: str) -> BadSchema:
    return BadSchema(N_("Le schéma XSD {file} ne peut pas servir : {why}", file=xsd.name, why=shown(why)))
