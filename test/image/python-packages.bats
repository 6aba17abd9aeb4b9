#!/usr/bin/env bats
# The Python packages that a worker needs of its host: those that were pinned, whole, and in use.

load image

PINNED=$PACKER_FOLDER/python/requirements.txt

setup() {
    load_libraries
}

@test "every package is there in its pinned version" {
    installed=$(as_root 'python3 -m pip --disable-pip-version-check list --format=freeze')
    while read -r wanted; do
        run grep --ignore-case --line-regexp --fixed-strings "$wanted" <<< "${installed//_/-}"
        assert_success
    done < <(sed -n 's/^\([A-Za-z0-9._-]*==[^ ;]*\).*/\1/p' "$PINNED" | tr _ -)
}

@test "pip3 is this Python's, and finds nothing wrong among the packages" {
    for who in as_root as_login_user; do
        run "$who" 'pip3 --disable-pip-version-check --version'
        assert_success
        assert_output --partial "(python ${LAVA_PYTHON_VERSION%.*})"
        run "$who" 'pip3 --disable-pip-version-check check'
        assert_success
    done
}

@test "every package imports, for the login user as well" {
    local modules='boto3 botocore cryptography ec2_metadata greenlet jinja2 netaddr oracledb pg8000 psutil pygments pymysql
        requests shortuuid sqlalchemy yaml' module
    for module in $modules; do
        run as_login_user "python3 -c 'import $module'"
        assert_success
        assert_output ''
    done
}

@test "those that hold compiled code work" {
    run as_root "python3 - << 'TRY'
import psutil, yaml
from cryptography.fernet import Fernet
from greenlet import greenlet
from sqlalchemy import create_engine, text
assert psutil.virtual_memory().total > 0 and psutil.Process().name().startswith('python')
assert yaml.load('{a: [1, 2]}', Loader=yaml.CSafeLoader) == {'a': [1, 2]}
box = Fernet(Fernet.generate_key())
assert box.decrypt(box.encrypt(b'lava')) == b'lava'
assert greenlet(lambda: 42).switch() == 42
with create_engine('sqlite://').connect() as connection:
    print(connection.execute(text('select 6 * 7')).scalar())
TRY"
    assert_success
    assert_output 42
}

@test "the operating system's Python has none of them" {
    run /usr/bin/python3 -I -c 'import oracledb'
    assert_failure
    assert_output --partial ModuleNotFoundError
}
