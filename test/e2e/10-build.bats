#!/usr/bin/env bats
# A whole build in the local cloud, and everything the image has to be afterwards.

load build

setup_file() {
    load build
    cloud true # it keeps its log from here on
    calls=$(wc -l < "$(cloud_folder)/api.log")
    cloud_make ami "${LOCAL_BUILD[@]}" > "$BATS_FILE_TMPDIR/stdout" 2> "$BATS_FILE_TMPDIR/progress" || {
        cat "$BATS_FILE_TMPDIR/progress" >&2
        return 1
    }
    image=$(tail -n 2 "$BATS_FILE_TMPDIR/stdout" | head -n 1)
    tail -n "+$((calls + 1))" "$(cloud_folder)/api.log" > "$BATS_FILE_TMPDIR/calls"
    export image
    cloud aws ec2 describe-images --image-ids "$image" > "$BATS_FILE_TMPDIR/image.json"
    echo '{"shell": ["echo obeyed > /root/obeyed", "false"]}' > "$BATS_FILE_TMPDIR/user-data.json"
    cloud_make launch "ami=$image" "${LOCAL[@]}" "user_data=$BATS_FILE_TMPDIR/user-data.json" > "$BATS_FILE_TMPDIR/launch"
    # Word by word, the line that is printed for people is a command.
    read -ra login <<< "$(sed -n 's/^Log in: *//p' "$BATS_FILE_TMPDIR/launch")"
    printf '%q ' "${login[@]}" > "$BATS_FILE_TMPDIR/login"
}

teardown_file() {
    load build
    cloud aws ec2 terminate-instances --instance-ids "$(sed -n 's/^Instance: *//p' "$BATS_FILE_TMPDIR/launch")" > /dev/null
}

setup() {
    load_libraries
}

# Asks the image's description: field JQ-EXPRESSION
field() {
    jq --raw-output ".Images[0] | $1" "$BATS_FILE_TMPDIR/image.json"
}

tag() {
    field ".Tags[] | select(.Key == \"$1\") | .Value"
}

# Runs a command on the launched instance.
on_instance() {
    cd "$ROOT" && eval "$(cat "$BATS_FILE_TMPDIR/login") -q $(printf '%q' "$1")"
}

# The image's own layer on this machine: what the build changed, as it was when the image was made.
layer() {
    jq --raw-output ".images[\"$image\"].layers[-1]" "$(cloud_folder)/state.json"
}

@test "stdout ends with the image's id and its name" {
    run cat "$BATS_FILE_TMPDIR/stdout"
    assert_line --index -2 --regexp '^ami-[0-9a-f]{17}$'
    assert_line --index -1 --regexp \
        "^lava-$(as_pattern "$LAVA_VERSION")-debian12-py3\.11-x86_64-20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]-[0-5][0-9]-[0-5][0-9]Z$"
    assert_equal "$(field .Name)" "$(tail -n 1 "$BATS_FILE_TMPDIR/stdout")"
}

@test "progress without a terminal is plain lines, one for each step and configurator" {
    run cat "$BATS_FILE_TMPDIR/progress"
    for step in 'look up' plan sync stage conf.d/20-packages test/boot record.d/50-sbom seal.d/95-check packer finish; do
        assert_line --regexp "^ *$step +([0-9]+ min )?[0-9.]+ s  [^ ]"
    done
    refute_output --partial $'\e'
}

@test "the image is encrypted, requires IMDSv2 and carries its tags" {
    assert_equal "$(field .BlockDeviceMappings[0].Ebs.Encrypted)" true
    assert_equal "$(field .State)" available
    assert_equal "$(tag Name)" "$(field .Name)"
    assert_equal "$(tag OS)" debian12
    assert_equal "$(tag Arch)" x86_64
    assert_equal "$(tag LavaVersion)" "$LAVA_VERSION"
    assert_equal "$(tag PythonVersion)" 3.11.2
    assert_equal "$(tag PYTHON_VERSION)" 3.11.2
    assert_regex "$(tag SourceAmi)" '^ami-[0-9a-f]{17}$'
    assert_regex "$(tag BuildId)" '^20.*Z-[0-9a-f]{4}$'
    [ -n "$(tag Repo)" ]
    run cloud aws ec2 describe-image-attribute --image-id "$image" --attribute imdsSupport
    assert_output --partial v2.0
}

