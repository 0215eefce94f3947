"""The file manager: both machines agree, the goal is exact, hostile acts are refused, authors are told."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.item_types.file_tree import FileTree
from question_bank.item_types.responses import SKIPPED, BadResponse
from question_bank.simulators.file_machine import MOST_NODES, FileMachine, Tree, apply
from question_bank.simulators.file_paths import is_like, wired
from tests.question_bank.simulators.cases import read, table

TABLE = table("file_tree")
BODY = FileTree.from_json(TABLE["body"])
START = FileMachine(BODY.drive).start
ANY_ACT = st.tuples(
    st.sampled_from(["move", "copy", "rename", "folder", "delete", "restore", "extract", "compress", "x"]),
    st.lists(
        st.sampled_from(["e0", "e1", "e4", "e6", "e2 e3", "n1", "n2", "trash", "a.zip", "a", "e99"])
        | st.text(max_size=3),
        max_size=3,
    ),
).map(lambda parts: [parts[0], *parts[1]])


def summary(tree: Tree) -> dict[str, Any]:
    """A tree as the table writes it."""
    nodes = {
        name: [one.parent, one.name, one.kind.value, one.origin, one.was] for name, one in tree.nodes.items()
    }
    return {"nodes": nodes, "looked": sorted(tree.looked)}


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: str(case["name"]))
def test_the_acts_of_the_shared_table_lead_where_it_says(case: dict[str, Any]) -> None:
    tree, refused = START, []
    for place, act in enumerate(case["tried"]):
        try:
            tree = apply(tree, tuple(act))
        except BadResponse:
            refused.append(place)
    assert refused == case["refused"]
    assert summary(tree) == case["state"]
    assert list(tree.nodes) == list(case["state"]["nodes"])


def test_the_browser_gets_the_scene_of_the_shared_table() -> None:
    assert BODY.render(7, True) == TABLE["shown"]


def test_a_stored_drive_comes_back_the_same() -> None:
    assert FileTree.from_json(json.loads(json.dumps(BODY.to_json()))) == BODY


def test_the_solution_scores_and_passing_does_not() -> None:
    assert BODY.is_correct(3, BODY.right_content(3))
    assert BODY.parse(3, {"skip": True}) == SKIPPED
    assert not BODY.is_correct(3, {"skip": True})


@given(st.lists(ANY_ACT, max_size=8))
def test_any_acts_are_a_response_or_refused_and_keep_the_tree_whole(acts: list[list[object]]) -> None:
    try:
        BODY.parse(1, {"acts": acts})
    except BadResponse:
        return
    tree = FileMachine(BODY.drive).after(tuple(tuple(map(str, act)) for act in acts))
    assert len(tree.nodes) <= MOST_NODES
    for name, node in tree.nodes.items():
        assert list(tree.ancestors(name))[-1] in {"e0", "trash"}
        assert not tree.is_taken(node.parent, node.name, but=name) or node.parent == "trash"


@pytest.mark.parametrize(
    ("name", "pattern", "like"),
    [
        ("2026-03-12_a.jpg", "####-##-##_*.jpg", True),
        ("2026-3-12_a.jpg", "####-##-##_*.jpg", False),
        ("2026-03-1²_a.jpg", "####-##-##_*.jpg", False),
        ("a.jpg", "?.jpg", True),
        (".jpg", "?.jpg", False),
        ("a.jpg.png", "*.jpg", False),
        ("", "*", True),
        ("aXbXc", "a*X*c", True),
        ("E\u0301te\u0301", "Été", True),
        ("a" * 80, "*a" * 40 + "b", False),
    ],
)
def test_patterns(name: str, pattern: str, like: bool) -> None:
    assert is_like(name, pattern) is like


DRIVE = """
drive:
  name: Documents
  entries:
    - {path: "Photos/b.jpg", size: 1 Mo, modified: "02/01/2026"}
    - {path: "Photos/a.jpg", size: 1 Mo, modified: "01/01/2026"}
    - {path: "Photos/Vieux/c.jpg", size: 1 Mo, modified: "01/01/2020"}
    - {path: "note.txt", size: 1 ko, modified: "01/01/2026"}
    - {path: "cours.zip", size: 9 ko, modified: "01/01/2026"}
    - {path: "cours.zip!/un.pdf", size: 7 ko}
