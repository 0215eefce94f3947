"""Roles of staff, and the ways in which a rule refuses."""

import pytest

from exam_server.domain import errors
from exam_server.domain.errors import IllegalTransition, InvalidInput, Refusal
from exam_server.domain.roles import Role, roles_of

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Refusal)]


def test_roles_are_read_as_they_are_written() -> None:
    assert roles_of("head") == {Role.HEAD}
    assert roles_of("head,invigilator") == {Role.HEAD, Role.INVIGILATOR}
    assert roles_of(",".join(Role)) == set(Role)


def test_no_text_is_no_role() -> None:
    assert roles_of("") == frozenset()


@pytest.mark.parametrize("text", ["root", "Head", "head,admin", "head;invigilator", "head, invigilator"])
def test_an_unknown_role_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a valid Role"):
        roles_of(text)


def test_every_kind_of_refusal_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in KINDS]
    assert len(KINDS) > 8
    assert len(set(codes)) == len(codes)


def test_every_kind_of_refusal_stands_in_the_tree_of_the_module_s_head() -> None:
    for kind in KINDS:
        assert kind.__name__ in (errors.__doc__ or "")


def test_a_refusal_carries_the_code_of_its_kind_or_a_narrower_one_and_its_facts() -> None:
    assert IllegalTransition().code == "illegal_transition"
    refusal = InvalidInput("no_such_seat", rows=5)
    assert (refusal.code, refusal.facts, str(refusal)) == ("no_such_seat", {"rows": 5}, "no_such_seat")
    assert InvalidInput.code == "invalid_input"
