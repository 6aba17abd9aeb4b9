# What is compiled is compiled once: the finished tree is kept in S3 under a key made of everything that determines it,
# and the next build unpacks it. The cache is a saving and nothing more: what is missing, corrupt, refused or slow is
# said in a line and compiled again.
# shellcheck shell=bash

# shellcheck disable=SC1091
source "$PACKER_FOLDER/lib/s3.sh"

# How long one exchange with the cache may take, in seconds.
COMPILED_PATIENCE=${COMPILED_PATIENCE:-120}

# Its presence in a tree says that the tree is whole, and what it was made of.
COMPILED_MARK=.compiled

# compiled NAME TREE BUILD CHECK < DETERMINANTS
# Puts a compiled tree at the absolute path TREE: the cached one, or what the function BUILD leaves there. The function
# CHECK says by its status whether a tree works. DETERMINANTS are lines that name everything the result depends on; any
# order.
compiled() {
    local name=$1 tree=$2 build=$3 check=$4 key
    key=$(sort | sha256sum | cut -d ' ' -f 1)
    if [ "$(cat "$tree/$COMPILED_MARK" 2> /dev/null)" = "$key" ] && "$check"; then
        echo "$name: there already"
        return
    fi
    if compiled_restore "$name" "$tree" "$key"; then
        if "$check"; then
            echo "$name: taken from the cache ($key)"
            return
        fi
        echo "$name: the tree from the cache does not work; compiling"
    fi
    rm -rf "$tree"
    "$build"
    "$check"
    echo "$key" > "$tree/$COMPILED_MARK"
    compiled_keep "$name" "$tree" "$key"
}

# Prints what every compiled thing depends on: the system, and the versions in which it has the PACKAGES (compiler and
# libraries) that it is compiled with. They need not be installed.
compiled_platform() {
    # shellcheck disable=SC1091
    (source /etc/os-release && echo "os $ID $VERSION_ID")
    echo "arch $(uname -m)"
    echo "libc $(getconf GNU_LIBC_VERSION)"
    os_versions "$@" | sed 's/^/package /'
}

# In S3, KEY.sha256 holds the checksum of the tree, which is also part of the name of the tree's own object: two builds
# that keep the same thing at once can't mix theirs up.
compiled_object() {
    echo "compiled/$1/$2"
}

compiled_restore() (
    name=$1 tree=$2 key=$3
    object=$(compiled_object "$name" "$key")
    folder=$(mktemp -d /var/tmp/compiled.XXXXXX)
    trap 'rm -rf "$folder"' EXIT
    refuse() {
        echo "$name: not taken from the cache: $1; compiling"
        exit 1
    }
    compiled_exchange "$folder" s3_get "$object.sha256" "$folder/sum" || refuse "$(cat "$folder/reason")"
    sum=$(tr -d '\n' < "$folder/sum")
    [[ "$sum" =~ ^[0-9a-f]{64}$ ]] || refuse "the checksum in $object.sha256 is none"
    compiled_exchange "$folder" s3_get "$object-${sum:0:16}.tar.gz" "$folder/tree.tar.gz" ||
        refuse "$(cat "$folder/reason")"
    sha256sum --check --status <<< "$sum  $folder/tree.tar.gz" || refuse "$object-${sum:0:16}.tar.gz is corrupt"
    # Beside its place first: a tree that is there is whole.
    rm -rf "$tree" "$tree.new"
    mkdir -p "$tree.new"
    tar -xzf "$folder/tree.tar.gz" -C "$tree.new" 2> "$folder/reason" || {
        rm -rf "$tree.new"
        refuse "it can't be unpacked ($(head -n 1 "$folder/reason"))"
    }
    mv "$tree.new" "$tree"
)

# Keeps a tree for the next build. That it can't be kept does no harm to this one.
compiled_keep() (
    name=$1 tree=$2 object=$(compiled_object "$1" "$3")
    folder=$(mktemp -d /var/tmp/compiled.XXXXXX)
    trap 'rm -rf "$folder"' EXIT
    # Sorted by us: the tar of Amazon Linux 2 can't.
    (cd "$tree" && find . -print0 | LC_ALL=C sort -z) > "$folder/names"
    tar --owner=0 --group=0 --numeric-owner --no-recursion --null -czf "$folder/tree.tar.gz" -C "$tree" -T "$folder/names"
    sha256sum "$folder/tree.tar.gz" | cut -d ' ' -f 1 > "$folder/sum"
    # The checksum last: once it is there, so is what it speaks of.
    if compiled_exchange "$folder" s3_put "$folder/tree.tar.gz" "$object-$(head -c 16 "$folder/sum").tar.gz" &&
        compiled_exchange "$folder" s3_put "$folder/sum" "$object.sha256"; then
        echo "$name: compiled, and kept for the next build ($3)"
    else
        echo "$name: compiled; not kept for the next build: $(cat "$folder/reason")"
    fi
)

# Exchanges a file with S3 within the time there is: FOLDER FUNCTION ARGUMENT...; why not is in FOLDER/reason, one line.
compiled_exchange() {
    local folder=$1 status=0
    shift
    # shellcheck disable=SC2016 # the inner shell's
    timeout --kill-after=5 "$COMPILED_PATIENCE" bash -c \
        'source "$PACKER_FOLDER/lib/configurator.sh"; source "$PACKER_FOLDER/lib/s3.sh"; "$@"' bash "$@" \
        > /dev/null 2> "$folder/said" || status=$?
    case "$status" in
        0) ;;
        124 | 137) echo "S3 took more than $COMPILED_PATIENCE s" > "$folder/reason" ;;
        *) { grep . "$folder/said" || echo "$1 ended with status $status"; } | head -n 1 > "$folder/reason" ;;
    esac
    return "$status"
}
