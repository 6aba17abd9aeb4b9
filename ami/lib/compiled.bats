#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031 # each test has a shell of its own
# What is compiled once: a stand-in for S3 is a folder, and what is compiled is a file.

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$BATS_TEST_TMPDIR" || return
    export STORE=$BATS_TEST_TMPDIR/store TREE=$BATS_TEST_TMPDIR/place/tree-1.0
    mkdir -p lib "$STORE" place
    cp "$BATS_TEST_DIRNAME/configurator.sh" "$BATS_TEST_DIRNAME/compiled.sh" lib/
    # Whatever else every configurator sources is not what is tried here.
    touch lib/resources.sh
    echo 'export LAVA_LOGIN_USER=root' > build.env
    touch lib/locks.sh
    printf '%s\n' 'os_versions() { printf "%s 12.2\n" "$@"; }' > lib/os.sh
    cat > lib/s3.sh << 'STAND_IN'
s3_get() {
    [ ! -e "$STORE/.denied" ] || { echo "S3 refused $1: AccessDenied" >&2; return 1; }
    [ ! -e "$STORE/.slow" ] || sleep 60
    [ -e "$STORE/$1" ] || { echo "S3 has no $1" >&2; return 1; }
    cp "$STORE/$1" "$2"
}
s3_put() {
    [ ! -e "$STORE/.denied" ] || { echo "S3 refused $2: AccessDenied" >&2; return 1; }
    mkdir -p "$STORE/$(dirname "$2")"
    cp "$1" "$STORE/$2.$$"
    mv "$STORE/$2.$$" "$STORE/$2"
}
STAND_IN
    cat > configurator << 'CONFIGURATOR'
source "$(dirname "$0")/lib/configurator.sh"
source "$PACKER_FOLDER/lib/compiled.sh"
build() {
    echo "compiling"
    [ "${BROKEN:-}" != yes ]
    mkdir -p "$TREE/bin"
    printf '#!/bin/sh\necho works\n' > "$TREE/bin/tool"
    chmod 0755 "$TREE/bin/tool"
    ln -s tool "$TREE/bin/link"
}
check() {
    [ "$("$TREE/bin/link")" = works ]
}
{ printf '%s\n' "${DETERMINANTS:-version 1}"; compiled_platform gcc; } > determinants
compiled tool "$TREE" build check < determinants
CONFIGURATOR
}

# Runs the configurator, as on a new instance.
build() {
    rm -rf "$TREE"
    run bash configurator
}

# The one object whose name matches.
object() {
    find "$STORE" -type f -name "$1"
}

@test "the first build compiles and keeps the tree with its checksum; the next takes it" {
    build
    assert_success
    assert_line compiling
    assert_line --regexp '^tool: compiled, and kept for the next build \([0-9a-f]{64}\)$'
    assert_regex "$(object '*.sha256')" '/compiled/tool/[0-9a-f]{64}\.sha256$'
    assert_equal "$(cat "$(object '*.sha256')")" "$(sha256sum < "$(object '*.tar.gz')" | cut -d ' ' -f 1)"
    build
    assert_success
    assert_output --regexp '^tool: taken from the cache \([0-9a-f]{64}\)$'
    assert_equal "$("$TREE/bin/link")" works
    assert [ -L "$TREE/bin/link" ]
}

@test "run again, it leaves alone what is there" {
    build
    run bash configurator
    assert_success
    assert_output 'tool: there already'
}

@test "each thing that determines the result is part of the key" {
    build
    keys=$(object '*.sha256')
    for change in 'version 2' $'version 1\nflags -O1' $'version 1\nsource 0123'; do
        export DETERMINANTS=$change
        build
        assert_line compiling
    done
    unset DETERMINANTS
    sed -i 's/12\.2/12.3/' lib/os.sh # another compiler
    build
    assert_line compiling
    printf '%s\n' 'uname() { echo riscv64; }' >> lib/os.sh
    build
    assert_line compiling
    printf '%s\n' 'getconf() { echo glibc 2.99; }' >> lib/os.sh
    build
    assert_line compiling
    keys=$(object '*.sha256' | wc -l)
    assert_equal "$keys" 7
}

