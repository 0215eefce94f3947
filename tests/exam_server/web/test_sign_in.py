"""How people come in: right and wrong passwords, one-time links, cards, and how tries are limited."""

import asyncio
from datetime import timedelta

import httpx

from exam_server.acts import staff
from exam_server.acts.identifiers import token_hash
from exam_server.acts.staff import PER_ADDRESS
from exam_server.domain.roles import Person, Role
from exam_server.storage.tables import Account, Throttle
from exam_server.storage.transaction import Reading, Transaction
from exam_server.storage.tries import tries_of
from exam_server.web.access import CANDIDATE_COOKIE
from tests.exam_server.web.site import Site
from tests.support.room import an_exam_room
from tests.support.school import found_school

EMAIL, PASSWORD = "verveine@ecole.example", "quatre mots de passe"
SIGN_IN = "/staff/sign-in"


async def a_teacher(site: Site, *roles: Role) -> Person:
    """A member of the staff who has a password."""
    centre = await site.store.run(staff.add_centre, "0990009X", "Collège des Essais")
    return await site.hire(centre, *(roles or (Role.AUTHOR,)), name="Verveine", password=PASSWORD)


async def sign_in(site: Site, email: str = EMAIL, password: str = PASSWORD) -> httpx.Response:
    return await site.browser().post(SIGN_IN, json={"email": email, "password": password})


async def a_link(site: Site, person: Person) -> str:
    token = await site.store.run(staff.new_link, person.id)
    return f"/staff/link/{token}"


async def test_the_right_password_leads_to_one_s_own_work(site: Site) -> None:
    await a_teacher(site, Role.INVIGILATOR)
    browser = site.browser()
    answer = await browser.post(SIGN_IN, json={"email": f" {EMAIL.upper()} ", "password": PASSWORD})
    assert (answer.status_code, answer.json()) == (200, {"next": "/invigilate"})
    assert (await browser.get("/invigilate")).status_code == 200
    assert (await browser.get("/staff")).headers["location"] == "/invigilate"


async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(site: Site) -> None:
    teacher = await a_teacher(site)
    wrong = await sign_in(site, password="un autre mot de passe")
    unknown = await sign_in(site, email="personne@ecole.example")
    without = await site.hire(teacher.centre_id, Role.AUTHOR, name="Sarriette")
    linked_only = await sign_in(site, email="sarriette@ecole.example")

    def close(tx: Transaction) -> None:
        tx.get(Account, teacher.id).disabled = True

    await site.store.run(close)
    disabled = await sign_in(site)
    assert without.id
    for answer in (wrong, unknown, linked_only, disabled):
        assert answer.status_code == 403
        assert answer.content == wrong.content
        assert "set-cookie" not in answer.headers


