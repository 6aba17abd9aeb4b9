#!/usr/bin/env bash
# Starts at boot what every worker relies on: cron and rsyslog.
source "$(dirname "$0")/../lib/configurator.sh"
# shellcheck source=../lib/component-packages.sh
source "$PACKER_FOLDER/lib/component-packages.sh"

for service in "${OS_SERVICES[@]}"; do
    systemctl --quiet enable "$service.service"
done
