# Every configurator and sealer begins by sourcing this: strict mode, the build's settings, the operating system's own
# functions (os.sh of its layer).
# shellcheck shell=bash
# E: what fails inside a function is named as well.
set -Eeuo pipefail
trap 'echo "error: ${BASH_SOURCE[0]##*/}, line $LINENO: \"$BASH_COMMAND\" ended with status $?" >&2' ERR

PACKER_FOLDER=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC1091
source "$PACKER_FOLDER/build.env"
# shellcheck source=locks.sh
source "$PACKER_FOLDER/lib/locks.sh"
# shellcheck source=../../os/debian12/lib/os.sh
source "$PACKER_FOLDER/lib/os.sh"
# shellcheck source=resources.sh
source "$PACKER_FOLDER/lib/resources.sh"

LOGIN_HOME=$(getent passwd "$LAVA_LOGIN_USER" | cut -d: -f6)
export PACKER_FOLDER LOGIN_HOME

# Whatever the umask of the shell that runs the build: the login shells of the image have a strict one.
umask 022
