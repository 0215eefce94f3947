"""The server as it is, with a bank in which every question has files."""

from exam_server import app
from exam_server.__main__ import main
from tests.support.attached import bank_with_files

app.load_bank = lambda folder: bank_with_files()

if __name__ == "__main__":
    main()
