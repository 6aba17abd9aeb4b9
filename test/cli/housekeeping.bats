#!/usr/bin/env bats
# make retire, sweep, share and copy, as a user types them, in a cloud whose account is in disorder.
# shellcheck disable=SC2154 # run --separate-stderr sets stderr, account-in-disorder.ts sets the names in capitals

bats_require_minimum_version 1.5.0

setup_file() {
    ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    # A cloud of its own: what is retired here is nobody else's. Its sockets want a short path.
    LAVA_CLOUD_DIR=$(mktemp --directory /tmp/housekeeping.XXXXXX)
    export ROOT LAVA_CLOUD_DIR
    touch "$BATS_FILE_TMPDIR/begin"
}

teardown_file() {
    "$ROOT/test/cloud/clean"
    rm -rf "$LAVA_CLOUD_DIR" "$ROOT"/dist/copies/lava-9.9.9-*
    if [ -d "$ROOT/dist/housekeeping" ]; then
        find "$ROOT/dist/housekeeping" -name '*.json' -newer "$BATS_FILE_TMPDIR/begin" -delete
    fi
}

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$ROOT" || return
}

# A new account for each test, with a stack and a launch template that use images.
begin() {
    test/cloud/stop > /dev/null
    rm -rf "$LAVA_CLOUD_DIR"
    node test/cli/account-in-disorder.ts "$LAVA_CLOUD_DIR" > "$BATS_TEST_TMPDIR/names"
    # shellcheck source=/dev/null
    . "$BATS_TEST_TMPDIR/names"
}

teardown() {
    test/cloud/fault clear
    test/cloud/stop > /dev/null
}

in_cloud() {
    test/cloud/run --no-base -- "$@"
}

make_in_cloud() {
    in_cloud make --no-print-directory "$@"
}

