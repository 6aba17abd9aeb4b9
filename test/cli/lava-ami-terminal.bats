#!/usr/bin/env bats
# lava-ami at a terminal: how it looks there, what it asks, and what it makes of the answers.
# shellcheck disable=SC2016 # queries of the AWS CLI have backquotes of their own

load ../rollout/stacks
load ../rollout/terminal

teardown() {
    close_terminal
    "$ROOT/test/cloud/fault" clear
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

@test "--dry-run that is interrupted leaves no change set" {
    stack dry-a 0
    "$ROOT/test/cloud/fault" add cloudformation:DescribeChangeSet --delay 30
    open_terminal 80 test/cloud/run --no-base -- scripts/lava-ami --newest --dry-run dry-a
    shows 'asking what would change'
    until cloud aws cloudformation list-change-sets --stack-name dry-a | grep --quiet lava-ami-; do sleep 0.2; done
    press C-c
    shows 'status: 130'
    run cloud aws cloudformation list-change-sets --stack-name dry-a --query 'length(Summaries)'
    assert_output 0
}
