"""Responses to levels per competence with error bands, a score, and the evidence on the profile."""

from question_bank.assembly.evidence import (
    BadHistory,
    CompetenceResult,
    ProfileEvidence,
    Scores,
    score,
)

MINIMUM_RESPONSES = 20  # below this a test is too short to be validated; the posterior itself only gets wider

__all__ = ["MINIMUM_RESPONSES", "BadHistory", "CompetenceResult", "ProfileEvidence", "Scores", "score"]
