"""The facts of a bundle's log as the rules take them, also where contents were erased."""

from collections.abc import Mapping

from exam_server.domain.events import EventKind
from exam_server.domain.finalisation import Fact
from exam_server.exports.bundle import Bundle


def facts_in(bundle: Bundle) -> list[Fact]:
    """Every line of the log; one whose content was erased has an empty one."""
    found = []
    for entry in bundle.entries:
        content = bundle.contents[entry.number].value if entry.number in bundle.contents else {}
        facts = content if isinstance(content, Mapping) else {}
        found.append(Fact(entry.number, entry.at_ms, entry.kind, entry.candidate, facts))
    return found


def actors_in(bundle: Bundle) -> dict[int, str]:
    """Who did what, by number."""
    return {entry.number: entry.actor for entry in bundle.entries}


def people_in(bundle: Bundle) -> dict[str, str]:
    """Names by identifier, as far as the log has them: candidates', and those of staff who signed an act."""
    names = {}
    actors = actors_in(bundle)
    for fact in facts_in(bundle):
        if fact.kind == EventKind.CANDIDATE_REGISTERED and fact.candidate is not None and fact.content:
            names[fact.candidate] = f"{fact.content.get('family_name')} {fact.content.get('given_name')}"
        elif isinstance(by := fact.content.get("by"), str):
            names[actors[fact.number]] = by
    return names
