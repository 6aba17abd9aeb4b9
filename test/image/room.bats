#!/usr/bin/env bats
# There is room left on the root volume for what instances do.

load image

setup() {
    load_libraries
}

@test "the root volume has a gibibyte left" {
    run df --output=avail --block-size=1M /
    assert_success
    assert [ "${lines[1]}" -ge 1024 ]
}

@test "a tenth of the root volume's inodes is left, where they are counted" {
    run df --output=ipcent /
    assert_success
    used=${lines[1]//[ %]/}
    [ "$used" = - ] || assert [ "$used" -le 90 ]
}
