#!/usr/bin/env bash
# Enables the repositories beside the main one that have what the image needs.
# shellcheck source=../../../ami/lib/configurator.sh
source "$(dirname "$0")/../lib/configurator.sh"

amazon-linux-extras enable docker postgresql14 > /dev/null
yum_or_wait --quiet clean metadata
