#!/usr/bin/env bats
# Python is compiled once: what is kept is used by the next build, and never trusted when it is not what was kept.

load build

COMPILED=s3://lava-local/lava/ami/compiled/python/

setup() {
    load_libraries
}

build() {
    cloud_make ami "${LOCAL_BUILD[@]}" > "$BATS_FILE_TMPDIR/build" 2>&1 || {
        cat "$BATS_FILE_TMPDIR/build" >&2
        return 1
    }
}

# The trees that are kept, by name.
kept() {
    cloud aws s3 ls "$COMPILED" | sed -n 's/.* \([0-9a-f-]*\.tar\.gz\)$/\1/p'
}

# What the newest build said of Python.
said() {
    sed -n 's/.*amazon-ebs.lava: \(python: .*\)/\1/p' "$(newest_build)/packer.log"
}

@test "a build takes what an earlier one has compiled, and installs no compiler" {
    build
    # As a rule an earlier suite has built already.
    if said | grep --quiet '^python: compiled, and kept'; then
        build
    fi
    run said
    assert_output --regexp '^python: taken from the cache \([0-9a-f]{64}\)$'
    run grep -E 'Setting up (gcc|libssl-dev|libffi-dev)' "$(newest_build)/packer.log"
    assert_failure
}

@test "what is corrupt is not used, but compiled again and replaced" {
    for object in $(kept); do
        echo corrupt | cloud aws s3 cp --only-show-errors - "$COMPILED$object"
    done
    build
    run said
    assert_line --index 0 --regexp '^python: not taken from the cache: compiled/python/.* is corrupt; compiling$'
    assert_line --index 1 --regexp '^python: compiled, and kept for the next build \([0-9a-f]{64}\)$'
    # The compiler came for this and has gone again.
    run grep -E 'Removing (gcc|libssl-dev)' "$(newest_build)/packer.log"
    assert_success
    build
    run said
    assert_output --regexp '^python: taken from the cache'
}
