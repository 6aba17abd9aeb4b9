#!/usr/bin/env bash
# Installs the Postgres client.
source "$(dirname "$0")/../lib/configurator.sh"
# shellcheck source=../lib/component-packages.sh
source "$PACKER_FOLDER/lib/component-packages.sh"
component postgres || exit 0

install_component postgres
