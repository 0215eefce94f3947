"""Responses to levels, bands and evidence on the profile, in exact arithmetic with one division at the end.

Two classes of candidates, sincere and inflated, give the levels: then a right answer never lowers anybody's
level and never speaks for inflation. A third, a profile that says nothing, is only looked at beside the
score.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from operator import mul, sub
from typing import NamedTuple

import numpy as np

from question_bank.assembly.publication import PublishedBank
from question_bank.assembly.spec import Answered, AssemblySpec, Json
from question_bank.assembly.tables import (
    EXP_LAST,
    EXPONENTIAL,
    GENERAL_POINTS,
    LEVELS,
    LOG_UNIT,
    POINTS,
    POINTS_PER_LEVEL,
    Ints,
)

POINTS_A_LEVEL = 8
REVIEW_PPM = 500_000
REFER_PPM = 950_000
UNUSABLE_PPM = 500_000
_MILLION = 1_000_000
_ONE = 1 << 128
_WIDE = 256
# 1/e and ln 2 as integers: constants of mathematics, good to the last digit.
_INVERSE_E = 42597529080697662913911602080600932014987715856510989744817822076425378192109
_LN2 = (693_147_180_559_945_309_417, 10**21)
_RATE_BITS = 64
_SCORED = slice(0, 2 * GENERAL_POINTS)
_INFLATED = slice(GENERAL_POINTS, 2 * GENERAL_POINTS)
_UNRELATED = slice(2 * GENERAL_POINTS, 3 * GENERAL_POINTS)
_KEPT_SHIFT = 10
_KEPT_BITS = 20
_LOG2_BITS = 40
_NINE_LEVELS_LOG = 9000  # ln 9 in units of 1/4096
_COHERENCE_LIMIT = 10 * LOG_UNIT


@dataclass(frozen=True)
class CompetenceResult:
    """One competence, probabilities in millionths. What the profile does not claim stays at level 0."""

    competence: int
    declared: int
    estimated: int
    certified: int
    low: int
    high: int
    p_at_least_declared_ppm: int
    p_at_least_one_below_ppm: int
    p_inflated_ppm: int
    ability_milli: int  # mean ability in thousandths of a logit
    without_profile: int  # the median level if the profile said nothing: for the jury, never for the score
    responses: int
    correct: int


@dataclass(frozen=True)
class ProfileEvidence:
    """How the responses sit with the profile as a whole. A reason to look, never an accusation."""

    llr_milli_nats: int
    p_inflated_ppm: int
    band: str
    unrelated_ppm: int
    profile_usable: bool


@dataclass(frozen=True)
class Scores:
    score: int
    competences: tuple[CompetenceResult, ...]
    evidence: ProfileEvidence
    responses: int

    def to_json(self) -> dict[str, Json]:
        return {
            "score": self.score,
            "competences": [asdict(one) for one in self.competences],
            "evidence": asdict(self.evidence),
            "responses": self.responses,
        }


class Masses(NamedTuple):
    """By row and state (sincere, inflated, unrelated x general level): masses in units of their top."""

    levels: list[list[list[int]]]
    totals: list[list[int]]
    kept: list[list[int]]  # the part of the inflated states where this competence itself is not inflated
    abilities: list[list[int]]  # the same masses, times the ability at each point
    exponents: list[int]  # by state: ln weight of the tops, general level included


def _masses(bank: PublishedBank, declared: Sequence[int], log_likelihood: Ints) -> Masses:
    person = bank.person
    nothing = np.broadcast_to(person.cells, (len(declared), GENERAL_POINTS, POINTS))
    joint = np.concatenate([person.joint[list(declared)], nothing], axis=1) + log_likelihood[:, None, :]
    top = joint.max(axis=2)
    mass = EXPONENTIAL[np.minimum(top[:, :, None] - joint, EXP_LAST)].astype(np.int64)
    levels = mass.reshape(*mass.shape[:2], LEVELS, POINTS_PER_LEVEL).sum(axis=3)
    share = person.kept[list(declared)].astype(np.int64) >> _KEPT_SHIFT
    kept = (mass[:, GENERAL_POINTS : 2 * GENERAL_POINTS] * share[:, None, :]).sum(axis=2) >> _KEPT_BITS
    general = np.concatenate([person.general, person.general[:GENERAL_POINTS]])
    exponents = general + top.sum(axis=0)
    return Masses(
        levels=levels.tolist(),
        totals=mass.sum(axis=2).tolist(),
        kept=kept.tolist(),
        abilities=(mass @ person.points).tolist(),
        exponents=exponents.tolist(),
    )


def _exp(units: int) -> int:
    """exp(-units / 4096) in units of 2^-286, without any lower limit worth naming."""
    whole, part = divmod(units, LOG_UNIT)
    return int(EXPONENTIAL[part]) * _inverse_power(whole)


@lru_cache(maxsize=1024)
def _inverse_power(whole: int) -> int:
    return _INVERSE_E**whole >> (_WIDE * (whole - 1)) if whole else 1 << _WIDE


def _log2(number: int) -> int:
    """The binary logarithm in units of 2^-40, by repeated squaring."""
    whole = number.bit_length() - 1
    x = number << (96 - whole) if whole <= 96 else number >> (whole - 96)
    result = whole
    for _ in range(_LOG2_BITS):
        x = x * x >> 96
        high = x >> 97
        x >>= high
        result = 2 * result + high
    return result


def _ln(numerator: int, denominator: int, unit: int) -> int:
    """ln(numerator / denominator) in parts of `unit`, rounded."""
    scale = _LN2[1] << _LOG2_BITS
    return (2 * (_log2(numerator) - _log2(denominator)) * _LN2[0] * unit + scale) // (2 * scale)


class ClassMass(NamedTuple):
    """The weight of a class: by state in units of 2^-286 e^top, and its sum."""

    top: int
    states: list[int]
    total: int


def _class_masses(masses: Masses) -> list[ClassMass]:
    """Sincere, inflated, unrelated: the exact product of all rows' evidence in every state."""
    products = [_exp_free_product(column) for column in zip(*masses.totals, strict=True)]
    classes = []
    for start in range(0, len(products), GENERAL_POINTS):
        exponents = masses.exponents[start : start + GENERAL_POINTS]
        top = max(exponents)
        states = [
            _exp(top - exponent) * product
            for exponent, product in zip(exponents, products[start : start + GENERAL_POINTS], strict=True)
        ]
        classes.append(ClassMass(top, states, sum(states)))
    return classes


