#!/usr/bin/env bash
# Installs the CloudWatch agent, which starts at boot and ships lava's log.
source "$(dirname "$0")/../lib/configurator.sh"
# shellcheck source=../lib/component-packages.sh
source "$PACKER_FOLDER/lib/component-packages.sh"
component cloudwatch-agent || exit 0

# Where there is no package, there is the vendor's.
if [ -n "${OS_COMPONENT_PACKAGES["cloudwatch-agent"]}" ]; then
    install_component cloudwatch-agent
else
    os_install "$(resource cloudwatch-agent)"
fi
# It reads its settings here when it starts. Not in rootfs: they go where the agent goes.
install -D -m 0644 "$PACKER_FOLDER/lib/cloudwatch-agent.json" \
    /opt/aws/amazon-cloudwatch-agent/etc/amazon-cloudwatch-agent.json
systemctl --quiet enable amazon-cloudwatch-agent.service
