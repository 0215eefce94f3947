"""The selection once more, in plain Python integers: slow, obvious, and independent of numpy's sums."""

import hashlib

from question_bank.assembly import Answered, AssemblySpec, PublishedBank, deal_colours, quota
from question_bank.assembly.seeds import splitmix64
from question_bank.assembly.tables import (
    ENTROPY,
    EXP_LAST,
    EXPONENTIAL,
    EXPONENTS,
    GENERAL_POINTS,
    LEVELS,
    MANTISSA,
    MANTISSA_STEPS,
    POINTS_PER_LEVEL,
    STATES,
)

ONE = 1 << 20
EXP = [int(value) for value in EXPONENTIAL]
ENT = [int(value) for value in ENTROPY]
LOG = [int(value) for value in MANTISSA]
POWERS = [int(value) for value in EXPONENTS]


def exp(units: int) -> int:
    return EXP[min(units, EXP_LAST)]


def ln(number: int) -> int:
    exponent = number.bit_length()
    # mantissa = number / 2^exponent in [0.5, 1); its step is floor((mantissa - 0.5) * 2^15)
    step = (number * 2 * MANTISSA_STEPS >> exponent) - MANTISSA_STEPS
    return LOG[step] + POWERS[exponent]


class Reference:
    """One candidate's state, recomputed from scratch for every choice."""

    def __init__(self, bank: PublishedBank, spec: AssemblySpec) -> None:
        self.bank, self.spec = bank, spec
        self.rows = list(spec.profile.certifiable_competences)
        self.joint = [
            [[int(x) for x in s] for s in bank.person.joint[spec.profile.levels[c]]] for c in self.rows
        ]
        self.general = [int(x) for x in bank.person.general]
        colours = deal_colours(bank, spec.session_seed, spec.colours)
        self.open = [
            i
            for i, fact in enumerate(bank.facts)
            if int(colours[i]) == spec.colour and (fact.accessible or not spec.accessible_only)
        ]

    def conditionals(self, history: list[Answered], row: int) -> tuple[list[list[int]], list[int]]:
        log_likelihood = [0] * len(self.joint[row][0])
        for one in history:
            item = self.bank.index[one.item_id]
            if self.bank.facts[item].competence_index == self.rows[row]:
                table = self.bank.tables.log_right if one.correct else self.bank.tables.log_wrong
                log_likelihood = [x + int(y) for x, y in zip(log_likelihood, table[item], strict=True)]
        shares, masses = [], []
        for state in self.joint[row]:
            joint = [x + y for x, y in zip(state, log_likelihood, strict=True)]
            top = max(joint)
            mass = [exp(top - x) for x in joint]
            shares.append([m * ONE // sum(mass) for m in mass])
            masses.append(top + ln(sum(mass)))
        return shares, masses

    def marginals(self, history: list[Answered]) -> list[list[int]]:
        now = [self.conditionals(history, row) for row in range(len(self.rows))]
        before = [self.conditionals([], row) for row in range(len(self.rows))]
        log_weight = [self.general[s] + sum(masses[s] for _, masses in now) for s in range(STATES)]
        first = [self.general[s] + sum(masses[s] for _, masses in before) for s in range(STATES)]
        inflated = self.bank.parameters.inflated
        for start, share in ((0, 1000 - inflated), (GENERAL_POINTS, inflated)):
            part = range(start, start + GENERAL_POINTS)
            top = max(first[s] for s in part)
            norm = ln(share) - top - ln(sum(exp(top - first[s]) for s in part))
            for s in part:
                log_weight[s] += norm
        best = max(log_weight)
        weight = [exp(best - x) for x in log_weight]
        weight = [w * ONE // sum(weight) for w in weight]
        points = range(len(self.joint[0][0]))
        return [
            [sum(weight[s] * shares[s][k] for s in range(STATES)) // ONE for k in points] for shares, _ in now
        ]

    @staticmethod
    def gain(known: list[int], right: list[int]) -> int:
        total = sum(known)
        gain = 0
        mean = 0
        for level in range(LEVELS):
            part = range(level * POINTS_PER_LEVEL, (level + 1) * POINTS_PER_LEVEL)
            mass = sum(known[k] for k in part)
            hit = sum(known[k] * right[k] for k in part)
            mean += hit
            gain -= mass * ENT[2 * hit // max(mass, 1)]
        return gain + total * ENT[2 * mean // max(total, 1)]

    def choose(self, history: list[Answered], longest: int) -> dict[str, int | str]:
        known = self.marginals(history)
        row = self.competence_to_ask(history, known)
        quick = self.quick_items(row, history, longest)
        gains = [max(0, self.gain(known[row], [int(x) for x in self.bank.tables.right[i]])) for i in quick]
        weights = self.weights(gains, len(history))
        draw = splitmix64((self.spec.seed * 1_000_003 + len(history)) % (1 << 64)) % sum(weights)
        place = low = 0
        while draw >= low + weights[place]:
            low += weights[place]
            place += 1
        packed = b"".join(i.to_bytes(4, "little") for i in quick)
        return {
            "item_id": self.bank.facts[quick[place]].id,
            "eligible": len(quick),
            "gain": gains[place],
            "gain_max": max(gains),
            "draw": draw,
            "low": low,
            "high": low + weights[place],
            "eligible_digest": hashlib.sha256(packed).hexdigest(),
        }

    def competence_to_ask(self, history: list[Answered], known: "list[list[int]]") -> int:
        bounds = quota(len(self.rows), self.spec.length)
        homes = [self.bank.facts[self.bank.index[one.item_id]].competence_index for one in history]
        asked = [homes.count(c) for c in self.rows]
        missing = [max(0, bounds.least - n) for n in asked]
        rows = [r for r in range(len(self.rows)) if asked[r] < bounds.most]
        if sum(missing) >= self.spec.length - len(history):
            rows = [r for r in rows if missing[r]]
        virtual = self.bank.selection.virtual.reshape(-1, LEVELS + 1, LEVELS)[:, LEVELS, :]
        told = {
            r: max(self.gain(known[r], [int(x) for x in virtual[:, v]]) for v in range(LEVELS)) for r in rows
        }
        return min(rows, key=lambda r: (-told[r], r))

    def quick_items(self, row: int, history: list[Answered], longest: int) -> list[int]:
        facts = self.bank.facts
        used = {facts[self.bank.index[one.item_id]].family for one in history}
        items = [
            i
            for i in self.open
            if facts[i].competence_index == self.rows[row] and facts[i].family not in used
        ]
        quick = [i for i in items if facts[i].expected_seconds <= longest]
        if quick:
            return quick
        times = sorted(facts[i].expected_seconds for i in items)
        return [i for i in items if facts[i].expected_seconds <= times[(len(times) - 1) // 10]]

    def weights(self, gains: list[int], position: int) -> list[int]:
        sharpness = self.bank.parameters.policy(self.spec.policy).sharpness(position, self.spec.length)
        weights = []
        for gain in gains:
            relative = gain / max(gains)  # IEEE division and multiplication: the same on every machine
            for _ in range(sharpness):
                relative *= relative
            weights.append(int(relative * (1 << 32)) + (1 << 24))
        return weights
