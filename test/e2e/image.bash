# What tests share that need a whole image, whichever: one is built once, and used by all of them.
# shellcheck shell=bash

load build

# Sets and exports $image: the newest image that was made by this checkout as it is now, by 10-build.bats a moment ago
# maybe; otherwise a new one.
find_image() {
    local found
    cloud_make build > /dev/null
    rm -rf "$BATS_FILE_TMPDIR/staged"
    node "$ROOT/test/e2e/stage-factory.ts" "$BATS_FILE_TMPDIR/staged"
    image=''
    for found in $(cloud aws ec2 describe-images --owners self --output text \
        --filters 'Name=name,Values=lava-*-debian12-*' Name=state,Values=available \
        --query 'reverse(sort_by(Images, &CreationDate))[].ImageId'); do
        ! is_of_this_checkout "$found" || {
            image=$found
            break
        }
    done
    [ -n "$image" ] ||
        image=$(cloud_make ami "${LOCAL_BUILD[@]}" 2> "$BATS_FILE_TMPDIR/progress" | tail -n 2 | head -n 1)
    [ -n "$image" ] || {
        cat "$BATS_FILE_TMPDIR/progress" >&2
        return 1
    }
    export image
}

# The factory that an image carries is all that makes an image.
is_of_this_checkout() {
    local layer
    layer=$(jq --raw-output --arg id "$1" '.images[$id].layers[-1] // empty' "$(cloud_folder)/state.json")
    [ -n "$layer" ] &&
        diff --recursive "$BATS_FILE_TMPDIR/staged/factory" "$layer/home/admin/packer/factory" > /dev/null 2>&1
}
