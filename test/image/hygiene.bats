#!/usr/bin/env bats
# Nothing on the image lets anybody do more than the distribution meant. What sealing removes is checked by its last
# step, seal.d/95-check.sh.

load image

setup() {
    load_libraries
    # shellcheck source=../../ami/lib/hygiene.sh
    source "$PACKER_FOLDER/lib/hygiene.sh"
}

@test "no program runs with the rights of another user, but for the distribution's own" {
    run foreign_setuid_files
    assert_success
    assert_output ''
}

@test "nobody but its owner or group can write to a file or folder" {
    run world_writable_files
    assert_success
    assert_output ''
}

@test "only root has the user id 0" {
    run awk -F : '$3 == 0 { print $1 }' /etc/passwd
    assert_output root
}

@test "no account has a password" {
    run awk -F : '$2 !~ /^[!*]/ { print $1 }' /etc/shadow
    assert_output ''
}
