#!/usr/bin/env bash
# The last step: what is left on the image is what is meant to be.
source "$(dirname "$0")/../lib/configurator.sh"
# shellcheck source=../lib/hygiene.sh
source "$PACKER_FOLDER/lib/hygiene.sh"

# Everything that is wrong, a line each.
everything_wrong() {
    remains_of_build | sed 's/^/left of the build: /'
    foreign_setuid_files | sed 's/^/runs with the rights of another user: /'
    world_writable_files | sed 's/^/can be written by everybody: /'
    [ -f /etc/machine-id ] || echo '/etc/machine-id is missing; it has to be there, empty'
    [ ! -s /etc/machine-id ] || echo '/etc/machine-id is not empty'
    passwd --status root | grep --quiet '^root L' || echo 'the password of root is not locked'
    [ "$(df --output=avail --block-size=1M / | tail -n 1)" -ge 1024 ] || echo 'less than 1 GiB is left on the root volume'
}

wrong=$(everything_wrong)
if [ -n "$wrong" ]; then
    echo "$wrong" >&2
    exit 1
fi
