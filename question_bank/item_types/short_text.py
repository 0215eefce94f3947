"""Short text: a few typed characters compared with accepted texts."""

from dataclasses import dataclass
from typing import Self

from question_bank.item_types.acceptance import MAX_LENGTH, Acceptance
from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import JsonObject
from question_bank.item_types.responses import MAX_TEXT, SKIPPED, Response, Written, given, typed_text


@dataclass(frozen=True)
class ShortText(Acceptance):
    @classmethod
    def read(cls, fields: Fields) -> Self:
        answer = fields.section("answer")
        if answer is None:
            return cls((), True, True, True, 0)
        body = cls.read_from(answer)
        answer.close()
        return body

    def render(self, seed: int, shuffle: bool) -> JsonObject:
        return {"max_length": MAX_LENGTH}

    def parse(self, seed: int, content: object) -> Response:
        typed = given(content, "text")
        return SKIPPED if typed is SKIPPED else Written(typed_text(typed, MAX_TEXT))

    def is_correct(self, seed: int, content: object) -> bool:
        response = self.parse(seed, content)
        return isinstance(response, Written) and self.accepts(response.text)

    def right_content(self, seed: int) -> JsonObject:
        return {"text": self.accept[0]}

    def key(self) -> tuple[str, ...]:
        return self.accept

    def texts(self) -> tuple[str, ...]:
        return ()
