#!/usr/bin/env bash
# Installs the SSM agent, which starts at boot.
source "$(dirname "$0")/../lib/configurator.sh"
# shellcheck source=../lib/component-packages.sh
source "$PACKER_FOLDER/lib/component-packages.sh"
component ssm-agent || exit 0

# Where there is no package, there is the vendor's.
if [ -n "${OS_COMPONENT_PACKAGES["ssm-agent"]}" ]; then
    install_component ssm-agent
else
    os_install "$(resource ssm-agent)"
fi
systemctl --quiet enable amazon-ssm-agent.service
