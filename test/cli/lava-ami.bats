#!/usr/bin/env bats
# lava-ami, as a user types it, in a local cloud of its own with images 0 to 6 (even ones for x86_64) and worker stacks.
# shellcheck disable=SC2016 # queries of the AWS CLI have backquotes of their own

bats_require_minimum_version 1.5.0

setup_file() {
    ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    export ROOT LAVA_CLOUD_DIR=$BATS_FILE_TMPDIR/cloud
    unset CI NO_COLOR FORCE_COLOR
    export TERM=xterm
    "$ROOT/test/cloud/run" --no-base -- true
    "$ROOT/test/cloud/stop"
    node "$ROOT/test/rollout/prepare.ts" "$LAVA_CLOUD_DIR" 7
}

teardown_file() {
    "$ROOT/test/cloud/clean"
}

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    load ../rollout/terminal
    cd "$ROOT" || return
}

teardown() {
    close_terminal
    "$ROOT/test/cloud/fault" clear
}

cloud() {
    "$ROOT/test/cloud/run" --no-base -- "$@"
}

lava_ami() {
    cloud scripts/lava-ami "$@"
}

# The image of that number.
image() {
    printf 'ami-%017d' "$1"
}

# Makes a worker stack with an image: stack NAME IMAGE [PARAMETER=VALUE...]
stack() {
    local name=$1 parameters=("ParameterKey=amiId,ParameterValue=$(image "$2")" "ParameterKey=realm,ParameterValue=test")
    shift 2
    local given
    for given in "$@"; do
        parameters+=("ParameterKey=${given%%=*},ParameterValue=${given#*=}")
    done
    cloud aws cloudformation create-stack --stack-name "$name" --template-body "file://$ROOT/test/rollout/worker.yaml" \
        --parameters "${parameters[@]}" --tags Key=team,Value=lava --capabilities CAPABILITY_IAM
    until cloud aws cloudformation describe-stacks --stack-name "$name" | grep --quiet CREATE_COMPLETE; do sleep 0.2; done
}

# What a stack has: its image, or what a query says.
image_of() {
    cloud aws cloudformation describe-stacks --stack-name "$1" --output text \
        --query "${2:-Stacks[0].Parameters[?ParameterKey==\`amiId\`].ParameterValue}"
}

@test "lists images of each architecture, newest first, and stacks; plain where it is piped" {
    stack list-a 0
    stack list-gone 99
    run lava_ami -n 2 'list-*'
    assert_success
    assert_line --index 1 --regexp "^$(image 6) +lava-8.1.0-debian12-py3.11-x86_64-2026-01-01T06-00-00Z +2026-01-01 06:00 +8.1.0 +3.11.12 +x86_64 +yes +no$"
    assert_equal "$(grep --count '^ami-' <<< "$output")" 4
    assert_line --regexp "^list-a +test +core +[-0-9]+ [:0-9]+ +$(image 0) +lava-.* 3 +CREATE_COMPLETE$"
    assert_line --regexp "^list-gone .*$(image 99) +GONE: there is no such image any more +\? "
    refute_output --partial $'\e'
}

@test "--json has the same for programs" {
    stack json-a 2
    run --separate-stderr lava_ami --json -n 3 'json-*'
    assert_success
    assert_equal "$(jq -r '.images | map(select(.newest)) | map(.id) | join(",")' <<< "$output")" "$(image 6),$(image 5)"
    assert_equal "$(jq -r '.stacks[0] | [.name, .imageId, .behind] | join(",")' <<< "$output")" "json-a,$(image 2),2"
    assert_equal "$(jq -r --arg id "$(image 2)" '.images[] | select(.id == $id).usedBy | index("json-a") != null' <<< "$output")" true
}

@test "a terminal of 40 columns is wide enough, and what is newest is bold there, but not with NO_COLOR" {
    stack narrow-a 0
    for columns in 40 80 100; do
        open_terminal "$columns" test/cloud/run --no-base -- scripts/lava-ami -n 2 'narrow-*'
        shows 'status: 0'
        run screen
        assert_line --regexp "^\* $(image 6)"
        assert_output --partial narrow-a
        run awk -v most="$columns" 'length > most' <<< "$output"
        assert_output ''
        run drawn
        assert_output --partial $'\e[1m'
        close_terminal
    done
    NO_COLOR=1 open_terminal 80 test/cloud/run --no-base -- scripts/lava-ami -n 2
    shows 'status: 0'
    run drawn
    refute_output --partial $'\e['
}

