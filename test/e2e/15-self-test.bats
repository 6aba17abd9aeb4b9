#!/usr/bin/env bats
# An image on which something does not work, or that is not clean, is not made: it tests itself while it is built.

load image
load checkout

# On the whole image, of which everything is there that is tested, a recipe of a few configurators.
setup_file() {
    load image
    load checkout
    find_image
    export CHECKOUT=$BATS_FILE_TMPDIR/checkout
    make_checkout "$CHECKOUT"
    keep_only "$CHECKOUT/ami/conf.d" 40-rootfs 45-homes 50-ami-info 60-boot-scripts
    inventory > "$BATS_FILE_TMPDIR/before"
    add_configurator "$CHECKOUT" 99-mistake 'chmod u+s /usr/bin/find' \
        'sed -i s/AMI_TYPE=lava/AMI_TYPE=mud/ /usr/local/etc/ami-info'
    # shellcheck disable=SC2154 # find_image sets it
    make_in "$CHECKOUT" ami "${LOCAL_BUILD[@]}" "ami_id=$image" on_error=keep > "$BATS_FILE_TMPDIR/build" 2>&1 ||
        echo "make ami ended with status $?" >> "$BATS_FILE_TMPDIR/build"
    # The first mistake is mended, and another one made.
    add_configurator "$CHECKOUT" 99-mistake 'chmod u-s /usr/bin/find' \
        'sed -i s/AMI_TYPE=mud/AMI_TYPE=lava/ /usr/local/etc/ami-info' \
        'mkdir -m 0700 /home/someone' 'echo AKIAIOSFODNN7EXAMPLE > /home/someone/notes' 'touch /home/someone/.bash_history'
    go_on give_up=no > "$BATS_FILE_TMPDIR/resume" 2>&1 || echo "make resume ended with status $?" >> "$BATS_FILE_TMPDIR/resume"
}

setup() {
    load_libraries
}

# Goes on with the build, or gives it up: go_on OPTION
go_on() {
    make_in "$CHECKOUT" resume "build=$(sed -n 's/^Go on: *make resume build=//p' "$BATS_FILE_TMPDIR/build")" "$1"
}

@test "an image that fails its tests is not made; every test that failed is named" {
    run cat "$BATS_FILE_TMPDIR/build"
    assert_line 'make ami ended with status 2'
    assert_line --regexp '^test/boot failed with status 1 after [0-9.]+ s\. What failed in it:$'
    assert_line --regexp '^not ok [0-9]+ ami-info agrees with the build$'
    assert_line --regexp '^not ok [0-9]+ no program runs with the rights of another user'
    assert_line --regexp '^# actual +: /usr/bin/find$'
    # The others ran all the same.
    assert_line --regexp '^  test/services +([0-9]+ min )?[0-9.]+ s  done$'
    run cat "$(newest_build "$CHECKOUT")/test.tap"
    assert_line '# test/room'
    assert_line --regexp '^ok [0-9]+ no account has a password$'
}

@test "an image that is not clean after sealing is not made; everything that is wrong is named" {
    run cat "$BATS_FILE_TMPDIR/resume"
    assert_line 'make resume ended with status 2'
    assert_line --regexp '^  test/boot +([0-9]+ min )?[0-9.]+ s  done$'
    assert_line --regexp '^seal.d/95-check failed with status 1 after [0-9.]+ s\. Its last lines:$'
    assert_line 'left of the build: /home/someone/notes'
    assert_line 'left of the build: /home/someone/.bash_history'
}

@test "neither has left an image, nor anything once the build is given up" {
    run go_on give_up=yes
    assert_success
    assert_output 'Nothing of the build is left in AWS.'
    assert_equal "$(inventory)" "$(cat "$BATS_FILE_TMPDIR/before")"
}
