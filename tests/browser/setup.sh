#!/bin/sh
# Installs what the test in a real browser needs: Chromium, and in build/browser what drives it. Without it that test
# says "skipped". Debian and Ubuntu, as root; elsewhere it names the packages.
set -eu
cd "$(dirname "$0")/../.."

missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
python3 -c 'import ensurepip' >/dev/null 2>&1 || missing="$missing python3-venv"
if [ -n "$missing" ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install these packages:$missing" >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get -o DPkg::Lock::Timeout=300 -qq update >&2
  # shellcheck disable=SC2086  # a list of words
  apt-get -o DPkg::Lock::Timeout=300 -qq install --no-install-recommends $missing >/dev/null
fi
python3 -B cmake/dist/tools.py build/browser tests/browser/requirements.txt >/dev/null
