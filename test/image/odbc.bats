#!/usr/bin/env bats
# unixODBC finds the driver of FreeTDS and loads it.

load image

setup() {
    load_libraries
}

@test "the driver is registered, once" {
    run odbcinst -q -d
    assert_success
    assert_equal "$(grep --count --fixed-strings '[FreeTDS]' <<< "$output")" 1
}

@test "isql comes as far as connecting: the driver was loaded" {
    run as_login_user 'isql -v -k "Driver=FreeTDS;Server=127.0.0.1;Port=1;TDS_Version=7.4;UID=x;PWD=x"'
    assert_failure
    assert_output --partial '[FreeTDS]'
    refute_output --partial "Can't open lib"
}

@test "tsql comes as far as connecting" {
    run as_login_user 'timeout 20 tsql -H 127.0.0.1 -p 1 -U x -P x < /dev/null'
    assert_output --partial 'Connection refused'
    refute_output --partial 'not found'
}

@test "everybody may read the registered drivers" {
    assert_equal "$(stat --format=%a /etc/odbcinst.ini)" 644
}
