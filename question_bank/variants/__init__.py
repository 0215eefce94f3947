"""Seeded variants of parametric items: what is drawn, what must hold, and the texts that the values fill."""

from question_bank.variants.chance import VARIANTS, variant_number
from question_bank.variants.templates import BadTemplate
from question_bank.variants.variants import BadVariant, Variants

__all__ = ["VARIANTS", "BadTemplate", "BadVariant", "Variants", "variant_number"]
