#!/usr/bin/env bats
# The image is what it says, and stays at the release of its distribution that it was built from.

load image

setup() {
    load_libraries
}

@test "the distribution is the one that was asked for" {
    # shellcheck disable=SC1091
    source /etc/os-release
    # amzn2 is 2 of amzn, debian12 is 12 of debian.
    assert_equal "$ID${VERSION_ID}" "$LAVA_OS"
}

@test "dnf is locked to a release, where the distribution has releases" {
    if [ "$LAVA_OS" = amzn2023 ]; then
        run cat /etc/dnf/vars/releasever
        assert_output --regexp '^2023\.[0-9]+\.[0-9]{8}$'
        assert_output "$(rpm --query --queryformat '%{VERSION}' system-release)"
        assert_output "${LAVA_RELEASEVER:-$output}"
    else
        assert [ ! -e /etc/dnf/vars/releasever ]
    fi
}

@test "the vendor's banner is masked where the message of the day has one" {
    if [ "$LAVA_OS" = amzn2023 ]; then
        assert_equal "$(readlink /etc/motd.d/30-banner)" /dev/null
    else
        assert [ ! -e /etc/motd.d/30-banner ]
    fi
}