# Whatever was asked of AWS, other than by the AWS CLI, stands in the policy for housekeeping: the actions are compared, not
# resources and conditions, which deploy/policies.test.ts has.
assert_rights_suffice() {
    run jq --raw-output --slurpfile policy deploy/housekeeping-policy.json --null-input '
        [$policy[0].Statement[].Action[]] as $allowed
        | [inputs | select(.client // "" | startswith("aws-sdk-js")) | "\(.service):\(.action)"]
        | if length == 0 then "no call at all" else unique - $allowed | .[] end' "$LAVA_CLOUD_DIR/api.log"
    assert_success
    assert_output ''
}

use_images() {
    local template
    template='{"Resources":{"T":{"Type":"AWS::EC2::LaunchTemplate","Properties":{"LaunchTemplateData":{"ImageId":{"Ref":"amiId"}}}}},
        "Parameters":{"amiId":{"Type":"String"}}}'
    in_cloud aws cloudformation create-stack --stack-name lava-worker-core --template-body "$template" \
        --parameters "ParameterKey=amiId,ParameterValue=$IN_STACK" --tags "Key=lava-ami:previous,Value=$BEFORE_IN_STACK"
    in_cloud aws ec2 create-launch-template --launch-template-name old-workers \
        --launch-template-data "{\"ImageId\":\"$IN_TEMPLATE\",\"InstanceType\":\"t3.micro\"}"
    in_cloud aws ec2 create-launch-template-version --launch-template-name old-workers \
        --launch-template-data "{\"ImageId\":\"$NEWEST\"}"
    in_cloud aws autoscaling create-auto-scaling-group --auto-scaling-group-name idle-workers --min-size 0 --max-size 0 \
        --launch-template LaunchTemplateName=old-workers,Version=1 --availability-zones us-east-1a
    in_cloud aws cloudformation wait stack-create-complete --stack-name lava-worker-core
}

@test "retire says of each image why it stays or goes, and changes nothing unasked" {
    begin
    use_images
    run --separate-stderr make_in_cloud retire keep=1 older=90
    assert_success
    assert_line --regexp "^$NEWEST .* stays +the newest of debian12 x86_64 py3\.11; 1 day old; used by "
    assert_line --regexp "^$IN_STACK .* stays +used by stack lava-worker-core, launch template .* \(version 1\)$"
    assert_line --regexp "^$IN_TEMPLATE .* stays +used by launch template old-workers \(version 1\), Auto Scaling group idle-workers$"
    assert_line --regexp "^$SHARED .* stays +used by account 111122223333 \(it is shared\)$"
    assert_line --regexp "^$IN_INSTANCE .* stays +used by instance i-00000000000000020$"
    assert_line --regexp "^$BEFORE_IN_STACK .* stays +used by stack lava-worker-core \(its image before\)$"
    assert_line --regexp "^$UNUSED .* deprecate +140 days old, 6 newer, not used$"
    assert_line --regexp "^$LONG_DEPRECATED .* deregister +deprecated since [0-9-]+; 150 days old, 7 newer, not used$"
    assert_line --regexp "^$JUST_DEPRECATED .* wait +deprecated since [0-9-]+, goes from [0-9-]+ on$"
    assert_line --regexp "^$PROTECTED .* stays +protected from deregistration$"
    assert_line --regexp "^$ONLY_ARM .* stays +the newest of amzn2023 arm64 py3\.11$"
    assert_line '1 to deprecate, 1 to deregister, 1 to wait, 8 to stay. Nothing was done: confirm=yes does it.'
    run --separate-stderr make_in_cloud retire keep=1 older=90 format=json
    assert_success
    assert_equal "$(jq --raw-output '[.ok, (.images | length), (.images[] | select(.fate == "deregister") | .id)] | join(" ")' \
        <<< "$output")" "true 11 $LONG_DEPRECATED"
    run grep --count --extended-regexp '"action":"(Enable|Deregister)' "$LAVA_CLOUD_DIR/api.log"
    assert_output 0
    assert_rights_suffice
}

@test "retire with confirm=yes deprecates one, deregisters one with its snapshot, and looks again right before" {
    begin
    run --separate-stderr make_in_cloud retire keep=1 older=90 confirm=yes
    assert_success
    assert_line --regexp "^$UNUSED +deprecated$"
    assert_line --regexp "^$LONG_DEPRECATED +deregistered$"
    run in_cloud aws ec2 describe-images --image-ids "$UNUSED" --query 'Images[].DeprecationTime' --output text
    assert_output --regexp '^20[0-9T:.-]+Z$'
    run in_cloud aws ec2 describe-images --image-ids "$LONG_DEPRECATED"
    assert_output --partial InvalidAMIID.NotFound
    run in_cloud aws ec2 describe-snapshots --snapshot-ids snap-00000000000000007
    assert_output --partial InvalidSnapshot.NotFound
    # Twice: to plan, and before the one that went.
    assert_equal "$(grep --count '"action":"DescribeStacks"' "$LAVA_CLOUD_DIR/api.log")" 2
    run --separate-stderr make_in_cloud retire keep=1 older=90 confirm=yes
    assert_success
    assert_line 'There was nothing to do.'
    run --separate-stderr make_in_cloud retire keep=1 older=90 grace=0 confirm=yes
    assert_success
    assert_line --regexp "^$UNUSED +deregistered$"
    assert_line --regexp "^$JUST_DEPRECATED +deregistered$"
    run in_cloud aws ec2 describe-images --filters 'Name=name,Values=lava-*' --query 'length(Images)'
    # The stack and the template are not there, so that what they used has gone as well.
    assert_output 5
    assert_rights_suffice
}

@test "retire retires nothing when a question may not be asked, and says which right is missing" {
    begin
    test/cloud/fault add cloudformation:DescribeStacks --error AccessDenied --status 403
    test/cloud/fault add ec2:DescribeImageAttribute --error UnauthorizedOperation --status 403
    run --separate-stderr make_in_cloud retire keep=1 older=90 confirm=yes
    assert_failure
    assert_line 'Nothing is retired, because not everything that may use an image could be asked:'
    assert_line --partial 'stacks: the right cloudformation:DescribeStacks is missing'
    assert_line --partial "who may use $UNUSED: the right ec2:DescribeImageAttribute"
    refute_output --regexp ' (deprecate|deregister) '
    run grep --count --extended-regexp '"action":"(Enable|Deregister)' "$LAVA_CLOUD_DIR/api.log"
    assert_output 0
}

@test "retire says what was done and what not when AWS is busy in the middle" {
    begin
    test/cloud/fault add ec2:DeregisterImage --error RequestLimitExceeded --status 503
    run --separate-stderr make_in_cloud retire keep=1 older=90 grace=10 confirm=yes
    assert_failure
    assert_regex "$stderr" 'Error 1'
    assert_line --regexp "^$UNUSED +deprecated$"
    assert_line --regexp "^$LONG_DEPRECATED +failed +AWS is throttling"
    refute_regex "$output$stderr" '  at '
}

@test "sweep shows what an interrupted build left, leaves young and kept builds alone, and removes the rest" {
    begin
    run --separate-stderr make_in_cloud sweep
    assert_success
    for thing in 'volume vol-00000000000000090' 'image ami-00000000000000099' 'snapshot snap-00000000000000099' \
        "key pair lava-ami-$OLD_BUILD" 'security group sg-00000000000000001' 'instance profile packer-5f' 'role packer-5f'; do
        assert_line --regexp "^$OLD_BUILD +$thing +to remove +it began 3 days ago$"
    done
    assert_line --regexp "^$YOUNG_BUILD +key pair lava-ami-$YOUNG_BUILD +left alone +it began 0 days ago; it may still run$"
    assert_line --regexp "^$KEPT_BUILD +instance i-00000000000000021 +left alone +it was kept, by another checkout$"
    assert_line '7 to remove, 2 left alone. Nothing was done: confirm=yes does it.'
    test/cloud/fault add ec2:DeleteVolume --error UnauthorizedOperation --status 403 --times 1
    run --separate-stderr make_in_cloud sweep confirm=yes
    assert_failure
    assert_line --regexp "^$OLD_BUILD +volume vol-00000000000000090 +failed +the right ec2:DeleteVolume is missing"
    assert_line --regexp "^$OLD_BUILD +role packer-5f +removed"
    run --separate-stderr make_in_cloud sweep confirm=yes format=json
    assert_success
    assert_equal "$(jq --raw-output '.builds[].leftovers[] | select(.done) | "\(.kind) \(.done)"' <<< "$output")" 'volume removed'
    run --separate-stderr make_in_cloud sweep older=0
    assert_line --regexp "^$YOUNG_BUILD .* to remove "
    assert_line --regexp "^$KEPT_BUILD .* left alone "
    refute_output --partial "$OLD_BUILD"
    # The account's own images are all there.
    run in_cloud aws ec2 describe-images --owners self --query 'length(Images)'
    assert_output 11
    assert_rights_suffice
}

@test "share gives and takes permissions, and says why an image can not be shared" {
    begin
    run --separate-stderr make_in_cloud share "ami=$NEWEST" accounts=111122223333,444455556666 copying=yes
    assert_success
    assert_line 'May launch it:  111122223333, 444455556666'
    assert_line 'May copy it:    111122223333, 444455556666'
    run in_cloud aws ec2 describe-snapshot-attribute --snapshot-id snap-00000000000000001 \
        --attribute createVolumePermission --query 'length(CreateVolumePermissions)'
    assert_output 2
    run --separate-stderr make_in_cloud share "ami=$NEWEST" accounts=111122223333 remove=yes
    assert_success
    assert_line 'May launch it:  444455556666'
    assert_line 'May copy it:    444455556666'
    run in_cloud aws ec2 copy-image --source-image-id "$NEWEST" --source-region us-east-1 --name lava-default-key --encrypted \
        --query ImageId --output text
    assert_success
    local copy=$output
    until [ "$(in_cloud aws ec2 describe-images --image-ids "$copy" --query 'Images[0].State' --output text)" = available ]; do
        sleep 0.2
    done
    run --separate-stderr make_in_cloud share "ami=$copy" accounts=111122223333
    assert_failure
    assert_regex "$stderr" "AWS manages the key that encrypts the image"
    run make_in_cloud share ami=ami-00000000 accounts=123456789012,all
    assert_failure 2
    assert_line --partial 'accounts "123456789012,all" (command line): is neither an AWS account'
    run make_in_cloud share ami=ami-00000000 accounts=123456789012
    assert_failure 2
    assert_line --partial 'ami "ami-00000000" (command line): does not exist in us-east-1'
    assert_line --partial 'accounts "123456789012" (command line): is the account of the image itself'
    assert_rights_suffice
}

@test "copy makes encrypted copies with name, tags, IMDSv2 and deprecation in all regions, once" {
    begin
    run --separate-stderr make_in_cloud copy "ami=$LONG_DEPRECATED" regions=us-west-2,eu-central-1
    assert_success
    assert_line --regexp '^us-west-2 +ami-[0-9a-f]+  copied$'
    assert_line --regexp '^eu-central-1 +ami-[0-9a-f]+  copied$'
    local query='Images[0].[Name, ImdsSupport, BlockDeviceMappings[0].Ebs.Encrypted, sort_by(Tags, &Key)[2].Value, DeprecationTime]'
    for region in us-west-2 eu-central-1; do
        run in_cloud aws ec2 describe-images --region "$region" --owners self --query "$query" --output text
        assert_output --regexp $'^lava-9\\.9\\.9-debian12-\\S+\tv2\\.0\tTrue\t3\\.11\\.9\t20'
        run in_cloud aws ec2 describe-snapshots --region "$region" --owner-ids self --query 'Snapshots[0].Tags[0].Key' --output text
        assert_output Name
    done
    run --separate-stderr make_in_cloud copy "ami=$LONG_DEPRECATED" regions=us-west-2,eu-central-1 format=json
    assert_success
    assert_equal "$(jq --compact-output '[.copies[].existed]' <<< "$output")" '[true,true]'
    assert_equal "$(jq length "$(jq --raw-output .record <<< "$output")")" 2
    assert_equal "$(grep --count '"action":"CopyImage"' "$LAVA_CLOUD_DIR/api.log")" 2
    assert_rights_suffice
}

@test "copy that fails in one region is made in the other; one that is interrupted says what is under way" {
    begin
    test/cloud/fault add ec2:CopyImage --error UnauthorizedOperation --status 403 --times 1
    run --separate-stderr make_in_cloud copy "ami=$NEWEST" regions=us-west-2,eu-central-1
    assert_failure
    assert_line --regexp '  copied$'
    assert_line --regexp 'failed: the right ec2:CopyImage'
    # It comes while AWS takes its time over the copy's beginning.
    test/cloud/fault add ec2:CopyImage --delay 4
    : > "$LAVA_CLOUD_DIR/api.log"
    # Without a shell in between, so that the signal reaches it.
    (exec test/cloud/run --no-base -- env PARAMETERS='ami regions' "PARAMETER_ami=$UNUSED" PARAMETER_regions=us-west-2 \
        node scripts/copy.ts > "$BATS_TEST_TMPDIR/out" 2>&1) &
    local pid=$! status=0
    until grep --quiet '"action":"DescribeSnapshots"' "$LAVA_CLOUD_DIR/api.log"; do sleep 0.2; done
    sleep 2
    kill -TERM "$pid"
    wait "$pid" || status=$?
    assert_equal "$status" 143
    run cat "$BATS_TEST_TMPDIR/out"
    assert_line --regexp '^Interrupted by SIGTERM\. Under way in AWS, where it goes on by itself:$'
    assert_line --regexp '^    us-west-2  ami-[0-9a-f]+$'
    test/cloud/fault clear
    run --separate-stderr make_in_cloud copy "ami=$UNUSED" regions=us-west-2
    assert_success
    assert_line --regexp '^us-west-2  ami-[0-9a-f]+  was there already$'
}

@test "what is typed wrong is refused at once, with the name that was meant" {
    run env AWS_REGION=us-east-1 make --no-print-directory retire keep=0 oldr=90 confirm=maybe
    assert_failure 2
    assert_line --partial 'keep "0" (command line): is not such a number'
    assert_line --partial 'older: is missing'
    assert_line --partial 'oldr (command line): is not a parameter'
    assert_line --partial 'Did you mean older?'
    assert_line --partial 'confirm "maybe" (command line)'
    run env AWS_REGION=us-east-1 make --no-print-directory copy ami=ami-00000000 region=us-east-1 regoins=x
    assert_failure 2
    assert_line --partial 'Did you mean regions?'
    run make help topic=grace
    assert_success
    assert_line --partial 'make retire first deprecates an image'
    run make help topic=older
    assert_line --partial 'Images that are not older'
    assert_line --partial 'Builds that began less than'
}
