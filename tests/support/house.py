"""The server's own things as tests use them: the shipped bank, loaded once, and a secret that is none."""

from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import question_bank
from exam_server.domain.rules import ExamRules
from exam_server.storage.house import BankInUse, Banks, Engines, House
from question_bank.assembly import facts_of, publish
from question_bank.items import Bank
from question_bank.loading import load_bank

SECRET = b"a secret that every reader of the tests knows"


@cache
def shipped_bank() -> BankInUse:
    """The bank that the program comes with."""
    (package,) = question_bank.__path__
    bank = load_bank(Path(package) / "items")
    return BankInUse(bank, publish(facts_of(bank), bank.version))


@cache
def thin_bank() -> BankInUse:
    """Two items at each level of each competence: its decks have no family to spare."""
    taken: Counter[tuple[str, int]] = Counter()
    families: dict[tuple[str, int], str] = {}
    items = []
    for item in shipped_bank().items.items:
        place = item.competence, item.level
        if families.setdefault(place, item.family) == item.family and taken[place] < 2:
            taken[place] += 1
            items.append(item)
    bank = Bank(tuple(items))
    return BankInUse(bank, publish(facts_of(bank), bank.version))


@cache
def threefold_bank() -> BankInUse:
    """The shipped bank three times over: its decks have families to spare."""
    items = shipped_bank().items.items
    copies = [replace(i, id=f"{i.id}-{n}", skill=f"{i.skill}-{n}") for i in items for n in ("x", "y")]
    bank = Bank((*items, *copies))
    return BankInUse(bank, publish(facts_of(bank), bank.version))


def a_house(rules: ExamRules | None = None) -> House:
    """A server's own things, with no engine in hand yet."""
    return House(rules or ExamRules(), SECRET, only(shipped_bank()))


def only(bank: BankInUse) -> Banks:
    """A server that has published this bank and no other."""
    return Banks({bank.items.version: bank}, bank.items.version)


def another_worker_of(house: House) -> House:
    """What a second worker of the same server has: the same secrets and banks, engines of its own."""
    return replace(house, engines=Engines())
