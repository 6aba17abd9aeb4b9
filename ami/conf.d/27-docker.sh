#!/usr/bin/env bash
# Installs Docker, which starts at boot; the login user may use it.
source "$(dirname "$0")/../lib/configurator.sh"
# shellcheck source=../lib/component-packages.sh
source "$PACKER_FOLDER/lib/component-packages.sh"
component docker || exit 0

install_component docker
systemctl --quiet enable docker.service
# Whoever is in this group can become root; the login user may do that anyway.
usermod --append --groups docker "$LAVA_LOGIN_USER"
