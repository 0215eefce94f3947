"""The machine of a file manager: what each act changes in the tree, in the names that a browser knows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from question_bank.item_types.responses import Act, BadResponse, BadResponseCode
from question_bank.simulators.acts import Acts, impossible, neutral_names, replay, texts_of
from question_bank.simulators.file_scene import Drive, Kind, is_name, same_name

ROOT, TRASH = "e0", "trash"
MOST_NODES = 300
COPIED = " - Copie"


@dataclass(frozen=True)
class Node:
    parent: str
    name: str
    kind: Kind
    origin: str
    """The thing of the scene that it is, or a copy of; "" for something new."""
    was: str = ""
    """In the trash: where it was."""


@dataclass(frozen=True)
class Tree:
    nodes: Mapping[str, Node]
    made: int = 0
    looked: frozenset[str] = frozenset()

    def children(self, parent: str) -> Iterator[tuple[str, Node]]:
        return ((name, node) for name, node in self.nodes.items() if node.parent == parent)

    def ancestors(self, name: str) -> Iterator[str]:
        """What holds it, from the nearest on."""
        while name in self.nodes:
            name = self.nodes[name].parent
            yield name

    def is_live(self, name: str) -> bool:
        """Whether it can be seen and touched: not in the trash and not in an archive."""
        above = list(self.ancestors(name))
        return bool(above) and above[-1] == ROOT and all(self._is_folder(one) for one in above[:-1])

    def is_place(self, name: str) -> bool:
        return name == ROOT or (self._is_folder(name) and self.is_live(name))

    def _is_folder(self, name: str) -> bool:
        node = self.nodes.get(name)
        return node is not None and node.kind is Kind.FOLDER

    def path(self, name: str) -> tuple[str, ...]:
        """The names from the outermost folder on."""
        above = [self.nodes[one].name for one in self.ancestors(name) if one in self.nodes]
        return (*reversed(above), self.nodes[name].name)

    def is_taken(self, parent: str, name: str, but: str = "") -> bool:
        wanted = same_name(name)
        return any(same_name(node.name) == wanted and one != but for one, node in self.children(parent))

    def having(self, changes: Mapping[str, Node]) -> "Tree":
        return replace(self, nodes=MappingProxyType({**self.nodes, **changes}))

    def with_new(self, node: Node) -> tuple["Tree", str]:
        if len(self.nodes) >= MOST_NODES:
            raise BadResponse(BadResponseCode.TOO_LARGE)
        name = f"n{self.made + 1}"
        return replace(self.having({name: node}), made=self.made + 1), name

    def with_copy(self, name: str, parent: str, called: str) -> "Tree":
        """A copy of a thing and of all that is in it."""
        source = self.nodes[name]
        below = list(self.children(name))
        tree, copy = self.with_new(Node(parent, called, source.kind, source.origin))
        for one, node in below:
            tree = tree.with_copy(one, copy, node.name)
        return tree


@dataclass(frozen=True)
class FileMachine:
    drive: Drive

    @cached_property
    def names(self) -> dict[str, str]:
        """First path -> the name that goes out."""
        return neutral_names("e", (entry.path for entry in self.drive.entries))

    @cached_property
    def start(self) -> Tree:
        nodes = {}
        for entry in self.drive.entries:
            name = self.names[entry.path]
            nodes[name] = Node(self.names.get(entry.parent, ROOT), entry.name, entry.kind, name)
        return Tree(MappingProxyType(nodes))

    def after(self, acts: Acts) -> Tree:
        """The tree that the acts lead to; raises BadResponse when one of them is not possible."""
        return replay(self.start, acts, apply)


def apply(tree: Tree, act: Act) -> Tree:
    verb = _VERBS.get(str(act[0]))
    if verb is None:
        raise impossible()
    return verb(tree, act)


def _move(tree: Tree, act: Act) -> Tree:
    chosen, target = texts_of(act, 2)
    names, parent = _selected(tree, chosen)
    if target == parent:
        raise impossible()
    _note_target(tree, names, target)
    for name in names:
        node = _named_free(tree, target, tree.nodes[name].name)
        tree = tree.having({name: replace(tree.nodes[name], parent=target, name=node)})
    return tree


def _copy(tree: Tree, act: Act) -> Tree:
    chosen, target = texts_of(act, 2)
    names, parent = _selected(tree, chosen)
    _note_target(tree, names, target)
    for name in names:
        called = tree.nodes[name].name
        if target == parent:
            called = _copy_name(tree.nodes[name])
        tree = tree.with_copy(name, target, _named_free(tree, target, called))
    return tree


def _rename(tree: Tree, act: Act) -> Tree:
    name, called = texts_of(act, 2)
    node = _live(tree, name)
    if called == node.name:
        raise impossible()
    return tree.having({name: replace(node, name=_named_free(tree, node.parent, called, name))})


def _folder(tree: Tree, act: Act) -> Tree:
    parent, called = texts_of(act, 2)
    if not tree.is_place(parent):
        raise impossible()
    return tree.with_new(Node(parent, _named_free(tree, parent, called), Kind.FOLDER, ""))[0]


def _delete(tree: Tree, act: Act) -> Tree:
    (chosen,) = texts_of(act, 1)
    names, parent = _selected(tree, chosen)
    return tree.having({name: replace(tree.nodes[name], parent=TRASH, was=parent) for name in names})


def _restore(tree: Tree, act: Act) -> Tree:
    (name,) = texts_of(act, 1)
    node = tree.nodes.get(name)
    if node is None or node.parent != TRASH or not tree.is_place(node.was):
        raise impossible()
    called = _named_free(tree, node.was, node.name)
    return tree.having({name: replace(node, parent=node.was, name=called, was="")})


def _extract(tree: Tree, act: Act) -> Tree:
    (name,) = texts_of(act, 1)
    archive = _live(tree, name)
    if archive.kind is not Kind.ARCHIVE:
        raise impossible()
    called = _named_free(tree, archive.parent, _halves(archive)[0])
    held = list(tree.children(name))
    tree, folder = tree.with_new(Node(archive.parent, called, Kind.FOLDER, ""))
    for one, node in held:
        tree = tree.with_copy(one, folder, node.name)
    return tree


def _compress(tree: Tree, act: Act) -> Tree:
    chosen, called = texts_of(act, 2)
    names, parent = _selected(tree, chosen)
    if not called.lower().endswith(".zip") or len(called) < 5:
        raise impossible()
    tree, archive = tree.with_new(Node(parent, _named_free(tree, parent, called), Kind.ARCHIVE, ""))
    for name in names:
        tree = tree.with_copy(name, archive, tree.nodes[name].name)
    return tree


def _properties(tree: Tree, act: Act) -> Tree:
    (name,) = texts_of(act, 1)
    _live(tree, name)
    return replace(tree, looked=tree.looked | {name})


_VERBS: Mapping[str, Callable[[Tree, Act], Tree]] = MappingProxyType(
    {
        "move": _move,
        "copy": _copy,
        "rename": _rename,
        "folder": _folder,
        "delete": _delete,
        "restore": _restore,
        "extract": _extract,
        "compress": _compress,
        "properties": _properties,
    }
)


def _live(tree: Tree, name: str) -> Node:
    if not tree.is_live(name):
        raise impossible()
    return tree.nodes[name]


def _selected(tree: Tree, chosen: str) -> tuple[list[str], str]:
    """Things of one folder, as they can be ticked in a list, and that folder."""
    names = chosen.split(" ")
    if len(set(names)) != len(names):
        raise BadResponse(BadResponseCode.REPEATED_OPTION)
    parents = {_live(tree, name).parent for name in names}
    if len(parents) != 1:
        raise impossible()
    return names, parents.pop()


def _note_target(tree: Tree, names: list[str], target: str) -> None:
    """Nothing goes into itself, nor anywhere but into a folder."""
    if not tree.is_place(target) or {target, *tree.ancestors(target)} & set(names):
        raise impossible()


def _named_free(tree: Tree, parent: str, called: str, but: str = "") -> str:
    if not is_name(called) or tree.is_taken(parent, called, but):
        raise impossible()
    return called


def _halves(node: Node) -> tuple[str, str]:
    """A file's name before its extension, and the extension with its point."""
    stem, point, extension = node.name.rpartition(".")
    return (stem, point + extension) if stem and node.kind is not Kind.FOLDER else (node.name, "")


def _copy_name(node: Node) -> str:
    stem, extension = _halves(node)
    return stem + COPIED + extension