@test "the system's name and release are part of the key" {
    run bash -c 'source configurator > /dev/null; cat determinants'
    # shellcheck disable=SC1091
    source /etc/os-release
    assert_line "os $ID $VERSION_ID"
    assert_line "arch $(uname -m)"
    assert_line 'package gcc 12.2'
}

@test "the order of the determinants does not matter" {
    export DETERMINANTS=$'a 1\nb 2'
    build
    export DETERMINANTS=$'b 2\na 1'
    build
    refute_line compiling
}

@test "a missing object is said in a line and compiled" {
    build
    rm "$(object '*.tar.gz')"
    build
    assert_success
    assert_line --regexp '^tool: not taken from the cache: S3 has no compiled/tool/.*; compiling$'
    assert_line compiling
    build
    refute_line compiling
}

@test "a corrupt object is never unpacked, and replaced" {
    build
    printf x >> "$(object '*.tar.gz')"
    build
    assert_success
    assert_line --regexp '^tool: not taken from the cache: compiled/tool/.* is corrupt; compiling$'
    assert_line compiling
    build
    assert_output --partial 'taken from the cache'
}

@test "a checksum that is none is not trusted" {
    build
    echo '<Error/>' > "$(object '*.sha256')"
    build
    assert_success
    assert_line --regexp 'the checksum in compiled/tool/.*\.sha256 is none; compiling$'
    assert_line compiling
}

@test "what is no archive, but has the right checksum, is compiled again" {
    build
    archive=$(object '*.tar.gz')
    echo nonsense > "$archive"
    sum=$(sha256sum < "$archive" | cut -d ' ' -f 1)
    mv "$archive" "${archive%-*}-${sum:0:16}.tar.gz"
    echo "$sum" > "$(object '*.sha256')"
    build
    assert_success
    assert_line --regexp "^tool: not taken from the cache: it can't be unpacked \(.*\); compiling$"
    assert_line compiling
}

@test "a tree that does not work is compiled again" {
    build
    archive=$(object '*.tar.gz')
    mkdir other
    tar -czf "$archive" -C other .
    sum=$(sha256sum < "$archive" | cut -d ' ' -f 1)
    mv "$archive" "${archive%-*}-${sum:0:16}.tar.gz"
    echo "$sum" > "$(object '*.sha256')"
    build
    assert_success
    assert_line 'tool: the tree from the cache does not work; compiling'
    assert_equal "$("$TREE/bin/link")" works
}

@test "a cache that refuses costs no more than the compiling" {
    touch "$STORE/.denied"
    build
    assert_success
    assert_line --regexp '^tool: not taken from the cache: S3 refused .*: AccessDenied; compiling$'
    assert_line --regexp '^tool: compiled; not kept for the next build: S3 refused .*: AccessDenied$'
    assert_equal "$("$TREE/bin/link")" works
}

@test "a cache that does not answer is not waited for" {
    build
    touch "$STORE/.slow"
    export COMPILED_PATIENCE=1
    SECONDS=0
    build
    assert_success
    assert_line 'tool: not taken from the cache: S3 took more than 1 s; compiling'
    assert [ "$SECONDS" -lt 20 ]
}

@test "two at once: both have it, and what is kept is whole" {
    TREE=$BATS_TEST_TMPDIR/place/one bash configurator &
    one=$!
    TREE=$BATS_TEST_TMPDIR/place/two bash configurator &
    two=$!
    wait "$one"
    wait "$two"
    build
    assert_output --regexp '^tool: taken from the cache'
}

@test "what can't be compiled fails by name and keeps nothing" {
    export BROKEN=yes
    build
    assert_failure
    assert_output --partial 'error: configurator, line 5:'
    assert_equal "$(object '*')" ''
}

@test "nothing temporary is left" {
    before=$(find /var/tmp -maxdepth 1 -name 'compiled.*' | wc -l)
    build
    touch "$STORE/.denied"
    build
    assert_equal "$(find /var/tmp -maxdepth 1 -name 'compiled.*' | wc -l)" "$before"
}
