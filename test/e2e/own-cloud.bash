# A cloud beside that of the other builds, for files that order trouble, ask for everything that there is, or take long:
# they can run at the same time as others.
# shellcheck shell=bash

# Makes it, or finds it, and has everything run in it from here on: make_own_cloud NAME. It is kept and is warm the next
# time: its base images are there, and so is what was compiled.
make_own_cloud() {
    local theirs
    # Makes the base image that both want, or waits for it.
    cloud true
    theirs=$(cloud_folder)
    export LAVA_CLOUD_DIR=$theirs-$1
    # A base image trusts its cloud's authority. Nothing is ever written into one.
    [ -e "$LAVA_CLOUD_DIR" ] || {
        mkdir --mode=0700 "$LAVA_CLOUD_DIR" "$LAVA_CLOUD_DIR/base"
        cp --archive "$theirs/LOCAL-CLOUD" "$theirs/ca" "$LAVA_CLOUD_DIR"
        cp --archive --link "$theirs"/base/debian12-* "$LAVA_CLOUD_DIR/base"
    }
}

# Stops it; for teardown_file.
stop_own_cloud() {
    "$ROOT/test/cloud/stop" > /dev/null
}
