"""`passation` with the shipped items that a journey reads off the screen: choices, numbers, texts, orders."""

from exam_server import app
from exam_server.__main__ import main
from tests.support.attached import plain_bank

app.load_bank = lambda folder: plain_bank()

if __name__ == "__main__":
    main()
