# Where the image's own Python is.
# shellcheck shell=bash disable=SC2034

PYTHON_SERIES=${LAVA_PYTHON_VERSION%.*}
# A tree of its own: nothing that the operating system's Python looks at.
PYTHON_TREE=/usr/local/lib/lava/python-$LAVA_PYTHON_VERSION
PYTHON=$PYTHON_TREE/bin/python$PYTHON_SERIES
