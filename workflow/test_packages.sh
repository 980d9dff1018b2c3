#!/bin/sh
# The programs that some tests need besides: installed where this account may; elsewhere those tests are skipped and
# say why.
set -eu

missing=''
command -v chromium >/dev/null || missing="$missing chromium"
command -v podman >/dev/null || missing="$missing podman"
command -v runc >/dev/null || missing="$missing runc"
command -v pdftoppm >/dev/null || missing="$missing poppler-utils"
[ -n "$missing" ] || exit 0

if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    root=''
elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then
    root='sudo'
else
    echo "Some tests will be skipped: they need$missing." >&2
    exit 0
fi
$root apt-get update -q >/dev/null &&
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y -q --no-install-recommends $missing >/dev/null ||
    echo "Some tests will be skipped:$missing could not be installed." >&2
