#!/usr/bin/env bats
# Builds that fail or are interrupted: the message says what happened, and nothing is left. What their recipe is does
# not matter, so it is a short one.

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
    rm -f "$CHECKOUT"/ami/conf.d/42-*.sh
}

# A configurator that has not ended when the build does.
add_endless_configurator() {
    add_configurator "$CHECKOUT" 42-endless 'sleep 3600'
}

add_failing_configurator() {
    add_configurator "$CHECKOUT" 42-mistake 'echo "this does not work here"' 'exit 7'
}

# Starts a build in the background; its output goes to $BATS_TEST_TMPDIR/{stdout,stderr}, its pid to $build.
start_build() {
    before=$(newest_build "$CHECKOUT")
    make_in "$CHECKOUT" ami "${LOCAL_BUILD[@]}" > "$BATS_TEST_TMPDIR/stdout" 2> "$BATS_TEST_TMPDIR/stderr" 3>&- &
    build=$!
    until [ "$(newest_build "$CHECKOUT")" != "$before" ]; do
        kill -0 "$build"
        sleep 0.1
    done
    log=$(newest_build "$CHECKOUT")/packer.log
}

# The node process of the build, as Ctrl-C would reach it.
signal_build() {
    pkill --signal "$1" --full --parent "$(descendants "$build")" 'scripts/ami.ts'
}

descendants() {
    local children
    children=$(pgrep --parent "$1" --delimiter ,) || true
    echo "$1${children:+,}$(for child in ${children//,/ }; do descendants "$child"; done | paste -sd,)"
}

assert_nothing_left() {
    assert_equal "$(inventory)" "$(cat "$BATS_TEST_TMPDIR/before")"
    assert_equal "$(find "$CHECKOUT/dist" -name ssh-key)" ''
}

assert_build_ended() {
    local status=0
    wait "$build" || status=$?
    # make's own status for any command that failed.
    assert_equal "$status" 2
}

@test "interrupted before the instance is there" {
    "$ROOT/test/cloud/fault" add ec2:RunInstances --delay 3
    start_build
    wait_for 60 'Launching a source AWS instance' "$log"
    signal_build INT
    assert_build_ended
    run cat "$BATS_TEST_TMPDIR/stderr"
    assert_output --partial 'Interrupted by SIGINT.'
    assert_output --partial 'Nothing of the build is left in AWS.'
    assert_nothing_left
}

@test "interrupted in a configurator" {
    add_endless_configurator
    start_build
    wait_for 120 '==== [0-9a-f]+ conf.d/42-endless' "$log"
    signal_build TERM
    assert_build_ended
    run cat "$BATS_TEST_TMPDIR/stderr"
    assert_output --partial 'Interrupted by SIGTERM.'
    assert_output --partial 'Nothing of the build is left in AWS.'
    assert_nothing_left
}

@test "interrupted while the image is copied" {
    "$ROOT/test/cloud/fault" add ec2:CopyImage --delay 3
    start_build
    wait_for 300 'Copying/Encrypting AMI|Copying AMI' "$log"
    signal_build INT
    assert_build_ended
    run cat "$BATS_TEST_TMPDIR/stderr"
    assert_output --partial 'Nothing of the build is left in AWS.'
    assert_nothing_left
}

@test "a configurator that fails is named, with its last lines" {
    add_failing_configurator
    run make_in "$CHECKOUT" ami "${LOCAL_BUILD[@]}"
    assert_failure 2
    assert_line --regexp '^conf.d/42-mistake failed with status 7 after [0-9.]+ s\. Its last lines:$'
    assert_line 'this does not work here'
    assert_output --regexp 'Log: .*packer.log'
    assert_output --partial 'Nothing of the build is left in AWS.'
    refute_output --partial '    at '
    assert_nothing_left
}

@test "a refused API call is told in AWS's words" {
    "$ROOT/test/cloud/fault" add ec2:CreateImage --error UnauthorizedOperation
    run make_in "$CHECKOUT" ami "${LOCAL_BUILD[@]}"
    assert_failure 2
    assert_output --partial 'UnauthorizedOperation'
    assert_output --partial 'Nothing of the build is left in AWS.'
    assert_nothing_left
}

@test "an instance that is lost in the middle" {
    add_endless_configurator
    start_build
    wait_for 120 '==== [0-9a-f]+ conf.d/42-endless' "$log"
    instance=$(sed -n 's/.*Instance ID: \(i-[0-9a-f]*\)$/\1/p' "$log")
    cloud aws ec2 terminate-instances --instance-ids "$instance" > /dev/null
    assert_build_ended
    run cat "$BATS_TEST_TMPDIR/stderr"
    assert_output --partial 'Nothing of the build is left in AWS.'
    assert_nothing_left
}

@test "on_error=keep keeps the instance and says how to reach it" {
    add_failing_configurator
    run make_in "$CHECKOUT" ami "${LOCAL_BUILD[@]}" on_error=keep
    assert_failure 2
    assert_output --regexp 'The build instance i-[0-9a-f]{17} was kept'
    give_up=$(sed -n 's/^Remove it: *//p' <<< "$output")
    login=$(sed -n 's/^Log in: *//p' <<< "$output")
    role=$(sed -n 's/^The build instance .* role \(.*\)\.$/\1/p' <<< "$output")
    cd "$CHECKOUT"
    # Everything that is left carries the build's id.
    build=$(basename "$(newest_build "$CHECKOUT")")
    for what in describe-instances describe-volumes describe-key-pairs; do
        run cloud aws ec2 "$what" --filters "Name=tag:BuildId,Values=$build-*" --output text
        refute_output ''
    done
    run cloud aws iam get-role --role-name "$role" --output text --query Role.Tags
    assert_output --partial "$build"
    read -ra login <<< "${login/ssh/ssh -q -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null}"
    run "${login[@]}" 'tail -n 1 ~/packer/build.log'
    assert_output --partial 'conf.d/42-mistake failed'
    # The role may list the bucket, read below the prefix and write what is compiled, and nothing else.
    cloud bash -c 'echo x | aws s3 cp --quiet - s3://lava-local/lava/ami/role-check
        echo x | aws s3 cp --quiet - s3://lava-local/role-check'
    run "${login[@]}" bash -s < "$BATS_TEST_DIRNAME/role-check.sh"
    assert_output $'200\n403\n403\n200\n200'
    # What the message asks people to do.
    cloud bash -c "$give_up"
    assert_nothing_left
}

@test "wrong parameters cost nothing: status 2, all of them at once, no stack" {
    run cloud_make ami "${LOCAL_BUILD[@]}" subnet=subnet-00000000 arch=arm64 instance_type=t3.medium
    assert_failure 2
    assert_output --partial 'There are'
    assert_output --partial 'subnet "subnet-00000000" (command line): does not exist in us-east-1'
    assert_output --partial 'instance_type "t3.medium" (command line): is a type for x86_64, not arm64'
    refute_output --partial '    at '
    assert_nothing_left
}
