"""The house rules that a machine can hold: who imports whom, how big, and which names."""

import ast
import re
import sys
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.source_tree import (
    BROWSER,
    ROOT,
    SPECIFIER,
    everything,
    functions_in,
    imports_in,
    layer_of,
    ours,
    scripts_of,
    source,
    words_of,
    written_texts,
)

MOST_LINES = 400
MOST_FUNCTION_LINES = 40

RULES = frozenset({"question_bank", "domain"})
LOWER = RULES | {"signing", "storage", "imports", "exports"}
WEB = LOWER | {"papers", "charts", "live", "acts", "settings"}
APP = WEB | {"web", "clock"}

MAY_IMPORT: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "question_bank": frozenset(),
        "domain": frozenset(),
        "signing": frozenset(),
        "settings": frozenset({"domain"}),
        "imports": frozenset({"question_bank"}),
        "live": frozenset({"domain"}),
        "storage": RULES | {"signing"},
        "exports": RULES | {"signing"},
        "papers": frozenset(),
        "clock": frozenset({"storage"}),
        "acts": LOWER,
        "web": WEB,
        "app": APP,
        "simulation": frozenset({"question_bank"}),
        "preview": frozenset({"question_bank", "web"}),
        "charts": frozenset({"question_bank"}),
        "demo": APP | {"app", "simulation"},
        "commands": APP | {"app", "simulation", "demo", "preview", "charts"},
        "__main__": frozenset({"commands"}),
    }
)
"""Layer -> the layers that it may import. A new package or module of `exam_server/` needs a line here."""

SEALING_LIBRARIES = (
    "base45 cbor2 cryptography joserfc pkcs11 pyhanko pyotp rfc3161_client webauthn".split()  # noqa: SIM905
)
LIBRARIES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "starlette": frozenset({"live", "web", "app", "preview"}),
        "uvicorn": frozenset({"demo", "commands"}),
        **dict.fromkeys(("sqlmodel", "sqlalchemy"), frozenset({"storage", "acts"})),
        **dict.fromkeys(("alembic", "psycopg"), frozenset({"storage"})),
        **dict.fromkeys(SEALING_LIBRARIES, frozenset({"signing"})),
        **dict.fromkeys(("cbor2", "cryptography"), frozenset({"signing", "simulation"})),
        "argon2": frozenset({"acts"}),
        "redis": frozenset({"live"}),
        "orjson": frozenset(
            {"signing", "storage", "live", "acts", "web", "app", "preview", "simulation", "demo", "commands"}
        ),
        "babel": frozenset({"papers", "web"}),
        **dict.fromkeys(("jinja2", "multipart"), frozenset({"web"})),
        **dict.fromkeys(("segno", "typst", "zxingcpp"), frozenset({"papers"})),
        "defusedxml": frozenset({"imports", "question_bank"}),
        "xmlschema": frozenset({"exports"}),
        "fontpkg_atkinson_hyperlegible": frozenset({"papers", "question_bank", "web"}),
        "numpy": frozenset({"question_bank", "charts"}),
        "matplotlib": frozenset({"charts"}),
        "PIL": frozenset({"question_bank"}),
        "odfdo": frozenset({"question_bank", "exports"}),
        "yaml": frozenset({"question_bank"}),
        "rapidfuzz": frozenset({"question_bank"}),
        "click": frozenset({"commands", "__main__"}),
        "rich": frozenset({"commands", "demo"}),  # what speaks to a terminal
        "httpx": frozenset({"simulation", "web"}),
        "websockets": frozenset({"simulation"}),
    }
)
"""Library -> the layers that may import it. A library that is not here is imported by nobody."""

QUERY_NAMES = frozenset(
    "and_ bindparam col delete func insert or_ select update IntegrityError".split()  # noqa: SIM905
)
"""What acts may take from SQLModel and SQLAlchemy: words of a query, and the error of a broken constraint."""

PURE_STANDARD_LIBRARY = frozenset(
    "collections dataclasses datetime enum fractions hashlib hmac re secrets types typing".split()  # noqa: SIM905
)
CLOCK_CALLS = frozenset({"now", "utcnow", "today", "monotonic", "perf_counter", "time_ns"})
CLOCKLESS = LOWER | {"acts", "papers"}

FORBIDDEN_WORDS = frozenset({"manager", "helper", "helpers", "utils", "util", "data", "handle", "process"})
NAMED_BY_A_LIBRARY = frozenset(
    {"process_bind_param", "process_result_value", "handle_starttag", "handle_endtag", "handle_data"}
)
"""Methods of SQLAlchemy's TypeDecorator and of the standard HTMLParser that a subclass gives a body."""

MACHINE_PATH = re.compile(r"(?<![\w.$}>*-])/(?:work|root|home|Users)/\w|\b[A-Z]:\\\\?Users\\")
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")


# -- the direction -------------------------------------------------------------------------------------------


