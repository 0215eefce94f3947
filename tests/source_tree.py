"""Reads this repository's own files, without running them, for the tests of its architecture."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parent.parent
SOURCE = ("question_bank", "exam_server")
BROWSER = ("exam_client_web", "proctor_console")
TEXT_SUFFIXES = frozenset({".py", ".js", ".html", ".css", ".md", ".toml", ".sh", ".cfg", ".yml", ""})
SPECIFIER = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']""")


@dataclass(frozen=True)
class Import:
    """An import statement: the dotted module, and the names taken from it."""

    module: str
    names: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Module:
    """A Python file of this repository, read but not run."""

    path: PurePosixPath
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The dotted name by which it is imported."""
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def layer(self) -> str:
        """`question_bank`, or the first name below `exam_server`."""
        return layer_of(self.name)

    @property
    def imports(self) -> list[Import]:
        """Every import statement, wherever it stands."""
        return list(imports_in(self.tree))


def layer_of(dotted: str) -> str:
    """The layer of a module of ours; "" for the bare `exam_server`."""
    top, _, rest = dotted.partition(".")
    return rest.partition(".")[0] if top == "exam_server" else top


def imports_in(tree: ast.AST) -> Iterator[Import]:
    """The import statements below a node; a relative one is given with its dots."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, (), node.lineno)
        elif isinstance(node, ast.ImportFrom):
            names = tuple(alias.name for alias in node.names)
            yield Import("." * node.level + (node.module or ""), names, node.lineno)


def functions_in(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, inner ones included."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def words_of(name: str) -> set[str]:
    """snake_case, kebab-case and CamelCase taken apart, in lower case."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


@cache
def modules_of(*roots: str) -> tuple[Module, ...]:
    """The Python files below some folders."""
    found = []
    for root in roots:
        for file in sorted((ROOT / root).rglob("*.py")):
            text = file.read_text(encoding="utf-8")
            found.append(Module(PurePosixPath(file.relative_to(ROOT).as_posix()), text, ast.parse(text)))
    return tuple(found)


def source() -> tuple[Module, ...]:
    """The product's own Python."""
    return modules_of(*SOURCE)


def everything() -> tuple[Module, ...]:
    """All Python: the product, its tests, its scripts."""
    return modules_of(*SOURCE, "tests", "scripts")


def ours(module: str) -> bool:
    """True for a module of this repository."""
    return module.partition(".")[0] in (*SOURCE, *BROWSER, "tests", "scripts")


def scripts_of(root: str) -> list[Path]:
    """The JavaScript files of a browser package."""
    return sorted((ROOT / root).rglob("*.js"))


def written_texts() -> Iterator[tuple[PurePosixPath, str]]:
    """Every text that people of the house write: code, pages, documents, settings; not the items' content."""
    folders = (*SOURCE, *BROWSER, "tests", "scripts", "docs", ".ci")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*")]
    files += [file for file in ROOT.iterdir() if not file.name.startswith(".")]
    for file in sorted(files):
        path = PurePosixPath(file.relative_to(ROOT).as_posix())
        skipped = {"__pycache__", "node_modules", "items"} & set(path.parts[:-1])
        if file.is_file() and not skipped and file.suffix in TEXT_SUFFIXES:
            yield path, file.read_text(encoding="utf-8")