"""


def goal(written: str, solution: str) -> FileTree:
    body, told = read(FileTree, f"{DRIVE}goal: {written}\nsolution: {solution}\n")
    assert told == []
    assert isinstance(body, FileTree)
    return body


def is_right(body: FileTree, *acts: tuple[str, ...]) -> bool:
    """Marks acts that are written as in a solution."""
    sent = wired(FileMachine(body.drive), acts)
    return body.is_correct(0, {"acts": [list(act) for act in sent]})


MOVED = ("move", "note.txt", "Photos/")


def test_a_move_may_be_a_copy_whose_original_is_thrown_away() -> None:
    body = goal('{at: [{file: note.txt, path: "Photos/note.txt"}]}', '[[move, note.txt, "Photos/"]]')
    assert is_right(body, ("copy", "note.txt", "Photos/"), ("delete", "note.txt"))
    assert not is_right(body, ("copy", "note.txt", "Photos/"))
    assert not is_right(body, MOVED, ("rename", "Photos/note.txt", "Note.txt"))


def test_another_file_of_the_right_name_does_not_count() -> None:
    body = goal(
        '{at: [{file: note.txt, path: "Photos/z.txt"}], rest: free}',
        '[[move, note.txt, "Photos/"], [rename, "Photos/note.txt", z.txt]]',
    )
    assert not is_right(body, ("rename", "Photos/a.jpg", "z.txt"), ("delete", "note.txt"))


@pytest.mark.parametrize(
    "more",
    [
        ("rename", "Photos/a.jpg", "d.jpg"),
        ("move", "Photos/a.jpg", ""),
        ("delete", "Photos/a.jpg"),
        ("folder", "", "Autre"),
        ("copy", "Photos/a.jpg", ""),
        ("rename", "Photos/", "Images"),
    ],
)
def test_what_is_not_named_stays_unless_the_rest_is_free(more: tuple[str, ...]) -> None:
    asked, done = 'at: [{file: cours.zip, path: "Photos/cours.zip"}]', '[[move, cours.zip, "Photos/"]]'
    act = ("move", "cours.zip", "Photos/")
    body, free = goal(f"{{{asked}}}", done), goal(f"{{{asked}, rest: free}}", done)
    assert is_right(body, act, ("properties", "note.txt"))
    assert not is_right(body, act, more)
    assert is_right(free, act, more) is (more[0] != "rename" or more[1] != "Photos/")


def test_a_copy_leaves_the_original() -> None:
    body = goal(
        '{copies: [{file: note.txt, path: "Sauve/note.txt"}]}',
        '[[folder, "", Sauve], [copy, note.txt, "Sauve/"]]',
    )
    made = ("folder", "", "Sauve")
    assert not is_right(body, made, ("move", "note.txt", "Sauve/"))
    assert not is_right(body, made, ("copy", "note.txt", "Sauve/"), ("copy", "note.txt", ""))


def test_the_trash_holds_what_was_thrown_away_with_its_folder() -> None:
    body = goal('{trash: ["Photos/Vieux/", "Photos/Vieux/c.jpg"]}', '[[delete, "Photos/Vieux/"]]')
    assert not is_right(body, ("delete", "Photos/Vieux/c.jpg"))
    assert not is_right(body, ("delete", "Photos/Vieux/"), ("restore", "Photos/Vieux/"))


def test_a_folder_holds_exactly_these() -> None:
    body = goal(
        '{holds: [{path: "P*/", names: ["Vieux", "?.jpg"]}], trash: ["Photos/a.jpg"]}',
        '[[delete, "Photos/a.jpg"]]',
    )
    assert not is_right(body, ("delete", "Photos/a.jpg | Photos/b.jpg"))
    assert not is_right(body, ("delete", "Photos/b.jpg"))


def test_all_files_of_a_folder_are_named_like_a_pattern() -> None:
    body = goal(
        '{names: [{path: "Photos/", like: "photo-#.jpg"}]}',
        '[[rename, "Photos/a.jpg", photo-1.jpg], [rename, "Photos/b.jpg", photo-2.jpg]]',
    )
    assert not is_right(body, ("rename", "Photos/a.jpg", "photo-1.jpg"))
    assert not is_right(
        body,
        ("rename", "Photos/a.jpg", "photo-1.jpg"),
        ("move", "Photos/b.jpg", ""),
        ("rename", "b.jpg", "photo-2.jpg"),
    )


def test_an_archive_holds_exactly_these_files() -> None:
    body = goal(
        '{archives: [{path: "r*.zip", files: [note.txt, cours.zip]}]}',
        '[[compress, "note.txt | cours.zip", rendu.zip]]',
    )
    assert is_right(body, ("compress", "cours.zip | note.txt", "r.zip"))
    assert not is_right(body, ("compress", "note.txt", "rendu.zip"))
    assert not is_right(body, ("compress", "note.txt | cours.zip | Photos/", "rendu.zip"))


def test_an_extracted_file_is_a_copy_of_the_archived_one() -> None:
    body = goal(
        '{copies: [{file: "cours.zip!/un.pdf", path: "cours/un.pdf"}], new_folders: 1}',
        "[[extract, cours.zip]]",
    )
    assert not is_right(body, ("folder", "", "cours"))


@pytest.mark.parametrize(
    ("written", "solution"),
    [
        ('{exist: ["A/"]}', '[[folder, "", A]]'),
        ('{gone: ["note.txt"]}', "[[delete, note.txt]]"),
        ('{looked: ["note.txt"]}', "[[properties, note.txt]]"),
        ("{new_folders: 1, rest: free}", '[[folder, "Photos/", A]]'),
    ],
)
def test_the_small_conditions_are_reached_by_nothing_else(written: str, solution: str) -> None:
    body = goal(written, solution)
    assert not is_right(body, ("properties", "Photos/a.jpg"))
    assert not is_right(body, ("folder", "", "B"), ("folder", "", "C"))


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (
            'path: "note.txt", size: 1 ko, modified: "01/01/2026"',
            "drive.entries[7].path: « note.txt » est écrit deux fois",
        ),
        (
            'path: "NOTE.txt", size: 1 ko, modified: "01/01/2026"',
            "drive.entries: « NOTE.txt » porte un nom déjà pris",
        ),
        (
            'path: "a?.txt", size: 1 ko, modified: "01/01/2026"',
            "drive.entries[7].path: « a?.txt » n’est pas un chemin",
        ),
        (
            'path: "/a.txt", size: 1 ko, modified: "01/01/2026"',
            "drive.entries[7].path: « /a.txt » n’est pas un chemin",
        ),
        ('path: "b.zip!/a.txt", size: 1 ko', "drive.entries: « b.zip!/a.txt » n’est dans aucune archive"),
        ('path: "note.txt!/a.txt", size: 1 ko', "drive.entries[7].path: ce n’est pas une archive"),
        (
            'path: "a.txt", size: un, modified: "01/01/2026"',
            "drive.entries[7].size: cette valeur ne convient pas",
        ),
        (
            'path: "a.txt", size: 1 ko, modified: hier',
            "drive.entries[7].modified: cette valeur ne convient pas",
        ),
        ('path: "a.txt", size: 1 ko', "drive.entries[7].modified: ce champ manque"),
    ],
)
def test_a_drive_that_is_wrong_is_told_to_its_author(entry: str, told: str) -> None:
    written = f"{DRIVE}    - {{{entry}}}\ngoal: {{gone: [note.txt]}}\nsolution: [[delete, note.txt]]\n"
    assert told in read(FileTree, written)[1]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "goal: {trash: [x.txt]}\nsolution: [[delete, note.txt]]",
            "goal.trash: « x.txt » n’est pas dans les fichiers de départ",
        ),
        (
            "goal: {at: [{file: Photos, path: A}]}\nsolution: [[delete, note.txt]]",
            "goal.at[1].file: « Photos » n’est pas dans les fichiers de départ",
        ),
        (
            "goal: {gone: [note.txt]}\nsolution: [[delete, x.txt]]",
            "solution[1]: l’action « delete x.txt » est impossible ici",
        ),
        ("goal: {gone: [x.txt]}\nsolution: [[delete, note.txt]]", "goal: le but est atteint sans rien faire"),
    ],
)
def test_a_goal_that_is_wrong_is_told_to_its_author(written: str, told: str) -> None:
    assert told in read(FileTree, f"{DRIVE}{written}\n")[1]
