#!/usr/bin/env bash
# Puts the files of rootfs where they belong.
source "$(dirname "$0")/../lib/configurator.sh"

cp -R --no-preserve=ownership "$PACKER_FOLDER/rootfs/." /
