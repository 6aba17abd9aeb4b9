#!/usr/bin/env bash
# Installs the boot scripts and makes rc.local end by running them, once the network is up.
source "$(dirname "$0")/../lib/configurator.sh"

# The boot scripts find their runtime here, whatever the operating system calls it.
install -d -m 0755 /usr/local/lib/lava/bin /usr/local/etc/rc.d /usr/local/sbin
ln -sfn "$OS_NODE" /usr/local/lib/lava/bin/node

install -m 0755 "$PACKER_FOLDER"/boot/rc.d/* /usr/local/etc/rc.d/
install -m 0755 "$PACKER_FOLDER/boot/bin/lava-boot" /usr/local/bin/lava-boot

if [ ! -f "$OS_RC_LOCAL" ]; then
    printf '#!/bin/sh\n' > "$OS_RC_LOCAL"
fi
sed -i -e '/lava-boot run/d' -e '/^exit 0$/d' "$OS_RC_LOCAL"
echo '/usr/local/bin/lava-boot run' >> "$OS_RC_LOCAL"
chmod 0755 "$OS_RC_LOCAL"
