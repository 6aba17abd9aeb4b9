#!/usr/bin/env bats
# The CloudWatch agent is there, and ships lava's log.

load image

setup() {
    load_libraries
}

SETTINGS=/opt/aws/amazon-cloudwatch-agent/etc/amazon-cloudwatch-agent.json

@test "it starts at boot" {
    run systemctl is-enabled amazon-cloudwatch-agent.service
    assert_output enabled
}

@test "it collects lava's log" {
    run jq --raw-output '.logs.logs_collected.files.collect_list[].file_path' "$SETTINGS"
    assert_output /var/log/lava
}
