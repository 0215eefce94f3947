"""README.txt of a bundle: what is inside and how to check it, with our program and without it.

The digest of the text is in each signed results payload, and a bundle may be written years after the
signature. So a text that was ever signed is never changed: a new one is added, and the old one stays.
"""

from hashlib import sha256

README = """\
LOT SIGNÉ D’UNE SESSION DE CERTIFICATION (Passation, format 2)

Ce que contient ce lot
  results.jws     les résultats, signés (JWS compact, ES256, JSON canonique RFC 8785)
  jwks.json       les clés publiques qui ont signé (leur nom est leur empreinte, RFC 7638)
  keys.jws        s’il est là : le jeu de clés publié, avec leurs dates et révocations
  log.jsonl       le journal : une entrée par ligne, chacune liée à la précédente
  checkpoint.txt  la racine de l’arbre du journal (RFC 6962), signée par la clé du journal
  timestamp.tsr   s’il est là : l’horodatage de cette signature (RFC 3161)
  contents.jsonl  le contenu de chaque entrée, avec le sel de son empreinte
  erasures.jws    s’il est là : la liste signée des contenus effacés
  bank.json       les questions et leur barème : de quoi recalculer les résultats

Vérifier avec Passation
  passation verify LOT.zip --authority EMPREINTE --timestamp-roots racines.pem
  « EMPREINTE » : celle de l’autorité de l’établissement, obtenue par une autre voie.
  Sans elle, on sait que le lot est entier, mais pas de qui il vient. « racines.pem » :
  les certificats des autorités d’horodatage auxquelles vous faites confiance.

Vérifier sans Passation (openssl, coreutils, Python 3 sans bibliothèque)
  Copiez ces lignes dans un terminal, là où se trouvent LOT.zip et, si vous l’avez,
  racines.pem ; chacune doit réussir. Si le lot lui-même est douteux, prenez-les plutôt
  dans la documentation de Passation (docs/bundle-format.md), où elles sont les mêmes.

# --- début
python3 -m zipfile -e LOT.zip lot && cd lot
python3 - <<'FIN'
import base64, hashlib, json, os
def raw(t): return base64.urlsafe_b64decode(t + "=" * (-len(t) % 4))
def b64(b): return base64.urlsafe_b64encode(b).decode().rstrip("=")
def sha(b): return hashlib.sha256(b).digest()
def h(b): return b64(sha(b))
def j(v): return json.dumps(v, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
def der(b): b = b.lstrip(b"\\0"); b = b"\\0" * (b[0] > 127) + b; return bytes([2, len(b)]) + b
def root(l):
    if len(l) < 2: return l[0] if l else sha(b"")
    k = 1 << (len(l) - 1).bit_length() - 1
    return sha(b"\\1" + root(l[:k]) + root(l[k:]))
def write(name, kind, octets): open(f"{name}.{kind}", "wb").write(octets)
def pem(b): return b"-----BEGIN PUBLIC KEY-----\\n%b-----END PUBLIC KEY-----\\n" % base64.encodebytes(b)
P256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
ED25519 = bytes.fromhex("302a300506032b6570032100")
keys = {k["kid"]: k for k in json.load(open("jwks.json"))["keys"]}
said, kids = {}, {}
for name in ("results", "erasures"):
    if not os.path.exists(name + ".jws"): continue
    head, body, seal = open(name + ".jws").read().split(".")
    header, said[name] = json.loads(raw(head)), json.loads(raw(body))
    assert (header["alg"], header["typ"]) == ("ES256", f"passation-{name}+jws"), header
    kids[name], key = header["kid"], keys[header["kid"]]
    assert h(j({m: key[m] for m in ("crv", "kty", "x", "y")})) == header["kid"], "nom de la clé"
    write(name, "pem", pem(P256 + raw(key["x"]) + raw(key["y"])))
    pair = der(raw(seal)[:32]) + der(raw(seal)[32:])
    write(name, "der", bytes([48, len(pair)]) + pair)
    write(name, "txt", (head + "." + body).encode())
results = said["results"]
files, session = results["files"], results["session"]["id"]
write("sha256", "txt", "".join(f"{files[f]}  {f}\\n" for f in ("README.txt", "bank.json")).encode())
link, number, erased, leaves = h(b"passation/log/v1\\n" + session.encode()), 0, [], []
contents = {c["number"]: c for c in map(json.loads, open("contents.jsonl", "rb"))}
for line in open("log.jsonl", "rb"):
    entry, number = json.loads(line), number + 1
    leaves.append(sha(b"\\0" + line.rstrip(b"\\n")))
    own = entry.pop("hash")
    assert (entry["number"], entry["previous"], h(j(entry))) == (number, link, own), f"entrée {number}"
    link, c = own, contents.pop(number, None)
    if c: assert h(raw(c["salt"]) + j(c["content"])) == entry["content_hash"], f"contenu {number}"
    else: erased.append(number)
assert not contents and results["log"] == {"entries": number, "head": link}, "fin du journal"
if erased: assert said["erasures"] == {"v": 1, "session": session, "head": link, "erased": erased}, "effacés"
text, lines = open("checkpoint.txt", "rb").read().split(b"\\n\\n")
origin, size, top = text.decode().split("\\n")
assert origin.split("/")[2:] == ["log", session], "journal d’une autre session"
assert (size, base64.b64decode(top)) == (str(number), root(leaves)), "racine du journal"
first, log = lines.split(b"\\n")[0], [k for k in keys.values() if k["kty"] == "OKP"][0]
assert h(j({m: log[m] for m in ("crv", "kty", "x")})) == log["kid"], "nom de la clé du journal"
write("log", "pem", pem(ED25519 + raw(log["x"])))
write("log", "txt", text + b"\\n")
write("log", "sig", base64.b64decode(first.split()[2])[4:])
write("stamped", "txt", text + b"\\n\\n" + first + b"\\n")
last, head = c["content"], c["content"]["head"]
digest = sha(j(results["candidates"])).hex()
payload = sha(j({m: results[m] for m in results if m != "log"})).hex()
assert (last["results_sha256"], last["payload_sha256"]) == (digest, payload), "acte de clôture"
closed = head["statement"].split("\\n")[1]
before = f"{closed}\\n{number - 1}\\n{base64.b64encode(root(leaves[:-1])).decode()}\\nresults {digest}\\n"
assert head["statement"] == "passation/close/v1\\n" + before, "texte confirmé"
assert closed.split("/")[2:] == ["log", session], "confirmation d’une autre session"
facts, how = head["facts"], "par mot de passe et code, c’est le serveur qui le dit"
if head["method"] == "passkey":
    device, client = raw(facts["authenticator_data"]), raw(facts["client_data"])
    asked, key = json.loads(client), raw(facts["public_key"])
    wanted = "webauthn.get", h(head["statement"].encode())
    assert (asked["type"], asked["challenge"]) == wanted, "confirmation"
    assert device[:32] == sha(facts["rp_id"].encode()) and device[32] & 5 == 5, "clé d’accès"
    if key[:10] + key[42:45] == bytes.fromhex("a5010203262001215820225820"):
        how = "par une clé d’accès, signature ci-dessous"
        write("head", "pem", pem(P256 + key[10:42] + key[45:]))
        write("head", "txt", device + sha(client))
        write("head", "der", raw(facts["signature"]))
    else: how = "par une clé d’accès d’un autre genre, que ces lignes ne savent pas contrôler"
print(f"Journal : {number} entrées liées, {len(erased)} contenus effacés ; nom : {origin}")
print("Confirmation :", how)
print("Clé des résultats :", kids["results"])
print("Clé du journal :", log["kid"])
if "erasures" in kids: print("Clé des effacements :", kids["erasures"])
if len(set(kids.values())) > 1: print("ATTENTION : les effacements ont été signés par une autre clé.")
FIN
openssl dgst -sha256 -verify results.pem -signature results.der results.txt
openssl pkeyutl -verify -pubin -inkey log.pem -rawin -in log.txt -sigfile log.sig
test ! -e head.pem || openssl dgst -sha256 -verify head.pem -signature head.der head.txt
test ! -e erasures.jws || openssl dgst -sha256 -verify erasures.pem -signature erasures.der erasures.txt
sha256sum -c sha256.txt
test ! -e timestamp.tsr || test ! -e ../racines.pem || \\
  openssl ts -verify -token_in -in timestamp.tsr -data stamped.txt -CAfile ../racines.pem
# --- fin

Ces lignes ne comparent pas l’enveloppe ZIP octet pour octet, ne recalculent pas les
résultats et ne disent rien des clés révoquées : « passation verify » le fait. Comparez
le nom de chaque clé affichée avec ceux que l’établissement publie : une clé inconnue,
même pour les effacements seulement, est une raison de refuser le lot.
"""

# All texts that were ever signed, the present one last.
TEXTS = (README,)


def readme_with(digest: object) -> str:
    """The text with this SHA-256, or the present one where no text has it."""
    return next((text for text in TEXTS if sha256(text.encode()).hexdigest() == digest), README)
