#!/usr/bin/env bash
# Removes what the build wrote to logs and temporary folders. The build's own log stays in ~/packer.
source "$(dirname "$0")/../lib/configurator.sh"

# From here on the journal is kept in memory: journald makes new files in place of those that are removed below. Where
# it is too old to be told so, it keeps none on the volume.
journalctl --relinquish-var 2> /dev/null || true

# Log files keep their owner and mode; rotated ones and the journal go.
find /var/log -type f \( -name '*.gz' -o -name '*.[0-9]' -o -name '*-[0-9]*' -o -path '*/journal/*' \) -delete
find /var/log -type f -exec truncate --size=0 {} +
find /tmp /var/tmp -mindepth 1 -maxdepth 1 ! -name 'systemd-private-*' ! -name 'script_*.sh' -exec rm -rf {} +
