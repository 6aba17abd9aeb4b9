#!/usr/bin/env bats
# From image to workers: a stack of the worker template runs one image, is given another, and goes back, each time by
# replacing its instance; what does not come up is rolled back, and the old worker lives on.

load workers

SECOND_VERSION=9.9.1
BROKEN_VERSION=9.9.2

setup_file() {
    load workers
    find_image
    prepare_worker
    create_stack "$image"
    # It boots meanwhile.
    export first=$image
    # Not other builds, which would take as long: an instance of the first is what the others are made of.
    launch changed
    booted changed
    on changed "sudo sed -i s/^AMI_VERSION=.*/AMI_VERSION=$SECOND_VERSION/ /usr/local/etc/ami-info"
    second=$(image_of_changed "$SECOND_VERSION")
    export second
}

teardown_file() {
    load workers
    remove_worker
    for image in ${second:-} $(cat "$BATS_FILE_TMPDIR/broken"); do
        cloud aws ec2 deregister-image --image-id "$image"
    done
    [ ! -e "$BATS_FILE_TMPDIR/changed.instance" ] || remove_all > /dev/null
}

setup() {
    load_libraries
}

# Runs lava-ami as people do, in the local cloud.
lava_ami() {
    (cd "$ROOT" && cloud npx --no-install lava-ami "$@")
}

# Makes an image of the changed instance, as it runs, with the tags of a build, and prints its id: image_of_changed VERSION
image_of_changed() {
    local made
    on changed sync
    made=$(cloud aws ec2 create-image --instance-id "$(cat "$BATS_FILE_TMPDIR/changed.instance")" --no-reboot \
        --name "lava-$1-changed" --output text --query ImageId)
    while [ "$(cloud aws ec2 describe-images --image-ids "$made" --output text --query 'Images[0].State')" = pending ]; do
        sleep 0.5
    done
    cloud aws ec2 create-tags --resources "$made" \
        --tags Key=OS,Value=debian12 Key=Arch,Value=x86_64 "Key=LavaVersion,Value=$1"
    echo "$made"
}

# An image whose boot ends badly: the second one, with a boot script more.
make_broken_image() {
    on changed 'printf "#!/bin/sh\necho broken; exit 1\n" | sudo install -m 0755 /dev/stdin /usr/local/etc/rc.d/98_broken'
    image_of_changed "$BROKEN_VERSION"
}

# The lava version of the image that an instance runs: version_on NAME
version_on() {
    on "$1" 'sed -n s/^AMI_VERSION=//p /usr/local/etc/ami-info'
}

@test "a stack of the template runs the image, and its worker obeyed the user data" {
    assert_equal "$(settled)" CREATE_COMPLETE
    meet one
    assert_equal "$(version_on one)" "$LAVA_VERSION"
    run on one 'sudo cat /root/installed'
    assert_output "LAVA_CODE=s3://$BUCKET/dist/lava/
LAVA_REALM=rollout
LAVA_USER=admin
LAVA_WORKER=core
install.sh"
    assert_equal "$(on one 'crontab -l')" '10 1 * * * echo user'
    assert_equal "$(statuses one)" '00_aws_region=ok 05_shell0=ok 10_userdata=ok 20_swap=ok 60_crontab=ok 99_shell=ok'
    run events
    assert_line "Received SUCCESS signal with UniqueId $(cat "$BATS_FILE_TMPDIR/one.worker")"
}

@test "its instance has tags and an encrypted volume, takes no request for metadata without a token, and may do little" {
    run cloud aws ec2 describe-instances --instance-ids "$(cat "$BATS_FILE_TMPDIR/one.worker")" --output json
    assert_equal "$(jq --raw-output '[.Reservations[0].Instances[0].Tags[] | select(.Key | startswith("aws:") | not)
        | .Key + "=" + .Value] | sort | join(" ")' <<< "$output")" \
        'LavaRealm=rollout LavaWorker=core Name=lava-rollout-core'
    volume=$(jq --raw-output '.Reservations[0].Instances[0].BlockDeviceMappings[0].Ebs.VolumeId' <<< "$output")
    run cloud aws ec2 describe-volumes --volume-ids "$volume" --output text --query 'Volumes[0].[VolumeType, Encrypted]'
    assert_output $'gp3\tTrue'
    run on one 'curl --silent --output /dev/null --write-out %{http_code} http://169.254.169.254/latest/meta-data/'
    assert_output 401
    run on one "aws s3 ls s3://$BUCKET/"
    assert_failure
    assert_output --partial AccessDenied
}

