#!/usr/bin/env bash
# Installs a client that speaks to MySQL: the one of MariaDB, which calls itself mysql, too.
source "$(dirname "$0")/../lib/configurator.sh"
# shellcheck source=../lib/component-packages.sh
source "$PACKER_FOLDER/lib/component-packages.sh"
component mysql || exit 0

install_component mysql
