#!/bin/sh
# Installs what checks the examples of the documentation into build/examples-lint, from PyPI; without it their tests say
# "skipped". Debian and Ubuntu, as root; elsewhere it names the package that is missing.
set -eu
cd "$(dirname "$0")/../.."

if ! /usr/bin/python3 -c 'import ensurepip' 2>/dev/null; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install this package: python3-venv" >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get -o DPkg::Lock::Timeout=300 -qq update >&2
  apt-get -o DPkg::Lock::Timeout=300 -qq install --no-install-recommends python3-venv >/dev/null
fi
/usr/bin/python3 -B cmake/dist/tools.py build/examples-lint tests/examples/requirements.txt >/dev/null
