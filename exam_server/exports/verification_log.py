"""The log of a bundle: entry by entry, its chain, its tree, and the checkpoint that signs the tree's root."""

from collections.abc import Sequence

from exam_server.exports import bundle as format_
from exam_server.exports.head_act import is_origin_of
from exam_server.exports.verification_anchors import Anchors
from exam_server.exports.verification_members import Members, lines_of
from exam_server.exports.verification_seals import Seals, Signed
from exam_server.exports.verification_steps import BundleRefused, Place, Step
from exam_server.signing.chain import Entry, check_chain, entry_line, read_entry
from exam_server.signing.checkpoints import OpenedCheckpoint, open_checkpoint, read_body
from exam_server.signing.errors import BrokenChain, BrokenNote, CanonicalError
from exam_server.signing.merkle import Tree, leaf_hash
from exam_server.signing.notes import Note, read_note
from exam_server.signing.wording import N_, Wording


def check_log(octets: bytes, signed: Signed) -> tuple[Entry, ...]:
    """The entries: each as it was written, in their chain, and the chain that was signed."""
    entries: list[Entry] = []
    for number, line in lines_of(octets, Step.LOG, format_.LOG_FILE):
        try:
            entries.append(read_entry(line))
        except CanonicalError as error:
            raise BundleRefused(Step.LOG, Place(format_.LOG_FILE, number), error.what) from error
    try:
        head = check_chain(entries)
    except BrokenChain as error:
        raise BundleRefused(Step.LOG, Place(format_.LOG_FILE, error.number), error.what) from error
    _compare(entries, head, signed)
    return tuple(entries)


def _compare(entries: list[Entry], head: str, signed: Signed) -> None:
    last, count = len(entries), signed.entries
    if entries[0].session != signed.session:
        where, what = 1, N_("ce journal est celui d’une autre session")
    elif last < count:
        where = last + 1
        what = N_("le journal s’arrête à l’entrée {last} sur {count} signées", last=last, count=count)
    elif last > count:
        where = count + 1
        what = N_("le journal a des entrées après les {count} qui ont été signées", count=count)
    elif head != signed.head:
        where = last
        what = N_("la dernière entrée n’est pas celle qui a été signée : le journal a été réécrit")
    else:
        return
    raise BundleRefused(Step.LOG, Place(format_.LOG_FILE, where), what)


def tree_of(entries: Sequence[Entry]) -> Tree:
    """The Merkle tree over these entries."""
    return Tree(leaf_hash(entry_line(entry)) for entry in entries)


def check_checkpoint(
    members: Members, seals: Seals, tree: Tree, anchors: Anchors
) -> tuple[OpenedCheckpoint, Wording]:
    """The checkpoint of exactly this log, signed by the log's key and by whatever witnesses are asked for."""
    octets, strangers = members[format_.CHECKPOINT_FILE], not anchors.witnesses
    try:
        note = read_note(octets)
        origin = read_body(note.text).origin
        if not is_origin_of(origin, seals.signed.session):
            raise BrokenNote(N_("ce point de contrôle est celui du journal d’une autre session"))
        opened = open_checkpoint(
            octets, origin, [seals.log_key], anchors.witnesses, anchors.quorum, strangers=strangers
        )
        if opened.checkpoint.size != tree.size:
            raise BrokenNote(
                N_(
                    "ce point de contrôle est celui d’un journal de {size} entrées, il y en a {count}",
                    size=opened.checkpoint.size,
                    count=tree.size,
                )
            )
        if opened.checkpoint.root != tree.root():
            raise BrokenNote(N_("la racine signée n’est pas celle de ce journal : il a été réécrit"))
    except BrokenNote as error:
        raise BundleRefused(Step.CHECKPOINT, Place(format_.CHECKPOINT_FILE), error.what) from error
    return opened, _text(note, opened)


def _text(note: Note, opened: OpenedCheckpoint) -> Wording:
    heard = len(opened.witnessed)
    if unread := len(note.signatures) - 1 - heard:
        return N_(
            "racine signée par la clé du journal ; signatures de témoins non contrôlées : {count}",
            count=unread,
        )
    return N_("racine signée par la clé du journal ; témoins : {count}", count=heard)