@test "-U: Return skips, wrong answers are asked again, only yes means yes; everything else of the stack stays" {
    stack talk-a 0
    stack talk-b 0
    stack talk-c 0 secret=known
    open_terminal 80 test/cloud/run --no-base -- scripts/lava-ami -U 'talk-*'
    shows 'Number, Return skips, q quits:'
    run screen
    assert_output --partial 'talk-a (1 of 3)'
    refute_output --partial arm64
    type_line ''
    shows 'talk-b (2 of 3)'
    shows 'Number, Return skips, q quits:' 2
    type_line 17
    shows '"17" is none of them'
    type_line 4
    shows 'It has that image already.'
    type_line 1
    shows 'Only yes means yes:'
    run screen
    assert_output --partial 'is not recorded here'
    type_line y
    shows 'Not updated.'
    shows 'talk-c (3 of 3)'
    shows 'Number, Return skips, q quits:' 5
    type_line 1
    shows 'Only yes means yes:' 2
    type_line yes
    shows 'status: 0'
    run screen
    assert_line --regexp '^[0-9:]{8}  talk-c  LaunchTemplate  UPDATE_COMPLETE$'
    assert_line --regexp '^talk-c .*updated '
    assert_equal "$(image_of talk-a),$(image_of talk-b),$(image_of talk-c)" "$(image 0),$(image 0),$(image 6)"
    assert_equal "$(image_of talk-c 'Stacks[0].Capabilities')" CAPABILITY_IAM
    assert_equal "$(image_of talk-c 'join(`,`, sort(Stacks[0].Tags[].join(`=`, [Key, Value])))')" "lava-ami:previous=$(image 0),team=lava"
    # The value that nobody is shown is still the one that was given.
    run cloud aws ec2 describe-launch-template-versions --versions '$Latest' --output text \
        --launch-template-id "$(cloud aws cloudformation describe-stack-resource --stack-name talk-c \
            --logical-resource-id LaunchTemplate --query StackResourceDetail.PhysicalResourceId --output text)" \
        --query 'LaunchTemplateVersions[0].LaunchTemplateData.[ImageId,UserData]'
    assert_output "$(image 6)"$'\t'"$(printf known | base64)"
}

@test "-U: q ends the questions, what was begun is waited for; so does the end of what is typed" {
    stack quit-a 0
    stack quit-b 0
    open_terminal 80 test/cloud/run --no-base -- scripts/lava-ami -U 'quit-*'
    shows 'Number, Return skips, q quits:'
    type_line "$(image 2)"
    shows 'Only yes means yes:'
    type_line yes
    shows 'quit-b (2 of 2)'
    type_line q
    shows 'status: 0'
    run screen
    assert_line --regexp '^quit-a .*updated '
    close_terminal
    open_terminal 80 test/cloud/run --no-base -- scripts/lava-ami -U 'quit-*'
    shows 'Number, Return skips, q quits:'
    press C-d
    shows 'status: 0'
    run screen
    assert_output --partial 'Nothing was changed.'
}

@test "-U: Ctrl-C at a question and while it waits says what is under way, status 130" {
    stack stop-a 0
    open_terminal 80 test/cloud/run --no-base -- scripts/lava-ami -U 'stop-*'
    shows 'Number, Return skips, q quits:'
    press C-c
    shows 'status: 130'
    run screen
    assert_output --partial 'No update is under way.'
    close_terminal
    "$ROOT/test/cloud/fault" add cloudformation:DescribeStackEvents --delay 30
    open_terminal 80 test/cloud/run --no-base -- scripts/lava-ami --newest 'stop-*'
    shows 'the update to'
    shows 'waiting for stop-a'
    press C-c
    shows 'status: 130'
    run screen
    assert_output --partial 'Still under way in AWS, and not stopped by this: stop-a'
}

@test "-U without a terminal, or for every stack, is refused with status 2" {
    run lava_ami -U 'prod-*' < /dev/null
    assert_failure 2
    assert_output --partial 'In scripts, use --set, --newest or --previous.'
    run lava_ami --newest '?*'
    assert_failure 2
    assert_output --partial 'would update every stack'
    run lava_ami --newest
    assert_failure 2
    run lava_ami --newest 'nobody-*'
    assert_failure 2
    assert_output --partial 'matches no worker stack'
    refute_output --regexp '^ +at '
}

@test "--set, and --previous back and forth" {
    stack back-a 0
    run --separate-stderr lava_ami --set "$(image 2)" back-a
    assert_success
    assert_line --regexp "^back-a +$(image 0) +$(image 2) +updated "
    run lava_ami --previous back-a
    assert_success
    assert_equal "$(image_of back-a)" "$(image 0)"
    run lava_ami --previous back-a
    assert_equal "$(image_of back-a)" "$(image 2)"
    run --separate-stderr lava_ami --set "$(image 2)" back-a
    assert_success
    assert_line --partial 'has it already'
}

