#!/usr/bin/env bats
# Packer and its amazon plugin work.

load image

setup() {
    load_libraries
}

@test "packer can build with amazon-ebs" {
    folder=$(mktemp --directory)
    cat > "$folder/image.json" << 'TEMPLATE'
{
  "builders": [{
    "type": "amazon-ebs", "region": "us-east-1", "source_ami": "ami-00000000000000000", "ssh_username": "x",
    "instance_type": "t3.micro", "ami_name": "lava-test", "skip_region_validation": true,
    "skip_credential_validation": true, "access_key": "x", "secret_key": "x"
  }]
}
TEMPLATE
    chmod -R go+rX "$folder"
    run as_login_user "packer validate $folder/image.json"
    rm -r "$folder"
    assert_success
}
