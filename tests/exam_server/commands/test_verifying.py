"""`passation verify` over the bundle of a session that was really sat."""

import random
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from exam_server.domain.json import JSON
from exam_server.exports.bundle import (
    CONTENTS_FILE,
    ERASURES_FILE,
    ERASURES_TYP,
    KEY_SET_FILE,
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
from tests.exam_server.commands.conftest import Command, Said, Sat
from tests.exam_server.exports.support import WITNESS, respoiled, stamped, taken_apart
from tests.exam_server.signing.support import new_key
from tests.support.clock import MORNING, ManualClock
from tests.support.timestamp_authority import TimestampAuthority

DAY_AFTER = ("--at", "2026-05-13")


@pytest.fixture
def file(sat: Sat, settings: Path, tmp_path: Path) -> Path:
    path = tmp_path / "lot.zip"
    path.write_bytes(sat.bundle)
    return path


@pytest.fixture
def verify(command: Command, file: Path) -> Callable[..., Said]:
    """Verifies the file on the day after the session, with these options."""

    def call(*options: str | Path) -> Said:
        return command("verify", file, *DAY_AFTER, *options)

    return call


Verify = Callable[..., Said]


def test_every_step_is_said_and_an_untouched_bundle_of_nobody_is_called_unknown(verify: Verify) -> None:
    said = verify()
    assert said.code == 3
    for step in Step:
        assert f"{'–' if step is Step.TIME else '✓'} {int(step)}. " in said.out
    assert "INCONNU" in said.out
    assert "l’auteur n’est pas vérifié" in said.out
    assert "VALABLE" not in said.out
    assert "candidats : 2" in said.out.replace("\N{NO-BREAK SPACE}", " ")


def test_a_receipt_names_whose_responses_it_is_of(verify: Verify, sat: Sat) -> None:
    results = verify_bundle(sat.bundle, None, None).payload["candidates"]
    assert isinstance(results, list)
    for result in results:
        assert isinstance(result, dict)
        shown = result["receipt"]["fingerprint"]  # type: ignore[index, call-overload]
        said = verify("--receipt", str(shown).lower(), "--authority", sat.signers.authority)
        assert said.code == 0
        assert f"{result['given_name']} {result['family_name']}" in said.out


def test_a_receipt_of_nobody_in_the_bundle_is_a_failure(verify: Verify) -> None:
    said = verify("--receipt", "00000-00000")
    assert said.code == 1
    assert "n’est celle des réponses de personne" in said.err


def test_keys_that_were_compared_with_no_other_are_a_plain_warning(verify: Verify) -> None:
    assert "n’a été comparée à aucune clé de confiance" in verify().err


def test_keys_named_with_keys_are_compared(verify: Verify, sat: Sat, tmp_path: Path) -> None:
    (tmp_path / "jwks.json").write_bytes(orjson.dumps(sat.keys.jwks(), option=orjson.OPT_INDENT_2))
    said = verify("--keys", tmp_path / "jwks.json")
    assert (said.code, said.err) == (0, "")
    assert "clé de confiance" in said.out
    assert "VALABLE" in said.out


def test_the_authority_s_fingerprint_is_enough(verify: Verify, sat: Sat) -> None:
    said = verify("--authority", sat.signers.authority)
    assert (said.code, said.err) == (0, "")
    assert "VALABLE" in said.out
    assert "jeu publié par l’autorité" in said.out


def test_another_authority_than_the_one_that_signed_the_key_set_is_refused(
    verify: Verify, tmp_path: Path
) -> None:
    other = KeyStore(tmp_path / "other")
    other.create(Purpose.DOCUMENTS, MORNING)
    (tmp_path / "other.jws").write_text(other.published() or "")
    said = verify("--key-set", tmp_path / "other.jws")
    assert said.code == 1
    assert "étape 2/12" in said.err


def test_a_key_set_brought_along_does_where_the_bundle_has_none(
    command: Command, file: Path, sat: Sat, tmp_path: Path
) -> None:
    file.write_bytes(respoiled(sat.bundle, lambda members: members.__delitem__(KEY_SET_FILE)))
    (tmp_path / "keys.jws").write_text(f"{sat.keys.published()}\n")
    authority = ("--authority", sat.signers.authority)
    assert command("verify", file, *DAY_AFTER, *authority).code == 3
    assert command("verify", file, *DAY_AFTER, *authority, "--key-set", tmp_path / "keys.jws").code == 0


def test_a_bundle_signed_by_other_keys_than_those_named_is_refused(verify: Verify, tmp_path: Path) -> None:
    other = KeyStore(tmp_path / "other")
    other.create(Purpose.DOCUMENTS, MORNING)
    (tmp_path / "jwks.json").write_bytes(orjson.dumps(other.jwks()))
    said = verify("--keys", tmp_path / "jwks.json")
    assert said.code == 1
    assert "REFUSÉ" in said.out
    assert "étape 2/12" in said.err


def test_keys_of_the_local_folder_are_trusted_ones(verify: Verify, sat: Sat, settings: Path) -> None:
    shutil.copytree(sat.signers.folder, settings / "keys")
    said = verify("--require-known-key")
    assert (said.code, said.err) == (0, "")
    assert "clé de confiance" in said.out
    assert "VALABLE" in said.out


def test_an_unknown_author_is_a_failure_where_a_known_key_is_required(verify: Verify) -> None:
    said = verify("--require-known-key")
    assert said.code == 1
    assert "VALABLE" not in said.out
    assert "--authority" in said.err


def test_years_later_a_bundle_without_a_timestamp_is_unknown_and_one_with_it_valid(
    verify: Verify, file: Path, sat: Sat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = ("--at", "2056-05-12T10:30+02:00", "--authority", sat.signers.authority)
    said = verify(*later)
    assert said.code == 3
    assert "est expirée depuis le" in said.out
    assert "VALABLE" not in said.out
    tsa = TimestampAuthority(tmp_path / "tsa", ManualClock(MORNING + timedelta(hours=2)))
    session = taken_apart(sat.bundle, sat.signers)
    file.write_bytes(session.written(proofs=session.proofs(stamped(session, tsa))))
    assert verify(*later).code == 3, "nobody was named who could vouch for the time"
    said = verify(*later, "--timestamp-roots", tsa.root)
    assert (said.code, "VALABLE" in said.out) == (0, True)
    assert "✓ 11. Horodatage" in said.out
    monkeypatch.setenv("PASSATION_TIMESTAMP_ROOTS", str(tsa.root))
    assert verify(*later).code == 0


def test_a_witness_that_was_asked_for_must_have_signed(verify: Verify) -> None:
    said = verify("--witness", WITNESS.vkey())
    assert said.code == 1
    assert "étape 6/12" in said.err
    assert verify("--witness", WITNESS.vkey(), "--quorum", "0").code == 3
    assert verify("--quorum", "1").code == 1
    assert verify("--witness", "nothing").code == 1


def with_a_strangers_erasure(octets: bytes, stranger: SigningKey) -> bytes:
    """The bundle without its second content, and a statement that a stranger signed of it."""

    def spoil(members: dict[str, bytes]) -> None:
        signed = orjson.loads(b64u_decode(members[RESULTS_FILE].decode().split(".")[1]))
        statement = erasure_statement(signed["session"]["id"], signed["log"]["head"], [2])
        lines = members[CONTENTS_FILE].splitlines(keepends=True)
        members[CONTENTS_FILE] = b"".join([lines[0], *lines[2:]])
        members[ERASURES_FILE] = sign(stranger, statement, ERASURES_TYP, MORNING).encode()
        results, log = read_jwks(orjson.loads(members[KEYS_FILE])).values()
        members[KEYS_FILE] = canonical(jwks([results, stranger.public, log]))
        del members[KEY_SET_FILE]

    return respoiled(octets, spoil)


def test_contents_that_a_stranger_says_were_erased_are_refused_beside_the_local_key(
    verify: Verify, file: Path, sat: Sat, settings: Path, tmp_path: Path
) -> None:
    shutil.copytree(sat.signers.folder, settings / "keys")
    file.write_bytes(with_a_strangers_erasure(sat.bundle, new_key(tmp_path / "stranger")))
    said = verify()
    assert said.code == 1
    assert "étape 2/12" in said.err
    assert "VALABLE" not in said.out


def test_looking_creates_nothing(verify: Verify, settings: Path) -> None:
    verify()
    assert not settings.exists()


@pytest.mark.parametrize("seed", range(6))
def test_a_bundle_with_one_other_byte_is_refused_with_its_step(
    verify: Verify, file: Path, sat: Sat, seed: int
) -> None:
    chance = random.Random(seed)
    octets = bytearray(sat.bundle)
    octets[chance.randrange(len(octets))] ^= 1 << chance.randrange(8)
    file.write_bytes(octets)
    said = verify()
    assert said.code == 1
    assert "REFUSÉ" in said.out
    assert "étape " in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("length", [0, 1, 1000])
def test_a_truncated_bundle_is_refused(verify: Verify, file: Path, sat: Sat, length: int) -> None:
    file.write_bytes(sat.bundle[:length])
    assert verify().code == 1


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"keys":[{}]}'])
@pytest.mark.parametrize("option", ["--keys", "--key-set", "--timestamp-roots"])
def test_a_file_that_is_not_what_it_should_be_is_said(
    verify: Verify, tmp_path: Path, option: str, content: bytes
) -> None:
    (tmp_path / "file").write_bytes(content)
    said = verify(option, tmp_path / "file")
    assert said.code == 1
    assert said.err.startswith("Erreur")


# -- what a dishonest server signs ---------------------------------------------------------------------------


def written_by_a_liar(file: Path, sat: Sat, **changes: JSON) -> None:
    """A bundle of these results, of which the log's end, the head's act and every signature hold."""
    file.write_bytes(taken_apart(sat.bundle, sat.signers).with_payload(**changes).written())


def test_a_score_that_the_log_does_not_give_is_refused_even_when_signed(
    verify: Verify, file: Path, sat: Sat
) -> None:
    raised = orjson.loads(orjson.dumps(verify_bundle(sat.bundle, None, None).payload["candidates"]))
    best = max(raised, key=lambda one: one["scores"] is not None)
    best["scores"]["score"] += 8
    written_by_a_liar(file, sat, candidates=raised)
    said = verify()
    assert said.code == 1
    assert "étape 9/12" in said.err
    assert "scores.score" in said.err


@pytest.mark.parametrize("member", ["room", "date", "opened_ms", "closed_ms", "finalised_ms"])
def test_what_is_signed_of_the_session_is_what_the_log_says(
    verify: Verify, file: Path, sat: Sat, member: str
) -> None:
    session = verify_bundle(sat.bundle, None, None).payload["session"]
    assert isinstance(session, dict)
    written_by_a_liar(file, sat, session={**session, member: "C 3"})
    said = verify()
    assert said.code == 1
    assert "étape 9/12" in said.err
    assert f"$.session.{member}" in said.err


@pytest.mark.parametrize("member", ["duration_s", "grace_ms", "items", "minimum_responses", "breaks"])
def test_settings_that_the_log_does_not_give_are_refused_even_when_signed(
    verify: Verify, file: Path, sat: Sat, member: str
) -> None:
    settings = verify_bundle(sat.bundle, None, None).payload["settings"]
    assert isinstance(settings, dict)
    written_by_a_liar(file, sat, settings={**settings, member: 1})
    said = verify()
    assert said.code == 1
    assert "étape 9/12" in said.err
    assert "réglages signés" in said.err
    assert f"({member})" in said.err


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


def test_a_log_that_ends_on_no_results_is_refused(opened: Bundle) -> None:
    with pytest.raises(CannotFollow, match="ne finit pas sur des résultats"):
        recompute(replace(opened, entries=opened.entries[:-1]))


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
