#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2119,SC2120 # `run` calls resume with arguments, and each test has its own build
# A build that failed and kept its instance is gone on with, once what failed is mended; or given up. What its recipe is
# does not matter, so it is a short one.

load build
load checkout
load own-cloud

setup_file() {
    load build
    load checkout
    load own-cloud
    make_own_cloud failures
    export CHECKOUT=$BATS_FILE_TMPDIR/checkout
    make_bare_checkout "$CHECKOUT"
}

teardown_file() {
    load build
    load own-cloud
    stop_own_cloud
}

setup() {
    load_libraries
    inventory > "$BATS_TEST_TMPDIR/before"
}

teardown() {
    "$ROOT/test/cloud/fault" clear
}

# A build with a mistake, which keeps its instance: fail_and_keep NAME-OF-CONFIGURATOR; sets $build to its id.
fail_and_keep() {
    add_configurator "$CHECKOUT" "$1" 'echo trouble' 'exit 3'
    run make_in "$CHECKOUT" ami "${LOCAL_BUILD[@]}" on_error=keep
    assert_failure 2
    assert_output --partial "conf.d/$1 failed with status 3"
    build=$(sed -n 's/^Go on: *make resume build=//p' <<< "$output")
    login=$(sed -n 's/^Log in: *//p' <<< "$output")
    assert_regex "$build" '^20.*Z-[0-9a-f]{4}$'
}

resume() {
    make_in "$CHECKOUT" resume "build=$build" "$@"
}

give_up() {
    run resume give_up=yes
    assert_success
    assert_output 'Nothing of the build is left in AWS.'
    assert_equal "$(inventory)" "$(cat "$BATS_TEST_TMPDIR/before")"
    run find "$CHECKOUT/dist/ami" -name ssh-key -o -name kept.json -o -name 'running.lock*'
    assert_output ''
}

# Each word on a line of its own, sorted.
words() {
    tr -s '[:space:]' '\n' | sort
}

# Asks about the image: field JQ-EXPRESSION
field() {
    jq --raw-output ".Images[0] | $1" "$BATS_TEST_TMPDIR/image.json"
}

@test "fail, keep, mend, resume, launch" {
    fail_and_keep 99-mistake
    # Not mended: it is kept for another time.
    run resume
    assert_failure 2
    assert_line --regexp '^  conf.d/45-homes .* not run: it was done before$'
    assert_output --partial 'conf.d/99-mistake failed with status 3'
    assert_line "Go on:      make resume build=$build"

    add_configurator "$CHECKOUT" 99-mistake 'echo mended > /etc/mended'
    run resume
    assert_success
    assert_line --regexp '^  conf.d/45-homes .* not run: it was done before$'
    assert_line --regexp '^  conf.d/99-mistake +([0-9]+ min )?[0-9.]+ s  done$'
    assert_line --regexp '^  test/hygiene +([0-9]+ min )?[0-9.]+ s  done$'
    assert_line --regexp '^  seal.d/95-check +([0-9]+ min )?[0-9.]+ s  done$'
    image=${lines[-2]}
    cloud aws ec2 describe-images --image-ids "$image" > "$BATS_TEST_TMPDIR/image.json"
    assert_equal "$(field .Name)" "${lines[-1]}"
    assert_equal "$(field .BlockDeviceMappings[0].Ebs.Encrypted)" true
    assert_equal "$(field .ImdsSupport)" v2.0
    assert_equal "$(field '.Tags[] | select(.Key == "BuildId") | .Value')" "$build"
    snapshot=$(field .BlockDeviceMappings[0].Ebs.SnapshotId)
    tags=$(cloud aws ec2 describe-snapshots --snapshot-ids "$snapshot" | jq -S '.Snapshots[0].Tags | sort_by(.Key)')
    assert_equal "$tags" "$(field '.Tags | sort_by(.Key)' | jq -S .)"
    # The image and its snapshot are all that has been added.
    added=$(comm -13 <(words < "$BATS_TEST_TMPDIR/before") <(inventory | words))
    assert_equal "$added" "$(printf '%s\n' "$image" "$snapshot" | sort)"

    cloud_make launch "ami=$image" "${LOCAL[@]}" > "$BATS_TEST_TMPDIR/launch"
    read -ra login <<< "$(sed -n 's/^Log in: *//p' "$BATS_TEST_TMPDIR/launch")"
    cd "$ROOT"
    run "${login[@]}" -q 'cat /etc/mended; systemctl is-system-running; sudo cat /root/.ssh/authorized_keys; wc -l < ~/.ssh/authorized_keys'
    assert_line --index 0 mended
    assert_line --index 1 running
    assert_line --index -1 1
    refute_output --partial "lava-ami-$build"
    cloud aws ec2 terminate-instances --instance-ids "$(sed -n 's/^Instance: *//p' "$BATS_TEST_TMPDIR/launch")" > /dev/null

    # It has succeeded now, and is no longer gone on with.
    run resume
    assert_failure 2
    assert_output --partial "build \"$build\" (command line): has succeeded: its image is $image"
}

