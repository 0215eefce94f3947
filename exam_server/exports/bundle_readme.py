"""README.txt of a bundle: what is inside and how to check it, with our program and without it.

The digest of the text is in each signed results payload, and a bundle may be written years after the
signature. So a text that was ever signed is never changed: a new one is added, and the old one stays.
"""

from hashlib import sha256

README = """\
LOT SIGNÉ D’UNE SESSION DE CERTIFICATION (Passation, format 1)

Ce que contient ce lot
  results.jws     les résultats, signés (JWS compact, ES256, JSON canonique RFC 8785)
  jwks.json       la clé publique qui a signé (son nom est son empreinte, RFC 7638)
  log.jsonl       le journal : une entrée par ligne, chacune liée à la précédente
  contents.jsonl  le contenu de chaque entrée, avec le sel de son empreinte
  erasures.jws    présent si des contenus ont été effacés : leur liste, signée
  bank.json       les questions et leur barème : de quoi recalculer les résultats

Vérifier avec Passation
  passation verify LOT.zip --keys cles.json
  « cles.json » : les clés publiques que l’établissement publie, obtenues par une
  autre voie. Sans elles, on sait que le lot est entier, mais pas de qui il vient.

Vérifier sans Passation (openssl, coreutils, Python 3 sans bibliothèque)
  Copiez ces lignes dans un terminal, là où se trouve LOT.zip ; chacune doit réussir.
  Si le lot lui-même est douteux, prenez-les plutôt dans la documentation de
  Passation (docs/bundle-format.md), où elles sont les mêmes.

# --- début
python3 -m zipfile -e LOT.zip lot && cd lot
python3 - <<'FIN'
import base64, hashlib, json, os
def raw(t): return base64.urlsafe_b64decode(t + "=" * (-len(t) % 4))
def b64(b): return base64.urlsafe_b64encode(b).decode().rstrip("=")
def h(b): return b64(hashlib.sha256(b).digest())
def j(v): return json.dumps(v, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
def der(b): b = b.lstrip(b"\\0"); b = b"\\0" * (b[0] > 127) + b; return bytes([2, len(b)]) + b
keys = {k["kid"]: k for k in json.load(open("jwks.json"))["keys"]}
said, kids = {}, {}
for name in ("results", "erasures"):
    if not os.path.exists(name + ".jws"): continue
    head, body, seal = open(name + ".jws").read().split(".")
    header, said[name] = json.loads(raw(head)), json.loads(raw(body))
    assert (header["alg"], header["typ"]) == ("ES256", f"passation-{name}+jws"), header
    kids[name], key = header["kid"], keys[header["kid"]]
    assert h(j({m: key[m] for m in ("crv", "kty", "x", "y")})) == header["kid"], "nom de la clé"
    spki = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
    pem = base64.encodebytes(spki + raw(key["x"]) + raw(key["y"])).decode()
    open(name + ".pem", "w").write(f"-----BEGIN PUBLIC KEY-----\\n{pem}-----END PUBLIC KEY-----\\n")
    pair = der(raw(seal)[:32]) + der(raw(seal)[32:])
    open(name + ".der", "wb").write(bytes([48, len(pair)]) + pair)
    open(name + ".txt", "w").write(head + "." + body)
files = said["results"]["files"]
open("sha256.txt", "w").write("".join(f"{files[f]}  {f}\\n" for f in ("README.txt", "bank.json")))
session = said["results"]["session"]["id"]
link, number, erased = h(b"passation/log/v1\\n" + session.encode()), 0, []
contents = {c["number"]: c for c in map(json.loads, open("contents.jsonl", "rb"))}
for line in open("log.jsonl", "rb"):
    entry, number = json.loads(line), number + 1
    own = entry.pop("hash")
    assert (entry["number"], entry["previous"], h(j(entry))) == (number, link, own), f"entrée {number}"
    link, c = own, contents.pop(number, None)
    if c: assert h(raw(c["salt"]) + j(c["content"])) == entry["content_hash"], f"contenu {number}"
    else: erased.append(number)
assert not contents and said["results"]["log"] == {"entries": number, "head": link}, "fin du journal"
if erased: assert said["erasures"] == {"v": 1, "session": session, "head": link, "erased": erased}, "effacés"
print(f"Journal : {number} entrées liées, {len(erased)} contenus effacés.")
print("Clé des résultats :", kids["results"])
if "erasures" in kids: print("Clé des effacements :", kids["erasures"])
if len(set(kids.values())) > 1: print("ATTENTION : les effacements ont été signés par une autre clé.")
FIN
openssl dgst -sha256 -verify results.pem -signature results.der results.txt
test ! -e erasures.jws || openssl dgst -sha256 -verify erasures.pem -signature erasures.der erasures.txt
sha256sum -c sha256.txt
# --- fin

Ces lignes ne comparent pas l’enveloppe ZIP octet pour octet et ne recalculent pas
les résultats : « passation verify » le fait. Comparez le nom de chaque clé affichée
avec ceux que l’établissement publie : une clé inconnue, même pour les effacements
seulement, est une raison de refuser le lot.
"""

# All texts that were ever signed, the present one last.
TEXTS = (README,)


def readme_with(digest: object) -> str:
    """The text with this SHA-256, or the present one where no text has it."""
    return next((text for text in TEXTS if sha256(text.encode()).hexdigest() == digest), README)
