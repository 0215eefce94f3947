"""A search engine's result page: its scene, what each act changes, and what must hold at the end."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from question_bank.item_types.responses import Act, BadResponse, BadResponseCode, typed_text
from question_bank.simulators.acts import impossible, texts_of
from question_bank.simulators.search_corpus import ANY, FILTERS, NOTHING, Document, Results, search, since
from question_bank.simulators.search_query import MAX_QUERY, Operator, operators_of, parse_query


@dataclass(frozen=True)
class Scene:
    """`choosing` and `bookmarking` say which marks the page offers: those that the goal speaks of."""

    engine: str
    today: str
    query: str
    documents: tuple[Document, ...]
    choosing: bool
    bookmarking: bool

    @cached_property
    def days(self) -> dict[str, str]:
        """Without a date of today there is no filter by period."""
        return since(self.today) if self.today else {}

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(document.id for document in self.documents)

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        return {name: values for name, values in FILTERS.items() if name != "period" or self.today}


@dataclass(frozen=True)
class State:
    query: str
    filters: Mapping[str, str]
    results: Results
    opened: str | None
    visited: frozenset[str]
    chosen: frozenset[str]
    bookmarked: frozenset[str]

    def reaches(self, name: str) -> bool:
        """Only what is on the page can be opened or marked."""
        return (
            name in self.results.names
            or name == self.opened
            or name in self.chosen
            or name in self.bookmarked
        )


def start(scene: Scene) -> State:
    nothing: frozenset[str] = frozenset()
    state = State(scene.query, dict.fromkeys(FILTERS, ANY), NOTHING, None, nothing, nothing, nothing)
    return _searched(scene, state)


def _searched(scene: Scene, state: State) -> State:
    results = search(scene.documents, scene.days, state.query, state.filters)
    return replace(state, results=results, opened=None)


def apply(scene: Scene, state: State, act: Act) -> State:
    """The state after one act; raises BadResponse for one that the page does not offer."""
    verb = act[0]
    if verb == "query":
        (typed,) = texts_of(act, 1)
        return _searched(scene, replace(state, query=typed_text(typed, MAX_QUERY)))
    if verb == "filter":
        name, value = texts_of(act, 2)
        if value not in scene.filters.get(name, ()):
            raise impossible()
        return _searched(scene, replace(state, filters={**state.filters, name: value}))
    if verb == "back":
        texts_of(act, 0)
        if state.opened is None:
            raise impossible()
        return replace(state, opened=None)
    (name,) = texts_of(act, 1)
    if name not in scene.names or not state.reaches(name):
        raise impossible()
    if verb == "open":
        return replace(state, opened=name, visited=state.visited | {name})
    return _marked(scene, state, str(verb), name)


def _marked(scene: Scene, state: State, verb: str, name: str) -> State:
    if scene.choosing and verb in {"choose", "unchoose"}:
        return replace(state, chosen=_changed(state.chosen, name, verb == "choose"))
    if scene.bookmarking and verb in {"bookmark", "unbookmark"}:
        return replace(state, bookmarked=_changed(state.bookmarked, name, verb == "bookmark"))
    raise BadResponse(BadResponseCode.UNKNOWN_OPTION)


def _changed(marked: frozenset[str], name: str, adding: bool) -> frozenset[str]:
    if (name in marked) is adding:
        raise impossible()
    return marked | {name} if adding else marked - {name}


@dataclass(frozen=True)
class LastSearch:
    """What must be true of the query that stands at the end, and of its results."""

    uses: frozenset[Operator]
    filters: Mapping[str, str]
    holding: frozenset[str]
    without: frozenset[str]
    at_least: int
    at_most: int

    def holds(self, state: State) -> bool:
        found = frozenset(state.results.names)
        return (
            self.uses <= operators_of(parse_query(state.query))
            and all(state.filters[name] == value for name, value in self.filters.items())
            and self.holding <= found
            and not self.without & found
            and self.at_least <= len(found) <= self.at_most
        )


@dataclass(frozen=True)
class Goal:
    """None where the goal does not speak of it. `count` of the documents `chosen`, and no other."""

    chosen: frozenset[str] | None
    count: int
    bookmarked: frozenset[str] | None
    opened: frozenset[str]
    last_search: LastSearch | None

    def holds(self, state: State) -> bool:
        return (
            self._chosen_rightly(state.chosen)
            and (self.bookmarked is None or state.bookmarked == self.bookmarked)
            and self.opened <= state.visited
            and (self.last_search is None or self.last_search.holds(state))
        )

    def _chosen_rightly(self, chosen: frozenset[str]) -> bool:
        return self.chosen is None or (chosen <= self.chosen and len(chosen) == self.count)
