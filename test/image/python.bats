#!/usr/bin/env bats
# Python is the one that was asked for, and whole.

load image

setup() {
    load_libraries
}

@test "python3 is exactly the version that was asked for, for root and for the login user" {
    for who in as_root as_login_user; do
        run "$who" 'python3 -c "import platform; print(platform.python_version())"'
        assert_success
        assert_output "$LAVA_PYTHON_VERSION"
        run "$who" "python${LAVA_PYTHON_VERSION%.*} -c 'import platform; print(platform.python_version())'"
        assert_output "$LAVA_PYTHON_VERSION"
    done
}

@test "every module of the standard library that needs a library of the system imports" {
    modules='bz2 ctypes curses dbm hashlib lzma readline sqlite3 ssl uuid zlib'
    minor=$(cut -d . -f 2 <<< "$LAVA_PYTHON_VERSION")
    [ "$minor" -lt 14 ] || modules="$modules compression.zstd"
    for module in $modules; do
        run as_root "python3 -c 'import $module'"
        assert_success
        assert_output ''
    done
}

@test "modules work, beyond being imported" {
    run as_root "python3 - << 'TRY'
import bz2, ctypes, hashlib, lzma, sqlite3, ssl, uuid, zlib
data = b'lava' * 1000
for module in bz2, lzma, zlib:
    assert module.decompress(module.compress(data)) == data, module
assert sqlite3.connect(':memory:').execute('select 6 * 7').fetchone() == (42,)
assert ctypes.CDLL(None).getpid() > 0
assert hashlib.sha256(b'').hexdigest().startswith('e3b0c442')
assert ssl.create_default_context().cert_store_stats()['x509_ca'] > 0
print('fine', uuid.uuid4().version)
TRY"
    assert_output 'fine 4'
}

@test "the distribution's own Python is untouched" {
    if command -v dpkg > /dev/null; then
        run dpkg --verify python3-minimal
    else
        run rpm --verify --nomtime python3
    fi
    assert_success
    assert_output ''
}

@test "a virtual environment can be made" {
    run as_root "folder=\$(mktemp --directory) && python3 -m venv \"\$folder\" && \"\$folder/bin/python\" -m pip --version; rm -rf \"\$folder\""
    assert_success
    assert_output --partial "python ${LAVA_PYTHON_VERSION%.*}"
}