def _exp_free_product(totals: Sequence[int]) -> int:
    product = 1
    for total in totals:
        product *= total
    return product


class Weights(NamedTuple):
    """What the responses make of each state: sincere and inflated sum to 2^128, the unrelated ones too."""

    states: list[int]
    llr_milli_nats: int
    inflated: int
    unrelated_ppm: int


def _weights(bank: PublishedBank, before: list[ClassMass], after: list[ClassMass], rows: int) -> Weights:
    inflated = bank.parameters.inflated
    # Each class starts from its prior share whatever the profile: divide by what it weighed before any
    # response.
    gain = [then.top - first.top for first, then in zip(before, after, strict=True)]
    best = max(gain)
    others = [
        before[1].total * before[2].total,
        before[0].total * before[2].total,
        before[0].total * before[1].total,
    ]
    scale = [_exp(best - one) * other for one, other in zip(gain, others, strict=True)]
    sincere_mass = (1000 - inflated) * scale[0] * after[0].total
    inflated_mass = inflated * scale[1] * after[1].total
    whole = sincere_mass + inflated_mass
    states = [one * (1000 - inflated) * scale[0] * _ONE // whole for one in after[0].states]
    states += [one * inflated * scale[1] * _ONE // whole for one in after[1].states]
    states += [one * _ONE // after[2].total for one in after[2].states]
    llr = _ln(after[1].total * before[0].total, before[1].total * after[0].total, 1000)
    llr += _rounded((gain[1] - gain[0]) * 1000, LOG_UNIT)
    unrelated = bank.parameters.unrelated * scale[2] * after[2].total
    unrelated_ppm = _unrelated_ppm(unrelated, whole, _coherence(bank, before[0], rows))
    return Weights(states, llr, inflated_mass * _MILLION // whole, unrelated_ppm)


def _rounded(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def _coherence(bank: PublishedBank, sincere: ClassMass, rows: int) -> int:
    """ln of p(profile | says nothing) / p(profile | sincere), clipped: in units of 1/4096."""
    general = sum(_exp(-int(one)) for one in bank.person.general[:GENERAL_POINTS])
    unit = 1 << (30 * rows)  # each row's masses are in units of 2^-30
    coherent = sincere.top + _ln(sincere.total, general * unit, LOG_UNIT)
    return max(-_COHERENCE_LIMIT, min(_COHERENCE_LIMIT, -rows * _NINE_LEVELS_LOG - coherent))


def _unrelated_ppm(unrelated: int, whole: int, coherence: int) -> int:
    if coherence >= 0:
        whole = whole * _exp(coherence) >> (_WIDE + 30)
    else:
        unrelated = unrelated * _exp(-coherence) >> (_WIDE + 30)
    return unrelated * _MILLION // (unrelated + whole)


def _quantile(levels: Sequence[int], share: tuple[int, int]) -> int:
    """The lowest level at or below which lies at least this share of the mass."""
    whole, below = sum(levels), 0
    for level, mass in enumerate(levels):
        below += mass
        if below * share[1] >= whole * share[0]:
            return level
    return LEVELS - 1


def _rates(masses: Masses, row: int, weights: Sequence[int], states: slice) -> list[int]:
    """The weight of each state by unit of its mass in this row."""
    pairs = zip(weights[states], masses.totals[row][states], strict=True)
    return [(weight << _RATE_BITS) // total for weight, total in pairs]


def _distribution(masses: Masses, row: int, rates: Sequence[int], states: slice) -> list[int]:
    """The mass of each level over these states."""
    return [
        sum(map(mul, rates, masses_of_level))
        for masses_of_level in zip(*masses.levels[row][states], strict=True)
    ]


class Tally(NamedTuple):
    responses: int
    correct: int


def _result(
    masses: Masses, weights: Weights, row: int, competence: int, declared: int, tally: Tally
) -> CompetenceResult:
    rates = _rates(masses, row, weights.states, _SCORED)
    levels = _distribution(masses, row, rates, _SCORED)
    alone = _distribution(masses, row, _rates(masses, row, weights.states, _UNRELATED), _UNRELATED)
    whole = sum(levels)
    moved = map(sub, masses.totals[row][_INFLATED], masses.kept[row])
    shifted = sum(map(mul, rates[_INFLATED], moved))
    estimated = _quantile(levels, (1, 2))
    return CompetenceResult(
        competence=competence,
        declared=declared,
        estimated=estimated,
        certified=min(declared, estimated),
        low=_quantile(levels, (1, 20)),
        high=_quantile(levels, (19, 20)),
        p_at_least_declared_ppm=sum(levels[declared:]) * _MILLION // whole,
        p_at_least_one_below_ppm=sum(levels[declared - 1 :]) * _MILLION // whole,
        p_inflated_ppm=min(shifted * _MILLION // whole, _MILLION),
        ability_milli=_rounded(sum(map(mul, rates, masses.abilities[row])), whole),
        without_profile=_quantile(alone, (1, 2)),
        responses=tally.responses,
        correct=tally.correct,
    )


def _unclaimed(competence: int) -> CompetenceResult:
    return CompetenceResult(competence, 0, 0, 0, 0, 0, _MILLION, _MILLION, 0, 0, 0, 0, 0)


def band(p_inflated_ppm: int) -> str:
    if p_inflated_ppm < REVIEW_PPM:
        return "consistent"
    return "review" if p_inflated_ppm <= REFER_PPM else "refer"


class BadHistory(ValueError):
    """These responses cannot belong to this test."""


def _likelihood(
    bank: PublishedBank, competences: Sequence[int], counted: Sequence[Answered]
) -> tuple[Ints, list[Tally]]:
    rows = {competence: row for row, competence in enumerate(competences)}
    log_likelihood = np.zeros((len(rows), POINTS), dtype=np.int64)
    tallies = [Tally(0, 0)] * len(rows)
    if len({one.item_id for one in counted}) != len(counted):
        raise BadHistory("an item was answered twice")
    for one in counted:
        item = bank.index.get(one.item_id)
        row = None if item is None else rows.get(bank.facts[item].competence_index)
        if item is None or row is None:
            raise BadHistory(f"{one.item_id} is not of this bank and profile")
        log_likelihood[row] += (bank.tables.log_right if one.correct else bank.tables.log_wrong)[item]
        tallies[row] = Tally(tallies[row].responses + 1, tallies[row].correct + one.correct)
    return log_likelihood, tallies


def score(bank: PublishedBank, spec: AssemblySpec, history: Sequence[Answered]) -> Scores:
    """Levels and evidence from the responses that count; their order does not matter, nor do their times."""
    competences = spec.profile.certifiable_competences
    if not competences:
        raise BadHistory("a profile without a certifiable competence has no score")
    counted = [one for one in history if one.neutralised_after is None]
    declared = [spec.profile.levels[competence] for competence in competences]
    log_likelihood, tallies = _likelihood(bank, competences, counted)
    masses = _masses(bank, declared, log_likelihood)
    before = _class_masses(_masses(bank, declared, np.zeros_like(log_likelihood)))
    weights = _weights(bank, before, _class_masses(masses), len(competences))
    results = {
        competence: _result(masses, weights, row, competence, declared[row], tallies[row])
        for row, competence in enumerate(competences)
    }
    evidence = ProfileEvidence(
        llr_milli_nats=weights.llr_milli_nats,
        p_inflated_ppm=weights.inflated,
        band=band(weights.inflated),
        unrelated_ppm=weights.unrelated_ppm,
        profile_usable=weights.unrelated_ppm <= UNUSABLE_PPM,
    )
    return Scores(
        score=POINTS_A_LEVEL * sum(result.certified for result in results.values()),
        competences=tuple(results.get(c, _unclaimed(c)) for c in range(len(spec.profile.levels))),
        evidence=evidence,
        responses=len(counted),
    )