def test_every_package_has_its_place() -> None:
    assert {module.layer for module in source()} - {""} <= MAY_IMPORT.keys()


def test_the_direction_is_without_a_way_back() -> None:
    order = tuple(TopologicalSorter(MAY_IMPORT).static_order())
    assert order[-1] == "__main__"


def test_each_layer_imports_only_the_layers_that_it_may() -> None:
    wrong = [
        f"{module.path}:{found.line} imports {found.module}"
        for module in source()
        for found in module.imports
        if ours(found.module)
        and layer_of(found.module) != module.layer
        and layer_of(found.module) not in MAY_IMPORT.get(module.layer, frozenset())
    ]
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    known = {module.name for module in source()}
    graph: dict[str, set[str]] = {}
    for module in source():
        wanted = {f"{i.module}.{name}" for i in module.imports for name in i.names}
        wanted |= {found.module for found in module.imports}
        graph[module.name] = {name for name in wanted & known if not module.name.startswith(name + ".")}
        graph[module.name].discard(module.name)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


def test_each_library_is_imported_only_where_it_may_be() -> None:
    wrong = []
    for module in source():
        for found in module.imports:
            top = found.module.partition(".")[0]
            if ours(found.module) or top in sys.stdlib_module_names:
                continue
            if module.layer not in LIBRARIES.get(top, frozenset()):
                wrong.append(f"{module.path}:{found.line} imports {found.module}")
    assert wrong == []


def test_acts_take_from_the_database_libraries_only_the_words_of_a_query() -> None:
    wrong = [
        f"{module.path}:{found.line} takes {name} from {found.module}"
        for module in source()
        if module.layer == "acts"
        for found in module.imports
        if found.module.partition(".")[0] in {"sqlmodel", "sqlalchemy"}
        for name in found.names or ("everything",)
        if name not in QUERY_NAMES
    ]
    assert wrong == []


def test_the_rules_of_the_room_import_nothing_that_reaches_outside() -> None:
    wrong = [
        f"{module.path}:{found.line} imports {found.module}"
        for module in source()
        if module.layer == "domain"
        for found in module.imports
        if not ours(found.module) and found.module.partition(".")[0] not in PURE_STANDARD_LIBRARY
    ]
    assert wrong == []


def test_nothing_below_the_web_reads_a_clock_of_its_own() -> None:
    wrong = [
        f"{module.path}:{node.lineno} calls .{node.func.attr}()"
        for module in source()
        if module.layer in CLOCKLESS
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK_CALLS
    ]
    assert wrong == []


def test_only_the_storage_commits() -> None:
    wrong = [
        f"{module.path}:{node.lineno}"
        for module in source()
        if module.layer != "storage"
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback"})
        or (isinstance(node, ast.Constant) and node.value in {"COMMIT", "ROLLBACK"})
    ]
    assert wrong == []


def test_imports_stand_at_the_head_and_are_absolute() -> None:
    inner = [
        f"{module.path}:{found.line}"
        for module in everything()
        for function in functions_in(module.tree)
        for found in imports_in(function)
    ]
    relative = [
        f"{module.path}:{found.line}"
        for module in everything()
        for found in module.imports
        if found.module.startswith(".")
    ]
    assert inner + relative == []


def test_only_the_command_line_looks_modules_up_by_name() -> None:
    """Its commands are loaded when they are asked for; anything else would go round the rules above."""
    wrong = [
        f"{module.path}:{found.line}"
        for module in source()
        for found in module.imports
        if found.module.partition(".")[0] == "importlib" and module.layer != "commands"
    ]
    assert wrong == []


def test_the_product_does_not_import_its_tests_or_scripts() -> None:
    wrong = [
        f"{module.path}:{found.line}"
        for module in source()
        for found in module.imports
        if found.module.partition(".")[0] in {"tests", "scripts"}
    ]
    assert wrong == []


# -- the browsers' code --------------------------------------------------------------------------------------


def is_within(file: Path, specifier: str, root: str) -> bool:
    """True for a relative import that stays below `root`."""
    target = (file.parent / specifier).resolve()
    return specifier.startswith(".") and target.is_relative_to(ROOT / root) and target.is_file()


def test_the_candidate_s_browser_takes_nothing_from_the_console() -> None:
    wrong = [
        f"{file.relative_to(ROOT)} imports {specifier}"
        for file in scripts_of("exam_client_web")
        for specifier in SPECIFIER.findall(file.read_text(encoding="utf-8"))
        if not is_within(file, specifier, "exam_client_web/static")
    ]
    for file in sorted((ROOT / "exam_client_web").rglob("*.html")):
        if re.search(r"""["']console/""", file.read_text(encoding="utf-8")):
            wrong.append(f"{file.relative_to(ROOT)} refers to the console")
    assert wrong == []