@test "its snapshot carries the same tags" {
    snapshot=$(field .BlockDeviceMappings[0].Ebs.SnapshotId)
    tags=$(cloud aws ec2 describe-snapshots --snapshot-ids "$snapshot" | jq -S '.Snapshots[0].Tags | sort_by(.Key)')
    assert_equal "$tags" "$(field '.Tags | sort_by(.Key)' | jq -S .)"
}

@test "nothing of the build is left" {
    build=$(tag BuildId)
    run cloud aws ec2 describe-instances --filters "Name=tag:BuildId,Values=$build" --output text \
        --query 'Reservations[].Instances[].State.Name'
    assert_output terminated
    for what in describe-volumes describe-key-pairs; do
        run cloud aws ec2 "$what" --filters "Name=tag:BuildId,Values=$build" --output text
        assert_success
        assert_output ''
    done
    # The role and the instance profile have one name.
    role=$(sed -n 's/.*Creating temporary role for this instance: //p' "$(newest_build)/packer.log")
    assert_regex "$role" '^packer-'
    run cloud aws iam get-role --role-name "$role"
    assert_output --partial NoSuchEntity
    run cloud aws iam get-instance-profile --instance-profile-name "$role"
    assert_output --partial NoSuchEntity
}

@test "the record has variables, manifest, log, steps and plan, and no key" {
    folder=$(newest_build)
    for file in variables.json manifest.json packer.log build.json plan.json packer.tar.gz sbom.cdx.json test.tap; do
        assert [ -s "$folder/$file" ]
    done
    assert [ ! -e "$folder/ssh-key" ]
    assert_equal "$(jq -r .imageId "$folder/build.json")" "$image"
    run grep --recursive --files-with-matches '^-----BEGIN.*PRIVATE KEY' "$folder"
    assert_failure
}

@test "what is on the image is recorded, on the image as in the build's folder" {
    sbom=$(newest_build)/sbom.cdx.json
    run node "$ROOT/test/e2e/validate-sbom.ts" "$sbom"
    assert_success
    assert_output valid
    assert_equal "$(jq --raw-output .metadata.component.name "$sbom")" "$(field .Name)"
    assert_equal "$(jq --raw-output '.components[] | select(."bom-ref" == "tool:python") | .version' "$sbom")" 3.11.2
    run on_instance 'cat /usr/local/share/lava/sbom.cdx.json'
    assert_output "$(cat "$sbom")"
    # What Python was compiled with has gone again.
    assert_equal "$(jq --raw-output '.components[].name | select(test("^(gcc|libssl-dev)$"))' "$sbom")" ''
    # Every package is in it, with its version and nothing else.
    # shellcheck disable=SC2016
    installed=$(on_instance "dpkg-query --show --showformat='\${Package} \${Version}\n'" | sort)
    assert_equal "$(jq --raw-output '.components[] | select(.purl // "" | startswith("pkg:deb")) | "\(.name) \(.version)"' \
        "$sbom" | sort)" "$installed"
}

@test "the image's tests all passed, and their results are kept" {
    results=$(newest_build)/test.tap
    run grep --count '^ok ' "$results"
    assert [ "$output" -gt 15 ]
    run grep --extended-regexp '^not ok|# skip' "$results"
    assert_output ''
    # None was left out but those of components that were.
    assert_equal "$(sed -n 's,^# test/,,p' "$results")" "$(basename --suffix .bats --multiple "$ROOT"/test/image/*.bats |
        grep --invert-match --line-regexp --fixed-strings "$(tag LavaSkipped | tr ' ' '\n')")"
    assert_equal "$(tag LavaSkipped | tr ' ' ,)" "${LOCAL_BUILD[2]#skip=}"
}

