"""The page that checks certificates without a network: a file, in a browser that is cut off."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser, Page, expect

from exam_server.signing.cose import kid8
from exam_server.signing.paper_seal import PaperFacts, paper_seal
from exam_server.signing.signing_key import Purpose, SigningKey
from exam_server.signing.status_list import StatusBits, sign_status_list
from exam_server.signing.verification_codes import code_of
from exam_server.web.offline_page import offline_html
from tests.browser.accessibility import violations
from tests.browser.conftest import LAPTOP, ZOOMED
from tests.support.certified_keys import Authority

NOW = datetime(2026, 5, 12, 10, tzinfo=UTC)
FACTS = PaperFacts(
    uai="0750655E",
    session="a1b2c3d4e5f6",
    code=code_of(123456789),
    family_name="Démo-Bergamote",
    given_names="Clémentine-Zeste",
    birth_date=date(2011, 3, 4),
    session_date=date(2026, 5, 12),
    score=424,
    levels=(3, 4, -1, 0, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8),
    status_list="1",
    status_index=4711,
    issued_at=NOW,
)


@pytest.fixture(scope="module")
def server() -> None:
    """These journeys need none."""


@pytest.fixture(autouse=True)
def answering() -> None:
    """Nothing to start again."""


@pytest.fixture(scope="module")
def keys() -> tuple[SigningKey, SigningKey]:
    authority = Authority()
    return authority.key(Purpose.DOCUMENTS), authority.key(Purpose.QR)


def told(key: SigningKey, revoked: datetime | None = None) -> dict[str, object]:
    certificate = key.chain[0]
    return {
        "use": str(key.purpose),
        "kid": key.kid,
        "kid8": kid8(certificate).hex(),
        "x": key.public.jwk["x"],
        "y": key.public.jwk["y"],
        "from": int(certificate.not_valid_before_utc.timestamp()),
        "to": int(certificate.not_valid_after_utc.timestamp()),
        "revoked": None if revoked is None else int(revoked.timestamp()),
    }


@pytest.fixture
def cut_off(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    context = browser.new_context(viewport=LAPTOP, offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []
    context.close()


def opened(page: Page, folder: Path, known: list[dict[str, object]]) -> None:
    file = folder / "verifier.html"
    file.write_text(offline_html(known, NOW, "https://passation.example"), encoding="utf-8")
    page.goto(file.as_uri())


def check(page: Page, text: str) -> None:
    """Presses the button; what was said before is taken away, so that it is not taken for the answer."""
    page.evaluate("() => delete document.getElementById('result').dataset.state")
    page.get_by_label("Le contenu du code QR").fill(text)
    page.get_by_role("button", name="Vérifier").click()


def test_a_code_is_checked_with_nothing_but_the_file(
    cut_off: Page, tmp_path: Path, keys: tuple[SigningKey, SigningKey]
) -> None:
    documents, qr = keys
    opened(cut_off, tmp_path, [told(documents), told(qr)])
    assert violations(cut_off) == []
    text = paper_seal(qr, FACTS)
    check(cut_off, text)
    result = cut_off.locator("#result")
    expect(result).to_have_attribute("data-state", "valid")
    expect(result).to_contain_text("Clémentine-Zeste Démo-Bergamote, né(e) le 4 mars 2011")
    expect(result).to_contain_text("Score : 424 sur 1 024")
    expect(result.get_by_role("row", name="1.3 Traiter des données")).to_contain_text("non certifié")
    expect(result.get_by_role("row", name="2.1 Interagir")).to_contain_text("niveau 0")
    assert violations(cut_off) == []
    cut_off.set_viewport_size(ZOOMED)
    assert cut_off.evaluate("() => document.scrollingElement.scrollWidth") <= ZOOMED["width"]


def test_no_changed_letter_of_a_code_is_accepted(
    cut_off: Page, tmp_path: Path, keys: tuple[SigningKey, SigningKey]
) -> None:
    documents, qr = keys
    opened(cut_off, tmp_path, [told(documents), told(qr)])
    text, chance = paper_seal(qr, FACTS), Random(7)
    result = cut_off.locator("#result")
    for _ in range(60):
        at = chance.randrange(len(text))
        letter = chance.choice([one for one in "ABCDEF0123456789 $%*+-./:" if one != text[at]])
        check(cut_off, text[:at] + letter + text[at + 1 :])
        expect(result).to_have_attribute("data-state", "refused")
    foreign = paper_seal(Authority().key(Purpose.QR), FACTS)
    for other in (text[:-3], text + "AAA", "x", "HC1:" + text[4:], foreign):
        check(cut_off, other)
        expect(result).to_have_attribute("data-state", "refused")


def test_a_withdrawn_certificate_is_found_in_the_list(
    cut_off: Page, tmp_path: Path, keys: tuple[SigningKey, SigningKey]
) -> None:
    documents, qr = keys
    opened(cut_off, tmp_path, [told(documents), told(qr)])
    bits = StatusBits()
    for is_withdrawn in (False, True):
        if is_withdrawn:
            bits.set(FACTS.status_index)
        file = tmp_path / "1.jws"
        file.write_text(sign_status_list(documents, "1", bits, NOW, NOW - NOW.replace(day=11)))
        cut_off.get_by_label("La liste des certificats retirés").set_input_files(file)
        check(cut_off, paper_seal(qr, FACTS))
        expect(cut_off.locator("#result h2")).to_have_text("Retiré" if is_withdrawn else "Valable")


@pytest.mark.parametrize(
    ("revoked", "state"), [(NOW, "refused"), (NOW.replace(hour=11), "unknown"), (None, "valid")]
)
def test_a_key_that_was_revoked_proves_nothing_alone(
    cut_off: Page,
    tmp_path: Path,
    keys: tuple[SigningKey, SigningKey],
    revoked: datetime | None,
    state: str,
) -> None:
    documents, qr = keys
    opened(cut_off, tmp_path, [told(documents), told(qr, revoked)])
    check(cut_off, paper_seal(qr, FACTS))
    expect(cut_off.locator("#result")).to_have_attribute("data-state", state)
