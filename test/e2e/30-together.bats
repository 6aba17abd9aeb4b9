#!/usr/bin/env bats
# Builds beside each other, and from a checkout that has nothing yet.

load build
bats_require_minimum_version 1.5.0

setup() {
    load_libraries
}

# The image that a build's stdout names.
image_of() {
    tail -n 2 "$1" | head -n 1
}

@test "two builds at once make two images" {
    cloud_make ami "${LOCAL_BUILD[@]}" > "$BATS_TEST_TMPDIR/one" 2> "$BATS_TEST_TMPDIR/one.err" 3>&- &
    one=$!
    cloud_make ami "${LOCAL_BUILD[@]}" > "$BATS_TEST_TMPDIR/two" 2> "$BATS_TEST_TMPDIR/two.err" 3>&- &
    two=$!
    wait "$one"
    wait "$two"
    assert_not_equal "$(image_of "$BATS_TEST_TMPDIR/one")" "$(image_of "$BATS_TEST_TMPDIR/two")"
    assert_not_equal "$(tail -n 1 "$BATS_TEST_TMPDIR/one")" "$(tail -n 1 "$BATS_TEST_TMPDIR/two")"
    for build in one two; do
        run cloud aws ec2 describe-images --image-ids "$(image_of "$BATS_TEST_TMPDIR/$build")" --output text \
            --query 'Images[].State'
        assert_output available
    done
}

@test "a clean clone builds the same payload" {
    git clone --quiet "$ROOT" "$BATS_TEST_TMPDIR/clone"
    # The clone uses the cloud that already runs, and no file of this checkout.
    LAVA_CLOUD_DIR=${LAVA_CLOUD_DIR:-$ROOT/.cloud} run --separate-stderr cloud \
        make --no-print-directory --directory="$BATS_TEST_TMPDIR/clone" ami config=deploy/sample.yaml env=local "${LOCAL_BUILD[2]}"
    assert_success
    assert_line --index -2 --regexp '^ami-[0-9a-f]{17}$'
    # Only what names the build itself, and where its checkout comes from, may differ.
    for tree in "$ROOT" "$BATS_TEST_TMPDIR/clone"; do
        (cd "$(find "$tree/dist/ami" -mindepth 1 -maxdepth 1 | sort | tail -n 1)/packer" &&
            find . -type f ! -name build.env ! -path ./factory/package.json -exec sha256sum {} + | sort -k 2) > "$BATS_TEST_TMPDIR/$(basename "$tree").sums"
    done
    assert_equal "$(cat "$BATS_TEST_TMPDIR/clone.sums")" "$(cat "$BATS_TEST_TMPDIR/$(basename "$ROOT").sums")"
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
