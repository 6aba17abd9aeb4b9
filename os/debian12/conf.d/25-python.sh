#!/usr/bin/env bash
# Python of the distribution, if it is exactly the wanted one.
# shellcheck source=../../../ami/lib/configurator.sh
source "$(dirname "$0")/../lib/configurator.sh"

os_install python3 python3-venv
found=$(python3 -c 'import platform; print(platform.python_version())')
if [ "$found" != "$LAVA_PYTHON_VERSION" ]; then
    echo "python_version $LAVA_PYTHON_VERSION was asked for; Debian 12 has $found" >&2
    exit 1
fi
