"""The containers and scripts, as far as they can be judged without running them."""

import os
import re
import shutil
import subprocess
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from exam_server.__main__ import passation

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
INSTRUCTIONS = re.findall(r"^([A-Z]+) (.+(?:\\\n.+)*)", DOCKERFILE, re.MULTILINE)
CADDYFILE = (ROOT / "deploy/Caddyfile").read_text(encoding="utf-8")
SCRIPTS = [ROOT / "scripts" / name for name in ("install", "check", "test", "demo")]
SHELL = [*SCRIPTS, ROOT / ".ci/run", ROOT / "deploy/new-secrets", *(ROOT / "scripts/lib").glob("*.sh")]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_starts_again_and_is_watched(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert "healthcheck" in service or (name == "app" and "HEALTHCHECK" in DOCKERFILE)


def test_only_the_proxy_can_be_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    open_networks = {name for name, network in COMPOSE["networks"].items() if not network.get("internal")}
    assert [name for name, service in SERVICES.items() if open_networks & set(service["networks"])] == [
        "proxy"
    ]


def test_networks_volumes_and_secrets_are_declared() -> None:
    for service in SERVICES.values():
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])
        named = {volume.split(":")[0] for volume in service.get("volumes", ()) if volume[0] != "."}
        assert named <= set(COMPOSE["volumes"])
        for needed in service.get("depends_on", {}):
            assert needed in SERVICES


def test_files_that_are_mounted_exist() -> None:
    mounted = [v.split(":")[0] for s in SERVICES.values() for v in s.get("volumes", ()) if v.startswith("./")]
    assert "./deploy/Caddyfile" in mounted
    for path in mounted:
        assert (ROOT / path).exists() or path == "./deploy/certificates"


def test_the_client_s_address_is_believed_from_the_proxy_alone() -> None:
    address = SERVICES["proxy"]["networks"]["front"]["ipv4_address"]
    (subnet,) = (config["subnet"] for config in COMPOSE["networks"]["front"]["ipam"]["config"])
    assert ip_address(address) in ip_network(subnet)
    assert [word for word in SERVICES["app"]["command"] if word.startswith("--proxy")] == [
        f"--proxy={address}"
    ]


def test_the_application_s_command_is_one_that_exists() -> None:
    name, *rest = SERVICES["app"]["command"]
    serve = passation.get_command(click.Context(passation), name)
    assert serve is not None
    known = {option for parameter in serve.params for option in parameter.opts}
    assert {word.split("=")[0] for word in rest} <= known


def test_no_password_stands_in_the_compose_file() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            secret = re.search(r"SECRET|PASSWORD|PASSPHRASE|PGSERVICE", name)
            assert not secret or str(value).startswith("/run/secrets/")
            assert not re.search(r"://[^/]*:[^/]*@", str(value))


def test_secrets_are_written_once_and_closed_to_other_accounts(tmp_path: Path) -> None:
    script = shutil.copy(ROOT / "deploy/new-secrets", tmp_path / "new-secrets")
    subprocess.run([script], check=True, capture_output=True)
    written = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    declared = {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}
    assert set(written) == declared
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    passwords = [written[name] for name in declared - {"database_service"}]
    assert len(set(passwords)) == len(passwords)
    assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in passwords)
    assert f"password={written['database_password']}\n" in written["database_service"]
    subprocess.run([script], check=True, capture_output=True)
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == written


def test_the_database_service_is_the_database_container(tmp_path: Path) -> None:
    script = shutil.copy(ROOT / "deploy/new-secrets", tmp_path / "new-secrets")
    subprocess.run([script], check=True, capture_output=True)
    lines = (tmp_path / "secrets/database_service").read_text().splitlines()
    service = dict(line.split("=", 1) for line in lines if "=" in line)
    given = SERVICES["postgres"]["environment"]
    assert service["host"] in SERVICES
    assert (service["user"], service["dbname"]) == (given["POSTGRES_USER"], given["POSTGRES_DB"])
    assert f"service={lines[0].strip('[]')}" in SERVICES["app"]["environment"]["PASSATION_DATABASE"]


def test_the_image_runs_without_root_and_from_the_lock_file() -> None:
    assert INSTRUCTIONS[-1][0] == "CMD"
    users = [argument for name, argument in INSTRUCTIONS if name == "USER"]
    assert users == ["10001:10001"]
    for line in re.findall(r"pip install[^&\n]*", DOCKERFILE):
        assert "--require-hashes" in line or line.strip().endswith(".")


def test_what_the_image_copies_exists_and_is_not_ignored() -> None:
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for name, argument in INSTRUCTIONS:
        if name == "COPY" and not argument.startswith("--from"):
            for source in argument.split()[:-1]:
                assert (ROOT / source).exists()
                assert source in allowed


def test_every_image_is_named_without_a_host() -> None:
    images = [service["image"] for service in SERVICES.values()]
    images += [argument.split()[0] for name, argument in INSTRUCTIONS if name == "FROM"]
    assert [image for image in images if "/" in image] == []


def test_no_lock_file_names_where_packages_come_from() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text()
        assert "://" not in text
        assert not re.search(r"^\s*(--index|--extra-index|--find-links|--trusted)", text, re.MULTILINE)
        assert "--hash=sha256:" in text


def test_the_proxy_passes_everything_on_at_once() -> None:
    assert CADDYFILE.count("{") == CADDYFILE.count("}")
    assert "reverse_proxy app:8000" in CADDYFILE
    assert "flush_interval -1" in CADDYFILE
    assert "trusted_proxies" not in CADDYFILE, "then a browser's own X-Forwarded-For would be passed on"


@pytest.mark.parametrize("script", SHELL, ids=lambda path: path.name)
def test_scripts_are_well_formed(script: Path) -> None:
    subprocess.run(["bash", "-n", str(script)], check=True)
    if script.suffix != ".sh":
        assert os.access(script, os.X_OK)
        assert re.search(r"^set -e?uo? ?", script.read_text(), re.MULTILINE)


def test_an_unknown_set_of_packages_is_refused() -> None:
    said = subprocess.run(
        [ROOT / "scripts/install", "everything"], capture_output=True, text=True, check=False
    )
    assert said.returncode == 2
    assert "Usage" in said.stderr
