#!/usr/bin/env bats
# The AWS CLI works.

load image

setup() {
    load_libraries
}

@test "the login user and root can run it" {
    for who in as_root as_login_user; do
        run "$who" 'aws --version'
        assert_success
        assert_output --partial 'aws-cli/'
    done
}

@test "it knows who this instance is" {
    run as_login_user "aws sts get-caller-identity --region $LAVA_REGION --query Arn --output text"
    assert_success
    assert_output --partial ':assumed-role/'
}