# Actions alone are compared here. That resources and conditions let a build through shows 60-generations.bats, which
# builds with the rights of the policy, and deploy/policies.test.ts.
@test "the build asked AWS only what the operator's policy allows" {
    # What S3 calls its actions in policies differs from what they are called in the API; a large file that is not in
    # the bucket yet goes up in parts.
    asked=$(jq --raw-output '{ListObjectsV2: "ListBucket", HeadBucket: "ListBucket", HeadObject: "GetObject",
            CreateMultipartUpload: "PutObject", UploadPart: "PutObject", CompleteMultipartUpload: "PutObject",
            ListParts: "ListMultipartUploadParts"} as $s3
        | select(.client | startswith("aws-cli") | not) | select(.caller | endswith("/operator"))
        | .service + ":" + (if .service == "s3" then $s3[.action] // .action else .action end)' \
        "$BATS_FILE_TMPDIR/calls" | sort -u)
    allowed=$(jq --raw-output '.Statement[].Action[]' "$ROOT/deploy/operator-policy.json" | sort -u)
    assert [ "$(wc -l <<< "$asked")" -gt 20 ]
    assert_equal "$(comm -23 <(echo "$asked") <(echo "$allowed"))" ''
}

@test "the local cloud refused nothing" {
    # That Python is not compiled yet is learnt by asking for it.
    run jq --compact-output 'select(.status >= 400 and .error != "NoSuchEntity"
        and ((.resource // "") | contains("/lava/ami/compiled/") | not))' "$BATS_FILE_TMPDIR/calls"
    assert_output ''
}

@test "the login user finds the build's components and its complete log in ~/packer" {
    run on_instance 'cd ~/packer && ls && cat build.log'
    assert_success
    for part in provision conf.d seal.d lib rootfs image.pkr.hcl ami-build.yaml build.env boot; do
        assert_line "$part"
    done
    assert_line --regexp '^==== conf.d/10-upgrade \(1 of '
    assert_line --regexp '^==== reboot '
    assert_line --regexp '^==== up again, '
    assert_line --regexp '^==== seal.d/90-identity done in '
    run on_instance 'packer version'
    assert_output --partial 'Packer v'
}

@test "the image holds no key, history, host key, credential or identity of the build" {
    cd "$(layer)"
    assert [ -f etc/machine-id ]
    assert [ ! -s etc/machine-id ]
    # A file that a lower layer has and this one removed is a character device here.
    run find . -type f \( -name 'ssh_host_*' -o -name authorized_keys -o -name '*_history' -o -path '*/.aws/*' \
        -o -path './var/lib/cloud/*' -o -name random-seed -o -path './var/log/journal/*/*' -o -name '*.pem' -newer etc/machine-id \)
    assert_output ''
    run grep --recursive --files-with-matches --text '^-----BEGIN.*PRIVATE KEY' root home etc
    assert_output ''
    run find ./tmp ./var/tmp -type f
    assert_output ''
}

@test "an instance has an identity of its own, and only its own key logs in" {
    run on_instance 'cat /etc/machine-id; wc -l < ~/.ssh/authorized_keys; hostname; sudo cat /root/.ssh/authorized_keys'
    assert_line --index 0 --regexp '^[0-9a-f]{32}$'
    assert_line --index 1 1
    assert_line --index 2 --regexp '^ip-10-77-'
    refute_output --partial "lava-ami-$(tag BuildId)"
}

@test "timezone, message of the day, ami-info and rc.local are as they should be" {
    run on_instance 'date +%Z; run-parts /etc/update-motd.d; cat /usr/local/etc/ami-info; systemctl is-active rc-local; ls /usr/local/etc/rc.d'
    assert_line --regexp '^AE[SD]T$'
    assert_line "Image: $(field .Name)"
    assert_line AMI_OS=debian12
    assert_line active
    assert_line 00_aws_region
}

@test "the instance obeyed its user data, and says how that went" {
    run on_instance 'sudo cat /root/obeyed; lava-boot status; run-parts /etc/update-motd.d'
    assert_line --index 0 obeyed
    assert_line --regexp '^ *99_shell +FAILED'
    assert_output --partial "$(on_instance 'cat /run/lava/motd')"
}

@test "packages are up to date and the system has no failed unit" {
    run on_instance 'systemctl --failed --no-legend; dpkg --audit'
    assert_output ''
}
