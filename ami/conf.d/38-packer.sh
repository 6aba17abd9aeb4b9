#!/usr/bin/env bash
# Installs packer with its amazon plugin, so that an instance can build images, too.
source "$(dirname "$0")/../lib/configurator.sh"
# shellcheck source=../lib/component-packages.sh
source "$PACKER_FOLDER/lib/component-packages.sh"
component packer || exit 0

PLUGINS=/usr/local/lib/packer/plugins

# unpack ARCHIVE FOLDER: the vendor's archives hold one program each, and its licence.
unpack() {
    rm -rf "$2"
    mkdir -p "$2"
    unzip -q "$1" -d "$2"
}

# The plugin is registered by packer itself, which keeps a checksum beside it.
install_vendors() {
    local folder=/var/tmp/lava-packer programs
    unpack "$(resource packer)" "$folder/packer"
    install -D -m 0755 "$folder/packer/packer" /usr/local/bin/packer
    unpack "$(resource packer-plugin-amazon)" "$folder/plugin"
    programs=("$folder"/plugin/packer-plugin-amazon*)
    mkdir -p "$PLUGINS"
    PACKER_PLUGIN_PATH=$PLUGINS /usr/local/bin/packer plugins install --path "${programs[0]}" github.com/hashicorp/amazon > /dev/null
    rm -rf "$folder"
    echo "export PACKER_PLUGIN_PATH=$PLUGINS" > /etc/profile.d/lava-packer.sh
    chmod 0644 /etc/profile.d/lava-packer.sh
}

main() {
    umask 022
    if [ -n "${OS_COMPONENT_PACKAGES[packer]}" ]; then
        install_component packer
    else
        install_vendors
    fi
}

main
