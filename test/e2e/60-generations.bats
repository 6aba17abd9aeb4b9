#!/usr/bin/env bats
# An image rebuilds itself, and stands being configured again: on an instance, with nothing installed in addition, the factory that made its image makes
# another one, whose instances boot and obey.

load instances
load checkout

# The build instance has no public address: from one instance, only addresses within the VPC lead to another.
SECOND='cd ~/packer && make --no-print-directory'
PARAMETERS="config=factory/deploy/sample.yaml env=local subnet=subnet-0c10d000000000002 ip=private ${LOCAL_BUILD[2]}"

setup_file() {
    load instances
    find_image
    # What an operator may do, and no more, with the bucket and the prefix of the local cloud.
    make_role generations "$(sed 's|my-bucket/a/prefix|lava-local|; s|my-bucket|lava-local|' \
        "$ROOT/deploy/operator-policy.json")" > /dev/null
    document first <<< '{}'
    start launch_with_role first
    all_booted
}

teardown_file() {
    load instances
    remove_all > /dev/null
}

setup() {
    load_libraries
}

@test "make help works on an instance" {
    run on first "$SECOND help"
    assert_success
    assert_line --regexp '^ +ami +Build an image'
}

@test "make plan on an instance knows the image that would be made" {
    run on first "$SECOND plan $PARAMETERS"
    assert_success
    assert_line --regexp "^ +lava-$(as_pattern "$LAVA_VERSION")-debian12-py3\.11-x86_64-20"
    assert_line --regexp '^ +BuildId '
    assert_equal "$(grep -E '^ +Repo ' <<< "$output" | tr -s ' ')" \
        " Repo $(cloud aws ec2 describe-images --image-ids "$image" --output text \
            --query "Images[0].Tags[?Key=='Repo'].Value")"
}

@test "make plan on an instance says what is wrong, as in a checkout" {
    run on first "$SECOND plan $PARAMETERS tz=Mars/Olympus"
    assert_failure 2
    assert_output --partial 'tz "Mars/Olympus"'
}

# On an instance, since all that made it is there still: every configurator has run already when the image was built.
@test "a second run of every configurator changes nothing" {
    on first 'cat > ~/packer/conf.d/99-twice.sh' < "$BATS_TEST_DIRNAME/twice.sh"
    # shellcheck disable=SC2016 # the instance's shell expands it
    on first 'sudo bash ~/packer/conf.d/99-twice.sh; status=$?; rm ~/packer/conf.d/99-twice.sh; exit $status' \
        > "$BATS_TEST_TMPDIR/twice" 2>&1 || {
        cat "$BATS_TEST_TMPDIR/twice" >&2
        return 1
    }
    for configurator in "$ROOT"/ami/conf.d/*.sh; do
        assert grep --quiet "^twice: $(basename "$configurator" .sh) [0-9]* s" "$BATS_TEST_TMPDIR/twice"
    done
    assert_nothing_changed "$BATS_TEST_TMPDIR/twice"
}

@test "make ami on an instance makes a second generation, which boots and obeys" {
    on first "$SECOND ami $PARAMETERS" > "$BATS_FILE_TMPDIR/second" 2> "$BATS_FILE_TMPDIR/progress" || {
        cat "$BATS_FILE_TMPDIR/progress" >&2
        return 1
    }
    image=$(tail -n 2 "$BATS_FILE_TMPDIR/second" | head -n 1)
    document second <<< '{"shell": "echo obeyed > /run/obeyed"}'
    start launch second
    all_booted
    assert_equal "$(on second 'cat /run/obeyed')" obeyed
    run on second 'sed -n s/^AMI_NAME=//p /usr/local/etc/ami-info'
    assert_output "$(tail -n 1 "$BATS_FILE_TMPDIR/second")"
    # The same factory is on it, to the byte.
    local files='cd ~/packer/factory && find . -type f ! -path "./dist/*" ! -path "./ami/resources.s3/*" | sort | xargs sha256sum'
    assert_equal "$(on second "$files")" "$(on first "$files")"
    run on second "$SECOND help"
    assert_success
}
