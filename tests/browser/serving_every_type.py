"""The server as it is, with a bank in which one test meets every type of item."""

from exam_server import app
from exam_server.__main__ import main
from tests.support.every_type import bank_of_every_type

app.load_bank = lambda folder: bank_of_every_type()

if __name__ == "__main__":
    main()
