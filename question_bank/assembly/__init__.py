"""The engine that builds one candidate's test from the profile: publish, next, record, report, replay."""

from question_bank.assembly.blueprint import families_needed, quota
from question_bank.assembly.engine import (
    Assembly,
    AssemblyError,
    CannotComplete,
    NotCertifiable,
    NotTheQuestion,
    ReplayDiffers,
    next_together,
    replay,
)
from question_bank.assembly.exposure import exposure_bans
from question_bank.assembly.facts import BadFacts, ItemFacts, facts_of, facts_of_items
from question_bank.assembly.parameters import (
    DEFAULT,
    TEST_LENGTH,
    TEST_SECONDS,
    ModelParameters,
    SelectionPolicy,
)
from question_bank.assembly.publication import (
    BankCannotCarry,
    Feasibility,
    PublishedBank,
    Shortage,
    deal_colours,
    publish,
)
from question_bank.assembly.room import seat_colour
from question_bank.assembly.seeds import derive_seed
from question_bank.assembly.spec import Answered, AssemblySpec, Choice

# Raised whenever equal specifications and responses may give other questions or scores than before: a session
# is finalised and verified by the engine that it was sat with, or not at all.
ENGINE_VERSION = 1

__all__ = [
    "DEFAULT",
    "ENGINE_VERSION",
    "TEST_LENGTH",
    "TEST_SECONDS",
    "Answered",
    "Assembly",
    "AssemblyError",
    "AssemblySpec",
    "BadFacts",
    "BankCannotCarry",
    "CannotComplete",
    "Choice",
    "Feasibility",
    "ItemFacts",
    "ModelParameters",
    "NotCertifiable",
    "NotTheQuestion",
    "PublishedBank",
    "ReplayDiffers",
    "SelectionPolicy",
    "Shortage",
    "deal_colours",
    "derive_seed",
    "exposure_bans",
    "facts_of",
    "facts_of_items",
    "families_needed",
    "next_together",
    "publish",
    "quota",
    "replay",
    "seat_colour",
]
