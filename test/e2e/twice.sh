#!/usr/bin/env bash
# Runs every configurator a second time: nothing may change by it. A test makes this the last of them.
# shellcheck source=../../ami/lib/configurator.sh
source "$(dirname "$0")/../lib/configurator.sh"

# Where files are looked at.
read -ra PLACES <<< "${TWICE_PLACES:-/etc /usr/local /root ${LOGIN_HOME:-}}"

# What counts as a change, a line each: packages, units that are enabled, every file with its mode, owner and content.
# Left out are programs' notes of when they ran, and copies that tools keep of what was before.
state() {
    os_installed
    systemctl list-unit-files --state=enabled --no-legend --no-pager | awk '{ print "enabled", $1 }'
    files -printf '%M %u %g %p %l\n'
    files -type f -exec sha256sum {} +
}

files() {
    find "${PLACES[@]}" -path "$PACKER_FOLDER" -prune -o ! -name '*-' ! -path /etc/ld.so.cache "$@"
}

main() {
    local script started
    local before after
    before=$(state | sort)
    for script in "$PACKER_FOLDER"/conf.d/*.sh; do
        [ "$script" != "$PACKER_FOLDER/conf.d/$(basename "$0")" ] || continue
        started=$SECONDS
        bash "$script"
        echo "twice: $(basename "$script" .sh) $((SECONDS - started)) s"
    done
    after=$(state | sort)
    if ! diff <(echo "$before") <(echo "$after"); then
        echo 'error: the second run changed the lines above' >&2
        return 1
    fi
    echo "twice: nothing changed among $(wc -l <<< "$after") lines"
}

main
