"""The site map of the console: every page that has an address of its own, for whoever may open it."""

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from exam_server.domain.roles import Person, Role
from exam_server.web.access import RoleRoute
from exam_server.web.desk import page
from exam_server.web.language import marked as _

_EVERYBODY = frozenset(Role)


@dataclass(frozen=True)
class Entry:
    """A page: its address, its name, one sentence, and whose it is."""

    path: str
    name: str
    about: str
    roles: frozenset[Role] = _EVERYBODY


@dataclass(frozen=True)
class Group:
    """Pages that belong together."""

    title: str
    entries: tuple[Entry, ...]


def _of(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


GROUPS = (
    Group(
        _("Sessions et élèves"),
        (
            Entry(
                "/head",
                _("Sessions"),
                _(
                    "Toutes les sessions ; chacune mène à ses cartes d’accès, ses papiers, sa clôture, "
                    "ses résultats et son déroulement."
                ),
                _of(Role.HEAD),
            ),
            Entry(
                "/sessions/new",
                _("Prévoir une session"),
                _("Une salle, une date, des surveillants."),
                _of(Role.HEAD),
            ),
            Entry(
                "/pupils",
                _("Élèves"),
                _("La liste par classe, et l’import des élèves et de leurs profils."),
                _of(Role.HEAD),
            ),
            Entry(
                "/results",
                _("Résultats au fil des années"),
                _("Ce que les passations ont donné, par année scolaire et par classe."),
                _of(Role.HEAD),
            ),
            Entry(
                "/livret/lsu",
                _("Livret scolaire, CM2 et 6e"),
                _("Ajouter les compétences numériques au fichier de bilans exporté pour LSU."),
                _of(Role.HEAD),
            ),
            Entry(
                "/livret/awareness",
                _("Attestations de sensibilisation au numérique"),
                _("Une page par élève de 6e, à dater et à signer."),
                _of(Role.HEAD),
            ),
            Entry(
                "/livret",
                _("Livret scolaire"),
                _("Ce que LSU et LSL peuvent prendre, et les exports signés."),
                _of(Role.HEAD),
            ),
        ),
    ),
    Group(
        _("Surveillance"),
        (
            Entry(
                "/invigilate",
                _("Surveillance"),
                _(
                    "Vos sessions, à ouvrir avec leur code ; chacune mène à son tableau, à ses signalements "
                    "et à la répétition de la salle."
                ),
                _of(Role.INVIGILATOR, Role.HEAD),
            ),
        ),
    ),
    Group(
        _("Aménagements"),
        (
            Entry(
                "/accommodations",
                _("Aménagements"),
                _("Ce qui est à approuver, ce qui se termine, ce qui manque avant une session."),
                _of(Role.ACCOMMODATIONS, Role.HEAD),
            ),
            Entry(
                "/accommodations/pupils",
                _("Élèves et aménagements"),
                _("Les élèves par classe ; chacun mène à ses décisions."),
                _of(Role.ACCOMMODATIONS, Role.HEAD),
            ),
        ),
    ),
    Group(
        _("Banque de questions"),
        (
            Entry(
                "/bank",
                _("Banque de questions"),
                _("Le nombre de questions par compétence et par niveau."),
                _of(Role.AUTHOR, Role.HEAD),
            ),
            Entry(
                "/bank/proposals",
                _("Propositions"),
                _("Les fichiers de questions à relire, les vôtres, et ce qui a été décidé."),
                _of(Role.AUTHOR),
            ),
            Entry(
                "/bank/proposals/new",
                _("Nouveau savoir-faire"),
                _("Proposer une famille de questions nouvelle."),
                _of(Role.AUTHOR),
            ),
        ),
    ),
    Group(
        _("Votre compte"),
        (
            Entry(
                "/account",
                _("Mon compte"),
                _("Ce avec quoi vous confirmez : clés d’accès, code à usage unique ; et votre mot de passe."),
            ),
        ),
    ),
    Group(
        _("Pour tout le monde"),
        (
            Entry("/", _("Entrée des candidats"), _("Taper le code d’une carte d’accès.")),
            Entry(
                "/practice",
                _("Essayer le confort de lecture"),
                _("Les réglages de lecture, essayés sur quelques questions."),
            ),
            Entry(
                "/rehearsal",
                _("Essai d’un poste"),
                _("La page à ouvrir sur chaque ordinateur pendant la répétition d’une salle."),
            ),
            Entry(
                "/accessibility",
                _("Accessibilité"),
                _("L’état de conformité, ce qui n’est pas accessible, et les recours."),
            ),
        ),
    ),
)


def groups_for(roles: Iterable[Role]) -> list[Group]:
    """The map as somebody with these roles sees it."""
    own = frozenset(roles)
    seen = (Group(one.title, tuple(e for e in one.entries if e.roles & own)) for one in GROUPS)
    return [group for group in seen if group.entries]


async def map_page(request: Request, person: Person) -> Response:
    """Every page that this person may open."""
    return page(request, "console/site_map.html", person, groups=groups_for(person.roles))


routes = [RoleRoute("/staff/map", map_page, roles=_EVERYBODY)]
