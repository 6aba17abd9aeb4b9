#!/usr/bin/env bash
# Installs the packages that the operating system provides, in one transaction.
source "$(dirname "$0")/../lib/configurator.sh"

os_install "${OS_PACKAGES[@]}"
