#!/usr/bin/env bash
# Takes the vendor's banner out of the message of the day; its own file stays where the package has it.
# shellcheck source=../../../ami/lib/configurator.sh
source "$(dirname "$0")/../lib/configurator.sh"

install -d -m 0755 /etc/motd.d
ln -sfn /dev/null /etc/motd.d/30-banner
