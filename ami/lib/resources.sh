# What came from outside the operating system's repositories, and what was left out.
# shellcheck shell=bash

# shellcheck source=s3.sh
source "$PACKER_FOLDER/lib/s3.sh"

component() {
    [[ " ${LAVA_SKIP:-} " != *" $1 "* ]]
}

resource() {
    local file=/var/tmp/lava-resources/Python-$LAVA_PYTHON_VERSION.tar.xz
    if [ ! -e "$file" ]; then
        mkdir -p /var/tmp/lava-resources
        s3_get "python/$LAVA_PYTHON_VERSION/${file##*/}" "$file" >&2 || {
            echo "error: python/$LAVA_PYTHON_VERSION/${file##*/} is not in s3://$LAVA_S3_BUCKET/$LAVA_S3_PREFIX" >&2
            return 1
        }
    fi
    echo "$file"
}
