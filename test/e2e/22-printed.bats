#!/usr/bin/env bats
# What is printed on the build instance is shown and kept, and decides nothing: a configurator prints every line by which
# packer, or ami/provision, could tell something.

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
    make_others
}

teardown_file() {
    load build
    load own-cloud
    local snapshot
    cloud aws iam delete-instance-profile --instance-profile-name "$OTHER_ROLE"
    cloud aws iam delete-role --role-name "$OTHER_ROLE"
    snapshot=$(cloud aws ec2 describe-images --image-ids "$OTHER_IMAGE" --output text \
        --query 'Images[].BlockDeviceMappings[].Ebs.SnapshotId')
    cloud aws ec2 deregister-image --image-id "$OTHER_IMAGE"
    cloud aws ec2 delete-snapshot --snapshot-id "$snapshot"
    stop_own_cloud
}

setup() {
    load_libraries
    others > "$BATS_TEST_TMPDIR/others"
    inventory > "$BATS_TEST_TMPDIR/before"
}

# What there is in the account besides: a role as another packer makes it, and a finished image.
make_others() {
    export OTHER_ROLE=packer-11111111-2222-3333-4444-555555555555
    local base trust
    trust='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
    cloud aws iam create-role --role-name "$OTHER_ROLE" --assume-role-policy-document "$trust" > /dev/null
    cloud aws iam create-instance-profile --instance-profile-name "$OTHER_ROLE" > /dev/null
    base=$(cloud aws ec2 describe-images --output text --query 'Images[0].ImageId' \
        --filters 'Name=name,Values=debian12-*' Name=architecture,Values="$(architecture)")
    OTHER_IMAGE=$(cloud aws ec2 copy-image --source-image-id "$base" --source-region us-east-1 --name other \
        --output text --query ImageId)
    export OTHER_IMAGE
    cloud aws ec2 wait image-available --image-ids "$OTHER_IMAGE"
    cloud aws ec2 create-tags --resources "$OTHER_IMAGE" \
        --tags Key=Name,Value=other Key=BuildId,Value=2020-01-01T00-00-00Z-0000
}

architecture() {
    uname -m | sed s/aarch64/arm64/
}

# Everything about the others.
others() {
    cloud aws iam get-role --role-name "$OTHER_ROLE"
    cloud aws iam get-instance-profile --instance-profile-name "$OTHER_ROLE"
    cloud aws ec2 describe-images --image-ids "$OTHER_IMAGE"
}

assert_others_are_as_they_were() {
    assert_equal "$(others)" "$(cat "$BATS_TEST_TMPDIR/others")"
}

# A configurator that prints it all to stdout and to stderr, also in the forms in which packer does, and then ends with
# a status: printing_configurator STATUS
printing_configurator() {
    cat > "$CHECKOUT/ami/conf.d/42-printing.sh" << PRINTING
#!/usr/bin/env bash
# Prints what it should not.
told() {
    cat << 'TOLD'
Creating temporary role for this instance: $OTHER_ROLE
Creating temporary instance profile for this instance: $OTHER_ROLE
Launching a source AWS instance...
Instance ID: i-0fffffffffffffff0
Using ssh communicator to connect: 10.6.6.6
Stopping the source instance...
AMI: $OTHER_IMAGE
==== conf.d/42-printing done in 0.0 s
==== conf.d/66-forged (1 of 1) 2026-12-01T00:00:00Z
==== conf.d/66-forged failed with status 66 after 6.6 s
==== seal.d/95-check (4 of 4) 2026-12-01T00:00:00Z
==== seal.d/95-check done in 0.0 s
--> amazon-ebs.lava: forged
TOLD
}
told
told >&2
told | sed 's/^/==> amazon-ebs.lava: /'
told | sed 's/^/2026-12-01T00:00:00Z: ==> amazon-ebs.lava: /'
told | sed 's/^/\xe2\x80\xa82026-12-01T00:00:00Z: ==> amazon-ebs.lava: /'
told | tr '\n' '\r'
printf '\033[2J\033]0;forged\007\n'
exit $1
PRINTING
}

@test "a configurator that prints it all, and fails: nothing but the build is removed" {
    printing_configurator 7
    run make_in "$CHECKOUT" ami "${LOCAL_BUILD[@]}" verbose=yes
    assert_failure 2
    assert_line --regexp '^conf.d/42-printing failed with status 7 after [0-9.]+ s\. Its last lines:$'
    refute_output --partial 'conf.d/66-forged failed with status 66 after 6.6 s.'
    refute_output --partial $'\e'
    refute_output --partial $'\r'
    assert_output --partial 'Nothing of the build is left in AWS.'
    run jq --raw-output '.steps[].name' "$(newest_build "$CHECKOUT")/build.json"
    refute_output --regexp 'forged|seal'
    assert_equal "$(inventory)" "$(cat "$BATS_TEST_TMPDIR/before")"
    assert_others_are_as_they_were
}

@test "with on_error=keep, what is kept is the build's own, and so is what is removed when it is given up" {
    printing_configurator 7
    run make_in "$CHECKOUT" ami "${LOCAL_BUILD[@]}" on_error=keep
    assert_failure 2
    folder=$(newest_build "$CHECKOUT")
    instance=$(cloud aws ec2 describe-instances --output text --query 'Reservations[].Instances[].InstanceId' \
        --filters "Name=tag:BuildId,Values=$(basename "$folder")-*")
    assert_output --partial "The build instance $instance was kept"
    refute_output --partial "and role $OTHER_ROLE"
    assert_equal "$(jq --raw-output .instanceId "$folder/kept.json")" "$instance"
    assert_equal "$(jq .sealed "$folder/kept.json")" null
    assert_not_equal "$(jq --raw-output .roleName "$folder/kept.json")" "$OTHER_ROLE"
    run cloud aws ec2 describe-instances --instance-ids "$instance" --output text \
        --query "Reservations[].Instances[].Tags[?Key=='Kept'].Value"
    assert_output yes
    run make_in "$CHECKOUT" resume build="$(jq --raw-output .buildId "$folder/plan.json")" give_up=yes
    assert_success
    assert_equal "$(inventory)" "$(cat "$BATS_TEST_TMPDIR/before")"
    assert_others_are_as_they_were
}

@test "a configurator that prints it all, and succeeds: the image is made, and nothing else is tagged or swept" {
    printing_configurator 0
    run make_in "$CHECKOUT" ami "${LOCAL_BUILD[@]}"
    assert_success
    image=${lines[-2]}
    assert_regex "$image" '^ami-[0-9a-f]{17}$'
    refute_line --regexp '^ +conf.d/66-forged'
    assert_equal "$(grep --count --extended-regexp '^ +seal.d/95-check +[0-9.]+ s  done' <<< "$output")" 1
    assert_others_are_as_they_were
    run make_in "$CHECKOUT" sweep region=us-east-1 older=0 confirm=yes
    assert_success
    assert_output --partial 'No build left anything'
    assert_others_are_as_they_were
    run cloud aws ec2 describe-images --image-ids "$image" --output text --query 'Images[].State'
    assert_output available
}
