#!/usr/bin/env bash
# Installs the AWS CLI.
source "$(dirname "$0")/../lib/configurator.sh"
# shellcheck source=../lib/component-packages.sh
source "$PACKER_FOLDER/lib/component-packages.sh"
component aws-cli || exit 0

install_component aws-cli
