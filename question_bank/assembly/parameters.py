"""The constants of the person model and of the selection, in whole thousandths that hash the same."""

from dataclasses import asdict, dataclass

from question_bank.framework import LEVEL_CUT_POINTS

TEST_LENGTH = 32
TEST_SECONDS = 6300


@dataclass(frozen=True)
class SelectionPolicy:
    """How sharply the draw prefers informative items (first to last question), and the exposure cap."""

    first_sharpness: int
    last_sharpness: int
    exposure_cap: int  # thousandths

    def sharpness(self, position: int, length: int) -> int:
        """The number of squarings of the relative gain at this place (0-based) of the test."""
        steps = self.last_sharpness - self.first_sharpness + 1
        return self.first_sharpness + min(position * steps // length, steps - 1)


@dataclass(frozen=True)
class ModelParameters:
    """In thousandths of a logit, or of one. Refit them with real pairs of profile and exam before use."""

    cut_points: tuple[int, ...]
    mean: int
    general_sd: int
    specific_sd: int
    practice_sd: int
    slip: int = 20  # a right answer never becomes surer than this leaves
    guess: int = 40  # nor less likely than this: choices can be guessed
    inflated: int = 200
    shifts: tuple[int, ...] = (450, 220, 200, 130)
    unrelated: int = 10
    default: SelectionPolicy = SelectionPolicy(1, 3, 50)
    secure: SelectionPolicy = SelectionPolicy(0, 1, 30)

    def __post_init__(self) -> None:
        if len(self.cut_points) != 8 or sorted(set(self.cut_points)) != list(self.cut_points):
            raise ValueError("eight rising cut-points are needed")
        if sum(self.shifts) != 1000 or min(self.shifts) <= 0:
            raise ValueError("the shares of the shifts are above 0 and sum to one thousand")

    def policy(self, name: str) -> SelectionPolicy:
        policies = {"default": self.default, "secure": self.secure}
        return policies[name]

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def scaled_to(cut_points: tuple[float, ...]) -> ModelParameters:
    """Parameters for a scale whose spread and noise are known only relative to the width of a level."""
    milli = tuple(round(1000 * point) for point in cut_points)
    width = (milli[-1] - milli[0]) // 7
    return ModelParameters(
        cut_points=milli,
        mean=milli[2] + width * 8 // 10,
        general_sd=width,
        specific_sd=width * 11 // 10,
        practice_sd=width * 62 // 100,
    )


DEFAULT = scaled_to(LEVEL_CUT_POINTS)
