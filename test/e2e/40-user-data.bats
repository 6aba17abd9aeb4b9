#!/usr/bin/env bats
# Instances obey their user data: each key by itself, all together over several boots, the user guide's example, and
# what is for cloud-init. In a container swapon is refused, so here swap has to fail, and to leave nothing behind.

load instances

SECRET=hunter2-and-more

setup_file() {
    load instances
    find_image
    cloud aws s3 mb s3://mybucket > /dev/null
    make_role user-data-test '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject",
        "Resource": ["arn:aws:s3:::mybucket/*"]}]}' > /dev/null
    put ec2config/latest/ec2-user.cron '10 1 * * * echo ec2-user'
    put ec2config/latest/root.cron '20 2 * * * echo root'
    put 'with space/a+b=c.cron' '30 3 * * * echo daemon'
    put 'ünï/日本 ☂.cron' '40 4 * * * echo games'
    documents
    start launch_with_role together crontab
    start launch none shell shell0 swap unknown cloud-config script
    all_booted
    # By itself, since it writes 2 GiB to this machine's disk.
    start launch_with_role guide
    all_booted
}

# put KEY TEXT
put() {
    cloud aws s3 cp --quiet - "s3://mybucket/$1" <<< "$2"
}

documents() {
    document shell << 'JSON'
{"shell": ["cd /var/tmp; here=$(whoami)", "echo $here $PWD > /root/shell", "echo heard; echo complaint >&2"]}
JSON
    document shell0 << 'JSON'
{"shell0": "lava-boot status > /root/shell0"}
JSON
    document swap << 'JSON'
{"swap": {"size": 0.0625, "file": "/var/swap/file"}}
JSON
    # cloud-init itself logs the first 24 bytes of what it does not understand; the secrets come after those.
    document unknown << JSON
{"nothing": "to see here", "Shel": "$SECRET", "swapp": {"size": "$SECRET"}, "swap": {"sise": "$SECRET"}}
JSON
    document crontab << 'JSON'
{"crontab": {"root": "s3://mybucket/ec2config/latest/root.cron", "daemon": "s3://mybucket/with space/a+b=c.cron",
    "games": "s3://mybucket/ünï/日本 ☂.cron"}}
JSON
    document together << 'JSON'
{"shell0": "echo first >> /root/boots", "shell": ["echo last >> /root/boots", "false", "echo after >> /root/boots"],
    "crontab": {"root": "s3://mybucket/ec2config/latest/root.cron"}, "swap": {"size": 0.0625}, "crontabs": {}}
JSON
    document guide < "$BATS_TEST_DIRNAME/users-guide.user-data"
    document cloud-config << 'YAML'
#cloud-config
write_files:
  - path: /root/written
    content: by cloud-init
runcmd:
  - echo by cloud-init > /root/ran
YAML
    document script << 'SCRIPT'
#!/bin/sh
echo by cloud-init > /root/ran
SCRIPT
}

teardown_file() {
    load instances
    remove_all > /dev/null
    cloud aws s3 rb --force s3://mybucket > /dev/null
}

setup() {
    load_libraries
}

@test "without user data nothing is done, and nothing is wrong" {
    run on none 'lava-boot status'
    assert_success
    assert_line --regexp '^ *10_userdata +ok +[0-9.]+ s  no user data$'
    for script in 05_shell0 20_swap 60_crontab 99_shell; do
        assert_line --regexp "^ *$script +ok +[0-9.]+ s  nothing to do$"
    done
    run complaints none
    assert_output ''
    run on none 'sudo ls /var/spool/cron/crontabs /run/lava/motd; cat /proc/swaps'
    refute_output --regexp 'root|swapfile'
    assert_output --partial "cannot access '/run/lava/motd'"
}

@test "shell: the commands run in one shell as root, and what they say is in the journal" {
    assert_equal "$(on shell 'sudo cat /root/shell')" 'root /var/tmp'
    run logged shell shell --priority=info..info
    assert_output $'heard\nran 3 commands'
    assert_equal "$(logged shell shell --priority=err)" complaint
    assert_equal "$(statuses shell)" "$(statuses none)"
}

@test "shell0: a single command runs before the other scripts" {
    run on shell0 'sudo cat /root/shell0'
    assert_line --regexp '^ *00_aws_region +ok'
    assert_line --regexp '^ *05_shell0 +running +\.\.\.$'
    refute_output --partial 10_userdata
    assert_equal "$(report shell0 .scripts[1].did[])" 'ran 1 command'
}

@test "swap: that the kernel refuses is a clear error, and neither file nor fstab entry is left" {
    assert_equal "$(statuses swap)" '00_aws_region=ok 05_shell0=ok 10_userdata=ok 20_swap=failed 60_crontab=ok 99_shell=ok'
    run logged swap swap --priority=err
    assert_output --regexp '^swapon ended with status [0-9]+: .*/var/swap/file.*Operation not permitted$'
    assert_equal "$(on swap 'ls -A /var/swap; cat /etc/fstab')" "$(on none 'cat /etc/fstab')"
    assert_equal "$(on swap 'cat /run/lava/motd')" 'A boot script failed: 20_swap. See: lava-boot status'
}

