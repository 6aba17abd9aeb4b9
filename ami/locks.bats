#!/usr/bin/env bats
# A package manager that finds a lock held: the real apt, and what dnf, yum and rpm say.
# shellcheck disable=SC2154 # run sets stderr and stderr_lines

bats_require_minimum_version 1.5.0

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    export LOCK_LIMIT=20 LOCK_PAUSE=1
    source "$BATS_TEST_DIRNAME/lib/locks.sh"
    cd "$BATS_TEST_TMPDIR" || return
    holder=''
}

teardown() {
    if [ -n "$holder" ]; then
        kill "$holder" 2> /dev/null || true
    fi
}

# hold FILE SECONDS: another process holds a lock on it, as package managers do (fcntl).
hold() {
    mkdir -p "$(dirname "$1")"
    python3 -c 'if True:
        import fcntl, sys, time
        file = open(sys.argv[1], "w")
        fcntl.lockf(file, fcntl.LOCK_EX)
        print("held", flush=True)
        time.sleep(float(sys.argv[2]))' "$1" "$2" > holding 3>&- &
    holder=$!
    until [ -s holding ]; do sleep 0.05; done
}

# The real apt in a system of its own, which has nothing.
own_apt() {
    mkdir -p system/{etc/apt/apt.conf.d,etc/apt/preferences.d,var/lib/dpkg,var/lib/apt/lists/partial,var/cache/apt/archives/partial}
    touch system/var/lib/dpkg/status system/etc/apt/sources.list
    printf '%s\n' "Dir \"$PWD/system\";" "Dir::State::status \"$PWD/system/var/lib/dpkg/status\";" \
        'APT::Sandbox::User "root";' > apt.conf
    export APT_CONFIG=$PWD/apt.conf
    source "$BATS_TEST_DIRNAME/../os/debian12/lib/os.sh"
}

@test "apt waits for what reads the package lists" {
    own_apt
    hold system/var/lib/apt/lists/lock 2
    run --separate-stderr apt update
    assert_success
    assert_equal "${#stderr_lines[@]}" 1
    [[ "$stderr" == "waiting up to 20 s for a lock of the package manager: E: Could not get lock $PWD/system/var/lib/apt/lists/lock."*"held by process $holder (python3)" ]]
}

@test "apt waits for what holds dpkg" {
    own_apt
    hold system/var/lib/dpkg/lock-frontend 2
    run --separate-stderr os_upgrade
    assert_success
    assert_equal "${#stderr_lines[@]}" 1
    [[ "$stderr" == *"lock-frontend. It is held by process $holder (python3)" ]]
}

@test "a lock that stays held ends it, with what was waited for" {
    own_apt
    hold system/var/lib/dpkg/lock-frontend 60
    LOCK_LIMIT=1
    run --separate-stderr os_install nothing-like-this
    assert_failure 100
    [[ "$stderr" == *"error: another process still holds a lock of the package manager after 1 s"*"held by process $holder"* ]]
}

@test "what fails for another reason fails at once" {
    own_apt
    LOCK_PAUSE=60
    run os_install nothing-like-this
    assert_failure 100
    assert_output --partial 'Unable to locate package nothing-like-this'
    refute_output --partial waiting
}

# manager WORDS: fails with these words while the lock is held.
manager() {
    if python3 -c 'import fcntl; fcntl.lockf(open("rpm.lock", "a"), fcntl.LOCK_EX | fcntl.LOCK_NB)' 2> /dev/null; then
        echo 'done'
    else
        printf '%b\n' "$1" >&2
        return 200
    fi
}

@test "dnf, yum and rpm are understood, and the process is named" {
    local words
    for words in 'metadata already locked by PID' \
        'Existing lock /var/run/yum.pid: another copy is running as pid PID.\nAnother app is currently holding the yum lock; exiting as configured by exit_on_lock' \
        "RPM: error: can't create transaction lock on rpm.lock (Resource temporarily unavailable)\nError: Could not run transaction."; do
        hold rpm.lock 1.5
        run --separate-stderr wait_for_locks manager "${words//PID/$holder}"
        assert_success
        assert_output 'done'
        assert_equal "${#stderr_lines[@]}" 1
        [[ "$stderr" == *"$holder"*"(python3)" || "$stderr" == *'rpm.lock (Resource temporarily unavailable) (python3)' ]]
        rm -f holding
    done
}

@test "standard output and standard error stay what they are" {
    talk() { echo out && echo err >&2 && return 3; }
    run --separate-stderr wait_for_locks talk
    assert_failure 3
    assert_output out
    assert_equal "$stderr" err
}

@test "dnf and yum are told not to wait by themselves" {
    local manager
    for manager in dnf:amzn2023 yum:amzn2; do
        eval "${manager%:*}() { echo \"\$*\"; }"
        # shellcheck disable=SC1090
        source "$BATS_TEST_DIRNAME/../os/${manager#*:}/lib/os.sh"
        run os_install jq
        assert_output '--setopt=exit_on_lock=1 --assumeyes --quiet install jq'
    done
}
