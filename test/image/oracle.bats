#!/usr/bin/env bats
# Oracle's libraries are on the loader's path, and SQL*Plus works.

load image

setup() {
    load_libraries
}

@test "sqlplus comes as far as connecting" {
    run as_login_user 'timeout 60 sqlplus -L -S x/x@127.0.0.1:1/none < /dev/null'
    assert_failure
    assert_output --partial 'ORA-12541'
}

@test "the loader finds the client library, and all that it needs" {
    run ldconfig --print-cache
    assert_output --partial libclntsh.so
    library=$(sed -n 's/.*libclntsh\.so.*=> //p' <<< "$output" | head -n 1)
    run ldd "$library"
    assert_success
    refute_output --partial 'not found'
}
