# What the tests of the image share. They run on the build instance, as root, after the reboot and before sealing:
# `provision test` runs each file of this folder, but for those named after a component that was left out.
# shellcheck shell=bash

# What the image was built with: LAVA_PYTHON_VERSION and so on, and what the configurators ask of the operating system.
PACKER_FOLDER=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
# shellcheck disable=SC1091
source "$PACKER_FOLDER/build.env"
# shellcheck source=../../os/debian12/lib/os.sh
source "$PACKER_FOLDER/lib/os.sh"

load_libraries() {
    bats_load_library bats-support
    bats_load_library bats-assert
}

# Runs a command as the login user, in a shell as they get it when they log in: as_login_user COMMAND
as_login_user() {
    su --login "$LAVA_LOGIN_USER" --command "$1"
}

# Runs a command as root in a login shell: as_root COMMAND
as_root() {
    env --ignore-environment HOME=/root TERM=dumb bash -lc "$1"
}
