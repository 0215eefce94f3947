"""The mailbox: both machines agree, the goal is exact, hostile acts are refused, authors are told."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.item_types.mailbox import Mailbox
from question_bank.item_types.responses import SKIPPED, BadResponse
from question_bank.simulators.mailbox import MailMachine, MailState
from tests.question_bank.simulators.cases import read, table

TABLE = table("mailbox")
BODY = Mailbox.from_json(TABLE["body"])
MACHINE = MailMachine(BODY.scene)
PAUL, SARA = "paul.roy@lycee.example", "sara@lycee.example"
RIGHT: list[list[str]] = BODY.right_content(0)["acts"]  # type: ignore[assignment]
REPORT, UNREPORT, SEND = RIGHT
ANY_ACT = st.tuples(
    st.sampled_from(
        ["open", "details", "link", "attachment", "move", "delete", "report", "flag", "send", "x"]
    ),
    st.lists(
        st.sampled_from(
            ["m1", "m2", "m9", "f1", "f4", "l1", "a2", "star", "junk", "", PAUL, "reply", "forward"]
        )
        | st.integers(0, 9)
        | st.text(max_size=3),
        max_size=8,
    ),
).map(lambda parts: [parts[0], *parts[1]])


def summary(state: MailState) -> dict[str, Any]:
    """A state as the table writes it."""
    sets = ("to", "cc", "bcc", "attachments")
    return {
        "messages": {
            name: [one.folder, one.reported, one.starred, one.read] for name, one in state.messages.items()
        },
        "sent": [
            {
                "kind": one.kind,
                "source": one.source,
                "subject": one.subject,
                "body": one.body,
                **{name: sorted(getattr(one, name)) for name in sets},
            }
            for one in state.sent
        ],
        "done": sorted(f"{verb} {name}" for verb, name in state.done),
    }


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: str(case["name"]))
def test_the_acts_of_the_shared_table_lead_where_it_says(case: dict[str, Any]) -> None:
    state, refused = MACHINE.start, []
    for place, act in enumerate(case["tried"]):
        try:
            state = MACHINE.apply(state, tuple(act))
        except BadResponse:
            refused.append(place)
    assert refused == case["refused"]
    assert summary(state) == case["state"]


def test_the_browser_gets_the_scene_of_the_shared_table() -> None:
    assert BODY.render(7, True) == TABLE["shown"]


def test_the_browser_is_told_no_authored_name_and_no_goal() -> None:
    ids = [message.id for message in BODY.scene.messages] + ["paul", "affiche", "convoc", "solution", "goal"]
    shown = json.dumps(BODY.render(7, True))
    assert not [name for name in ids if f'"{name}"' in shown]


def test_a_stored_mailbox_comes_back_the_same() -> None:
    assert Mailbox.from_json(json.loads(json.dumps(BODY.to_json()))) == BODY


def test_the_solution_scores_and_passing_does_not() -> None:
    assert BODY.is_correct(3, {"acts": RIGHT})
    assert BODY.parse(3, {"skip": True}) == SKIPPED
    assert not BODY.is_correct(3, {"skip": True})


def sent(**changes: str) -> list[str]:
    names = ["verb", "kind", "source", "to", "cc", "bcc", "subject", "body", "attachments"]
    return [changes.get(name, part) for name, part in zip(names, SEND, strict=True)]


@pytest.mark.parametrize(
    "acts",
    [
        [UNREPORT, REPORT, SEND],
        [["report", "m1", "junk"], REPORT, UNREPORT, SEND],
        [REPORT, UNREPORT, ["move", "m1", "f5"], SEND],
        [REPORT, UNREPORT, sent(subject="Autre", body="Bonjour")],
        [REPORT, UNREPORT, sent(to=PAUL.upper())],
        [REPORT, UNREPORT, SEND, ["open", "m2"], ["flag", "m2", "star"], ["details", "m1"]],
        [["move", "m2", "f3"], REPORT, UNREPORT, SEND, ["move", "m2", "f1"]],
    ],
)
def test_other_ways_to_the_goal_score_too(acts: list[list[str]]) -> None:
    assert BODY.is_correct(3, {"acts": acts})


@pytest.mark.parametrize(
    "acts",
    [
        [REPORT, UNREPORT],
        [REPORT, SEND],
        [UNREPORT, SEND],
        [REPORT, UNREPORT, SEND, SEND],
        [REPORT, UNREPORT, SEND, ["move", "m2", "f3"]],
        [REPORT, UNREPORT, SEND, ["report", "m2", "junk"]],
        [REPORT, UNREPORT, SEND, ["link", "l1"]],
        [["report", "m1", "junk"], UNREPORT, SEND],
        [["delete", "m1"], UNREPORT, SEND],
        [REPORT, ["move", "m1", "f1"], UNREPORT, SEND],
        [REPORT, UNREPORT, sent(kind="reply", attachments="")],
        [REPORT, UNREPORT, sent(source="m4", attachments="")],
        [REPORT, UNREPORT, sent(to=SARA, bcc=PAUL)],
        [REPORT, UNREPORT, sent(cc=SARA, bcc="")],
        [REPORT, UNREPORT, sent(to=f"{PAUL} {SARA}")],
        [REPORT, UNREPORT, sent(attachments="a3 a4")],
        [REPORT, UNREPORT, sent(attachments="")],
    ],
)
def test_anything_less_or_more_is_wrong(acts: list[list[str]]) -> None:
    assert not BODY.is_correct(3, {"acts": acts})


@given(st.lists(ANY_ACT, max_size=6))
def test_any_acts_are_a_response_or_refused(acts: list[list[object]]) -> None:
    try:
        BODY.parse(1, {"acts": acts})
    except BadResponse:
        return
    assert BODY.is_correct(1, {"acts": acts}) in {True, False}


MAILBOX = """
mailbox:
  owner: "Lina <lina@lycee.example>"
  contacts: [{id: paul, person: "Paul <paul@lycee.example>"}]
  messages:
    - {id: une, from: "A <a@b.example>", date: hier, subject: Un, body: "Voir [ici](http://x.example)"}
    - id: deux
      from: "B <b@b.example>"
      date: hier
      subject: Deux
      body: Texte
      attachments: [{id: pj, name: a.pdf, size: 1 ko}]
