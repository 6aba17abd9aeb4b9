#!/usr/bin/env bats
# The MySQL client works.

load image

setup() {
    load_libraries
}

@test "mysql comes as far as connecting" {
    run as_login_user 'mysql --protocol=tcp --host=127.0.0.1 --port=1 --execute="select 1"'
    assert_failure
    # 2002 or 2003: there is nothing at that address.
    assert_output --regexp 'ERROR 200[23] '
}
