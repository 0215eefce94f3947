"""What the entries of a bundle's log are about: each content under its salted hash, and the head's act."""

from exam_server.exports import bundle as format_
from exam_server.exports.bundle import Bundle, Content
from exam_server.exports.head_act import check_head_act
from exam_server.exports.verification_members import lines_of
from exam_server.exports.verification_steps import BundleRefused, Place, Step
from exam_server.signing.chain import Entry, content_hash
from exam_server.signing.errors import BrokenSeal, CanonicalError
from exam_server.signing.merkle import Tree
from exam_server.signing.wording import N_, Wording


def check_contents(octets: bytes, entries: tuple[Entry, ...], erased: frozenset[int]) -> dict[int, Content]:
    """Exactly the contents that were not erased, in order, each with the salted hash of its entry."""
    file, step = format_.CONTENTS_FILE, Step.CONTENTS
    expected = iter([entry for entry in entries if entry.number not in erased])
    contents: dict[int, Content] = {}
    for line_number, line in lines_of(octets, step, file):
        entry = next(expected, None)
        if entry is None:
            raise BundleRefused(step, Place(file), N_("contenu de trop, à la ligne {line}", line=line_number))
        contents[entry.number] = _read(line, entry)
    missing = next(expected, None)
    if missing is not None:
        raise BundleRefused(step, Place(file, missing.number), N_("le contenu de cette entrée manque"))
    return contents


def _read(line: bytes, entry: Entry) -> Content:
    where = Place(format_.CONTENTS_FILE, entry.number)
    try:
        number, content = format_.read_content(line)
    except CanonicalError as error:
        raise BundleRefused(Step.CONTENTS, where, error.what) from error
    if number != entry.number:
        what = N_("le contenu de cette entrée manque (on trouve celui de l’entrée {found})", found=number)
        raise BundleRefused(Step.CONTENTS, where, what)
    if content_hash(content.salt, content.value) != entry.content_hash:
        what = N_("le contenu a été modifié : il n’a pas l’empreinte que porte le journal")
        raise BundleRefused(Step.CONTENTS, where, what)
    return content


def contents_text(present: int, erased: int) -> Wording:
    """How many there are, and how many a signed statement says are gone."""
    if erased:
        return N_(
            "contenus conformes : {present} ; effacés selon une attestation signée : {erased}",
            present=present,
            erased=erased,
        )
    return N_("contenus conformes : {present} ; aucun effacé", present=present)


def check_head(bundle: Bundle, tree: Tree) -> tuple[Wording, bool]:
    """How the head confirmed, as the last entry says, and whether that proves itself."""
    last = bundle.entries[-1]
    content, before = bundle.contents[last.number].value, last.number - 1
    try:
        return check_head_act(content, bundle.results, last.session, before, tree.root(before))
    except BrokenSeal as error:
        where = Place(format_.CONTENTS_FILE, last.number)
        raise BundleRefused(Step.HEAD, where, error.what) from error