@test "what does not fit or can not be is refused, and the others go on; status 1" {
    stack mixed-a 0
    stack mixed-b 1 workerInstanceType=t4g.micro
    run --separate-stderr lava_ami --set "$(image 6)" 'mixed-*'
    assert_failure 1
    assert_line --regexp '^mixed-a .*updated '
    assert_line --regexp '^mixed-b .*refused .*it runs on arm64 \(t4g.micro\), the image is for x86_64$'
    run lava_ami --set "$(image 99)" 'mixed-*'
    assert_failure 2
    assert_output --partial 'is no available image of this account'
    "$ROOT/test/cloud/fault" add cloudformation:UpdateStack --error ValidationError --status 400 --times 1
    run --separate-stderr lava_ami --set "$(image 2)" mixed-a
    assert_failure 1
    assert_line --regexp '^mixed-a .*refused '
}

@test "an update that is rolled back has its reason, status 1; the stack keeps its image" {
    stack broken-a 0
    run --separate-stderr lava_ami --set "$(image 4)" broken-a
    assert_failure 1
    assert_line --regexp '^broken-a .*rolled back .*nobody'
    assert_equal "$(image_of broken-a)" "$(image 0)"
    run --separate-stderr lava_ami --set "$(image 2)" broken-a
    assert_success
}

@test "-W does not wait" {
    stack quick-a 0
    run --separate-stderr lava_ami -W --newest quick-a
    assert_success
    assert_line --regexp '^quick-a .*started$'
}

@test "--dry-run shows the change set and leaves none, also when it is interrupted" {
    stack dry-a 0
    run --separate-stderr lava_ami --newest --dry-run dry-a
    assert_success
    assert_line --regexp '^Modify +LaunchTemplate +AWS::EC2::LaunchTemplate '
    assert_equal "$(image_of dry-a)" "$(image 0)"
    run cloud aws cloudformation list-change-sets --stack-name dry-a --query 'length(Summaries)'
    assert_output 0
    "$ROOT/test/cloud/fault" add cloudformation:DescribeChangeSet --delay 30
    open_terminal 80 test/cloud/run --no-base -- scripts/lava-ami --newest --dry-run dry-a
    shows 'asking what would change'
    until cloud aws cloudformation list-change-sets --stack-name dry-a | grep --quiet lava-ami-; do sleep 0.2; done
    press C-c
    shows 'status: 130'
    run cloud aws cloudformation list-change-sets --stack-name dry-a --query 'length(Summaries)'
    assert_output 0
}

@test "throttled calls are repeated; a call that is not allowed is said, and the rest is done" {
    stack denied-a 0
    "$ROOT/test/cloud/fault" add cloudformation:DescribeStacks --error Throttling --status 400 --times 3
    run --separate-stderr lava_ami 'denied-*'
    assert_success
    assert_line --regexp '^denied-a '
    "$ROOT/test/cloud/fault" add cloudformation:DescribeStacks --error AccessDenied --status 403
    run lava_ami
    assert_success
    assert_line --regexp "^$(image 6) "
    assert_line --regexp '^Worker stacks: the credentials may not ask that '
    run lava_ami --newest denied-a
    assert_failure 1
    assert_output --regexp '^Worker stacks: the credentials may not ask that '
    "$ROOT/test/cloud/fault" clear
    "$ROOT/test/cloud/fault" add ec2:DescribeInstanceTypes --error UnauthorizedOperation --status 403
    "$ROOT/test/cloud/fault" add cloudformation:DescribeStackEvents --error AccessDenied --status 403
    run lava_ami --newest denied-a
    assert_success
    assert_line --regexp '^Instance types: the credentials may not ask for them; '
    assert_line --regexp '^Events: the credentials may not see them; '
    assert_line --regexp '^denied-a .*updated '
}

@test "make amis does the same, and says how make calls it" {
    stack make-a 0
    run cloud make --no-print-directory amis n=1 stacks='make-*' format=json
    assert_success
    assert_equal "$(jq -r '.images | length' <<< "$output")" 2
    run cloud make --no-print-directory amis stacks=make-a newest=yes dry_run=yes
    assert_success
    assert_output --partial 'Modify'
    run cloud make --no-print-directory amis newest=yes stacks='*' nn=2
    assert_failure 2
    assert_output --partial 'stacks "*" (command line): would update every stack'
    assert_output --partial 'nn (command line): is not a parameter'
}

@test "npx lava-ami starts it; --help has examples; a profile that gives nothing is said" {
    run npx lava-ami --help
    assert_success
    assert_output --partial "lava-ami -U 'dev-*'"
    run awk 'length > 80' <<< "$output"
    assert_output ''
    run cloud env AWS_EC2_METADATA_DISABLED=true scripts/lava-ami --profile nobody
    assert_failure 2
    assert_output --partial 'profile "nobody" (command line): gives no credentials'
}
