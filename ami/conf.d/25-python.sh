#!/usr/bin/env bash
# Python from source, at exactly the wanted version, beside the operating system's own; compiled once.
source "$(dirname "$0")/../lib/configurator.sh"
# shellcheck source=../lib/compiled.sh
source "$PACKER_FOLDER/lib/compiled.sh"
# shellcheck source=../lib/python.sh
source "$PACKER_FOLDER/lib/python.sh"

BUILD_FOLDER=/var/tmp/lava-python
FLAGS=(
    --prefix="$PYTHON_TREE"
    --enable-optimizations
    --enable-loadable-sqlite-extensions
    --with-dbmliborder=gdbm
    --with-ensurepip=install
    --without-static-libpython
    --disable-test-modules
)

# What is run to learn which code is hot. The whole of `test --pgo` gains little more, and takes several times as long.
PROFILE=(
    test_base64 test_bytes test_collections test_dataclasses test_datetime test_difflib test_fstring test_functools
    test_generators test_hashlib test_itertools test_json test_operator test_ordered_dict test_pickle test_pprint
    test_re test_set test_sqlite3 test_struct test_unicode test_xml_etree
)

determinants() {
    local source
    source=$(resource python)
    echo "version $LAVA_PYTHON_VERSION"
    echo "source $(sha256sum < "$source")"
    echo "flags ${FLAGS[*]}"
    echo "recipe $(sha256sum < "${BASH_SOURCE[0]}")"
    compiled_platform "${OS_PYTHON_BUILD_PACKAGES[@]}" "${OS_PYTHON_PACKAGES[@]}"
}

check_python() {
    [ -x "$PYTHON" ] && "$PYTHON" -I "$PACKER_FOLDER/lib/check-python.py" "$LAVA_PYTHON_VERSION"
}

build_python() {
    local before
    before=$(os_installed | sort)
    os_install "${OS_PYTHON_BUILD_PACKAGES[@]}"
    rm -rf "$BUILD_FOLDER"
    mkdir -p "$BUILD_FOLDER/source"
    tar -xf "$(resource python)" --strip-components=1 --no-same-owner -C "$BUILD_FOLDER/source"
    (cd "$BUILD_FOLDER/source" && compile)
    trim
    rm -rf "$BUILD_FOLDER"
    # Only what came for the compiler's sake goes again.
    mapfile -t added < <(comm -13 <(echo "$before") <(os_installed | sort))
    if [ "${#added[@]}" -gt 0 ]; then
        os_remove "${added[@]}"
    fi
}

compile() {
    os_python_settings
    quietly ./configure "${FLAGS[@]}"
    quietly make -j "$(nproc)" PROFILE_TASK="-m test --pgo ${PROFILE[*]}"
    # "alt": nothing that is called just python3 is made, here or elsewhere.
    quietly make altinstall
}

# Runs a talkative command; its last lines are shown if it fails.
quietly() {
    "$@" > "$BUILD_FOLDER/log" 2>&1 || {
        tail -n 40 "$BUILD_FOLDER/log" >&2
        echo "error: $* failed; these were its last lines" >&2
        return 1
    }
}

# Removes what no instance needs: symbols for a debugger, and compiled modules for -O, which nobody uses.
trim() {
    find "$PYTHON_TREE" -name '*.opt-[12].pyc' -delete
    find "$PYTHON_TREE" -type f \( -name '*.so' -o -path "$PYTHON" \) -exec strip --strip-debug {} +
}

link_commands() {
    install -d -m 0755 /usr/local/bin
    # Not a link: a virtual environment remembers the folder of the command that made it, and looks for the library there.
    printf '#!/bin/sh\nexec %s "$@"\n' "$PYTHON" > "/usr/local/bin/python$PYTHON_SERIES.new"
    chmod 0755 "/usr/local/bin/python$PYTHON_SERIES.new"
    mv "/usr/local/bin/python$PYTHON_SERIES.new" "/usr/local/bin/python$PYTHON_SERIES"
    ln -sfn "$PYTHON_TREE/bin/pip$PYTHON_SERIES" "/usr/local/bin/pip$PYTHON_SERIES"
    ln -sfn "python$PYTHON_SERIES" /usr/local/bin/python3
    ln -sfn "pip$PYTHON_SERIES" /usr/local/bin/pip3
    # Commands of packages that users install with this pip3.
    # shellcheck disable=SC2016 # for the shell that reads it
    printf 'PATH="$PATH:%s/bin"\n' "$PYTHON_TREE" > /etc/profile.d/lava-python.sh
    chmod 0644 /etc/profile.d/lava-python.sh
}

main() {
    umask 022
    os_install "${OS_PYTHON_PACKAGES[@]}"
    determinants > /run/lava-python.determinants
    compiled python "$PYTHON_TREE" build_python check_python < /run/lava-python.determinants
    rm -f /run/lava-python.determinants
    link_commands
}

main
