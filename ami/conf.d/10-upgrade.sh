#!/usr/bin/env bash
# Brings the operating system up to date.
source "$(dirname "$0")/../lib/configurator.sh"

os_upgrade
