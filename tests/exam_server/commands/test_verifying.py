"""`passation verify` over the bundle of a session that was really sat."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from exam_server.domain.json import JSON
from exam_server.exports.bundle import (
    CONTENTS_FILE,
    ERASURES_FILE,
    ERASURES_TYP,
    KEYS_FILE,
    RESULTS_FILE,
    Bundle,
    Content,
    erasure_statement,
)
from exam_server.exports.recomputation import OtherBank, recompute
from exam_server.exports.results import ResultsDiffer
from exam_server.exports.verification import verify_bundle
from exam_server.exports.verification_steps import CannotFollow, CannotRecompute, Step
from exam_server.signing.base64url import b64u_decode
from exam_server.signing.canonical import canonical
from exam_server.signing.jwk import jwks, read_jwks
from exam_server.signing.jws import sign
from exam_server.signing.keys import KeyStore, Purpose, SigningKey
from tests.exam_server.commands.conftest import Command, Sat, sit
from tests.exam_server.exports.support import respoiled
from tests.exam_server.signing.support import new_key
from tests.support.clock import MORNING


@pytest.fixture
def file(sat: Sat, settings: Path, tmp_path: Path) -> Path:
    path = tmp_path / "lot.zip"
    path.write_bytes(sat.bundle)
    return path


def test_every_step_is_said_and_an_untouched_bundle_is_accepted(command: Command, file: Path) -> None:
    said = command("verify", file)
    assert said.code == 0
    for step in Step:
        assert f"✓ {int(step)}. " in said.out
    assert "INTACT, AUTEUR NON VÉRIFIÉ" in said.out
    assert "VALABLE" not in said.out
    assert "candidats : 2" in said.out.replace("\N{NO-BREAK SPACE}", " ")


def test_a_receipt_names_whose_responses_it_is_of(command: Command, file: Path, sat: Sat) -> None:
    results = verify_bundle(sat.bundle, None, recompute).payload["candidates"]
    assert isinstance(results, list)
    for result in results:
        assert isinstance(result, dict)
        shown = result["receipt"]["fingerprint"]  # type: ignore[index, call-overload]
        said = command("verify", file, "--receipt", str(shown).lower())
        assert said.code == 0
        assert f"{result['given_name']} {result['family_name']}" in said.out


def test_a_receipt_of_nobody_in_the_bundle_is_a_failure(command: Command, file: Path) -> None:
    said = command("verify", file, "--receipt", "00000-00000")
    assert said.code == 1
    assert "n’est celle des réponses de personne" in said.err


def test_a_key_that_was_compared_with_no_other_is_a_plain_warning(command: Command, file: Path) -> None:
    said = command("verify", file)
    assert "n’a été comparée à aucune clé de confiance" in said.err


def test_a_key_named_with_keys_is_compared(command: Command, file: Path, sat: Sat, tmp_path: Path) -> None:
    (tmp_path / "jwks.json").write_bytes(orjson.dumps(sat.keys.jwks(), option=orjson.OPT_INDENT_2))
    said = command("verify", file, "--keys", tmp_path / "jwks.json")
    assert (said.code, said.err) == (0, "")
    assert "clé de confiance" in said.out
    assert "VALABLE" in said.out


def test_a_bundle_signed_by_another_key_than_those_named_is_refused(
    command: Command, file: Path, tmp_path: Path
) -> None:
    other = KeyStore(tmp_path / "other")
    other.create(Purpose.DOCUMENTS, MORNING)
    (tmp_path / "jwks.json").write_bytes(orjson.dumps(other.jwks()))
    said = command("verify", file, "--keys", tmp_path / "jwks.json")
    assert said.code == 1
    assert "REFUSÉ" in said.out
    assert "étape 2/8" in said.err


def test_a_key_of_the_local_folder_is_a_trusted_one(command: Command, settings: Path, tmp_path: Path) -> None:
    (tmp_path / "own.zip").write_bytes(asyncio.run(sit(settings)).bundle)
    said = command("verify", tmp_path / "own.zip", "--require-known-key")
    assert (said.code, said.err) == (0, "")
    assert "clé de confiance" in said.out
    assert "VALABLE" in said.out


def test_an_unknown_author_is_a_failure_where_a_known_key_is_required(command: Command, file: Path) -> None:
    said = command("verify", file, "--require-known-key")
    assert said.code == 1
    assert "VALABLE" not in said.out
    assert "--keys" in said.err


def with_a_strangers_erasure(octets: bytes, stranger: SigningKey) -> bytes:
    """The bundle without its last content, and a statement that a stranger signed of it."""

    def spoil(members: dict[str, bytes]) -> None:
        signed = orjson.loads(b64u_decode(members[RESULTS_FILE].decode().split(".")[1]))
        count, head = signed["log"]["entries"], signed["log"]["head"]
        statement = erasure_statement(signed["session"]["id"], head, [count])
        members[CONTENTS_FILE] = b"".join(members[CONTENTS_FILE].splitlines(keepends=True)[:-1])
        members[ERASURES_FILE] = sign(stranger, statement, ERASURES_TYP, MORNING).encode()
        keys = read_jwks(orjson.loads(members[KEYS_FILE]))
        members[KEYS_FILE] = canonical(jwks([*keys.values(), stranger.public]))

    return respoiled(octets, spoil)


def test_contents_that_a_stranger_says_were_erased_are_refused_beside_the_local_key(
    command: Command, settings: Path, tmp_path: Path
) -> None:
    own = asyncio.run(sit(settings)).bundle
    (tmp_path / "own.zip").write_bytes(with_a_strangers_erasure(own, new_key(tmp_path / "stranger")))
    said = command("verify", tmp_path / "own.zip")
    assert said.code == 1
    assert "étape 2/8" in said.err
    assert "VALABLE" not in said.out


def test_looking_creates_nothing(command: Command, file: Path, settings: Path) -> None:
    command("verify", file)
    assert not settings.exists()


@pytest.mark.parametrize("seed", range(12))
def test_a_bundle_with_one_other_byte_is_refused_with_its_step(
    command: Command, file: Path, sat: Sat, seed: int
) -> None:
    chance = random.Random(seed)
    octets = bytearray(sat.bundle)
    octets[chance.randrange(len(octets))] ^= 1 << chance.randrange(8)
    file.write_bytes(octets)
    said = command("verify", file)
    assert said.code == 1
    assert "REFUSÉ" in said.out
    assert "étape " in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("length", [0, 1, 1000])
def test_a_truncated_bundle_is_refused(command: Command, file: Path, sat: Sat, length: int) -> None:
    file.write_bytes(sat.bundle[:length])
    assert command("verify", file).code == 1


def test_a_score_that_the_log_does_not_give_is_refused_even_when_signed(
    command: Command, settings: Path, tmp_path: Path
) -> None:
    def raised(payload: dict[str, JSON]) -> dict[str, JSON]:
        changed = orjson.loads(orjson.dumps(payload))
        best = max(changed["candidates"], key=lambda one: one["scores"] is not None)
        best["scores"]["score"] += 8
        return dict(changed)

    (tmp_path / "raised.zip").write_bytes(asyncio.run(sit(settings, raised)).bundle)
    said = command("verify", tmp_path / "raised.zip")
    assert said.code == 1
    assert "étape 7/8" in said.err
    assert "scores.score" in said.err


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"keys":[{}]}'])
def test_a_file_of_keys_that_is_none_is_said(
    command: Command, file: Path, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "jwks.json").write_bytes(content)
    said = command("verify", file, "--keys", tmp_path / "jwks.json")
    assert said.code == 1
    assert said.err.startswith("Erreur")


# -- the recomputation itself --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def opened(sat: Sat) -> Bundle:
    return verify_bundle(sat.bundle, None, None).bundle


def test_the_results_follow_from_the_log_and_the_bank(opened: Bundle) -> None:
    again = recompute(opened)["candidates"]
    assert again == opened.results["candidates"]
    assert isinstance(again, list)
    assert len(again) == 2


def test_another_mark_than_the_items_give_contradicts_the_log(opened: Bundle) -> None:
    number, content = next(
        (entry.number, opened.contents[entry.number].value)
        for entry in opened.entries
        if entry.kind == "ResponseSaved"
    )
    assert isinstance(content, Mapping)
    flipped = {**content, "correct": not content["correct"]}
    contents = {**opened.contents, number: Content(b"", flipped)}
    with pytest.raises(ResultsDiffer, match="marked otherwise"):
        recompute(replace(opened, contents=contents))


def with_content(opened: Bundle, kind: str, changes: Mapping[str, JSON], *, place: int = 0) -> Bundle:
    """The bundle with another content of the n-th entry of this kind."""
    number = [entry.number for entry in opened.entries if entry.kind == kind][place]
    content = opened.contents[number].value
    assert isinstance(content, Mapping)
    changed = Content(b"", {**content, **changes})
    return replace(opened, contents={**opened.contents, number: changed})


@pytest.mark.parametrize("place", [0, 2, 3, -1])
@pytest.mark.parametrize(
    "changes", [{"draw": "1"}, {"gain": 0}, {"eligible": 3}, {"chain": "0" * 64}, {"low": {}}]
)
def test_another_choice_than_the_engine_makes_contradicts_the_log(
    opened: Bundle, changes: Mapping[str, JSON], place: int
) -> None:
    with pytest.raises(ResultsDiffer):
        recompute(with_content(opened, "ItemGiven", changes, place=place))


def test_the_item_that_was_in_hand_at_the_end_is_replayed_too(opened: Bundle) -> None:
    given = [e for e in opened.entries if e.kind == "ItemGiven"]
    ended = next(e.candidate for e in opened.entries if e.kind == "AttemptTerminated")
    place = [given.index(entry) for entry in given if entry.candidate == ended][-1]
    with pytest.raises(ResultsDiffer, match="item 2 is not what the engine chooses"):
        recompute(with_content(opened, "ItemGiven", {"item_id": "1.1-1"}, place=place))


def test_a_specification_that_is_none_contradicts_the_log(opened: Bundle) -> None:
    with pytest.raises(ResultsDiffer, match="KeyError"):
        recompute(with_content(opened, "AttemptStarted", {"spec": {}}))


@pytest.mark.parametrize("engine", [None, 0, "1", 1000])
def test_a_session_of_another_engine_is_refused_in_words(opened: Bundle, engine: JSON) -> None:
    with pytest.raises(CannotFollow, match="version de Passation qui a signé"):
        recompute(with_content(opened, "SessionOpened", {"engine": engine}))


def test_another_bank_than_the_log_names_is_refused(opened: Bundle) -> None:
    with pytest.raises(OtherBank, match="other"):
        recompute(with_content(opened, "SessionOpened", {"bank_version": "other"}))


def test_a_log_that_ends_on_other_results_is_refused(opened: Bundle) -> None:
    with pytest.raises(CannotFollow, match="ne finit pas sur ces résultats"):
        recompute(with_content(opened, "SessionFinalised", {"results_sha256": "0" * 64}))


@pytest.mark.parametrize("member", ["room", "date", "opened_ms", "closed_ms", "finalised_ms"])
def test_what_is_signed_of_the_session_is_what_the_log_says(
    command: Command, settings: Path, tmp_path: Path, member: str
) -> None:
    def elsewhere(payload: dict[str, JSON]) -> dict[str, JSON]:
        session = payload["session"]
        assert isinstance(session, dict)
        return {**payload, "session": {**session, member: "C 3"}}

    (tmp_path / "elsewhere.zip").write_bytes(asyncio.run(sit(settings, elsewhere)).bundle)
    said = command("verify", tmp_path / "elsewhere.zip")
    assert said.code == 1
    assert "étape 7/8" in said.err
    assert f"$.session.{member}" in said.err


@pytest.mark.parametrize("member", ["duration_s", "grace_ms", "items", "minimum_responses", "breaks"])
def test_settings_that_the_log_does_not_give_are_refused_even_when_signed(
    command: Command, settings: Path, tmp_path: Path, member: str
) -> None:
    def milder(payload: dict[str, JSON]) -> dict[str, JSON]:
        said = payload["settings"]
        assert isinstance(said, dict)
        return {**payload, "settings": {**said, member: 1}}

    (tmp_path / "milder.zip").write_bytes(asyncio.run(sit(settings, milder)).bundle)
    said = command("verify", tmp_path / "milder.zip")
    assert said.code == 1
    assert "étape 7/8" in said.err
    assert "réglages signés" in said.err
    assert f"({member})" in said.err


def test_the_settings_follow_from_the_rules_in_the_log(opened: Bundle) -> None:
    assert recompute(opened)["settings"] == opened.results["settings"]


def test_a_log_without_rules_leaves_the_signed_settings(opened: Bundle) -> None:
    (number,) = [entry.number for entry in opened.entries if entry.kind == "SessionOpened"]
    content = opened.contents[number].value
    assert isinstance(content, Mapping)
    old = Content(b"", {name: value for name, value in content.items() if name != "rules"})
    again = recompute(replace(opened, contents={**opened.contents, number: old}))
    assert again["candidates"] == opened.results["candidates"]
    assert "settings" not in again


@pytest.mark.parametrize("member", ["version", "digest"])
def test_another_bank_than_the_one_that_was_signed_is_refused(opened: Bundle, member: str) -> None:
    signed = opened.results["bank"]
    assert isinstance(signed, Mapping)
    results = {**opened.results, "bank": {**signed, member: "other"}}
    with pytest.raises(OtherBank, match=member):
        recompute(replace(opened, results=results))


def test_erased_contents_cannot_be_recomputed(opened: Bundle) -> None:
    with pytest.raises(CannotRecompute):
        recompute(replace(opened, erased=frozenset({3})))
