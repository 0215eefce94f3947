"""The English catalogue: gathered from the sources, brought up to date, looked over."""

import argparse
import io
import re
import sys
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "exam_server" / "locale" / "en" / "LC_MESSAGES" / "passation.po"
# How the sources mark a text, beside `_`, `N_` and `ngettext`.
KEYWORDS = {**DEFAULT_KEYWORDS, "marked": None, "Phrase": None}
# No dates, names or versions: the file changes when a text does, and at no other time.
HEADER = """\
# The English texts of Passation; the French ones are in the sources. Brought up to date by scripts/translate.
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
_PAGE_VALUE = re.compile(r"%\((\w+)\)s")


def gathered() -> Catalog:
    """Every text that the sources mark."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as written:
        methods, options = parse_mapping_cfg(written)  # type: ignore[no-untyped-call]
    found = Catalog(charset="utf-8")
    for file, _line, text, comments, context in extract_from_dir(ROOT, methods, options, KEYWORDS):
        # Files without lines: a text that only moved is no change.
        found.add(text, locations=[(file, 0)], auto_comments=comments, context=context)
    return found


def read(octets: bytes) -> Catalog:
    """A catalogue as it is written down."""
    return read_po(io.BytesIO(octets), locale="en", charset="utf-8")


def brought_up_to_date(current: Catalog, found: Catalog) -> Catalog:
    """The sources' texts with the translations there are; a changed text keeps its old one, marked fuzzy."""
    current.update(found)
    return current


def written(catalogue: Catalog) -> bytes:
    """The same texts always give the same octets: in order, unwrapped."""
    octets = io.BytesIO(HEADER.encode())
    octets.seek(0, io.SEEK_END)
    write_po(
        octets,
        catalogue,
        width=0,
        sort_output=True,
        omit_header=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    return octets.getvalue()


def faults_of(catalogue: Catalog) -> list[str]:
    """What the catalogue lacks, a line each."""
    return [f"{why}: {_first(message)}" for message in catalogue if message.id for why in _faults(message)]


def _faults(message: Message) -> list[str]:
    texts, originals = _forms(message.string), _forms(message.id)
    if message.fuzzy:
        return ["fuzzy"]
    if len(texts) != len(originals) or not all(texts):
        return ["untranslated"]
    wanted = values_in(originals[-1])
    found = []
    if any(values_in(text) != wanted for text in texts):
        found.append("other values in braces or %(…)s")
    if _is_on_a_page(message) and any(_breaks_a_page(text) for text in texts):
        found.append("a sign that means something in a page")
    return found


def values_in(text: str) -> set[str]:
    """The names of the values that are put into a text."""
    names = {name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None}
    return names | set(_PAGE_VALUE.findall(text))


def _is_on_a_page(message: Message) -> bool:
    return any(file.endswith(".html") for file, _line in message.locations)


def _breaks_a_page(text: str) -> bool:
    """Templates put texts into attributes as they are, and read a per cent sign as a value's."""
    return bool(re.search(r"[<>\"&%]", _PAGE_VALUE.sub("", text)))


def _forms(texts: object) -> list[str]:
    return [str(text) for text in texts] if isinstance(texts, list | tuple) else [str(texts)]


def _first(message: Message) -> str:
    return _forms(message.id)[0]


def main() -> int:
    """Writes the catalogue, or only looks it over; 1 where something is to be done."""
    parser = argparse.ArgumentParser(prog="scripts/translate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where work is left")
    check = parser.parse_args().check
    before = CATALOGUE.read_bytes() if CATALOGUE.exists() else HEADER.encode()
    catalogue = brought_up_to_date(read(before), gathered())
    after = written(catalogue)
    faults = faults_of(read(after))
    print(*faults, sep="\n", end="\n" if faults else "")
    stale = after != before
    if check and stale:
        print("out of date: run scripts/translate")
    elif stale:
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        CATALOGUE.write_bytes(after)
    print(f"{len(catalogue)} texts, {len(faults)} faults")
    return 1 if faults or (check and stale) else 0


if __name__ == "__main__":
    sys.exit(main())
