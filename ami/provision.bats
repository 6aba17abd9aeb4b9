#!/usr/bin/env bats
# The runner of configurators, on folders made for the test.

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cp "$BATS_TEST_DIRNAME/provision" "$BATS_TEST_TMPDIR/"
    touch "$BATS_TEST_TMPDIR/build.env"
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

@test "banners carry the mark, which neither the log nor the environment of a configurator has" {
    # shellcheck disable=SC2016
    echo 'env; declare -p; xargs --null -n 1 < /proc/$$/cmdline; echo "==== conf.d/10-a done in 0.0 s"' > conf.d/10-a.sh
    run env mark=exported ./provision conf.d 1f2e3d4c5b6a7980
    assert_success
    assert_line --index 0 --regexp '^==== 1f2e3d4c5b6a7980 conf.d/10-a \(1 of 1\) [0-9TZ:-]+$'
    assert_line --index -1 --regexp '^==== 1f2e3d4c5b6a7980 conf.d/10-a done in [0-9]+\.[0-9] s$'
    assert_line '==== conf.d/10-a done in 0.0 s'
    assert_equal "$(grep --count 1f2e3d4c5b6a7980 <<< "$output")" 2
    assert_equal "$(cat build.log)" "${output//1f2e3d4c5b6a7980 /}"
}

@test "a banner has a line of its own, whatever was printed before it" {
    echo 'printf unended; exit 7' > conf.d/10-a.sh
    run ./provision conf.d
    assert_line --index 1 unended
    assert_line --index 2 --regexp '^==== conf.d/10-a failed with status 7 '
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
    touch lib/locks.sh lib/os.sh lib/resources.sh
    # shellcheck disable=SC2016
    printf '%s\n' 'source "$(dirname "$0")/../lib/configurator.sh"' 'echo fine' 'ls /nowhere' > conf.d/10-a.sh
    run ./provision conf.d
    assert_failure 1
    assert_line --regexp 'error: 10-a.sh, line 3: "ls /nowhere" ended with status 2'
}

@test "when a build is gone on with, what was done is not done again" {
    echo 'echo first' > conf.d/10-a.sh
    echo 'exit 7' > conf.d/20-b.sh
    run ./provision conf.d
    assert_failure 1
    echo 'echo mended' > conf.d/20-b.sh
    run ./provision conf.d
    assert_success
    assert_line '==== conf.d/10-a not run: it was done before'
    refute_line first
    assert_line mended
    # All of it is done now.
    run ./provision conf.d
    assert_success
    assert_line '==== conf.d/20-b not run: it was done before'
    refute_line mended
}

@test "what was done for another image is done again" {
    echo 'echo first' > conf.d/10-a.sh
    ./provision conf.d
    echo 'LAVA_AMI_NAME=another' > build.env
    run ./provision conf.d
    assert_success
    assert_line first
    refute_output --partial 'not run'
}

@test "what follows a configurator that was changed is run again, too" {
    for name in 10-a 20-b 30-c; do echo "echo $name" > "conf.d/$name.sh"; done
    run ./provision conf.d
    echo 'exit 7' > conf.d/20-b.sh
    run ./provision conf.d
    assert_failure 1
    refute_line 10-a
    echo 'echo 20-b' > conf.d/20-b.sh
    run ./provision conf.d
    assert_success
    refute_line 10-a
    assert_line 20-b
    assert_line 30-c
}

# Puts bats and a test file of that name and content where provision looks for them: image_test NAME LINE
image_test() {
    mkdir -p test/lib test/image
    ln -sfn "$BATS_TEST_DIRNAME/../node_modules/bats" test/lib/bats
    printf '%s\n' "@test \"of $1\" {" "    $2" '}' > "test/image/$1.bats"
}

@test "every test of the image is run, and one that fails fails the build" {
    image_test a false
    image_test b true
    touch build.env
    run ./provision test
    assert_failure 1
    assert_line --regexp '^==== test/a \(1 of 2\) '
    assert_line 'not ok 1 of a'
    assert_line --regexp '^==== test/a failed with status 1 after [0-9]+\.[0-9] s$'
    assert_line 'ok 1 of b'
    assert_line --regexp '^==== test/b done in '
    image_test a true
    run ./provision test
    assert_success
}

@test "what was left out of the image is not tested, and that is said" {
    image_test oracle false
    image_test b true
    echo 'LAVA_SKIP="docker oracle"' > build.env
    run ./provision test
    assert_success
    assert_line '==== test/oracle not run: oracle was left out of the image'
    assert_line 'ok 1 of b'
}

# A systemctl that says what the start of the system is like: system_is STATE
system_is() {
    mkdir -p bin
    # shellcheck disable=SC2016
    printf '#!/bin/sh\ncase "$*" in is-system-running) echo %s;; *list-jobs) echo "42 slow.service start running";; esac\n' "$1" > bin/systemctl
    chmod +x bin/systemctl
    echo another-boot > .boot-id
}

@test "waiting for a system that does not come up ends, and names the jobs that are not done" {
    system_is starting
    run env PATH="$PWD/bin:$PATH" WAIT_LIMIT=1 timeout 20 ./provision wait
    assert_failure 1
    assert_line '==== not up after 1 s; unfinished jobs of systemd:'
    assert_line '42 slow.service start running'
    # Tried again, it does not wait again.
    run env PATH="$PWD/bin:$PATH" WAIT_LIMIT=100 timeout 20 ./provision wait
    assert_failure 1
    assert_output 'the system did not come up'
}

@test "waiting ends when the system is up" {
    system_is degraded
    run env PATH="$PWD/bin:$PATH" ./provision wait
    assert_success
    assert_line --regexp '^==== up again, degraded, '
}

@test "anything else is refused" {
    run ./provision everything
    assert_failure 2
    assert_output 'usage: provision conf.d|reboot|wait|test|record.d|seal.d [MARK]'
}
