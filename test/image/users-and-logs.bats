#!/usr/bin/env bats
# What workers log is kept in a file of its own, which is rotated; users' files are theirs.

load image

setup() {
    load_libraries
}

# wait_for_log TEXT: until it stands in lava's log; an error after five seconds.
wait_for_log() {
    # shellcheck disable=SC2016 # the inner shell's
    timeout 5 bash -c 'until grep --quiet --no-messages "$1" /var/log/lava; do sleep 0.1; done' bash "$1"
}

@test "cron and rsyslog start at boot, and run" {
    # shellcheck source=../../os/debian12/lib/components.sh
    source "$PACKER_FOLDER/lib/components.sh"
    for service in "${OS_SERVICES[@]}"; do
        run systemctl is-enabled "$service.service"
        assert_output enabled
        run systemctl is-active "$service.service"
        assert_output active
    done
}

@test "what is logged to local0 becomes a line of lava's log, just as it is" {
    mark=$(cat /proc/sys/kernel/random/uuid)
    logger --priority local0.info "{\"mark\": \"$mark\"}"
    wait_for_log "$mark"
    run grep "$mark" /var/log/lava
    assert_output "{\"mark\": \"$mark\"}"
}

@test "nobody else can read lava's log" {
    assert_equal "$(stat --format=%a /var/log/lava)" 640
}

@test "lava's log is rotated, and rsyslog goes on in a new one" {
    folder=$(mktemp --directory)
    run logrotate --force --state "$folder/state" /etc/logrotate.d/lava
    rm -r "$folder"
    assert_success
    assert [ -s /var/log/lava.1 ]
    mark=$(cat /proc/sys/kernel/random/uuid)
    logger --priority local0.info "$mark"
    wait_for_log "$mark"
}

@test "what users write is theirs alone" {
    run as_login_user umask
    assert_output 0077
    run as_root umask
    assert_output 0077
    home=$(getent passwd "$LAVA_LOGIN_USER" | cut -d : -f 6)
    assert_equal "$(stat --format='%a %U' "$home")" "700 $LAVA_LOGIN_USER"
}

@test "new users have a closed home with what the skeleton has" {
    useradd --create-home lava-test
    mode=$(stat --format=%a /home/lava-test)
    differences=$(diff --recursive /etc/skel /home/lava-test)
    userdel --remove lava-test 2> /dev/null
    assert_equal "$mode" 700
    assert_equal "$differences" ''
}

@test "the message of the day says what this instance is" {
    run run-parts /etc/update-motd.d
    assert_success
    assert_line --regexp '^Instance: i-[0-9a-f]+$'
    assert_line "Image: $LAVA_AMI_NAME"
    assert_line --regexp '^Built: 20[0-9]{2}-[0-9]{2}-[0-9]{2}T'
    assert_line --regexp '^Workers: [0-9]+$'
    assert_line 'Boot scripts: none failed'
}
