# What comes from outside the operating system's repositories (resources.tsv, made of ami/resources.yaml), and what was
# left out.
# shellcheck shell=bash

# shellcheck source=s3.sh
source "$PACKER_FOLDER/lib/s3.sh"

# Where the build instance has them; emptied before the image is made.
RESOURCES=/var/tmp/lava-resources

# component NAME: whether it is part of this image.
component() {
    [[ " ${LAVA_SKIP:-} " != *" $1 "* ]]
}

# resource NAME: prints its file, which is verified.
resource() {
    local path
    path=$(resource_field "$1" 3) || return
    if [ ! -f "$RESOURCES/$path" ]; then
        echo "error: the resource $1 was not fetched; conf.d/22-resources.sh does that" >&2
        return 1
    fi
    echo "$RESOURCES/$path"
}

# resource_version NAME
resource_version() {
    resource_field "$1" 2
}

resource_field() {
    awk -F '\t' -v name="$1" -v field="$2" '$1 == name { print $field; found = 1 } END { exit !found }' \
        "$PACKER_FOLDER/resources.tsv" || {
        echo "error: there is no resource $1 for this operating system and architecture (ami/resources.yaml)" >&2
        return 1
    }
}

# fetch_resource PATH SHA256: from S3, unless it is there already; verified in any case.
fetch_resource() {
    local path=$1 sha256=$2 file=$RESOURCES/$1
    mkdir -p "$(dirname "$file")"
    if [ ! -f "$file" ]; then
        s3_get "$path" "$file.part" || {
            echo "error: s3://$LAVA_S3_BUCKET/$LAVA_S3_PREFIX$path could not be fetched" >&2
            return 1
        }
        mv "$file.part" "$file"
    fi
    if ! sha256sum --check --status <<< "$sha256  $file"; then
        echo "error: s3://$LAVA_S3_BUCKET/$LAVA_S3_PREFIX$path is not what ami/resources.yaml has the checksum of;" \
            "its checksum is $(sha256sum "$file" | cut -d ' ' -f 1)$(looks_like_page "$file")" >&2
        rm -f "$file"
        return 1
    fi
}

# looks_like_page FILE: says so where it is one; a proxy sends its own page with the status of success.
looks_like_page() {
    if head -c 1024 "$1" | tr -d '\0' | grep --quiet --ignore-case --extended-regexp '<(!doctype )?html'; then
        echo '; it is an HTML page, as a proxy sends it, and not from S3'
    fi
}