"""


def goal(written: str, solution: str) -> Mailbox:
    body, told = read(Mailbox, f"{MAILBOX}goal: {written}\nsolution: {solution}\n")
    assert told == []
    assert isinstance(body, Mailbox)
    return body


@pytest.mark.parametrize(
    ("body", "counts"),
    [
        ("Rendez-vous a 18 H 30, Élise", True),
        ("Rendez-vous à 18h30 Élise", True),
        ("à 19 h, Élise", False),
        ("18 h 30", False),
    ],
)
def test_a_demanded_text_is_found_whatever_its_case_and_accents(body: str, counts: bool) -> None:
    mailbox = goal(
        '{sent: [{to: [paul], body_contains: ["18 h 30 | 18h30", elise]}]}',
        '[[send, new, "", paul, "", "", "", "élise 18h30", ""]]',
    )
    act = ["send", "new", "", "paul@lycee.example", "", "", "", body, ""]
    assert mailbox.is_correct(0, {"acts": [act]}) is counts


def test_two_sent_messages_count_in_any_order() -> None:
    mailbox = goal(
        "{sent: [{to: [paul]}, {to: [paul], body_filled: true}]}",
        '[[send, new, "", paul, "", "", "", "", ""], [send, new, "", paul, "", "", "", oui, ""]]',
    )
    acts = mailbox.right_content(0)["acts"]
    assert isinstance(acts, list)
    assert mailbox.is_correct(0, {"acts": acts[::-1]})
    assert not mailbox.is_correct(0, {"acts": [acts[0], acts[0]]})


def test_a_free_rest_and_demanded_looks() -> None:
    mailbox = goal("{rest: free, done: [{act: details, message: une}]}", "[[details, une]]")
    assert mailbox.is_correct(0, {"acts": [["delete", "m2"], ["details", "m1"]]})
    assert not mailbox.is_correct(0, {"acts": [["details", "m2"]]})


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "goal: {messages: [{id: trois}]}\nsolution: [[delete, une]]",
            "goal.messages[1].id: « trois » n’existe pas",
        ),
        (
            "goal: {messages: [{id: une, folder: x}]}\nsolution: [[delete, une]]",
            "goal.messages[1].folder: « x » n’existe pas",
        ),
        ("goal: {sent: [{to: [sara]}]}\nsolution: [[delete, une]]", "goal.sent[1].to: « sara » n’existe pas"),
        ("goal: {sent: [{kind: fax}]}\nsolution: [[delete, une]]", "goal.sent[1].kind: « fax » n’existe pas"),
        (
            "goal: {never: [{act: link, message: deux}]}\nsolution: [[delete, une]]",
            "goal.never[1].message: « deux » n’a ni lien ni pièce jointe de cette sorte",
        ),
        (
            "goal: {messages: [{id: une, folder: trash}]}\nsolution: [[delete, deux]]",
            "solution: cette suite d’actions n’atteint pas le but",
        ),
        (
            "goal: {messages: [{id: une, folder: inbox}]}\nsolution: [[open, une]]",
            "goal: le but est atteint sans rien faire",
        ),
        (
            "goal: {messages: [{id: une, folder: trash}]}\nsolution: [[delete, dix]]",
            "solution[1]: l’action « delete dix » est impossible ici",
        ),
        ("goal: {}\nsolution: [[open, une]]\noptions: []", "options: ce champ n’existe pas ici"),
    ],
)
def test_a_goal_that_is_wrong_is_told_to_its_author(written: str, told: str) -> None:
    assert told in read(Mailbox, f"{MAILBOX}{written}\n")[1]


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ('owner: "Lina"', "mailbox.owner: « Lina » n’est pas une personne"),
        (
            'owner: "Lina <lina@lycée.example>"',
            "mailbox.owner: « Lina <lina@lycée.example> » n’est pas une personne",
        ),
        ("folders: [{id: une, name: Un}]", "mailbox: « une » nomme deux choses"),
        ("folders: [{id: inbox, name: Un}]", "mailbox: « inbox » nomme deux choses"),
        ("folders: [{id: A B, name: Un}]", "mailbox: « A B » n’est pas un nom court"),
    ],
)
def test_a_scene_that_is_wrong_is_told_to_its_author(field: str, told: str) -> None:
    owner = '  owner: "Lina <lina@lycee.example>"\n'
    written = MAILBOX.replace(owner, f"  {field}\n" if field.startswith("owner") else f"{owner}  {field}\n")
    assert told in read(Mailbox, f"{written}goal: {{}}\nsolution: [[open, une]]\n")[1]


def test_what_can_be_attached_is_not_what_an_item_gives_to_download() -> None:
    assert BODY.scene.files
    assert "files" not in BODY.render(7, True)
