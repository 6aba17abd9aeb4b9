# A second checkout of the factory, for tests that need one with a mistake in it: a developer's, who works on it.
# shellcheck shell=bash

# Makes a checkout of what is in this one, with the same packages installed: make_checkout FOLDER
make_checkout() {
    mkdir -p "$1"
    git -C "$ROOT" ls-files -z --cached --others --exclude-standard |
        (cd "$ROOT" && xargs --null ls -d 2> /dev/null) | tar -C "$ROOT" -cf - -T - | tar -C "$1" -xf -
    ln -s "$ROOT/node_modules" "$1/node_modules"
    # What was fetched from outside is not in git.
    cp -R "$ROOT/ami/resources.s3/." "$1/ami/resources.s3/"
    make --no-print-directory --directory="$1" build
}

# Makes a checkout whose recipe is cut down to a few configurators that need no package, with the tests and the sealers
# that go with them: for tests of what happens around a recipe, whatever is in it. A build takes a quarter of the time
# of a whole one: make_bare_checkout FOLDER
make_bare_checkout() {
    make_checkout "$1"
    keep_only "$1/ami/conf.d" 40-rootfs 45-homes 50-ami-info
    keep_only "$1/test/image" hygiene release room image
    keep_only "$1/ami/seal.d" 50-logs 80-credentials 90-identity 95-check
    # What records the packages needs one.
    keep_only "$1/ami/record.d"
    cat > "$1/ami/record.d/50-sbom.sh" << 'RECORD'
#!/usr/bin/env bash
# Records nothing.
source "$(dirname "$0")/../lib/configurator.sh"
install -D -m 0644 /dev/stdin /usr/local/share/lava/sbom.cdx.json <<< '{}'
RECORD
}

# Removes all files of a folder but those of these names, whatever they end in: keep_only FOLDER NAME...
keep_only() {
    local folder=$1 file name
    shift
    for file in "$folder"/*; do
        name=$(basename "${file%.*}")
        [[ " $* " == *" $name "* ]] || rm "$file"
    done
}

# Runs make in a checkout, inside the local cloud of this one: make_in FOLDER ARGUMENT...
make_in() {
    local folder=$1
    shift
    cloud make --no-print-directory --directory="$folder" "$@"
}

# Adds a configurator with a mistake to a checkout; 99-... runs after all others: add_configurator FOLDER NAME LINE...
add_configurator() {
    local folder=$1 name=$2
    shift 2
    printf '%s\n' '#!/usr/bin/env bash' '# A mistake.' "source \"\$(dirname \"\$0\")/../lib/configurator.sh\"" "$@" \
        > "$folder/ami/conf.d/$name.sh"
}

# Makes the last configurator of a checkout run all of them again, and compare: configure_twice FOLDER
configure_twice() {
    cp "$BATS_TEST_DIRNAME/twice.sh" "$1/ami/conf.d/99-twice.sh"
}

# A second run of every configurator has changed nothing, as the log of a build says: assert_nothing_changed LOG...
assert_nothing_changed() {
    run grep --no-filename --only-matching --extended-regexp "twice: nothing changed among [0-9]+ lines" "$@"
    assert_success
    # shellcheck disable=SC2154 # set by run
    assert [ "$(tr -dc 0-9 <<< "$output")" -gt 1000 ]
}
