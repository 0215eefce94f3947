"""Check a folder of items: `python -m question_bank.checks question_bank/items`."""

import sys
from pathlib import Path

import question_bank
from question_bank.checks import check_bank, check_every_variant
from question_bank.loading import BankErrors, load_bank

_SOME_VARIANTS = range(20)


def main(arguments: list[str]) -> int:
    """Everything that is found, then a table of items by competence and level."""
    folder = Path(arguments[0]) if arguments else Path(question_bank.__file__).parent / "items"
    try:
        bank = load_bank(folder)
    except BankErrors as errors:
        sys.stderr.write(f"{errors}\n")
        return 1
    report = check_bank(bank)
    made = tuple(check_every_variant(bank.items, _SOME_VARIANTS))
    for finding in (*report.errors, *report.warnings, *made):
        sys.stdout.write(f"{finding}\n")
    for code, counts in report.by_level.items():
        sys.stdout.write(f"{code}  {'  '.join(f'{count:3}' for count in counts)}  = {sum(counts)}\n")
    return 1 if report.errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
