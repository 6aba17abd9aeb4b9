#!/usr/bin/env bats
# The Postgres client works.

load image

setup() {
    load_libraries
}

@test "psql comes as far as connecting" {
    run as_login_user 'psql --no-password --host=127.0.0.1 --port=1 --command="select 1"'
    assert_failure
    assert_output --partial 'onnection refused'
}
