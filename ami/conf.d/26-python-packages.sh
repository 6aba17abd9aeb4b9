#!/usr/bin/env bash
# Installs the Python packages of the image, from wheels that the operator fetched and whose checksums are pinned.
source "$(dirname "$0")/../lib/configurator.sh"
# shellcheck source=../lib/s3.sh
source "$PACKER_FOLDER/lib/s3.sh"
# shellcheck source=../lib/python.sh
source "$PACKER_FOLDER/lib/python.sh"
component python-packages || exit 0

PLACE=wheels/$LAVA_OS-$LAVA_ARCH-py$PYTHON_SERIES
FOLDER=/var/tmp/lava-wheels

fetch_wheels() {
    rm -rf "$FOLDER"
    mkdir -p "$FOLDER"
    s3_get "$PLACE/index.txt" "$FOLDER/index.txt"
    if grep --extended-regexp --invert-match '^[A-Za-z0-9][A-Za-z0-9._+-]*\.whl$' "$FOLDER/index.txt" >&2; then
        echo "error: this in $PLACE/index.txt is no name of a wheel" >&2
        return 1
    fi
    # shellcheck disable=SC2016 # the inner shell's
    xargs -P 8 -n 1 bash -c 'source "$PACKER_FOLDER/lib/configurator.sh"
        source "$PACKER_FOLDER/lib/s3.sh"
        s3_get "$1/$3" "$2/$3"' bash "$PLACE" "$FOLDER" < "$FOLDER/index.txt"
}

main() {
    umask 022
    fetch_wheels
    # pip compares every wheel with the checksums of requirements.txt and takes nothing from elsewhere.
    "$PYTHON" -m pip --disable-pip-version-check --no-cache-dir install --quiet --root-user-action=ignore --no-index \
        --only-binary=:all: --require-hashes --find-links "$FOLDER" --requirement "$PACKER_FOLDER/python/requirements.txt"
    "$PYTHON" -m pip --disable-pip-version-check check
    rm -rf "$FOLDER"
}

main
