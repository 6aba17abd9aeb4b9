#!/usr/bin/env bash
# Removes the identity of the build instance: each instance launched from the image gets its own.
source "$(dirname "$0")/../lib/configurator.sh"

# Once stopped, the unit does not save a seed when the system goes down.
systemctl stop systemd-random-seed.service || true
rm -f /var/lib/systemd/random-seed /var/lib/systemd/credential.secret

rm -rf /var/lib/cloud/* /var/lib/dhcp/* /var/lib/dhclient/* /run/cloud-init/instance-data*.json
rm -f /etc/hostname /var/lib/dbus/machine-id /etc/machine-id
install -m 0444 /dev/null /etc/machine-id # empty: systemd makes a new one at the next boot

chown -R "$LAVA_LOGIN_USER:" "$PACKER_FOLDER"
