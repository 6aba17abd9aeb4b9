#!/usr/bin/env bash
# Sets the timezone of instances launched from the image.
source "$(dirname "$0")/../lib/configurator.sh"

if [ ! -f "/usr/share/zoneinfo/$LAVA_TIMEZONE" ]; then
    echo "the timezone $LAVA_TIMEZONE is not known to this operating system" >&2
    exit 1
fi
ln -sfn "/usr/share/zoneinfo/$LAVA_TIMEZONE" /etc/localtime
if [ -f /etc/timezone ]; then
    echo "$LAVA_TIMEZONE" > /etc/timezone
fi
