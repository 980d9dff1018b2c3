#!/bin/sh
# Set netgrade up: system packages where they are missing, a virtual environment, and the locked packages in it.
# usage: setup.sh VENV ENGINE      (ENGINE is cpu or cuda)
set -eu
venv=$1
engine=$2

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }

find_python() {
    for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    say "netgrade needs Python 3.11 or newer. Install one, or name it: make PYTHON=/path/to/python3 ..."
    exit 1
}

has_library() { ldconfig -p 2>/dev/null | grep -q "$1"; }

has_font() { find /usr/share/fonts /usr/local/share/fonts -name "$1*" 2>/dev/null | grep -q .; }

missing_packages() {
    "$python" -c 'import ensurepip, venv' 2>/dev/null || echo "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    has_library libpango-1.0.so || echo libpango-1.0-0
    has_library libpangoft2-1.0.so || echo libpangoft2-1.0-0
    has_library libharfbuzz-subset.so || echo libharfbuzz-subset0
    command -v bwrap >/dev/null || echo bubblewrap
    command -v setpriv >/dev/null || echo util-linux
    has_font LiberationSans || echo fonts-liberation
    has_font DejaVuSans || echo fonts-dejavu-core
}

install_packages() {
    if ! command -v apt-get >/dev/null; then
        say "Install these (the names are Debian's), then run make again: $*"
        exit 1
    elif [ "$(id -u)" = 0 ]; then
        root=''
    elif sudo -n true 2>/dev/null; then
        root='sudo'
    else
        say "Some system packages are missing. Run this line, then make again:"
        echo "sudo apt-get install -y $*" >&2
        exit 1
    fi
    say "Installing system packages: $*"
    $root apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y -q --no-install-recommends "$@" >/dev/null
}

# Ubuntu forbids it to ordinary users by default: without this, every submission would fail, minutes later.
sandbox_forbidden() {
    [ "$(id -u)" != 0 ] && [ "$(cat /proc/sys/kernel/apparmor_restrict_unprivileged_userns 2>/dev/null)" = 1 ] &&
        ! bwrap --unshare-user --ro-bind / / true 2>/dev/null
}

python=$(find_python)
missing=$(missing_packages | tr '\n' ' ')
# Unquoted on purpose: one word for each package.
[ -z "$missing" ] || install_packages $missing
if sandbox_forbidden; then
    say "The sandbox for student code needs user namespaces. Run this line, then make again:"
    echo "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0" >&2
    exit 1
fi

say "Setting up $venv with $("$python" --version) (TensorFlow is large: a few minutes the first time)"
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
if [ "$engine" != cpu ]; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --editable ".[$engine]"
else
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --editable .
fi
say "Ready. Everyday use: . $venv/bin/activate; snakemake --cores all"
