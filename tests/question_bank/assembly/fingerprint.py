"""Prints one digest over tables, choices and scores of fixed tests: equal on every machine."""

import hashlib
import json
import random

from question_bank.assembly import ModelParameters, publish
from tests.question_bank.assembly.banks import big_facts, random_profile, sit, small_facts, spec_of

PARAMETERS = ModelParameters(
    cut_points=(-1400, -520, 671, 1550, 2274, 3095, 3930, 4780),
    mean=1400,
    general_sd=880,
    specific_sd=890,
    practice_sd=550,
    slip=20,
    guess=40,
)


def fingerprint() -> str:
    total = hashlib.sha256()
    for facts in (small_facts(), big_facts(1600)):
        bank = publish(facts, "fixed", PARAMETERS)
        total.update(bank.digest.encode())
        for seed in range(4):
            rng = random.Random(seed)
            spec = spec_of(random_profile(rng, 5 + 3 * seed), bank, seed=rng.getrandbits(64))
            assembly, choices = sit(bank, spec, rng)
            told = [[choice.to_json() for choice in choices], assembly.report().to_json()]
            total.update(json.dumps(told, sort_keys=True).encode())
    return total.hexdigest()


if __name__ == "__main__":
    print(fingerprint())  # noqa: T201
