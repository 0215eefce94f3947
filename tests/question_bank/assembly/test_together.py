"""Many candidates at once: everybody's test is, to the last bit, the one that each would get alone."""

import random
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.assembly import Answered, Assembly, next_together
from tests.question_bank.assembly.banks import big_bank, random_profile, small_bank, spec_of


def room(seed: int, candidates: int) -> list[Assembly]:
    """Candidates of two banks, of all widths of profile; some without a second to spare."""
    rng = random.Random(seed)
    assemblies = []
    for _ in range(candidates):
        bank = rng.choice((small_bank(), big_bank()))
        spec = spec_of(
            random_profile(rng, rng.randint(5, 16)),
            bank,
            seed=rng.getrandbits(64),
            colour=rng.randrange(bank.colours),
            accessible_only=rng.random() < 0.2,
            time_factor=rng.choice((Fraction(1), Fraction(4, 3), Fraction(1, 50))),
            policy=rng.choice(("default", "secure")),
        )
        assemblies.append(Assembly(bank, spec))
    return assemblies


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 9), st.data())
def test_each_candidate_of_a_group_gets_the_test_that_each_would_get_alone(
    seed: int, candidates: int, data: st.DataObject
) -> None:
    together, alone = room(seed, candidates), room(seed, candidates)
    rng = random.Random(seed)
    for _ in range(32):
        asked = data.draw(st.sets(st.integers(0, candidates - 1)), label="who asks")
        choices = next_together([together[place] for place in sorted(asked)])
        for place, choice in zip(sorted(asked), choices, strict=True):
            assert choice == alone[place].next()
            assert choice is not None
            right, seconds = rng.random() < 0.6, rng.randint(5, 400)
            for assembly in (together[place], alone[place]):
                if seconds % 9 == 0:
                    assembly.neutralise(choice.item_id, seconds)
                else:
                    assembly.record(choice.item_id, right, seconds, later=assembly is together[place])
    assert [one.history for one in together] == [one.history for one in alone]


def test_a_whole_room_at_once_and_each_alone_make_equal_tests() -> None:
    """More candidates than are computed at once, to the end of every test."""
    together, alone = room(3, 150), room(3, 150)
    for position in range(33):
        choices = next_together(together)
        assert choices == [assembly.next() for assembly in alone]
        assert all((choice is None) == (position == 32) for choice in choices)
        for place, choice in enumerate(choices):
            if choice is not None:
                for assembly in (together[place], alone[place]):
                    assembly.record(choice.item_id, (place + position) % 3 > 0, 60 + place)


def test_whoever_has_a_question_or_a_complete_test_is_not_asked_anew() -> None:
    together = room(5, 4)
    first = next_together(together)
    assert next_together(together) == first
    assert next_together([]) == []
    history = [Answered(first[0].item_id, True, 50)] if first[0] is not None else []
    again = Assembly.resume(together[0].bank, together[0].spec, history)
    together[0].record(history[0].item_id, True, 50)
    assert next_together([again]) == next_together([together[0]])
