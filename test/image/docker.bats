#!/usr/bin/env bats
# Docker answers, and the login user may use it.

load image

setup() {
    load_libraries
}

@test "docker starts at boot, and runs" {
    run systemctl is-enabled docker.service
    assert_output enabled
    run systemctl is-active docker.service
    assert_output active
}

@test "the login user may ask docker" {
    run as_login_user "docker info --format '{{.ServerVersion}}'"
    assert_success
    assert_output --regexp '^[0-9]+\.'
}

@test "it comes without images and containers" {
    run docker ps --all --quiet
    assert_output ''
    run docker images --quiet
    assert_output ''
}
