#!/usr/bin/env bats
# lava-ami, as a user types it and as scripts call it.

bats_require_minimum_version 1.5.0
load ../rollout/stacks

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

@test "--dry-run shows the change set and leaves none" {
    stack dry-a 0
    run --separate-stderr lava_ami --newest --dry-run dry-a
    assert_success
    assert_line --regexp '^Modify +LaunchTemplate +AWS::EC2::LaunchTemplate '
    assert_equal "$(image_of dry-a)" "$(image 0)"
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
