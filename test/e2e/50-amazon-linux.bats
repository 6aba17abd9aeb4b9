#!/usr/bin/env bats
# Images of Amazon Linux, built on stand-ins for its base images: Debian that says it is Amazon Linux, with real dnf and
# rpm, and packages by the distribution's names. What vendors have and this machine does not reach is stood in for as well
# (stand-in-resources.ts). Every configurator runs twice in each build. Python is compiled without a profile, which takes
# a third of the time: that the whole recipe works is seen on debian12 (10-build.bats).

load build
load checkout
load own-cloud

# As test/cloud/base/amazon-linux/amzn2023.ts has them.
RELEASE=2023.9.20251027
NEXT_RELEASE=2023.9.20251105

setup_file() {
    load build
    load checkout
    load own-cloud
    export LAVA_CLOUD_STAND_INS=amzn2023,amzn2
    make_own_cloud amazon-linux
    export CHECKOUT=$BATS_FILE_TMPDIR/checkout
    make_checkout "$CHECKOUT"
    configure_twice "$CHECKOUT"
    sed -i '/--enable-optimizations/d' "$CHECKOUT/ami/conf.d/25-python.sh"
    prepare amzn2023
    prepare amzn2 skip=odbc
    # Once for both.
    make_in "$CHECKOUT" sync "${LOCAL[@]}"
    # Side by side: compiling Python, each for itself, is most of it where it is not kept yet.
    build amzn2023 "releasever=$NEXT_RELEASE" 3>&- &
    build amzn2 skip=odbc 3>&- &
    wait
}

teardown_file() {
    load build
    load own-cloud
    for os in amzn2023 amzn2; do
        image=$(tail -n 2 "$BATS_FILE_TMPDIR/$os.build" | head -n 1)
        [[ $image != ami-* ]] || cloud aws ec2 deregister-image --image-id "$image" --delete-associated-snapshots > /dev/null
    done
    stop_own_cloud
}

setup() {
    load_libraries
}

# prepare OS OPTION...: what an image of that operating system needs from outside.
prepare() {
    node "$BATS_TEST_DIRNAME/stand-in-resources.ts" "$CHECKOUT" "$1" 3.11.2
    make --no-print-directory --directory="$CHECKOUT" fetch os="$1" python_version=3.11.2 region=us-east-1 "${@:2}"
}

# build OS OPTION...: what it prints is kept under that name.
build() {
    make_in "$CHECKOUT" ami "${LOCAL[@]}" os="$1" "${@:2}" > "$BATS_FILE_TMPDIR/$1.build" 2>&1 ||
        echo "make ami ended with status $?" >> "$BATS_FILE_TMPDIR/$1.build"
}

# The folder of the build that was made of an operating system.
folder_of() {
    local name
    name=$(tail -n 1 "$BATS_FILE_TMPDIR/$1.build")
    dirname "$(grep --files-with-matches --fixed-strings "\"imageName\": \"$name\"" "$CHECKOUT"/dist/ami/*/plan.json)"
}

assert_built() {
    run cat "$BATS_FILE_TMPDIR/$1.build"
    # Shows all of it where it was not.
    refute_output --partial 'make ami ended with status'
    assert_line --index -2 --regexp '^ami-[0-9a-f]{17}$'
    assert_line --index -1 --regexp "^lava-$(as_pattern "$LAVA_VERSION")-$1-py3\.11-"
    for configurator in "$CHECKOUT"/ami/conf.d/*.sh "$CHECKOUT/os/$1"/conf.d/*.sh; do
        assert_line --regexp "^  conf.d/$(basename "$configurator" .sh) +([0-9]+ min )?[0-9.]+ s  done$"
    done
}

# Every test file of the image ran and passed, but for those named.
assert_tested() {
    results=$(folder_of "$1")/test.tap
    run grep --extended-regexp '^not ok|# skip' "$results"
    assert_output ''
    assert_equal "$(sed -n 's,^# test/,,p' "$results")" \
        "$(basename --suffix .bats --multiple "$ROOT"/test/image/*.bats | grep --invert-match --line-regexp "${2:-none}")"
}

assert_twice() {
    log=$(folder_of "$1")/packer.log
    for configurator in "$CHECKOUT"/ami/conf.d/*.sh "$CHECKOUT/os/$1"/conf.d/*.sh; do
        name=$(basename "$configurator" .sh)
        [ "$name" = 99-twice ] || assert grep --quiet "twice: $name [0-9]* s" "$log"
    done
    assert_nothing_changed "$log"
}

@test "amzn2023: an image with everything is built, and passes its tests" {
    assert_built amzn2023
    assert_tested amzn2023
}

@test "amzn2: an image is built, but for what it can't have, and passes its tests" {
    assert_built amzn2
    assert_tested amzn2 odbc
}

@test "amzn2023: a second run of every configurator changes nothing" {
    assert_twice amzn2023
}

@test "amzn2: a second run of every configurator changes nothing" {
    assert_twice amzn2
}

@test "amzn2023: the image is brought to the release that was asked for, which its tag and its record say" {
    folder=$(folder_of amzn2023)
    for package in system-release libaio; do
        run jq --raw-output --arg name "$package" '.components[] | select(.name == $name) | .version' "$folder/sbom.cdx.json"
        assert_output "$NEXT_RELEASE-1"
    done
    # shellcheck disable=SC2016 # for JMESPath
    run cloud aws ec2 describe-images --filters "Name=name,Values=$(tail -n 1 "$BATS_FILE_TMPDIR/amzn2023.build")" \
        --query 'Images[].Tags[] | [?Key==`Releasever`].Value' --output text
    assert_output "$NEXT_RELEASE"
}

@test "a package that the distribution has not fails the build, which names it and leaves nothing" {
    for os in amzn2023 amzn2; do
        echo 'OS_PACKAGES+=(no-such-package)' >> "$CHECKOUT/os/$os/lib/os.sh"
    done
    inventory > "$BATS_TEST_TMPDIR/before"
    run make_in "$CHECKOUT" ami "${LOCAL[@]}" os=amzn2023
    assert_failure 2
    assert_line --regexp '^conf.d/20-packages failed with status 1 after .* Its last lines:$'
    assert_output --partial 'no-such-package'
    assert_output --partial 'Nothing of the build is left in AWS.'
    # Nothing else was asked for, so it has stayed where its base is.
    log=$(find "$CHECKOUT/dist/ami" -name packer.log | sort | tail -n 1)
    run cat "$log"
    assert_output --partial "release $RELEASE, that of the base image"
    run make_in "$CHECKOUT" ami "${LOCAL[@]}" os=amzn2 skip=odbc
    assert_failure 2
    assert_output --partial 'no-such-package'
    assert_equal "$(inventory)" "$(cat "$BATS_TEST_TMPDIR/before")"
}

@test "a release that there is not fails the build, which names it" {
    inventory > "$BATS_TEST_TMPDIR/before"
    run make_in "$CHECKOUT" ami "${LOCAL[@]}" os=amzn2023 releasever=2023.1.20230301
    assert_failure 2
    assert_line --regexp '^conf.d/05-release failed with status 1 after .* Its last lines:$'
    assert_line 'error: dnf finds no repository of the release 2023.1.20230301 (releasever)'
    assert_equal "$(inventory)" "$(cat "$BATS_TEST_TMPDIR/before")"
}
