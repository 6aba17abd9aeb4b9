#!/usr/bin/env bash
# Locks the image to one release of the distribution: the one that was asked for, or else that of the base image.
# shellcheck source=../../../ami/lib/configurator.sh
source "$(dirname "$0")/../lib/configurator.sh"

# dnf takes $releasever from here, and only then from the package system-release.
LOCK=/etc/dnf/vars/releasever

# A base image that follows `latest` is at the release of its packages.
release_of_base() {
    local locked
    locked=$(cat "$LOCK" 2> /dev/null || true)
    if [ -n "$locked" ] && [ "$locked" != latest ]; then
        echo "$locked"
    else
        rpm --query --queryformat '%{VERSION}\n' system-release
    fi
}

main() {
    local release=${LAVA_RELEASEVER:-}
    if [ -z "$release" ]; then
        release=$(release_of_base)
        echo "release $release, that of the base image"
    else
        echo "release $release, as releasever says; the base image is of $(release_of_base)"
    fi
    # dnf is set up to go on without a repository that it does not find.
    if ! dnf_or_wait --quiet --releasever="$release" --repo=amazonlinux --setopt=amazonlinux.skip_if_unavailable=False makecache; then
        echo "error: dnf finds no repository of the release $release (releasever)" >&2
        return 1
    fi
    install -d -m 0755 "${LOCK%/*}"
    echo "$release" > "$LOCK"
    chmod 0644 "$LOCK"
}

main
