"""Sentences for people: translatable, and safe to print whatever a file holds."""

from exam_server.signing.wording import N_, shown


def test_a_sentence_is_translated_before_its_values_are_filled_in() -> None:
    sentence = N_("l’entrée {number} manque", number=3)
    assert str(sentence) == "l’entrée 3 manque"
    assert sentence.translated({"l’entrée {number} manque": "entry {number} is missing"}.__getitem__) == (
        "entry 3 is missing"
    )


def test_values_are_not_read_as_patterns() -> None:
    assert str(N_("{name}", name="{number}")) == "{number}"


def test_foreign_text_cannot_steer_a_terminal() -> None:
    assert shown("a\x1b[31m\u202eb\n") == "a�[31m�b�"
    assert len(shown("x" * 500)) == 60
