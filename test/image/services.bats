#!/usr/bin/env bats
# After the reboot, everything that has to run runs.

load image

setup() {
    load_libraries
}

@test "no unit has failed" {
    run systemctl --failed --no-legend --no-pager --plain
    assert_output ''
}

@test "rc.local runs at boot, and has run" {
    run systemctl is-active rc-local.service
    assert_output active
}

@test "sshd is enabled and runs" {
    # Distributions call it one or the other, some by an alias.
    run systemctl is-enabled ssh.service sshd.service
    assert_line enabled
    run systemctl is-active sshd.service
    assert_output active
}

@test "packages are installed whole" {
    if command -v dpkg > /dev/null; then
        run dpkg --audit
    else
        run rpm --verify --nofiles --nodigest --all
    fi
    assert_success
    assert_output ''
}
