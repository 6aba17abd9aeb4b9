#!/usr/bin/env bash
# Installs unixODBC and FreeTDS, and registers the driver of FreeTDS under that name.
source "$(dirname "$0")/../lib/configurator.sh"
# shellcheck source=../lib/component-packages.sh
source "$PACKER_FOLDER/lib/component-packages.sh"
# shellcheck source=../lib/odbc.sh
source "$PACKER_FOLDER/lib/odbc.sh"
component odbc || exit 0

if [ -z "${OS_TDS_DRIVER[$LAVA_ARCH]:-}" ]; then
    echo "error: $LAVA_OS has no FreeTDS in its repositories, so ODBC can't be had on it; leave it out: skip=odbc" >&2
    exit 1
fi
install_component odbc
register_odbc_driver FreeTDS "$(by_arch OS_TDS_DRIVER)" 'MS SQL Server and Sybase'
