#!/usr/bin/env bash
# Removes keys, histories and credentials of the build, root's included.
source "$(dirname "$0")/../lib/configurator.sh"

passwd --lock root > /dev/null
for home in /root "$LOGIN_HOME"; do
    rm -rf "$home"/.ssh "$home"/.aws "$home"/.cache "$home"/.npm \
        "$home"/.*_history "$home"/.lesshst "$home"/.viminfo "$home"/.wget-hsts
done
rm -f /etc/ssh/ssh_host_*
