"""The server's own things as tests use them: the shipped bank, loaded once, and a secret that is none."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import question_bank
from exam_server.domain.rules import ExamRules
from exam_server.storage.house import BankInUse, Engines, House
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
def threefold_bank() -> BankInUse:
    """The shipped bank three times over: its decks have families to spare."""
    items = shipped_bank().items.items
    copies = [replace(i, id=f"{i.id}-{n}", skill=f"{i.skill}-{n}") for i in items for n in ("x", "y")]
    bank = Bank((*items, *copies))
    return BankInUse(bank, publish(facts_of(bank), bank.version))


def a_house(rules: ExamRules | None = None) -> House:
    """A server's own things, with no engine in hand yet."""
    bank = shipped_bank()
    version = bank.items.version
    return House(rules or ExamRules(), SECRET, version, banks={version: bank})


def another_worker_of(house: House) -> House:
    """What a second worker of the same server has: the same secrets and banks, engines of its own."""
    return replace(house, engines=Engines())
