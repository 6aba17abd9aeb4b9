#!/usr/bin/env bats
# What finds secrets and open doors on an image, on files made for the test.

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    source "$BATS_TEST_DIRNAME/lib/hygiene.sh"
    # Looks at the folder of the test in place of the image.
    # shellcheck disable=SC2317,SC2329
    image_files() { find . "$@" -print; }
    cd "$BATS_TEST_TMPDIR" || return
}

@test "a setuid file that the distribution does not have is found" {
    os_setuid_files() { echo ./known; }
    touch known plain foreign group
    chmod u+s known foreign
    chmod g+s group
    run foreign_setuid_files
    assert_output $'./foreign\n./group'
}

@test "what everybody can write is found, but for folders with the sticky bit" {
    mkdir shared open
    chmod 1777 shared
    chmod 0777 open
    touch plain loose
    chmod 0666 loose
    ln -s plain link
    run world_writable_files
    assert_output --regexp '^\./(open|loose)
\./(open|loose)$'
}
