#!/usr/bin/env bats
# An image on which something does not work, or that is not clean, is not made: it tests itself while it is built.

load build
load checkout

setup_file() {
    load build
    load checkout
    export CHECKOUT=$BATS_FILE_TMPDIR/checkout
    make_checkout "$CHECKOUT"
}

setup() {
    load_libraries
    inventory > "$BATS_TEST_TMPDIR/before"
}

assert_nothing_left() {
    assert_output --partial 'Nothing of the build is left in AWS.'
    assert_equal "$(inventory)" "$(cat "$BATS_TEST_TMPDIR/before")"
}

@test "an image that fails its tests is not made; every test that failed is named" {
    add_configurator "$CHECKOUT" 99-mistake 'chmod u+s /usr/bin/find' \
        'sed -i s/AMI_TYPE=lava/AMI_TYPE=mud/ /usr/local/etc/ami-info'
    run make_in "$CHECKOUT" ami "${LOCAL_BUILD[@]}"
    assert_failure 2
    assert_line --regexp '^test/boot failed with status 1 after [0-9.]+ s\. What failed in it:$'
    assert_line --regexp '^not ok [0-9]+ ami-info agrees with the build$'
    assert_line --regexp '^not ok [0-9]+ no program runs with the rights of another user'
    assert_line --regexp '^# actual +: /usr/bin/find$'
    # The others ran all the same.
    assert_line --regexp '^  test/services +([0-9]+ min )?[0-9.]+ s  done$'
    assert_nothing_left
    results=("$CHECKOUT"/dist/ami/*/test.tap)
    run cat "${results[-1]}"
    assert_line '# test/room'
    assert_line --regexp '^not ok [0-9]+ ami-info agrees with the build$'
    assert_line --regexp '^ok [0-9]+ no account has a password$'
}

@test "an image that is not clean after sealing is not made; everything that is wrong is named" {
    add_configurator "$CHECKOUT" 99-mistake 'mkdir -m 0700 /home/someone' \
        'echo AKIAIOSFODNN7EXAMPLE > /home/someone/notes' 'touch /home/someone/.bash_history'
    run make_in "$CHECKOUT" ami "${LOCAL_BUILD[@]}"
    assert_failure 2
    assert_line --regexp '^seal.d/95-check failed with status 1 after [0-9.]+ s\. Its last lines:$'
    assert_line 'left of the build: /home/someone/notes'
    assert_line 'left of the build: /home/someone/.bash_history'
    assert_nothing_left
}
