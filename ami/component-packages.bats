#!/usr/bin/env bats
# Which packages make a component, for every operating system and architecture.

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    PACKER_FOLDER=$BATS_TEST_TMPDIR
    mkdir "$PACKER_FOLDER/lib"
    export LAVA_OS LAVA_ARCH=x86_64
    # shellcheck disable=SC2317,SC2329
    os_install() { echo "installed: $*"; }
}

# as_on OS: what a configurator has there.
as_on() {
    LAVA_OS=$1
    cp "$BATS_TEST_DIRNAME/../os/$1/lib/components.sh" "$PACKER_FOLDER/lib/"
    source "$BATS_TEST_DIRNAME/lib/component-packages.sh"
}

@test "the packages of a component are installed in one transaction" {
    as_on amzn2023
    run install_component odbc
    assert_output 'installed: unixODBC freetds freetds-libs'
}

@test "where there is no package, nothing is installed" {
    as_on debian12
    run install_component ssm-agent
    assert_success
    assert_output ''
}

@test "a component that the operating system's table does not know is an error" {
    as_on debian12
    run install_component teapot
    assert_failure
    assert_output --partial 'debian12 does not say what teapot is made of'
}

@test "what depends on the architecture is looked up by it" {
    as_on debian12
    assert_equal "$(by_arch OS_TDS_DRIVER)" /usr/lib/x86_64-linux-gnu/odbc/libtdsodbc.so
    LAVA_ARCH=arm64
    assert_equal "$(by_arch OS_TDS_DRIVER)" /usr/lib/aarch64-linux-gnu/odbc/libtdsodbc.so
    LAVA_ARCH=riscv64
    run by_arch OS_TDS_DRIVER
    assert_failure
    assert_output --partial 'OS_TDS_DRIVER of debian12 has nothing for riscv64'
}
