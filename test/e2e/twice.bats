#!/usr/bin/env bats
# The check that a second run of every configurator changes nothing finds what does change.

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$BATS_TEST_TMPDIR" || return
    mkdir -p packer/conf.d packer/lib etc
    export TWICE_PLACES=$PWD/etc
    cat > packer/lib/configurator.sh << 'STUB'
set -euo pipefail
PACKER_FOLDER=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
os_installed() { cat "$PACKER_FOLDER/installed" 2> /dev/null || true; }
STUB
    cp "$BATS_TEST_DIRNAME/twice.sh" packer/conf.d/99-twice.sh
}

# configurator LINE: the only one besides the check; it has run once.
configurator() {
    printf '#!/bin/bash\nset -e\n%s\n' "$1" > packer/conf.d/10-one.sh
    bash packer/conf.d/10-one.sh
}

@test "nothing changed" {
    configurator 'echo a > etc/a; chmod 600 etc/a; ln -sfn a etc/link'
    run bash packer/conf.d/99-twice.sh
    assert_success
    assert_line --regexp '^twice: 10-one [0-9]+ s$'
    assert_line --regexp '^twice: nothing changed among [0-9]+ lines$'
}

@test "another content, mode, link, file or package is named" {
    # shellcheck disable=SC2016 # for the configurator
    for line in 'date +%N > etc/a' 'echo >> etc/a' '[ ! -e etc/a ] || chmod 600 etc/a; touch etc/a' \
        'ln -sfn $RANDOM etc/a' 'mktemp -p etc' 'echo a >> packer/installed'; do
        rm -rf etc/* packer/installed
        configurator "$line"
        run bash packer/conf.d/99-twice.sh
        assert_failure
        assert_line --regexp '^> '
        assert_line 'error: the second run changed the lines above'
    done
}

@test "a configurator that fails the second time is an error" {
    configurator '[ ! -e etc/a ]; touch etc/a'
    run bash packer/conf.d/99-twice.sh
    assert_failure
}