@test "--set: the instance is replaced by one of the new image, and works until that one has told that it is up" {
    run lava_ami --set "$second" "$STACK"
    assert_success
    assert_output --partial 'Received SUCCESS signal'
    assert_line --regexp "$STACK .*$first .*$second .*updated"
    assert_equal "$(parameter amiId)" "$second"
    assert_equal "$(stack "Tags[?Key=='lava-ami:previous'].Value | [0]")" "$first"
    assert_equal "$(parameter workerInstanceType)" t3.medium
    meet two
    assert_equal "$(version_on two)" "$SECOND_VERSION"
    run on two 'sudo cat /root/installed; crontab -l; lava-boot status'
    assert_success
    assert_line LAVA_WORKER=core
    assert_line '10 1 * * * echo user'
    one=$(cat "$BATS_FILE_TMPDIR/one.worker") two=$(cat "$BATS_FILE_TMPDIR/two.worker")
    events > "$BATS_TEST_TMPDIR/events"
    run grep --only-matching --extended-regexp "^(Received SUCCESS signal with UniqueId $two|Terminating .*$one)" \
        "$BATS_TEST_TMPDIR/events"
    assert_line --index 0 --partial "$two"
    assert_line --index 1 --partial "$one"
    run cloud aws ec2 describe-instances --instance-ids "$one" --output text \
        --query 'Reservations[0].Instances[0].State.Name'
    assert_output --regexp '^(shutting-down|terminated)$'
}

@test "a broken image is rolled back, and the old worker never went" {
    make_broken_image > "$BATS_FILE_TMPDIR/broken"
    boot=$(on two 'systemctl show --property=ActiveEnterTimestamp rc-local')
    assert_regex "$boot" '^ActiveEnterTimestamp=.'
    run lava_ami --set "$(cat "$BATS_FILE_TMPDIR/broken")" "$STACK"
    assert_failure 1
    assert_line --regexp "$STACK .*rolled back"
    assert_equal "$(parameter amiId)" "$second"
    assert_equal "$(worker)" "$(cat "$BATS_FILE_TMPDIR/two.worker")"
    assert_equal "$(on two 'systemctl show --property=ActiveEnterTimestamp rc-local')" "$boot"
    run events
    assert_output --regexp 'Received FAILURE signal with UniqueId i-'
}

@test "an installer that is not the one whose checksum was given is not run, and rolled back" {
    cloud aws cloudformation update-stack --stack-name "$STACK" --use-previous-template --capabilities CAPABILITY_IAM \
        --parameters "$(cloud aws cloudformation describe-stacks --stack-name "$STACK" --output json |
            jq --compact-output --arg sum "$(printf 'f%.0s' {1..64})" '.Stacks[0].Parameters | map(
                if .ParameterKey == "installerSha256" then .ParameterValue = $sum
                else {ParameterKey, UsePreviousValue: true} end)')" > /dev/null
    assert_equal "$(settled)" UPDATE_ROLLBACK_COMPLETE
    run events
    assert_output --regexp 'Received FAILURE signal with UniqueId i-'
    assert_equal "$(worker)" "$(cat "$BATS_FILE_TMPDIR/two.worker")"
}

@test "--previous goes back to the image that the stack had before" {
    run lava_ami --previous "$STACK"
    assert_success
    assert_equal "$(parameter amiId)" "$first"
    meet three
    assert_equal "$(version_on three)" "$LAVA_VERSION"
    assert_equal "$(statuses three)" '00_aws_region=ok 05_shell0=ok 10_userdata=ok 20_swap=ok 60_crontab=ok 99_shell=ok'
}

@test "an instance that boots again runs its installer, and does not tell the stack again" {
    events > /dev/null
    reboot three
    on three 'sudo cat /root/installed' > /dev/null
    run logged three shell
    refute_output --partial 'telling the stack'
    assert_equal "$(events)" ''
}

# Names of all that a stack may have made, and its instances that live.
belongings() {
    cloud bash -s << 'ASK'
aws autoscaling describe-auto-scaling-groups --output text --query 'AutoScalingGroups[].AutoScalingGroupName'
aws ec2 describe-launch-templates --output text --query 'LaunchTemplates[].LaunchTemplateName'
aws iam list-roles --output text --query 'Roles[].RoleName'
aws iam list-instance-profiles --output text --query 'InstanceProfiles[].InstanceProfileName'
aws ec2 describe-instances --output text --filters Name=instance-state-name,Values=pending,running \
    --query 'Reservations[].Instances[].Tags[?Key==`aws:cloudformation:stack-name`].Value'
ASK
}

@test "the stack deleted, nothing is left of it" {
    assert_equal "$(belongings | grep --only-matching "$STACK" | wc --lines)" 5
    cloud aws cloudformation delete-stack --stack-name "$STACK"
    run settled
    assert_output --partial 'does not exist'
    run belongings
    refute_output --partial "$STACK"
}
