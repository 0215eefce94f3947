"""Who plays in the demonstration: four members of staff with plainly invented names, and their links."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from exam_server.acts.staff import add_account, add_centre, new_link
from exam_server.app import open_store
from exam_server.demo.school import SCHOOL_NAME, UAI
from exam_server.demo.server import DemoServer
from exam_server.domain.roles import Role
from exam_server.settings import load_settings
from exam_server.storage.transaction import Transaction

HEAD_PASSWORD = "mirabelle-demonstration"  # noqa: S105 - of an invented school on this machine
"""Asked for before somebody adds a passkey, with which the results are then signed."""

LINKS_EACH = 2
"""One for the person who watches, one for the simulated colleague who shares the account."""


@dataclass(frozen=True)
class Part:
    """A member of staff of the invented school."""

    name: str
    email: str
    label: str


CAST: Mapping[Role, Part] = MappingProxyType(
    {
        Role.HEAD: Part("Camille Démo (direction)", "direction@demo.invalid", "Direction"),
        Role.INVIGILATOR: Part("Sacha Démo (surveillance)", "surveillance@demo.invalid", "Surveillance"),
        Role.ACCOMMODATIONS: Part("Maxime Démo (aménagements)", "amenagements@demo.invalid", "Aménagements"),
        Role.AUTHOR: Part("Alix Démo (questions)", "questions@demo.invalid", "Questions"),
    }
)

Links = Mapping[Role, tuple[str, ...]]


async def invite_staff(server: DemoServer) -> Links:
    """Creates the school and its staff in the server's database; returns one-time sign-in links by role."""
    store = open_store(load_settings(server.environment()))
    try:
        tokens = await store.run(_invite)
    finally:
        await store.close()
    return {
        role: tuple(f"{server.url}/staff/link/{token}" for token in known) for role, known in tokens.items()
    }


def _invite(tx: Transaction) -> dict[Role, tuple[str, ...]]:
    centre_id = add_centre(tx, UAI, SCHOOL_NAME)
    tokens = {}
    for role, part in CAST.items():
        password = HEAD_PASSWORD if role is Role.HEAD else None
        account_id = add_account(tx, centre_id, part.email, part.name, frozenset({role}), password)
        tokens[role] = tuple(new_link(tx, account_id) for _ in range(LINKS_EACH))
    return tokens
