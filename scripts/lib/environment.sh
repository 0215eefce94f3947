# What the scripts share: Python, the virtual environment and Debian's packages. Sourced from the project's folder.

# The name of a Python that is new enough.
find_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Il faut Python 3.11 ou plus récent (paquet python3)." >&2
    return 1
}

# Makes .venv; where Debian keeps the module apart and we may, its package is installed first.
make_venv() {
    local python
    [ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1 && return
    python="$(find_python)"
    "$python" -m venv --clear .venv && return
    debian_packages python3-venv && "$python" -m venv --clear .venv && return
    echo "La création de .venv a échoué ; sur Debian et Ubuntu : apt-get install python3-venv" >&2
    return 1
}

# Installs a lock file, each package checked by its hash; nothing when this very file is already installed.
# Usage: install_lock NAME (for requirements/NAME.txt)
install_lock() {
    local lock="requirements/$1.txt" stamp=".venv/.$1-lock"
    cmp -s "$lock" "$stamp" && return
    echo "Installation de $lock dans .venv…" >&2
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
    cp "$lock" "$stamp"
}

# Puts the project itself into .venv, read from its folder; nothing is fetched for it.
install_project() {
    local stamp=".venv/.project-lock"
    [ -x .venv/bin/passation ] && cmp -s pyproject.toml "$stamp" && return
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
    cp pyproject.toml "$stamp"
}

# Installs those of Debian's packages that are not there yet, where there is apt-get and we are root.
# Usage: debian_packages NAME…
debian_packages() {
    local name missing=()
    command -v apt-get >/dev/null || return 1
    for name in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return
    [ "$(id -u)" = 0 ] || return 1
    echo "Installation des paquets ${missing[*]}…" >&2
    apt-get update -qq >&2 || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 </dev/null
}
