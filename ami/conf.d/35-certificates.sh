#!/usr/bin/env bash
# Puts the certificates where programs expect them that connect to RDS and Redshift.
source "$(dirname "$0")/../lib/configurator.sh"
# shellcheck source=../lib/component-packages.sh
source "$PACKER_FOLDER/lib/component-packages.sh"
# shellcheck source=../lib/certificates.sh
source "$PACKER_FOLDER/lib/certificates.sh"
component certificates || exit 0

RDS=/usr/local/lib/rds
REDSHIFT=/usr/local/lib/redshift

# RDS has a bundle for all regions, and one for each: the resources rds-<region or global>-bundle.
install_rds() {
    local name
    while read -r name; do
        install_bundle "$(resource "$name")" "$RDS/${name#rds-}.pem"
    done < <(cut -f 1 "$PACKER_FOLDER/resources.tsv" | grep --extended-regexp '^rds-.+-bundle$')
    if [ ! -f "$RDS/global-bundle.pem" ]; then
        echo 'error: the resource rds-global-bundle is missing' >&2
        return 1
    fi
}

# The one of Redshift lies in the skeleton as well, where the Postgres client looks for the authorities it trusts.
install_redshift() {
    local bundle=$REDSHIFT/amazon-trust-ca-bundle.crt
    install_bundle "$(resource redshift-bundle)" "$bundle"
    install -D -m 0644 "$bundle" /etc/skel/.postgresql/root.crt
    install -d -m 0755 -o "$LAVA_LOGIN_USER" "$LOGIN_HOME/.postgresql"
    install -m 0644 -o "$LAVA_LOGIN_USER" "$bundle" "$LOGIN_HOME/.postgresql/root.crt"
}

main() {
    umask 022
    install_component certificates
    install_rds
    install_redshift
}

main