@test "crontab: each user has theirs, also from keys with spaces, plus and equals signs, and other scripts" {
    assert_equal "$(statuses crontab)" "$(statuses none)"
    run on crontab "for user in root daemon games; do sudo crontab -l -u \$user; done"
    assert_output $'20 2 * * * echo root\n30 3 * * * echo daemon\n40 4 * * * echo games'
    run logged crontab crontab
    for user in root daemon games; do
        assert_line "crontab of $user installed"
    done
}

@test "unknown keys: the nearest known names are logged, and no value is anywhere in the journal" {
    run logged unknown userdata --priority=warning..warning
    assert_line --index 0 'unknown keys: "nothing" (nearest known: shell), "Shel" (nearest known: shell), "swapp" (nearest known: swap)'
    assert_line --index 1 'unknown keys in swap: "sise" (nearest known: size)'
    assert_equal "$(statuses unknown)" "$(statuses none)"
    on unknown 'sudo journalctl --no-pager --output=export; lava-boot status; sudo cat /run/lava/*' > "$BATS_TEST_TMPDIR/all"
    assert grep --quiet 'unknown keys' "$BATS_TEST_TMPDIR/all"
    run grep --text "$SECRET" "$BATS_TEST_TMPDIR/all"
    assert_output ''
}

@test "all keys together, over three boots: commands run in each, what is right already is not touched" {
    state='stat --format="%n %i %y" /var/spool/cron/crontabs/root /usr/local/etc/aws/config; ls -l /root/.aws/config'
    before=$(on together "sudo sh -c '$state'")
    assert_equal "$(report together '.scripts[] | select(.name == "60_crontab").did[]')" 'crontab of root installed'
    for boot in 2 3; do
        reboot together
        assert_equal "$(on together "sudo sh -c '$state'")" "$before"
        assert_equal "$(report together '.scripts[] | select(.name == "60_crontab").did[]')" 'crontab of root unchanged'
        assert_equal "$(on together 'sudo grep --count after /root/boots')" "$boot"
    done
    run on together 'sudo cat /root/boots'
    assert_output $'first\nlast\nafter\nfirst\nlast\nafter\nfirst\nlast\nafter'
    run on together 'lava-boot status; cat /run/lava/motd'
    assert_line --regexp '^ *99_shell +FAILED +[0-9.]+ s  failed: command 2 of 3 \(status 1\)$'
    assert_line --partial 'unknown keys: "crontabs" (nearest known: crontab)'
    assert_line '2 boot scripts failed: 20_swap, 99_shell. See: lava-boot status'
}

@test "the region is in the AWS configuration, and root's is a link to it" {
    run on together 'grep ^region /usr/local/etc/aws/config; sudo readlink /root/.aws/config; sudo grep ^region /root/.aws/config'
    assert_output $'region = us-east-1\n/usr/local/etc/aws/config\nregion = us-east-1'
}

@test "the user guide's example: all but swap is obeyed, and that there is no ec2-user yet is said" {
    assert_equal "$(statuses guide)" '00_aws_region=ok 05_shell0=ok 10_userdata=ok 20_swap=failed 60_crontab=failed 99_shell=ok'
    assert_equal "$(on guide 'sudo crontab -l -u root; cat /tmp/borg')" $'20 2 * * * echo root\nResistance is futile'
    run logged guide shell
    assert_line 'Hello world'
    run logged guide crontab --priority=err
    assert_output 'crontab of ec2-user from s3://mybucket/ec2config/latest/ec2-user.cron: there is no such user; nothing was changed for this user'
    run on guide 'ls -A / | grep swap_till_you_drop; grep swap /etc/fstab'
    assert_output ''
}

@test "the user guide's example: an ec2-user who is there at the next boot gets their crontab" {
    on guide 'sudo useradd ec2-user'
    reboot guide
    assert_equal "$(statuses guide)" '00_aws_region=ok 05_shell0=ok 10_userdata=ok 20_swap=failed 60_crontab=ok 99_shell=ok'
    assert_equal "$(on guide 'sudo crontab -l -u ec2-user; cat /tmp/borg')" $'10 1 * * * echo ec2-user\nResistance is futile'
    assert_equal "$(logged guide crontab | sort)" $'crontab of ec2-user installed\ncrontab of root unchanged'
}

@test "cloud-config is obeyed by cloud-init, and one notice says that it is not for us" {
    assert_equal "$(on cloud-config 'sudo cat /root/written /root/ran')" 'by cloud-initby cloud-init'
    assert_equal "$(statuses cloud-config)" "$(statuses none)"
    run complaints cloud-config
    assert_output 'user data is not JSON but looks like cloud-config of cloud-init; nothing for the boot scripts to do'
}

@test "a script is run by cloud-init, and one notice says that it is not for us" {
    assert_equal "$(on script 'sudo cat /root/ran')" 'by cloud-init'
    assert_equal "$(statuses script)" "$(statuses none)"
    run complaints script
    assert_output 'user data is not JSON but looks like a script, which cloud-init runs; nothing for the boot scripts to do'
}
