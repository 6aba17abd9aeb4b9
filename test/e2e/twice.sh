#!/usr/bin/env bash
# Runs every configurator a second time: nothing may change by it. A test makes this the last of them.
# shellcheck source=../../ami/lib/configurator.sh
source "$(dirname "$0")/../lib/configurator.sh"

# What counts as a change, a line each: packages, units that are enabled, every file with its mode, owner and content.
# Left out are programs' notes of when they ran, and copies that tools keep of what was before.
state() {
    os_installed
    systemctl list-unit-files --state=enabled --no-legend --no-pager | awk '{ print "enabled", $1 }'
    find /etc /usr/local "$LOGIN_HOME" /root -path "$PACKER_FOLDER" -prune -o \
        ! -name '*-' ! -path /etc/ld.so.cache -printf '%M %u %g %p %l\n'
    find /etc /usr/local "$LOGIN_HOME" /root -path "$PACKER_FOLDER" -prune -o \
        -type f ! -name '*-' ! -path /etc/ld.so.cache -exec sha256sum {} +
}

main() {
    local script started
    state | sort > /run/twice.before
    for script in "$PACKER_FOLDER"/conf.d/*.sh; do
        [ "$script" != "$PACKER_FOLDER/conf.d/$(basename "$0")" ] || continue
        started=$SECONDS
        bash "$script"
        echo "twice: $(basename "$script" .sh) $((SECONDS - started)) s"
    done
    state | sort > /run/twice.after
    if ! diff /run/twice.before /run/twice.after; then
        echo 'error: the second run changed the lines above' >&2
        return 1
    fi
    echo "twice: nothing changed among $(wc -l < /run/twice.after) lines"
}

main
