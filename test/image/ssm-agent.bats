#!/usr/bin/env bats
# The SSM agent is there.

load image

setup() {
    load_libraries
}

@test "it starts at boot" {
    run systemctl is-enabled amazon-ssm-agent.service
    assert_output enabled
}

@test "its program can be run" {
    run amazon-ssm-agent -version
    assert_success
    assert_output --partial 'version'
}
