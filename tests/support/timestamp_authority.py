"""A timestamp authority of the tests: openssl answers, so that nothing of ours judges what is ours.

Its certificates are valid from 2020 to 2060. With a clock, `faketime` lets openssl see that clock's time.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread

FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)
DAYS = 40 * 365 + 10
P_256 = ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
RSA = ("rsa", "-pkeyopt", "rsa_keygen_bits:2048")
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"

SETTINGS = """
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[stamps]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


class TimestampAuthority:
    """Root, certificate and key in a folder; counts what it is asked, and can be out of service."""

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], datetime] | None = None,
        *,
        key: tuple[str, ...] = P_256,
        between: bool = False,
    ) -> None:
        """`between` puts another authority between root and certificate, and sends it along."""
        self.folder = folder
        self.clock = clock
        self.asked = 0
        self.out_of_service = False
        self._one_at_a_time = Lock()  # of the serial numbers, which openssl keeps in a file
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "tsa.cnf").write_text(SETTINGS)
        (folder / "serial").write_text("01")
        self._make_root()
        issuer = "root"
        if between:
            self._certify("between", "authority", issuer, key)
            issuer = "between"
        self._certify("stamps", "stamps", issuer, key)
        self._chain = ("-chain", "between.pem") if between else ()

    @property
    def root(self) -> Path:
        """The certificate to trust, PEM."""
        return self.folder / "root.pem"

    @property
    def roots_pem(self) -> bytes:
        """What a setting names."""
        return self.root.read_bytes()

    def reply(self, request: bytes) -> bytes:
        """The reply (TimeStampResp, DER) to a request (TimeStampReq, DER)."""
        with self._one_at_a_time:
            self.asked += 1
            (self.folder / "request").write_bytes(request)
            self._openssl(
                *("ts", "-reply", "-config", "tsa.cnf", "-section", "tsa", "-queryfile", "request"),
                *("-signer", "stamps.pem", "-inkey", "stamps.key", *self._chain, "-out", "reply"),
                at=self.clock() if self.clock else None,
            )
            return (self.folder / "reply").read_bytes()

    @contextmanager
    def serve(self) -> Iterator[str]:
        """Answers HTTP on this computer; yields the address. Out of service, it says 503."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _answers_for(self))
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/tsr"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def _make_root(self) -> None:
        self._openssl(
            *("req", "-config", "tsa.cnf", "-x509", "-extensions", "authority", "-nodes", "-newkey", *P_256),
            *("-keyout", "root.key", "-out", "root.pem", "-days", str(DAYS), "-subj", "/CN=Racine d’essai"),
            at=FIRST_DAY,
        )

    def _certify(self, name: str, extensions: str, issuer: str, key: tuple[str, ...]) -> None:
        self._openssl(
            *("req", "-config", "tsa.cnf", "-new", "-nodes", "-utf8", "-newkey", *key),
            *("-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN=Horodatage d’essai ({name})"),
        )
        self._openssl(
            *("x509", "-req", "-in", f"{name}.csr", "-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key"),
            *("-extfile", "tsa.cnf", "-extensions", extensions, "-days", str(DAYS), "-out", f"{name}.pem"),
            at=FIRST_DAY,
        )

    def _openssl(self, *arguments: str, at: datetime | None = None) -> None:
        command = ["openssl", *arguments]
        if at is not None:
            command = ["faketime", "-f", f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}", *command]
        done = subprocess.run(
            command,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "TZ": "UTC"},
            timeout=60,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr}")


def _answers_for(authority: TimestampAuthority) -> type[BaseHTTPRequestHandler]:
    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"]))
            if authority.out_of_service or self.headers["Content-Type"] != QUERY:
                self.send_error(503 if authority.out_of_service else 415)
                return
            reply = authority.reply(request)
            self.send_response(200)
            self.send_header("Content-Type", REPLY)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_arguments: object) -> None:
            """Nothing on the test's output."""

    return Answers
