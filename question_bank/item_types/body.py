"""What every item type's body can do: be read from a file, shown, answered, marked and stored."""

from typing import Protocol, Self

from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject
from question_bank.item_types.responses import Response


class Body(Protocol):
    """The type-specific content of an item. `seed` is the item's own in one attempt (see `item_seed`)."""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """From an item file; problems are noted in the fields, and then the body must not be used."""
        ...

    @classmethod
    def from_json(cls, value: Json) -> Self: ...

    def to_json(self) -> JsonObject: ...

    def render(self, seed: int, shuffle: bool) -> JsonObject:
        """What a browser gets: never a key, a tolerance or an accepted text."""
        ...

    def parse(self, seed: int, content: object) -> Response:
        """The response in a browser's JSON; raises BadResponse when it cannot be one."""
        ...

    def is_correct(self, seed: int, content: object) -> bool: ...

    def right_content(self, seed: int) -> JsonObject:
        """A content that scores right, for simulations and previews."""
        ...

    def key(self) -> tuple[str, ...]:
        """The right answer as authors read it."""
        ...

    def texts(self) -> tuple[str, ...]:
        """What a candidate reads besides the stem, in authored order."""
        ...
