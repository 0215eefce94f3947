"""Whether a tree of files meets a goal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from question_bank.simulators.file_goal import FileGoal, Holding, Naming, Packing, Placing, Which
from question_bank.simulators.file_machine import ROOT, TRASH, FileMachine, Node, Tree
from question_bank.simulators.file_paths import Names, is_like, is_path_like, names_in
from question_bank.simulators.file_scene import Kind


def is_reached(machine: FileMachine, goal: FileGoal, tree: Tree) -> bool:
    return _Marking(machine, goal, tree).is_reached()


@dataclass(frozen=True)
class _Marking:
    machine: FileMachine
    goal: FileGoal
    tree: Tree

    def is_reached(self) -> bool:
        goal = self.goal
        folders = sum(
            node.kind is Kind.FOLDER and node.origin == ""
            for node in map(self.tree.nodes.get, self._paths)
            if node
        )
        return (
            all(self._is_only_at(one) for one in goal.at)
            and all(self._is_copied(one) for one in goal.copies)
            and all(self._exists(path) for path in goal.exist)
            and not any(any(self._all_at(path)) for path in goal.gone)
            and all(self._is_thrown(path) for path in goal.trash)
            and all(self._holds(one) for one in goal.holds)
            and all(self._is_named(one) for one in goal.names)
            and all(self._is_packed(one) for one in goal.archives)
            and goal.new_folders in {None, folders}
            and all(self.machine.names[path] in self.tree.looked for path in goal.looked)
            and (goal.rest_is_free or (self._rest_stands() and self._nothing_lies_around()))
        )

    @cached_property
    def _paths(self) -> dict[str, Names]:
        """The path of everything that can be seen."""
        return {
            name: names_in("/".join(self.tree.path(name)))
            for name in self.tree.nodes
            if self.tree.is_live(name)
        }

    def _all_at(self, pattern: str) -> Iterator[str]:
        wanted = names_in(pattern)
        folder = pattern.endswith("/")
        for name, path in self._paths.items():
            if is_path_like(path, wanted) and (not folder or self.tree.nodes[name].kind is Kind.FOLDER):
                yield name

    def _folders_at(self, pattern: str) -> list[str]:
        """Folders, the outermost one too, which has no names."""
        if not names_in(pattern):
            return [ROOT]
        return [name for name in self._all_at(pattern) if self.tree.nodes[name].kind is Kind.FOLDER]

    def _seen(self, file: str) -> list[str]:
        """Where the thing of a first path can be seen: itself, or copies of it."""
        origin = self.machine.names[file]
        return [name for name in self._paths if self.tree.nodes[name].origin == origin]

    def _is_only_at(self, placing: Placing) -> bool:
        places = [self._paths[name] for name in self._seen(placing.file)]
        copies = [one.path for one in self.goal.copies if one.file == placing.file]
        rest = [path for path in places if not is_path_like(path, names_in(placing.path))]
        return len(rest) < len(places) and all(
            any(is_path_like(path, names_in(copy)) for copy in copies) for path in rest
        )

    def _is_copied(self, placing: Placing) -> bool:
        wanted = names_in(placing.path)
        return any(is_path_like(self._paths[name], wanted) for name in self._seen(placing.file))

    def _exists(self, path: str) -> bool:
        return any(self._all_at(path))

    def _is_thrown(self, path: str) -> bool:
        copied = any(one.file == path for one in self.goal.copies)
        return TRASH in self.tree.ancestors(self.machine.names[path]) and (copied or not self._seen(path))

    def _holds(self, holding: Holding) -> bool:
        return any(
            _pair_off([node.name for _, node in self.tree.children(folder)], holding.names)
            for folder in self._folders_at(holding.path)
        )

    def _is_named(self, naming: Naming) -> bool:
        named = [
            node.name
            for folder in self._folders_at(naming.path)
            for _, node in self.tree.children(folder)
            if _is_of(node, naming.kind)
        ]
        return bool(named) and all(is_like(name, naming.like) for name in named)

    def _is_packed(self, packing: Packing) -> bool:
        wanted = sorted(self.machine.names[path] for path in packing.files)
        return any(
            self.tree.nodes[name].kind is Kind.ARCHIVE and sorted(self._packed_in(name)) == wanted
            for name in self._all_at(packing.path)
        )

    def _packed_in(self, name: str) -> Iterator[str]:
        """The origins of the files in it; an archive within is one of them."""
        for one, node in self.tree.children(name):
            if node.kind is Kind.FOLDER:
                yield from self._packed_in(one)
            else:
                yield node.origin

    # -- whatever the goal does not name -------------------------------------------------------------------

    def _rest_stands(self) -> bool:
        """Everything that is not named is where it was and called as it was."""
        named = {self.machine.names[one.file] for one in self.goal.at}
        named |= {self.machine.names[path] for path in self.goal.trash}
        start = self.machine.start
        for name, first in start.nodes.items():
            now = self.tree.nodes[name]
            if name in named or self._was_to_go(start, name):
                continue
            if now.parent != first.parent or (
                now.name != first.name and not self._was_to_be_named(start, name)
            ):
                return False
        return True

    def _was_to_go(self, start: Tree, name: str) -> bool:
        return any(is_path_like(start.path(name), names_in(path)) for path in self.goal.gone)

    def _was_to_be_named(self, start: Tree, name: str) -> bool:
        *above, _ = start.path(name)
        return any(
            is_path_like(above, names_in(one.path)) and _is_of(start.nodes[name], one.kind)
            for one in self.goal.names
        )

    def _nothing_lies_around(self) -> bool:
        """Everything new is at a named path, holds one or lies below one."""
        goal = self.goal
        paths = [*goal.exist, *(one.path for one in goal.at), *(one.path for one in goal.copies)]
        named = [names_in(path) for path in (*paths, *(one.path for one in goal.archives))]
        named += [(*names_in(one.path), *names_in(name)) for one in goal.holds for name in one.names]
        return all(
            any(_is_on_the_way(path, one) for one in named)
            for name, path in self._paths.items()
            if name not in self.machine.start.nodes
        )


def _is_on_the_way(path: Names, named: Names) -> bool:
    shared = min(len(path), len(named))
    return is_path_like(path[:shared], named[:shared])


def _is_of(node: Node, which: str) -> bool:
    return which == Which.ALL or (node.kind is Kind.FOLDER) == (which == Which.FOLDERS)


def _pair_off(names: Sequence[str], patterns: Sequence[str]) -> bool:
    """Whether each pattern can have a name of its own, and none is left over (augmenting paths)."""
    holder: dict[int, int] = {}

    def placed(pattern: int, tried: set[int]) -> bool:
        for at, name in enumerate(names):
            if at not in tried and is_like(name, patterns[pattern]):
                tried.add(at)
                if at not in holder or placed(holder[at], tried):
                    holder[at] = pattern
                    return True
        return False

    return len(names) == len(patterns) and all(placed(one, set()) for one in range(len(patterns)))