async def test_after_ten_wrong_passwords_an_account_is_slow_for_browsers_that_it_does_not_know(
    site: Site,
) -> None:
    await a_teacher(site)
    tried = [(await sign_in(site, password=f"un essai {n}")).status_code for n in range(10)]
    assert tried == [403] * 10
    waits = []
    for n in range(8):
        refused = await sign_in(site)
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_tries")
        waits.append(refused.json()["error"]["retry_ms"])
        site.store.clock.advance(seconds=waits[-1] // 1000)  # type: ignore[attr-defined]
        assert (await sign_in(site, password=f"encore un {n}")).status_code == 403
    assert waits == [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]
    assert (await sign_in(site, email="autre@ecole.example")).status_code == 403
    site.store.clock.advance(seconds=30)  # type: ignore[attr-defined]
    assert (await sign_in(site)).status_code == 200


async def test_a_browser_that_has_signed_in_before_is_not_slowed_by_others(both_sites: Site) -> None:
    await a_teacher(both_sites)
    browser, right = both_sites.browser(), {"email": EMAIL, "password": PASSWORD}
    assert (await browser.get("/staff")).status_code == 200
    assert (await browser.post(SIGN_IN, json=right)).status_code == 200
    await browser.post("/staff/sign-out")
    for n in range(12):
        await sign_in(both_sites, password=f"un essai {n}")
    assert (await sign_in(both_sites)).status_code == 429
    assert (await browser.post(SIGN_IN, json=right)).status_code == 200


async def test_who_came_by_a_link_is_known_too(site: Site) -> None:
    link = await a_link(site, await a_teacher(site))
    browser = site.browser()
    await browser.get(link)
    assert (await browser.post(link)).status_code == 200
    for n in range(12):
        await sign_in(site, password=f"un essai {n}")
    answer = await browser.post(SIGN_IN, json={"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 200


async def test_a_known_browser_has_ten_tries_of_its_own(site: Site) -> None:
    await a_teacher(site)
    browser = site.browser()
    await browser.post(SIGN_IN, json={"email": EMAIL, "password": PASSWORD})
    wrong = {"email": EMAIL, "password": "un autre mot de passe"}
    tried = [(await browser.post(SIGN_IN, json=wrong)).status_code for _ in range(11)]
    assert tried == [403] * 10 + [429]


async def test_the_mark_of_a_known_browser_is_of_no_use_in_another(site: Site) -> None:
    await a_teacher(site)
    browser = site.browser()
    await browser.post(SIGN_IN, json={"email": EMAIL, "password": PASSWORD})
    for n in range(12):
        await sign_in(site, password=f"un essai {n}")
    thief = site.browser(passation_device="x" * 43, passation_known=browser.cookies["passation_known"])
    assert (await thief.post(SIGN_IN, json={"email": EMAIL, "password": PASSWORD})).status_code == 429


async def test_an_unknown_account_is_limited_alike(site: Site) -> None:
    """Otherwise the limit would say which addresses have an account."""
    tried = [(await sign_in(site, email="personne@ecole.example")).status_code for _ in range(11)]
    assert tried == [403] * 10 + [429]


async def test_a_code_takes_ten_tries_in_five_minutes(site: Site) -> None:
    bodies = [{"code": code} for code in ("bcdf-ghjk", "BCDF GHJK", "BCDFGHJK") * 4]
    tried = [(await site.browser().post("/exam/enter", json=body)).status_code for body in bodies]
    assert tried == [404] * 10 + [429] * 2


async def test_one_browser_s_wrong_codes_shut_that_browser_alone_out(both_sites: Site) -> None:
    room = await an_exam_room(both_sites.store, candidates=1)
    guesser = both_sites.browser()
    await guesser.get("/")
    wrong = [f"BCDFGH{a}{b}" for a in "JKMPQRTVWX" for b in "JKMPQRTVWX"][:40]
    tried = [(await guesser.post("/exam/enter", json={"code": code})).status_code for code in wrong]
    assert tried == [404] * 10 + [429] * 30
    body = {"code": room.candidates[0].card}
    assert (await guesser.post("/exam/enter", json=body)).status_code == 429
    assert (await both_sites.browser().post("/exam/enter", json=body)).status_code == 200


async def test_a_browser_s_wrong_codes_do_not_keep_its_next_user_from_signing_in(site: Site) -> None:
    await a_teacher(site)
    browser = site.browser()
    await browser.get("/")
    for code in "BCDFGHJKMPQR":
        await browser.post("/exam/enter", json={"code": code * 8})
    answer = await browser.post(SIGN_IN, json={"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 200


async def test_those_who_enter_do_not_count_as_tries(site: Site) -> None:
    """Session after session from one address, and from one computer, each with a right card."""
    room = await an_exam_room(site.store, candidates=20)
    await leave_tries(site, "entry-address:127.0.0.1", PER_ADDRESS.tries - 1)
    browser = site.browser()
    await browser.get("/")
    codes = [{"code": c.card} for c in room.candidates]
    assert [(await browser.post("/exam/enter", json=code)).status_code for code in codes] == [200] * 20
    wrong = [(await site.browser().post("/exam/enter", json={"code": "B" * 8})).status_code for _ in "12"]
    assert wrong == [404, 429]


async def test_those_who_sign_in_do_not_count_as_tries(site: Site) -> None:
    await a_teacher(site)
    await leave_tries(site, "staff-address:127.0.0.1", PER_ADDRESS.tries - 1)
    assert [(await sign_in(site)).status_code for _ in range(12)] == [200] * 12
    assert [(await sign_in(site, password="un essai")).status_code for _ in "12"] == [403, 429]


async def leave_tries(site: Site, key: str, count: int) -> None:
    """As many tries as if they had just been made."""

    def leave(tx: Transaction) -> None:
        tries_of(tx, key).tries = count

    await site.store.run(leave)


async def test_an_invigilator_cannot_guess_session_codes(site: Site) -> None:
    room = await an_exam_room(site.store, candidates=1, is_open=False)
    browser = await site.signed_in(room.school.colleague)
    tried = [(await browser.post("/sessions/open", json={"code": "BCDFGH"})).status_code for _ in range(11)]
    assert tried == [404] * 10 + [429]


async def test_the_limits_keep_no_address_and_no_code_in_clear(site: Site) -> None:
    await a_teacher(site)
    await sign_in(site)
    await site.browser().post("/exam/enter", json={"code": "BCDFGHJK"})

    def keys(reading: Reading) -> list[str]:
        return [row.key for row in reading.orm.query(Throttle).all()]

    kept = " ".join(await site.store.read(keys))
    assert "account:" in kept
    assert "code:" in kept
    for clear in ("verveine", "bcdfghjk", "127.0.0.1"):
        assert clear not in kept.lower()
    guesses = [EMAIL, "BCDFGHJK", "127.0.0.1", "account:" + EMAIL, "code:BCDFGHJK", "entry-address:127.0.0.1"]
    for guess in guesses:  # who has a copy of the database, but not the secret, tries them all
        assert token_hash(guess) not in kept


async def test_a_whole_class_enters_at_once_from_one_address(both_sites: Site) -> None:
    """A school is one address: thirty candidates, some of whom mistype, are no attack."""
    room = await an_exam_room(both_sites.store, candidates=30)

    async def enter(code: str) -> list[int]:
        browser = both_sites.browser()
        slips = [(await browser.post("/exam/enter", json={"code": code[::-1]})).status_code for _ in range(2)]
        return [*slips, (await browser.post("/exam/enter", json={"code": code})).status_code]

    tried = await asyncio.gather(*(enter(c.card) for c in room.candidates))
    assert tried == [[404, 404, 200]] * 30
    assert len(await room.log("CandidateEntered")) == 30


async def test_a_card_that_is_taken_says_so_on_another_device(site: Site) -> None:
    room = await an_exam_room(site.store, candidates=1)
    body = {"code": room.candidates[0].card.lower()}
    assert (await site.browser().post("/exam/enter", json=body)).json() == {"next": "/exam"}
    second = await site.browser().post("/exam/enter", json=body)
    assert (second.status_code, second.json()["error"]["code"]) == (409, "card_used_elsewhere")


async def test_an_entry_whose_answer_was_lost_may_be_asked_again(both_sites: Site) -> None:
    room = await an_exam_room(both_sites.store, candidates=1)
    body = {"code": room.candidates[0].card, "request": "0123456789abcdef0123456789abcdef"}
    browser = both_sites.browser()
    first = await browser.post("/exam/enter", json=body)
    again = await browser.post("/exam/enter", json=body)
    assert first.json() == again.json() == {"next": "/exam"}
    assert (await browser.get("/exam/state")).status_code == 200
    assert len(await room.log("CandidateEntered")) == 1
    stranger = await both_sites.browser().post("/exam/enter", json={**body, "request": "f" * 32})
    assert (stranger.status_code, stranger.json()["error"]["code"]) == (409, "card_used_elsewhere")


async def test_a_request_that_could_be_guessed_is_refused(site: Site) -> None:
    for request in ("", "1", "x" * 15, "x" * 65, None, 12):
        answer = await site.browser().post("/exam/enter", json={"code": "BCDFGHJK", "request": request})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_field")


async def test_ten_minutes_after_the_end_the_computer_is_the_next_person_s(both_sites: Site) -> None:
    room = await an_exam_room(both_sites.store, candidates=2)
    await room.admit_all()
    first, second = room.candidates
    browser = both_sites.browser()
    await browser.post("/exam/enter", json={"code": first.card})
    await browser.post("/exam/start")
    await room.terminate(first)
    assert (await browser.get("/exam")).status_code == 200
    room.clock.advance(minutes=10)
    answer = await browser.get("/exam")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await browser.get("/exam/state")).status_code == 401
    await browser.post("/exam/enter", json={"code": second.card})
    assert (await browser.get("/exam")).status_code == 200


async def test_a_new_card_replaces_the_one_before_on_the_same_browser(site: Site) -> None:
    room = await an_exam_room(site.store, candidates=2)
    browser = site.browser()
    for c in room.candidates:
        await browser.post("/exam/enter", json={"code": c.card})
        c.token = browser.cookies[CANDIDATE_COOKIE]
        assert (await room.view(c)).candidate_id == c.id
        assert (await browser.get("/exam/state")).status_code == 200


async def test_looking_at_a_link_does_not_use_it_up(site: Site) -> None:
    link = await a_link(site, await a_teacher(site))
    for _ in range(3):
        page = await site.browser().get(link, headers={"accept": "text/html"})
        assert (page.status_code, "Verveine" in page.text) == (200, True)
    assert (await site.browser().post(link)).status_code == 200


async def test_a_link_signs_in_once(site: Site) -> None:
    link = await a_link(site, await a_teacher(site))
    browser = site.browser()
    assert (await browser.post(link)).json() == {"next": "/bank"}
    assert (await browser.get("/bank")).status_code == 200
    again = await site.browser().post(link)
    assert (again.status_code, again.json()["error"]["code"]) == (403, "link_used")


async def test_two_who_click_the_same_link_at_once_are_one(both_sites: Site) -> None:
    link = await a_link(both_sites, await a_teacher(both_sites))
    answers = await asyncio.gather(*(both_sites.browser().post(link) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 403, 403, 403, 403]


async def test_a_link_is_good_for_twelve_hours(site: Site) -> None:
    teacher = await a_teacher(site)
    link = await a_link(site, teacher)
    site.store.clock.advance(hours=12)  # type: ignore[attr-defined]
    late = await site.browser().post(link)
    assert (late.status_code, late.json()["error"]["code"]) == (403, "link_used")
    fresh = await a_link(site, teacher)
    site.store.clock.advance(hours=11, minutes=59)  # type: ignore[attr-defined]
    assert (await site.browser().post(fresh)).status_code == 200


async def test_an_invented_link_is_unknown(site: Site) -> None:
    answer = await site.browser().post("/staff/link/" + "x" * 43)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_link")


async def test_a_closed_account_s_link_opens_nothing(site: Site) -> None:
    teacher = await a_teacher(site)
    link = await a_link(site, teacher)

    def close(tx: Transaction) -> None:
        tx.get(Account, teacher.id).disabled = True

    await site.store.run(close)
    answer = await site.browser().post(link)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "account_disabled")


async def test_signing_out_ends_the_login_on_the_server(site: Site) -> None:
    teacher = await a_teacher(site)
    token = await site.login_of(teacher)
    browser, thief = site.browser(passation_staff=token), site.browser(passation_staff=token)
    assert (await thief.get("/bank")).status_code == 200
    answer = await browser.post("/staff/sign-out")
    assert (answer.status_code, answer.json()) == (200, {"next": "/staff"})
    assert (await thief.get("/bank")).status_code == 401
    assert (await browser.post("/staff/sign-out")).status_code == 200


async def test_a_login_ends_after_twelve_hours(site: Site) -> None:
    browser = await site.signed_in(await a_teacher(site))
    site.store.clock.advance(hours=11, minutes=59)  # type: ignore[attr-defined]
    assert (await browser.get("/bank")).status_code == 200
    site.store.clock.advance(minutes=1)  # type: ignore[attr-defined]
    assert (await browser.get("/bank")).status_code == 401


async def test_closing_an_account_ends_its_logins(site: Site) -> None:
    teacher = await a_teacher(site)
    browser = await site.signed_in(teacher)

    def close(tx: Transaction) -> None:
        tx.get(Account, teacher.id).disabled = True

    await site.store.run(close)
    assert (await browser.get("/bank")).status_code == 401


async def test_one_password_s_limit_is_not_another_s(site: Site) -> None:
    """Two people of one school, on one address: who forgets a password locks nobody else out."""
    school = await site.store.run(found_school)
    await site.hire(school.centre_id, Role.AUTHOR, name="Verveine", password=PASSWORD)
    await site.hire(school.centre_id, Role.AUTHOR, name="Livèche", password=PASSWORD)
    for n in range(11):
        await sign_in(site, password=f"un essai {n}")
    assert (await sign_in(site)).status_code == 429
    assert (await sign_in(site, email="livèche@ecole.example")).status_code == 200
    assert timedelta(minutes=5) == staff.PER_ACCOUNT.window
