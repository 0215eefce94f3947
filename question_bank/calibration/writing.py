"""A new version of a folder of items: the same files with the new parameters, everything else untouched."""

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from question_bank.calibration.fit import Estimate
from question_bank.loading import LoadedBank, load_items

_PARAMETERS = re.compile(r"\s*parameters:")


class WouldOverwrite(ValueError):
    """The folder for the new version has something in it."""


def write_version(
    folder: Path, target: Path, loaded: LoadedBank, estimates: Mapping[str, Estimate]
) -> LoadedBank:
    """Copies the item files into `target` with a `parameters:` line for every estimate, and loads them again.

    Raises WouldOverwrite, and BankErrors should the new files not load (they are then left to be looked at).
    """
    if target.exists() and any(target.iterdir()):
        raise WouldOverwrite(str(target))
    by_file: dict[str, list[tuple[int, Estimate]]] = defaultdict(list)
    for item_id, place in loaded.places.items():
        by_file[place.file]  # a file without estimates is copied too
        if item_id in estimates:
            by_file[place.file].append((place.line, estimates[item_id]))
    for file, found in by_file.items():
        path = Path(file)
        copy = target / path.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(_with_parameters(path.read_text(encoding="utf-8"), found), encoding="utf-8")
    return load_items(target)


def _with_parameters(written: str, found: list[tuple[int, Estimate]]) -> str:
    """The text with one parameters line an item, in place of the old one or under the item's first line."""
    lines = written.split("\n")
    for first, estimate in sorted(found, key=lambda one: -one[0]):
        indent = " " * (len(lines[first - 1]) - len(lines[first - 1].lstrip(" -")))
        line = f"{indent}parameters: {{a: {estimate.a:.3f}, b: {estimate.b:.3f}}}"
        old = _old_parameters(lines, first, indent)
        if old is None:
            lines.insert(first, line)
        else:
            lines[old[0] : old[1]] = [line]
    return "\n".join(lines)


def _old_parameters(lines: list[str], first: int, indent: str) -> tuple[int, int] | None:
    """From and to which line an item's parameters stand, also when they take several lines."""
    for place in range(first, len(lines)):
        line = lines[place]
        if line.strip() and not line.startswith(indent):
            return None
        if _PARAMETERS.match(line) and len(line) - len(line.lstrip()) == len(indent):
            end = place + 1
            while end < len(lines) and lines[end].startswith(indent + " "):
                end += 1
            return place, end
    return None
