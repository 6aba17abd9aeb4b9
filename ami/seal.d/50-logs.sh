#!/usr/bin/env bash
# Removes what the build wrote to logs and temporary folders. The build's own log stays in ~/packer.
source "$(dirname "$0")/../lib/configurator.sh"

# Log files keep their owner and mode; rotated ones and the journal go.
find /var/log -type f \( -name '*.gz' -o -name '*.[0-9]' -o -name '*-[0-9]*' -o -path '*/journal/*' \) -delete
find /var/log -type f -exec truncate --size=0 {} +
find /tmp /var/tmp -mindepth 1 -maxdepth 1 ! -name 'systemd-private-*' ! -name 'script_*.sh' -exec rm -rf {} +
