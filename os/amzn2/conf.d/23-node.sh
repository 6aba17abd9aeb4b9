#!/usr/bin/env bash
# Installs Node for the boot scripts: the last one that runs on this system's C library.
# shellcheck source=../../../ami/lib/configurator.sh
source "$(dirname "$0")/../lib/configurator.sh"

folder=/usr/local/lib/lava/node
rm -rf "$folder.new" "$folder"
mkdir -p "$folder.new"
tar -xzf "$(resource node)" --strip-components=1 --no-same-owner -C "$folder.new"
mv "$folder.new" "$folder"
