"""Runs the product's engine in a world through its public names alone, in rooms of twenty."""

import hashlib
import random
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from question_bank.assembly import (
    Answered,
    Assembly,
    AssemblySpec,
    Choice,
    ItemFacts,
    ModelParameters,
    PublishedBank,
    deal_colours,
    exposure_bans,
    publish,
    quota,
    replay,
    seat_colour,
)
from question_bank.profile import Profile
from question_bank.scoring import Scores, score
from scripts.bench.simulation.outcome import Outcome
from scripts.bench.simulation.world import BUDGET_SECONDS, COMPETENCES, Floats, Ints, World

ROOM = 20
COLUMNS = 5


@dataclass(frozen=True)
class Setting:
    """One way to run the engine."""

    name: str = "passation"
    length: int = 32
    policy: str = "default"
    exposure: float = 0.05
    colours: int = 4
    accessible_only: bool = False
    time_factor: Fraction = Fraction(1)


def _seed(*parts: object) -> int:
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:8], "big")


def violations(facts: dict[str, ItemFacts], profile: Profile, asked: list[str], setting: Setting) -> int:
    """Breaches of the blueprint: length, quotas, families, certifiable competences, accessibility."""
    chosen = [facts[item] for item in asked]
    counts = Counter(fact.competence_index for fact in chosen)
    bounds = quota(len(profile.certifiable_competences), setting.length)
    found = int(len(asked) != setting.length)
    found += len(chosen) - len({fact.family for fact in chosen})
    found += sum(not bounds.least <= counts[c] <= bounds.most for c in profile.certifiable_competences)
    found += sum(profile.levels[fact.competence_index] == 0 for fact in chosen)
    found += sum(setting.accessible_only and not fact.accessible for fact in chosen)
    return found


