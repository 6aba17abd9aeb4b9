#!/usr/bin/env bats
# make diff, as a user types it.

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    cd "$BATS_TEST_TMPDIR" || return
}

# Writes the record of an image with one package of that version: image NAME VERSION
image() {
    cat > "$1.cdx.json" << SBOM
{
  "bomFormat": "CycloneDX",
  "metadata": { "component": { "name": "$1" } },
  "components": [{ "type": "library", "name": "bash", "version": "$2", "purl": "pkg:deb/debian/bash@$2" }]
}
SBOM
}

# There are no credentials and no region here: what is recorded needs none.
make_diff() {
    env --unset AWS_REGION --unset AWS_DEFAULT_REGION make --no-print-directory --file="$ROOT/Makefile" diff "$@"
}

@test "what changed between two images is Markdown on stdout" {
    image old 5.2
    image new 5.3
    run make_diff a=old.cdx.json b=new.cdx.json
    assert_success
    assert_line --index 0 '# From old to new'
    assert_line --index 1 '0 added, 0 removed, 1 changed.'
    assert_line '| bash | 5.2 | 5.3 |'
}

@test "everything that is wrong is said, with status 2 and no stack" {
    run make_diff a=never b=nowhere
    assert_failure 2
    assert_output --partial 'a "never" (command line): is no image whose contents are recorded here'
    assert_output --partial 'b "nowhere" (command line): is no image whose contents are recorded here'
    refute_output --partial '    at '
    echo '{}' > empty.json
    image old 5.2
    run make_diff a=old.cdx.json b=empty.json
    assert_failure 2
    assert_output --partial 'empty.json is not a CycloneDX document in JSON.'
    run make_diff a=old.cdx.json
    assert_failure 2
    assert_output --partial 'b: is missing'
}
