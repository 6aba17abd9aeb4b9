#!/usr/bin/env bash
# Records on the image what it is.
source "$(dirname "$0")/../lib/configurator.sh"

install -d -m 0755 /usr/local/etc
cat > /usr/local/etc/ami-info << INFO
AMI_TYPE=lava
AMI_OS=$LAVA_OS
AMI_VERSION=$LAVA_VERSION
AMI_BASE=$LAVA_BASE_AMI
AMI_NAME=$LAVA_AMI_NAME
AMI_BUILT=$LAVA_STARTED
INFO
chmod 0644 /usr/local/etc/ami-info
