#!/usr/bin/env bats
# Python is compiled once: what is kept is used by the next build, and what is kept is never trusted when it is not what
# was kept.

load build
load checkout

setup() {
    load_libraries
}

build() {
    cloud_make ami "${LOCAL_BUILD[@]}" > "$BATS_FILE_TMPDIR/build" 2>&1 || {
        cat "$BATS_FILE_TMPDIR/build" >&2
        return 1
    }
}

# What the newest build of a checkout said of something compiled: said CHECKOUT NAME
said() {
    sed -n "s/.*amazon-ebs.lava: \($2: .*\)/\1/p" "$(find "$1/dist/ami" -name packer.log | sort | tail -n 1)"
}

@test "a build takes what an earlier one has compiled, and installs no compiler" {
    # As a rule an earlier test has built already, and compiled it; then one build is enough.
    for _ in 1 2; do
        said "$ROOT" python | grep --quiet '^python: taken from the cache' || build
    done
    run said "$ROOT" python
    assert_output --regexp '^python: taken from the cache \([0-9a-f]{64}\)$'
    run grep -E 'Setting up (gcc|libssl-dev|libffi-dev)' "$(newest_build)/packer.log"
    assert_failure
}

# Something that compiles in no time, by the same means as Python; the build ends after it.
@test "what is corrupt is not used, but compiled again and replaced" {
    checkout=$BATS_TEST_TMPDIR/checkout
    make_checkout "$checkout"
    cat > "$checkout/ami/conf.d/24-small.sh" << 'CONFIGURATOR'
#!/usr/bin/env bash
source "$(dirname "$0")/../lib/configurator.sh"
source "$PACKER_FOLDER/lib/compiled.sh"
small_build() { mkdir -p /usr/local/lib/lava/small && echo small > /usr/local/lib/lava/small/made; }
small_check() { [ "$(cat /usr/local/lib/lava/small/made)" = small ]; }
compiled small /usr/local/lib/lava/small small_build small_check <<< 'version 1'
exit 3
CONFIGURATOR
    key=$(sha256sum <<< 'version 1' | cut -d ' ' -f 1)
    kept=s3://lava-local/lava/ami/compiled/small/$key
    sum=$(echo whole | sha256sum | cut -d ' ' -f 1)
    cloud aws s3 cp --only-show-errors - "$kept.sha256" <<< "$sum"
    cloud aws s3 cp --only-show-errors - "$kept-${sum:0:16}.tar.gz" <<< corrupt

    run make_in "$checkout" ami "${LOCAL_BUILD[@]}"
    assert_failure 2
    run said "$checkout" small
    assert_line --index 0 "small: not taken from the cache: compiled/small/$key-${sum:0:16}.tar.gz is corrupt; compiling"
    assert_line --index 1 "small: compiled, and kept for the next build ($key)"
    sum=$(cloud aws s3 cp "$kept.sha256" -)
    assert_equal "$(cloud aws s3 cp "$kept-${sum:0:16}.tar.gz" - | sha256sum | cut -d ' ' -f 1)" "$sum"

    run make_in "$checkout" ami "${LOCAL_BUILD[@]}"
    assert_failure 2
    run said "$checkout" small
    assert_output "small: taken from the cache ($key)"
}
