#!/usr/bin/env bats
# The boot scripts are in place, and ran when the build instance was restarted.

load image

setup() {
    load_libraries
}

@test "rc.local ends by running the boot scripts, once" {
    run grep --count 'lava-boot run' "$OS_RC_LOCAL"
    assert_output 1
    run tail -n 1 "$OS_RC_LOCAL"
    assert_output '/usr/local/bin/lava-boot run'
    assert [ -x "$OS_RC_LOCAL" ]
}

@test "every boot script of the build is there and can be run" {
    for script in "$PACKER_FOLDER"/boot/rc.d/*; do
        assert [ -x "/usr/local/etc/rc.d/${script##*/}" ]
        cmp "$script" "/usr/local/etc/rc.d/${script##*/}"
    done
}

@test "their runtime is under its fixed path, and new enough" {
    run /usr/local/lib/lava/bin/node --print 'process.versions.node.split(".")[0] >= 16'
    assert_success
    assert_output true
}

@test "they all went well at the last boot" {
    run lava-boot status
    assert_success
    refute_output --partial FAILED
}

@test "ami-info agrees with the build" {
    # shellcheck disable=SC1091
    source /usr/local/etc/ami-info
    assert_equal "$AMI_TYPE" lava
    assert_equal "$AMI_OS" "$LAVA_OS"
    assert_equal "$AMI_VERSION" "$LAVA_VERSION"
    assert_equal "$AMI_BASE" "$LAVA_BASE_AMI"
    assert_equal "$AMI_NAME" "$LAVA_AMI_NAME"
}

@test "the timezone is the one that was asked for" {
    assert_equal "$(readlink --canonicalize /etc/localtime)" "$(readlink --canonicalize "/usr/share/zoneinfo/$LAVA_TIMEZONE")"
}
