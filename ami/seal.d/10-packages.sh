#!/usr/bin/env bash
# Empties the caches of the package manager.
source "$(dirname "$0")/../lib/configurator.sh"

os_clean_packages
