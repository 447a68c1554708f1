#!/bin/sh
# Make sure that commands and Python modules are there which come from Debian packages.
#
#   tools/need_debian.sh pdfsig=poppler-utils qpdf=qpdf module:ensurepip=python3-venv
#
# Each argument is a command, or module:NAME for a module of $PYTHON, then = and the package that brings it. Silent
# when all are there. For root the missing packages are installed; anybody else gets the command to run, and exit 2.
set -eu

there() {
    case $1 in
        module:*) "${PYTHON:-python3}" -c "import ${1#module:}" 2>/dev/null ;;
        *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

missing() {
    for pair in "$@"; do
        there "${pair%%=*}" || echo "${pair#*=}"
    done | sort -u | tr '\n' ' '
}

packages=$(missing "$@")
[ -n "$packages" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Missing, by the names of their Debian packages: ${packages% }. Install them and try again." >&2
    exit 2
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "Missing Debian packages: ${packages% }. Install them, then try again:" >&2
    echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages% }" >&2
    exit 2
fi

echo "Installing Debian packages: ${packages% } …"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086  # one word a package
if ! { apt-get update && apt-get install -y --no-install-recommends $packages; } >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    echo "apt-get could not install: ${packages% }. Mend what it says above and try again." >&2
    exit 2
fi
packages=$(missing "$@")
if [ -n "$packages" ]; then
    echo "Installed, but what should come from ${packages% } is still not found. Is it on the PATH?" >&2
    exit 2
fi