class Run:
    """Accumulates what the engine does with each candidate."""

    def __init__(self, world: World, model: ModelParameters, setting: Setting) -> None:
        self.world, self.setting = world, setting
        self.bank: PublishedBank = publish(world.items.facts(), f"world-{world.seed}", model)
        self.facts = {fact.id: fact for fact in self.bank.facts}
        self.colours = min(setting.colours, self.bank.colours)
        count = len(world.theta)
        self.asked = np.full((count, setting.length), -1, dtype=np.int64)
        self.spent, self.seat = np.zeros(count), np.zeros(count, dtype=np.int64)
        self.scores: list[Scores] = []
        self.broken = 0
        self.counts: Counter[str] = Counter()

    def session(self, first: int, last: int) -> None:
        session_seed = _seed("session", self.world.seed, first)
        colours = deal_colours(self.bank, session_seed, self.colours) if self.colours > 1 else None
        dealt = None if colours is None else colours.tolist()
        banned = exposure_bans(self.counts, first, self.bank.facts, self.setting.exposure, dealt)
        seen: Counter[str] = Counter()
        for candidate in range(first, last):
            seen.update(self.candidate(candidate, candidate - first, session_seed, banned))
        self.counts.update(seen)

    def spec(self, candidate: int, seat: int, session_seed: int, banned: frozenset[str]) -> AssemblySpec:
        setting, world = self.setting, self.world
        return AssemblySpec(
            profile=Profile(tuple(world.declared[candidate].tolist()), (0,) * COMPETENCES),
            seed=_seed("candidate", world.seed, candidate),
            colour=seat_colour(seat // COLUMNS, seat % COLUMNS, self.colours),
            colours=self.colours,
            session_seed=session_seed,
            accessible_only=setting.accessible_only,
            time_factor=setting.time_factor,
            banned=banned,
            answered_before=frozenset(),
            length=setting.length,
            test_seconds=BUDGET_SECONDS * setting.length // 32,
            policy=setting.policy,
        )

    def sit(self, spec: AssemblySpec, candidate: int) -> tuple[Assembly, list[Choice]]:
        assembly = Assembly(self.bank, spec)
        choices: list[Choice] = []
        while (choice := assembly.next()) is not None:
            item = self.bank.index[choice.item_id]
            right = self.world.answers(candidate, item, len(choices))
            seconds = round(self.world.seconds(candidate, item) * spec.time_factor)
            choices.append(choice)
            assembly.record(choice.item_id, right, seconds)
        return assembly, choices

    def candidate(self, candidate: int, seat: int, session_seed: int, banned: frozenset[str]) -> list[str]:
        spec = self.spec(candidate, seat, session_seed, banned)
        assembly, choices = self.sit(spec, candidate)
        asked = [choice.item_id for choice in choices]
        self.asked[candidate, : len(asked)] = [self.bank.index[item] for item in asked]
        self.spent[candidate] = sum(one.seconds for one in assembly.history)
        self.seat[candidate] = spec.colour or 0
        self.scores.append(assembly.report())
        self.broken += violations(self.facts, spec.profile, asked, self.setting)
        return asked

    def outcome(self) -> Outcome:
        claimed = self.world.claimed
        pick = {name: _gather(self.scores, name) for name in _FIELDS}
        return Outcome(
            name=self.setting.name,
            levels=pick["estimated"].astype(np.int64),
            ability=(pick["ability_milli"] * claimed).sum(axis=1) / claimed.sum(axis=1) / 1000,
            suspicion=np.array([one.evidence.llr_milli_nats for one in self.scores]) / 1000,
            suspicion_by_competence=pick["p_inflated_ppm"] / 1e6,
            asked=self.asked,
            chances={
                "certified": pick["certified"],
                "without_profile": pick["without_profile"],
                "at_least_declared": pick["p_at_least_declared_ppm"] / 1e6,
                "at_least_one_below": pick["p_at_least_one_below_ppm"] / 1e6,
                "inflated": np.array([one.evidence.p_inflated_ppm for one in self.scores]) / 1e6,
                "unrelated": np.array([one.evidence.unrelated_ppm for one in self.scores]) / 1e6,
            },
            spent=self.spent,
            allowed=np.full(len(self.spent), float(BUDGET_SECONDS * self.setting.time_factor)),
            colours=self.seat,
            violations=self.broken,
        )


_FIELDS = (
    "estimated",
    "certified",
    "ability_milli",
    "p_inflated_ppm",
    "p_at_least_declared_ppm",
    "p_at_least_one_below_ppm",
    "without_profile",
)


def _gather(scores: list[Scores], name: str) -> Floats:
    return np.array([[getattr(one, name) for one in row.competences] for row in scores], dtype=np.float64)


def run(world: World, model: ModelParameters, setting: Setting) -> Outcome:
    work = Run(world, model, setting)
    for first in range(0, len(world.theta), ROOM):
        work.session(first, min(first + ROOM, len(world.theta)))
    return work.outcome()


def unlike_replays(world: World, model: ModelParameters, setting: Setting, count: int) -> int:
    """How many of the first tests do not come out identical when replayed from their responses."""
    work, differing = Run(world, model, setting), 0
    for candidate in range(min(count, len(world.theta))):
        assembly, choices = work.sit(work.spec(candidate, candidate % ROOM, 1, frozenset()), candidate)
        differing += list(replay(work.bank, assembly.spec, assembly.history)) != choices
    return differing


def falls(world: World, model: ModelParameters, flips: int) -> int:
    """How many wrong answers, counted right, lower a level or a probability, or speak for inflation."""
    work, rng, found, done = Run(world, model, Setting()), random.Random(world.seed), 0, 0
    for candidate in range(len(world.theta)):
        assembly, _ = work.sit(work.spec(candidate, candidate % ROOM, 1, frozenset()), candidate)
        before = _rising(assembly.report())
        wrong = [place for place, one in enumerate(assembly.history) if not one.correct]
        for place in rng.sample(wrong, min(4, len(wrong))):
            history = [
                one._replace(correct=True) if i == place else one for i, one in enumerate(assembly.history)
            ]
            after = _rising(score(work.bank, assembly.spec, history))
            found += any(new < old for new, old in zip(after, before, strict=True))
            done += 1
        if done >= flips:
            break
    return found


def _rising(scores: Scores) -> list[int]:
    """Everything that a right answer may raise and must not lower."""
    values = [-scores.evidence.llr_milli_nats]
    for one in scores.competences:
        values += [
            one.estimated,
            one.low,
            one.high,
            one.p_at_least_declared_ppm,
            one.p_at_least_one_below_ppm,
        ]
    return values


def rescored(world: World, model: ModelParameters, other: Outcome, name: str) -> Outcome:
    """The product's scoring on the items that another engine asked."""
    work = Run(world, model, Setting(name=name))
    for candidate in range(len(world.theta)):
        profile = Profile(tuple(world.declared[candidate].tolist()), (0,) * COMPETENCES)
        spec = AssemblySpec(profile, 0, None, 1, 0, False, Fraction(1), frozenset(), frozenset(), length=32)
        work.scores.append(
            score(work.bank, spec, _history(world, work.bank, candidate, other.asked[candidate]))
        )
    work.asked = other.asked
    return work.outcome()


def _history(world: World, bank: PublishedBank, candidate: int, asked: Ints) -> list[Answered]:
    history = []
    for place, item in enumerate(asked[asked >= 0].tolist()):
        right = world.answers(candidate, item, place)
        if world.claimed[candidate, bank.facts[item].competence_index]:
            history.append(Answered(bank.facts[item].id, right, 60))
    return history
