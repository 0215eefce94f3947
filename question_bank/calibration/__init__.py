"""Item parameters estimated anew from the responses of many candidates."""

from question_bank.calibration.fit import Calibration, Estimate, calibrate
from question_bank.calibration.responses import Responses

__all__ = ["Calibration", "Estimate", "Responses", "calibrate"]
