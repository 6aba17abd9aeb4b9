#!/usr/bin/env bats
# Builds beside each other, and from a checkout that has nothing yet.

load build
load checkout

setup() {
    load_libraries
}

teardown() {
    "$ROOT/test/cloud/fault" clear
}

# The image that a build's stdout names.
image_of() {
    tail -n 2 "$1" | head -n 1
}

@test "two builds at once make two images" {
    CHECKOUT=$BATS_TEST_TMPDIR/checkout
    # What the recipe is does not matter, so it is a short one.
    make_bare_checkout "$CHECKOUT"
    make_in "$CHECKOUT" ami "${LOCAL_BUILD[@]}" > "$BATS_TEST_TMPDIR/one" 2> "$BATS_TEST_TMPDIR/one.err" 3>&- &
    one=$!
    make_in "$CHECKOUT" ami "${LOCAL_BUILD[@]}" lava_version=9.9.9 > "$BATS_TEST_TMPDIR/two" \
        2> "$BATS_TEST_TMPDIR/two.err" 3>&- &
    two=$!
    wait "$one" || cat "$BATS_TEST_TMPDIR/one.err" >&2
    wait "$two" || cat "$BATS_TEST_TMPDIR/two.err" >&2
    assert_not_equal "$(image_of "$BATS_TEST_TMPDIR/one")" "$(image_of "$BATS_TEST_TMPDIR/two")"
    # Each has the version that it was asked for, in its name and as its tag.
    for build in "one $LAVA_VERSION" two\ 9.9.9; do
        read -r build version <<< "$build"
        assert_regex "$(tail -n 1 "$BATS_TEST_TMPDIR/$build")" "^lava-$(as_pattern "$version")-debian12-"
        # shellcheck disable=SC2016 # for JMESPath
        run cloud aws ec2 describe-images --image-ids "$(image_of "$BATS_TEST_TMPDIR/$build")" --output text \
            --query 'Images[].[State, Tags[?Key==`LavaVersion`].Value | [0]]'
        assert_output "available"$'\t'"$version"
    done
}

@test "a clean clone makes the same payload" {
    # All but the packages: that npm ci installs them in a clean clone is seen wherever these tests run in one, as in CI.
    clone=$BATS_TEST_TMPDIR/clone
    git clone --quiet "$ROOT" "$clone"
    ln -s "$ROOT/node_modules" "$clone/node_modules"
    touch --reference="$ROOT/package-lock.json" "$clone/package-lock.json"
    cp --recursive "$ROOT/ami/resources.s3/." "$clone/ami/resources.s3/"
    # The payload is packed before packer starts; what comes after that fails.
    "$ROOT/test/cloud/fault" add ec2:RunInstances --error InsufficientInstanceCapacity --status 500
    for tree in "$ROOT" "$clone"; do
        # A path that is relative leads out of no checkout.
        run make_in "$tree" ami config=deploy/sample.yaml env=local "${LOCAL_BUILD[2]}"
        assert_failure 2
        assert_output --partial InsufficientInstanceCapacity
        # Only what names the build itself, and where its checkout comes from, may differ.
        (cd "$(newest_build "$tree")/packer" && find . -type f ! -name build.env ! -path ./factory/package.json \
            -exec sha256sum {} + | sort -k 2) > "$BATS_TEST_TMPDIR/sums.$(basename "$tree")"
    done
    assert [ "$(wc -l < "$BATS_TEST_TMPDIR/sums.clone")" -gt 100 ]
    assert_equal "$(cat "$BATS_TEST_TMPDIR/sums.clone")" "$(cat "$BATS_TEST_TMPDIR/sums.$(basename "$ROOT")")"
}

@test "cd ami && make ami is the same, and a relative config is taken from there" {
    cd "$ROOT/ami"
    run cloud make --no-print-directory plan config=../deploy/sample.yaml env=local "${LOCAL_BUILD[2]}" format=json
    assert_success
    assert_equal "$(jq -r .parameters.config.value <<< "$output")" ../deploy/sample.yaml
    assert_equal "$(jq -r .ok <<< "$output")" true
}

@test "what is in ami/resources.s3 is in S3 before packer starts" {
    name=e2e-$$.bin
    cloud_make sync "${LOCAL[@]}"
    head -c 100000 /dev/urandom > "$ROOT/ami/resources.s3/$name"
    # What comes after the sync fails.
    "$ROOT/test/cloud/fault" add ec2:RunInstances --error InsufficientInstanceCapacity --status 500
    run cloud_make ami "${LOCAL_BUILD[@]}"
    "$ROOT/test/cloud/fault" clear
    assert_failure
    rm "$ROOT/ami/resources.s3/$name"
    assert_output --regexp 'sync +[0-9.]+ s +1 uploaded \(100\.0 kB\)'
    run cloud aws s3 ls "s3://lava-local/lava/ami/$name"
    assert_output --partial 100000
    cloud aws s3 rm --quiet "s3://lava-local/lava/ami/$name"
}
