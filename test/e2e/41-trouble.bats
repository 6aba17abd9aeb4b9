#!/usr/bin/env bats
# Instances whose metadata service or S3 is late, in trouble or unwilling: what can be done is done, and what can't is
# said clearly and in time.

load instances

setup_file() {
    load instances
    find_image
    cloud aws s3 mb s3://mybucket > /dev/null
    make_role trouble-test '{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::mybucket/*"},
        {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::mybucket/private/*"},
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::mybucket"}]}' > /dev/null
    for key in root.cron private/daemon.cron; do
        cloud aws s3 cp --quiet - "s3://mybucket/$key" <<< '1 2 * * * echo new'
    done
    cloud aws s3 cp --quiet - s3://mybucket/letter.cron <<< 'Dear cron,'
    documents
    start launch_with_role patient refused
    start launch dead roleless
    all_booted
    # From here on nobody gets user data; cloud-init asks by other paths. One boot has to end all the same, and takes
    # its time beside the tests that need none.
    fault add 'imds:GET /latest/user-data' --error ServiceUnavailable --status 503
    start_reboot dead
}

documents() {
    document dead <<< '{"shell0": "echo first > /run/shell0", "shell": "echo last > /run/shell"}'
    document patient <<< '{"shell": "echo obeyed >> /root/boots", "crontab": {"root": "s3://mybucket/root.cron"}}'
    document roleless <<< '{"crontab": {"root": "s3://mybucket/root.cron"}}'
    document refused << 'JSON'
{"shell0": "for user in daemon games man; do echo \"3 4 * * * echo old\" | crontab -u $user -; done",
    "crontab": {"daemon": "s3://mybucket/private/daemon.cron", "games": "s3://mybucket/missing.cron",
    "man": "s3://mybucket/letter.cron", "root": "s3://mybucket/root.cron"}}
JSON
}

teardown_file() {
    load instances
    fault clear
    remove_all > /dev/null
    cloud aws s3 rb --force s3://mybucket > /dev/null
}

setup() {
    load_libraries
}

fault() {
    "$ROOT/test/cloud/fault" "$@"
}

# The milliseconds that a boot script took: milliseconds NAME SCRIPT
milliseconds() {
    report "$1" ".scripts[] | select(.name == \"$2\").durationMs"
}

# Looks up the region on an instance while IMDS is in some trouble, and checks that this took a while:
# region_in_trouble LEAST-MILLISECONDS FAULT-OPTION...
region_in_trouble() {
    local least=$1
    shift
    fault add 'imds:GET /latest/meta-data/placement/region' "$@"
    on patient 'sudo rm /usr/local/etc/aws/config && sudo /usr/local/etc/rc.d/00_aws_region'
    assert [ "$(milliseconds patient 00_aws_region)" -ge "$least" ]
    assert_equal "$(report patient '.scripts[0].did[]')" 'region us-east-1'
    assert_equal "$(on patient 'grep ^region /usr/local/etc/aws/config')" 'region = us-east-1'
}

@test "an object that is denied, missing or no crontab: its user keeps the old crontab, and others get theirs" {
    run on refused "for user in daemon games man root; do sudo crontab -l -u \$user; done"
    assert_output $'3 4 * * * echo old\n3 4 * * * echo old\n3 4 * * * echo old\n1 2 * * * echo new'
    run logged refused crontab --priority=err
    assert_equal "${#lines[@]}" 3
    assert_line --regexp '^crontab of daemon from s3://mybucket/private/daemon\.cron: .*role may not read it.*\(AccessDenied\); nothing was changed for this user$'
    assert_line 'crontab of games from s3://mybucket/missing.cron: there is no such object (NoSuchKey); nothing was changed for this user'
    assert_line --regexp '^crontab of man from s3://mybucket/letter\.cron: the crontab was refused: .*; nothing was changed for this user$'
}

@test "lava-boot status and the message of the day tell of them" {
    run on refused 'lava-boot status'
    assert_failure 1
    assert_line --regexp '^ *60_crontab +FAILED '
    for user in daemon games man; do
        assert_output --partial "crontab of $user from s3://mybucket/"
    done
    assert_line --regexp '^ *crontab of root installed$'
    run on refused 'run-parts /etc/update-motd.d'
    assert_line 'A boot script failed: 60_crontab. See: lava-boot status'
}

@test "an instance without a role says so" {
    assert_equal "$(complaints roleless | head -n 1)" \
        'no crontab was fetched: this instance has no role (no instance profile), so it has no credentials'
}

@test "IMDS that answers 503 is asked again" {
    region_in_trouble 1500 --error ServiceUnavailable --status 503 --times 5
}

@test "IMDS that cuts connections is asked again" {
    region_in_trouble 1500 --drop --times 5
}

@test "IMDS that takes longer than anybody waits is asked again" {
    region_in_trouble 10000 --delay 15 --times 1
}

@test "IMDS that never has user data is given up after two minutes, which hold neither a login nor what follows" {
    until_on dead 60 '[ ! -e /run/old ] && grep --quiet 05_shell0 /run/lava/boot.json'
    assert_equal "$(report dead '.scripts[-1] | .name, .status' | xargs)" '05_shell0 running'
    until_on dead 140 'grep --quiet \"failed\" /run/lava/boot.json'
    fault clear
    booted dead
    assert_equal "$(statuses dead)" '00_aws_region=ok 05_shell0=failed 10_userdata=ok 20_swap=ok 60_crontab=ok 99_shell=ok'
    assert [ "$(milliseconds dead 05_shell0)" -gt 100000 ]
    assert [ "$(milliseconds dead 05_shell0)" -lt 131000 ]
    run logged dead shell0 --priority=err
    assert_output --regexp '^IMDS, user-data: gave up after 1[0-9]{2} s, tried [0-9]+ times: it answered 503$'
    assert_equal "$(on dead 'cat /run/lava/motd /run/shell; ls /run/shell0 2>&1')" \
        $'A boot script failed: 05_shell0. See: lava-boot status\nlast\nls: cannot access \'/run/shell0\': No such file or directory'
}

@test "IMDS that is there long after the boot only is waited for, and everything is done" {
    fault add 'imds:GET /latest/*' --drop
    start_reboot patient
    until_on patient 60 '[ ! -e /run/old ] && grep --quiet 00_aws_region /run/lava/boot.json'
    # So long it has waited at least.
    sleep 11
    assert_equal "$(report patient '.scripts[-1] | .name, .status' | xargs)" '00_aws_region running'
    fault clear
    booted patient
    assert_equal "$(statuses patient)" '00_aws_region=ok 05_shell0=ok 10_userdata=ok 20_swap=ok 60_crontab=ok 99_shell=ok'
    assert [ "$(milliseconds patient 00_aws_region)" -gt 10000 ]
    assert_equal "$(complaints patient)" ''
    assert_equal "$(on patient 'sudo cat /root/boots')" $'obeyed\nobeyed'
}

@test "S3 that wants it slower is asked again" {
    fault add s3:GetObject --error SlowDown --status 503 --times 4
    on patient 'sudo crontab -r -u root && sudo lava-boot run'
    assert_equal "$(on patient 'sudo crontab -l -u root')" '1 2 * * * echo new'
    assert [ "$(milliseconds patient 60_crontab)" -gt 700 ]
    assert_equal "$(report patient '.scripts[] | select(.name == "60_crontab").did[]')" 'crontab of root installed'
}
