#!/usr/bin/env bats
# Python is compiled once: what is kept is used by the next build, and what is kept is never trusted when it is not what
# was kept.

load build
load checkout

setup() {
    load_libraries
}

# A build that ends when Python is there.
build() {
    CHECKOUT=$BATS_TEST_TMPDIR/checkout
    [ -e "$CHECKOUT" ] || {
        make_checkout "$CHECKOUT"
        keep_only "$CHECKOUT/ami/conf.d" 10-upgrade 20-packages 22-resources 24-aws-cli 25-python
        add_configurator "$CHECKOUT" 26-end 'exit 3'
    }
    run make_in "$CHECKOUT" ami "${LOCAL_BUILD[@]}"
    assert_failure 2
    assert_output --partial 'conf.d/26-end failed with status 3'
}

# The log of the newest build of a checkout that came to something compiled: log_of CHECKOUT NAME
log_of() {
    grep --recursive --files-with-matches --include=packer.log "amazon-ebs.lava: $2: " "$1/dist/ami" 2> /dev/null | sort | tail -n 1
}

# What the newest build of a checkout said of something compiled: said CHECKOUT NAME
said() {
    sed -n "s/.*amazon-ebs.lava: \($2: .*\)/\1/p" "$(log_of "$1" "$2")"
}

@test "a build takes what an earlier one has compiled, and installs no compiler" {
    # As a rule a whole build has taken it already. Where it has compiled it, a short one is made; where there was none
    # at all, two.
    CHECKOUT=$ROOT
    for _ in 1 2; do
        [ -n "$(log_of "$CHECKOUT" python)" ] && said "$CHECKOUT" python | grep --quiet '^python: taken from the cache' || build
    done
    run said "$CHECKOUT" python
    assert_output --regexp '^python: taken from the cache \([0-9a-f]{64}\)$'
    run grep -E 'Setting up (gcc|libssl-dev|libffi-dev)' "$(log_of "$CHECKOUT" python)"
    assert_failure
}

# Something that compiles in no time, by the same means as Python; the build ends after it.
@test "what is corrupt is not used, but compiled again and replaced" {
    checkout=$BATS_TEST_TMPDIR/checkout
    make_bare_checkout "$checkout"
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
