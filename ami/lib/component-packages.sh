# Installs what the operating system's own repositories have for a component.
# shellcheck shell=bash

# shellcheck source=../../os/debian12/lib/components.sh
source "$PACKER_FOLDER/lib/components.sh"

# install_component NAME: its packages as OS_COMPONENT_PACKAGES of the operating system's layer names them, in one
# transaction; none where that has none.
install_component() {
    local packages
    read -ra packages <<< "${OS_COMPONENT_PACKAGES[$1]?$LAVA_OS does not say what $1 is made of}"
    if [ "${#packages[@]}" -gt 0 ]; then
        os_install "${packages[@]}"
    fi
}

# by_arch TABLE: the entry of an associative array for the architecture of this image; an error if it has none.
by_arch() {
    local entry="$1[$LAVA_ARCH]"
    if [ -z "${!entry:-}" ]; then
        echo "error: $1 of $LAVA_OS has nothing for $LAVA_ARCH" >&2
        return 1
    fi
    echo "${!entry}"
}
