#!/usr/bin/env bats
# The runner of configurators, on folders made for the test.

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cp "$BATS_TEST_DIRNAME/provision" "$BATS_TEST_TMPDIR/"
    cd "$BATS_TEST_TMPDIR" || return
    mkdir conf.d
}

@test "configurators run in the order of their names, each with banner, output and duration" {
    echo 'echo second' > conf.d/20-b.sh
    echo 'echo first; echo aside >&2' > conf.d/10-a.sh
    run ./provision conf.d
    assert_success
    assert_line --index 0 --regexp '^==== conf.d/10-a \(1 of 2\) [0-9TZ:-]+$'
    assert_line --index 1 first
    assert_line --index 2 aside
    assert_line --index 3 --regexp '^==== conf.d/10-a done in [0-9]+\.[0-9] s$'
    assert_line --index 4 --regexp '^==== conf.d/20-b \(2 of 2\) '
    assert_line --index 5 second
    assert_equal "$(cat build.log)" "$output"
}

@test "the first failure ends it, by name and with its status" {
    echo 'echo trying; exit 7' > conf.d/10-a.sh
    echo 'echo never' > conf.d/20-b.sh
    run ./provision conf.d
    assert_failure 1
    assert_line trying
    assert_line --regexp '^==== conf.d/10-a failed with status 7 after [0-9]+\.[0-9] s$'
    refute_line never
}

@test "a configurator can not read from the terminal" {
    echo 'cat' > conf.d/10-a.sh
    run timeout 10 ./provision conf.d
    assert_success
}

@test "an error names the configurator's file and line" {
    mkdir lib
    cp "$BATS_TEST_DIRNAME/lib/configurator.sh" lib/
    echo 'LAVA_LOGIN_USER=root' > build.env
    touch lib/os.sh lib/resources.sh
    # shellcheck disable=SC2016
    printf '%s\n' 'source "$(dirname "$0")/../lib/configurator.sh"' 'echo fine' 'ls /nowhere' > conf.d/10-a.sh
    run ./provision conf.d
    assert_failure 1
    assert_line --regexp 'error: 10-a.sh, line 3: "ls /nowhere" ended with status 2'
}

@test "anything else is refused" {
    run ./provision everything
    assert_failure 2
    assert_output 'usage: provision conf.d|reboot|wait|seal.d'
}
