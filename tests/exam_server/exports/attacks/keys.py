"""Attacks on keys: strangers', of another use, of another algorithm, expired, revoked, stolen."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256

from exam_server.exports.bundle import CHECKPOINT_FILE, KEY_SET_FILE, KEYS_FILE, RESULTS_FILE, RESULTS_TYP
from exam_server.signing.base64url import b64u, b64u_decode
from exam_server.signing.canonical import JSON, canonical
from exam_server.signing.es256 import ORDER
from exam_server.signing.jwk import PublicKey, jwks, thumbprint
from exam_server.signing.jws import sign
from exam_server.signing.keys import Purpose, SigningKey
from exam_server.signing.notes import KeyKind, SignatureLine, read_note, write_note
from tests.exam_server.exports.attacks.materials import Forger, attack, compromised, revoking
from tests.exam_server.exports.support import respoiled, seen, trusting
from tests.exam_server.signing.support import NOW

CHANGED_MEMBERS: Mapping[str, JSON] = {
    "candidates": [{"id": "c-1", "score": 1_024}],
    "session": {"id": "", "room": "C 3"},
    "settings": {"fewest_responses": 1},
    "version": 1_000,
    "replaces": "0" * 64,
    "more": None,
}


def signed_by(one: SigningKey, payload: Mapping[str, JSON], keys: list[PublicKey]) -> Callable[..., None]:
    """Puts results in that this key signed, with these keys beside them."""

    def spoil(members: dict[str, bytes]) -> None:
        members[RESULTS_FILE] = sign(one, dict(payload), RESULTS_TYP, NOW).encode()
        members[KEYS_FILE] = canonical(jwks(keys))

    return spoil


@attack("results signed again by a stranger, the keys known by the authority or one by one")
def signed_by_a_stranger(forger: Forger) -> str:
    one, stranger = forger.one(), forger.stranger.documents
    log = forger.signers.log.public
    octets = respoiled(one.octets, signed_by(stranger, one.session.payload, [stranger.public, log]))
    if forger.chance.random() < 0.5:
        theirs = (forger.stranger.store.published() or "").encode()
        octets = respoiled(octets, lambda members: members.update({KEY_SET_FILE: theirs}))
    known = trusting(one.session)
    by_name = forger.anchors(authority=None, keys=known)
    return forger.caught(octets, forger.chance.choice([forger.anchors(), by_name]))


@attack("everything signed by a stranger with a key set of his own, where a known key is asked for")
def a_strangers_bundle(forger: Forger) -> str:
    theirs = replace(forger.one().session, signers=forger.stranger)
    octets = theirs.written(proofs=theirs.proofs(witnessed=True, named=forger.chance.random() < 0.7))
    by_name = forger.anchors(authority=None, keys=trusting(forger.one().session))
    return forger.caught(octets, forger.chance.choice([forger.anchors(), by_name]))


@attack("a key of the school's of another use: QR, authority, log, each in the place of another")
def of_another_use(forger: Forger) -> str:
    one, store, chance = forger.one(), forger.signers.store, forger.chance
    documents, log = forger.signers.documents, forger.signers.log
    qr, authority = store.active(Purpose.QR, NOW), store.create(Purpose.AUTHORITY, NOW)
    other = chance.choice([qr, authority])
    octets = respoiled(one.octets, signed_by(other, one.session.payload, [other.public, log.public]))
    if chance.random() < 0.4:
        keys = [documents.public, chance.choice([documents, qr, authority]).public]
        octets = respoiled(one.octets, lambda members: members.update({KEYS_FILE: canonical(jwks(keys))}))
    if chance.random() < 0.5:
        octets = respoiled(octets, lambda members: members.__delitem__(KEY_SET_FILE))
        return forger.caught(octets, forger.anchors(authority=None, keys=trusting(one.session)))
    return forger.caught(octets)


@attack("a checkpoint that a key of another kind signed under the log's name")
def checkpoint_of_another_kind(forger: Forger) -> str:
    one, documents = forger.one(), forger.signers.documents
    body = one.session.checkpoint.body()
    origin = one.session.checkpoint.origin
    named = origin.encode() + b"\n" + bytes([KeyKind.LOG]) + documents.public.point
    genuine = read_note(one.session.note()).signatures[0]
    key_id = forger.chance.choice([sha256(named).digest()[:4], genuine.key_id])
    line = SignatureLine(origin, key_id, documents.sign(body))
    note = seen(write_note(body, [line]))
    return forger.caught(respoiled(one.octets, lambda members: members.update({CHECKPOINT_FILE: note})))


@attack("another algorithm in the header: none, HS256 with the public key as its secret, and others")
def another_algorithm(forger: Forger) -> str:
    one, public = forger.one(), forger.signers.documents.public
    name = forger.chance.choice(["none", "HS256", "ES384", "EdDSA", "Ed25519", "RS256", "es256", "", "ES256"])
    said: dict[str, JSON] = {"alg": name, "iat": int(NOW.timestamp()), "kid": public.kid, "typ": RESULTS_TYP}
    if name == "ES256":
        said["jwk"] = public.jwk
    body = f"{b64u(canonical(said))}.{b64u(canonical(one.session.payload))}"
    secrets = (public.point, public.pem().encode(), canonical(public.jwk), public.kid.encode(), b"")
    mac = hmac.digest(forger.chance.choice(secrets), body.encode(), "sha256")
    seal = forger.chance.choice([mac, b"", forger.signers.documents.sign(body.encode())])
    token = f"{body}.{b64u(seal)}".encode()
    return forger.caught(respoiled(one.octets, lambda members: members.update({RESULTS_FILE: token})))


@attack("the other form of a signature, zeros, or another statement's signature")
def another_form(forger: Forger) -> str:
    one, other = forger.two()
    head, payload, seal = one.session.results().split(".")
    octets = b64u_decode(seal)
    mirrored = octets[:32] + (ORDER - int.from_bytes(octets[32:])).to_bytes(32)
    theirs = b64u_decode(other.session.results().split(".")[2])
    put = forger.chance.choice([mirrored, bytes(64), octets[32:] + octets[:32], theirs, octets + b"\0"])
    token = f"{head}.{payload}.{b64u(put)}".encode()
    return forger.caught(respoiled(one.octets, lambda members: members.update({RESULTS_FILE: token})))


@attack("a key set that renames keys, doubles them, or says more of them")
def a_key_set_bent(forger: Forger) -> str:
    one, chance = forger.one(), forger.chance
    found = [dict(key.jwk) for key in trusting(one.session).values()]
    bent, other = found[0], forger.stranger.documents.public
    match chance.randrange(5):
        case 0:
            bent["kid"] = other.kid
        case 1:
            bent.update({name: other.jwk[name] for name in ("x", "y")})
        case 2:
            bent.update({name: other.jwk[name] for name in ("x", "y")}, kid=thumbprint(other.jwk))
        case 3:
            found.insert(0, dict(bent))
        case _:
            bent[chance.choice(["alg", "use", "x5c", "crv"])] = chance.choice(["HS256", "enc", "P-384", ""])
    octets = canonical({"keys": found})
    return forger.caught(respoiled(one.octets, lambda members: members.update({KEYS_FILE: octets})))


@attack("signed with an expired key, stamped after its end")
def expired_and_stamped(forger: Forger) -> str:
    name = forger.chance.choice(sorted(forger.late))
    (one,) = (one for one in forger.materials if one.session.id == name)
    proofs = one.session.proofs(forger.late[name], witnessed=True)
    return forger.caught(
        one.session.written(proofs=proofs), forger.anchors(forger.chance.randrange(2_001, 12_000))
    )


@attack("signed with an expired key, no proof of time")
def expired(forger: Forger) -> str:
    one = forger.one().session
    octets = one.written(proofs=one.proofs(witnessed=True))
    return forger.caught(octets, forger.anchors(forger.chance.randrange(1_097, 12_000)))


@attack("signed with a key that was revoked, stamped after that instant")
def revoked_and_stamped(forger: Forger) -> str:
    """The timestamps are of five minutes after the sessions; the key was stolen at most that long after."""
    one, chance = forger.one(), forger.chance
    purpose, key = chance.choice(
        [(Purpose.DOCUMENTS, forger.signers.documents), (Purpose.LOG, forger.signers.log)]
    )
    named = revoking(forger.signers, purpose, compromised(key.public.kid, chance.uniform(-1_000, 300)))
    days = chance.randrange(1, 12_000)
    if chance.random() < 0.5:
        octets = respoiled(one.octets, lambda members: members.update({KEY_SET_FILE: named.encode()}))
        return forger.caught(octets, forger.anchors(days))
    return forger.caught(one.octets, forger.anchors(days, key_set=named))


@attack("signed with a key that was revoked, no proof of time")
def revoked(forger: Forger) -> str:
    one, chance = forger.one().session, forger.chance
    key = chance.choice([forger.signers.documents, forger.signers.log])
    purpose = Purpose.DOCUMENTS if key is forger.signers.documents else Purpose.LOG
    named = revoking(forger.signers, purpose, compromised(key.public.kid, chance.uniform(1, 8e6)))
    octets = one.written(proofs=one.proofs(witnessed=True))
    return forger.caught(octets, forger.anchors(chance.randrange(100, 12_000), key_set=named))


@attack("a stolen key of the documents signs other results over the old log, with its old timestamp")
def stolen(forger: Forger) -> str:
    one, chance = forger.one(), forger.chance
    name = chance.choice(sorted(CHANGED_MEMBERS))
    was = one.session.payload.get(name)
    put = CHANGED_MEMBERS[name]
    if isinstance(was, Mapping) and isinstance(put, Mapping):
        put = {**was, **put, **({"id": was["id"]} if "id" in was else {})}
    documents, log = forger.signers.documents, forger.signers.log
    changed = {**one.session.payload, name: put}
    return forger.caught(respoiled(one.octets, signed_by(documents, changed, [documents.public, log.public])))


@attack("the published key set of another authority, or one that takes something back")
def another_key_set(forger: Forger) -> str:
    one, chance = forger.one(), forger.chance
    theirs = forger.stranger.store.published() or ""
    if chance.random() < 0.5:
        octets = respoiled(one.octets, lambda members: members.update({KEY_SET_FILE: theirs.encode()}))
        return forger.caught(octets)
    kid, when = forger.signers.documents.kid, chance.uniform(1, 8e6)
    known = revoking(forger.signers, Purpose.DOCUMENTS, compromised(kid, when))
    undone = revoking(forger.signers, Purpose.DOCUMENTS, compromised(kid, when + 3_600))
    octets = respoiled(one.octets, lambda members: members.update({KEY_SET_FILE: undone.encode()}))
    return forger.caught(octets, forger.anchors(200, key_set=known))