@test "two at once: the second is refused, the first goes on; then it is given up" {
    fail_and_keep 42-mistake
    add_configurator "$CHECKOUT" 42-mistake 'until [ -e /tmp/go ]; do sleep 0.1; done' 'exit 3'
    resume > "$BATS_TEST_TMPDIR/first" 2>&1 3>&- &
    first=$!
    wait_for 60 '==== [0-9a-f]+ conf.d/42-mistake \(' "$CHECKOUT/dist/ami/${build%-*}/packer-resume-1.log"
    for what in give_up=no give_up=yes; do
        run resume "$what"
        assert_failure 2
        assert_output --regexp 'is being gone on with already, by process [0-9]+'
    done
    cd "$CHECKOUT"
    read -ra login <<< "${login/ssh/ssh -q -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null}"
    "${login[@]}" touch /tmp/go
    wait "$first" || status=$?
    assert_equal "$status" 2
    run cat "$BATS_TEST_TMPDIR/first"
    assert_output --partial 'conf.d/42-mistake failed with status 3'
    give_up
}

@test "an image that can not be made is made at the next resume; nothing is half done" {
    rm -f "$CHECKOUT"/ami/conf.d/*-mistake.sh
    "$ROOT/test/cloud/fault" add ec2:CreateImage --error UnauthorizedOperation
    run make_in "$CHECKOUT" ami "${LOCAL_BUILD[@]}" on_error=keep
    assert_failure 2
    build=$(sed -n 's/^Go on: *make resume build=//p' <<< "$output")
    run resume
    assert_failure 2
    assert_output --partial UnauthorizedOperation
    "$ROOT/test/cloud/fault" clear
    "$ROOT/test/cloud/fault" add ec2:CopyImage --error UnauthorizedOperation
    run resume
    assert_failure 2
    run cloud aws ec2 describe-images --owners self --output text --filters 'Name=name,Values=*-unencrypted'
    assert_output ''
    "$ROOT/test/cloud/fault" clear
    run resume
    assert_success
    refute_output --partial conf.d/
    assert_line --index -2 --regexp '^ami-[0-9a-f]{17}$'
}

@test "an instance that is gone can only be given up" {
    fail_and_keep 42-mistake
    instance=$(jq --raw-output .instanceId "$CHECKOUT"/dist/ami/"${build%-*}"/kept.json)
    cloud aws ec2 terminate-instances --instance-ids "$instance" > /dev/null
    cloud aws ec2 wait instance-terminated --instance-ids "$instance"
    run resume
    assert_failure 2
    assert_output --partial "its instance $instance is terminated in us-east-1"
    assert_output --partial "make resume build=$build give_up=yes"
    give_up
}

@test "a build that is not known, or kept nothing, is refused" {
    build=2020-01-01T00-00-00Z-0000
    run resume
    assert_failure 2
    assert_output --partial 'build "2020-01-01T00-00-00Z-0000" (command line): is no build of this checkout'
    run make_in "$CHECKOUT" resume
    assert_failure 2
    assert_output --partial 'build: is missing'
}
