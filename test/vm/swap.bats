#!/usr/bin/env bats
# Swap, which a container can't have, in virtual machines whose root volume is ext4 or XFS: really on, on again after a
# reboot, changed, and after the power was cut while the file was written.

load machines

setup_file() {
    load machines
    make_disks
    local type cut cuts=()
    for type in ext4 xfs; do
        new_machine "$type" "$type"
        user_data "$type" <<< '{"swap": {"size": 0.0625, "file": "/var/swap/file"}}'
        start "$type"
        new_machine "$type-cut" "$type"
        user_data "$type-cut" <<< '{"swap": {"size": 0.5}}'
        cut_while_it_writes "$type-cut" &
        cuts+=($!)
    done
    for cut in "${cuts[@]}"; do wait "$cut"; done
    new_machine guide xfs
    user_data guide < "$ROOT/test/e2e/users-guide.user-data"
    start guide
}

# Starts a machine that writes slowly, so that there is a middle in which its power can be cut; then turns it on again.
cut_while_it_writes() {
    start "$1" $((8 * 1024 * 1024))
    until_on "$1" 'find /.swapfile.lava-draft -size +10M | grep .'
    on "$1" 'stat --format="%a %s" /.swapfile.lava-draft; ls /swapfile 2>&1; true' > "$BATS_FILE_TMPDIR/$1.draft"
    cut_power "$1"
    power_on "$1"
}

teardown_file() {
    load machines
    remove_machines
}

setup() {
    load_libraries
}

# Swap is on, from a file of this size in MiB that only root may read, and is once in fstab: is_on NAME FILE MIB
is_on() {
    run on "$1" "swapon --noheadings --show=NAME,TYPE,SIZE --bytes"
    assert_output --regexp "^$2 +file +$(($3 * 1024 * 1024 - 4096))$"
    assert_equal "$(on "$1" "stat --format='%a %U %s' $2")" "600 root $(($3 * 1024 * 1024))"
    assert_equal "$(on "$1" "grep '$2' /etc/fstab")" "$2 none swap sw,nofail 0 0"
}

swaps_on() {
    booted "$1"
    assert_equal "$(on "$1" 'findmnt --noheadings --output FSTYPE /')" "$1"
    assert_equal "$(swap_report "$1")" $'ok\nswap file /var/swap/file of 0.063 GiB made and swapped on'
    is_on "$1" /var/swap/file 64
    restart "$1" # while the other is looked at
}

swaps_on_again() {
    booted "$1"
    assert_equal "$(swap_report "$1")" $'ok\nswap file /var/swap/file of 0.063 GiB in use already, nothing changed'
    is_on "$1" /var/swap/file 64
}

changes_size() {
    user_data "$1" <<< '{"swap": {"size": 0.125, "file": "/var/swap/file"}}'
    on "$1" /usr/local/etc/rc.d/20_swap
    is_on "$1" /var/swap/file 128
    user_data "$1" <<< '{"swap": {"size": 100, "file": "/var/swap/file"}}'
    run on "$1" /usr/local/etc/rc.d/20_swap
    assert_failure
    is_on "$1" /var/swap/file 128
}

survives_a_power_cut() {
    run cat "$BATS_FILE_TMPDIR/$1.draft"
    assert_line --index 0 --regexp '^600 [0-9]+$'
    assert [ "$(head --lines=1 <<< "${output#600 }")" -lt $((512 * 1024 * 1024)) ]
    assert_line --index 1 "ls: cannot access '/swapfile': No such file or directory"
    booted "$1"
    assert_equal "$(swap_report "$1")" $'ok\nswap file /swapfile of 0.5 GiB made and swapped on'
    is_on "$1" /swapfile 512
    run on "$1" 'ls /.swapfile.lava-draft'
    assert_failure
}

@test "ext4: the power is cut while the file is written, and the next boot begins anew" {
    survives_a_power_cut ext4-cut
}

@test "XFS: the power is cut while the file is written, and the next boot begins anew" {
    survives_a_power_cut xfs-cut
}

@test "ext4: swap is on" {
    swaps_on ext4
}

@test "XFS: swap is on" {
    swaps_on xfs
}

@test "ext4: swap is on again after a reboot, and nothing was changed" {
    swaps_on_again ext4
}

@test "XFS: swap is on again after a reboot, and nothing was changed" {
    swaps_on_again xfs
}

@test "ext4: another size is applied, and one that does not fit changes nothing" {
    changes_size ext4
}

@test "XFS: another size is applied, and one that does not fit changes nothing" {
    changes_size xfs
}

@test "pages that are in use come back when the size changes, and are kept where memory lacks" {
    on ext4 'swapoff --all && rm /var/swap/file && : > /run/pages && lava-boot run || true'
    user_data ext4 <<< '{"swap": {"size": 0.25, "file": "/var/swap/file"}}'
    on ext4 /usr/local/etc/rc.d/20_swap
    # Fills memory in a process that stays, until some of it lies in the swap file.
    on ext4 'mount -t tmpfs -o size=900m tmpfs /mnt && head --bytes=700M /dev/zero > /mnt/ballast'
    assert [ "$(on ext4 "awk '/SwapTotal/ {t = \$2} /SwapFree/ {f = \$2} END {print t - f}' /proc/meminfo")" -gt 50000 ]
    user_data ext4 <<< '{"swap": {"size": 0.125, "file": "/var/swap/file"}}'
    run on ext4 /usr/local/etc/rc.d/20_swap
    assert_failure
    is_on ext4 /var/swap/file 256
    on ext4 'umount /mnt'
    on ext4 /usr/local/etc/rc.d/20_swap
    is_on ext4 /var/swap/file 128
}

@test "a swap file of somebody else, in use, is left alone" {
    on xfs 'swapoff --all; head --bytes=16M /dev/zero > /other; chmod 600 /other; mkswap /other; swapon /other'
    user_data xfs <<< '{"swap": {"size": 0.0625, "file": "/other"}}'
    run on xfs /usr/local/etc/rc.d/20_swap
    assert_failure
    assert_equal "$(on xfs 'swapon --noheadings --show=NAME,SIZE --bytes' | tr -s ' ')" "/other $((16 * 1024 * 1024 - 4096))"
}

@test "the user guide's example: 2 GiB of swap are on, and the commands ran" {
    booted guide
    is_on guide /swap_till_you_drop 2048
    assert_equal "$(on guide 'cat /tmp/borg')" 'Resistance is futile'
}
