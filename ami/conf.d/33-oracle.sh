#!/usr/bin/env bash
# Installs Oracle's Instant Client: the driver's libraries on the loader's path, SQL*Plus, the ODBC driver.
source "$(dirname "$0")/../lib/configurator.sh"
# shellcheck source=../lib/component-packages.sh
source "$PACKER_FOLDER/lib/component-packages.sh"
# shellcheck source=../lib/odbc.sh
source "$PACKER_FOLDER/lib/odbc.sh"
component oracle || exit 0

FOLDER=/usr/local/lib/oracle
PARTS=(basiclite sqlplus)

# The archives hold one folder each, of the same name: instantclient_<release>.
unpack_parts() {
    local part file unpacked
    rm -rf "$FOLDER.new"
    mkdir -p "$FOLDER.new"
    for part in "${PARTS[@]}"; do
        file=$(resource "oracle-$part")
        unzip -q -o "$file" 'instantclient_*/*' -d "$FOLDER.new"
    done
    unpacked=("$FOLDER.new"/instantclient_*)
    if [ "${#unpacked[@]}" -ne 1 ]; then
        echo "error: the parts of the Instant Client are of different releases: ${unpacked[*]##*/}" >&2
        return 1
    fi
    chmod -R go=u-w "$FOLDER.new"
    rm -rf "$FOLDER"
    mv "$FOLDER.new" "$FOLDER"
    ln -sfn "${unpacked[0]##*/}" "$FOLDER/instantclient"
}

link_libraries() {
    echo "$FOLDER/instantclient" > /etc/ld.so.conf.d/oracle-instantclient.conf
    ldconfig
    # It looks for its messages beside itself, and follows links to know where that is.
    ln -sfn "$FOLDER/instantclient/sqlplus" /usr/local/bin/sqlplus
}

main() {
    umask 022
    install_component oracle
    if component odbc; then
        PARTS+=(odbc)
    fi
    unpack_parts
    link_libraries
    if component odbc; then
        local drivers=("$FOLDER"/instantclient/libsqora.so*)
        register_odbc_driver Oracle "${drivers[0]}" 'Oracle Instant Client'
    fi
}

main