def test_the_console_takes_from_the_candidate_s_browser_only_its_lib() -> None:
    """And the author's preview, the candidate's own view of a question: that is what it is there to show."""
    lib = re.compile(r"/static/client/js/lib/(\w+\.js)")
    previewed = ("proctor_console/static/js/author/preview.js", "/static/client/js/views/test.js")
    wrong = []
    for file in scripts_of("proctor_console"):
        for specifier in SPECIFIER.findall(file.read_text(encoding="utf-8")):
            shared = lib.fullmatch(specifier)
            if shared and (ROOT / "exam_client_web/static/js/lib" / shared[1]).is_file():
                continue
            if (file.relative_to(ROOT).as_posix(), specifier) == previewed:
                continue
            if not is_within(file, specifier, "proctor_console/static"):
                wrong.append(f"{file.relative_to(ROOT)} imports {specifier}")
    assert wrong == []


def test_the_browsers_code_never_writes_markup_and_holds_no_python() -> None:
    markup = re.compile(r"\b(?:innerHTML|outerHTML|insertAdjacentHTML)\b|document\.write|\beval\(")
    wrong = [
        str(file.relative_to(ROOT))
        for root in BROWSER
        for file in scripts_of(root)
        if markup.search(re.sub(r"//.*|/\*[\s\S]*?\*/", "", file.read_text(encoding="utf-8")))
    ]
    assert wrong + [str(file) for root in BROWSER for file in (ROOT / root).rglob("*.py")] == []


# -- size, names, words --------------------------------------------------------------------------------------


def test_every_module_says_what_lives_in_it() -> None:
    assert [str(module.path) for module in everything() if not ast.get_docstring(module.tree)] == []


def test_no_file_is_longer_than_a_sitting_of_reading() -> None:
    lines = {str(module.path): module.text.count("\n") for module in everything()}
    for root in (*BROWSER, "tests"):
        for file in scripts_of(root):
            lines[str(file.relative_to(ROOT))] = file.read_text(encoding="utf-8").count("\n")
    assert {path: count for path, count in lines.items() if count > MOST_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {}
    for module in everything():
        if (
            "versions" in module.path.parts
        ):  # a migration is a list of what is, not a thing that is read and changed
            continue
        for function in functions_in(module.tree):
            length = (function.end_lineno or 0) - function.lineno + 1
            if length > MOST_FUNCTION_LINES:
                long[f"{module.path}:{function.name}"] = length
    assert long == {}


def test_nothing_has_a_name_that_says_nothing() -> None:
    wrong = []
    for module in source():
        defined = [node.name for node in functions_in(module.tree)]
        defined += [node.name for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)]
        named = [*module.path.with_suffix("").parts, *defined]
        wrong += [
            f"{module.path}: {name}"
            for name in named
            if name not in NAMED_BY_A_LIBRARY and words_of(name) & FORBIDDEN_WORDS
        ]
    for root in BROWSER:
        for file in scripts_of(root):
            defined = re.findall(r"\b(?:function\*?|class)\s+(\w+)", file.read_text(encoding="utf-8"))
            wrong += [f"{file.name}: {n}" for n in (file.stem, *defined) if words_of(n) & FORBIDDEN_WORDS]
    assert wrong == []


def test_no_path_of_one_machine_is_written_down() -> None:
    assert [str(path) for path, text in written_texts() if MACHINE_PATH.search(text)] == []


def test_nothing_is_left_to_be_done_in_a_comment() -> None:
    assert [str(path) for path, text in written_texts() if UNFINISHED.search(text)] == []


# -- the rules above can fail --------------------------------------------------------------------------------


def test_an_import_is_seen_wherever_it_stands() -> None:
    tree = ast.parse("import os\ndef f():\n    from a.b import c, d\nclass K:\n    from .. import e")
    found = [(one.module, one.names) for one in imports_in(tree)]
    assert sorted(found) == [("..", ("e",)), ("a.b", ("c", "d")), ("os", ())]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("handle_it", {"handle", "it"}),
        ("HTTPManager", {"http", "manager"}),
        ("taskDataStore", {"task", "data", "store"}),
        ("board-utils", {"board", "utils"}),
        ("database", {"database"}),
    ],
)
def test_a_name_is_taken_apart_into_its_words(name: str, words: set[str]) -> None:
    assert words_of(name) == words


def test_a_path_of_one_machine_is_recognised_and_an_address_is_not() -> None:
    slash = "/"
    assert MACHINE_PATH.search(f'open("{slash}home{slash}somebody")')
    assert MACHINE_PATH.search("C:" + "\\Users\\somebody")
    assert not MACHINE_PATH.search("templates/head/home/page.html and {{ root }}/home/x")


@pytest.mark.parametrize(
    "line",
    [
        'import { a } from "../b.js";',
        'import "../b.js";',
        'export * from "../b.js";',
        "await import('../b.js')",
    ],
)
def test_every_way_of_importing_a_script_is_recognised(line: str) -> None:
    assert SPECIFIER.findall(line) == ["../b.js"]
