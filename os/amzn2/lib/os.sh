# What the common layer asks of Amazon Linux 2.
# shellcheck shell=bash disable=SC2034

OS_RC_LOCAL=/etc/rc.d/rc.local
OS_NODE=/usr/local/lib/lava/node/bin/node
OS_PACKAGES=(
    cronie
    jq
    logrotate
    rsyslog
    unzip
    update-motd
)

# What Python needs when it runs, and what it is compiled with.
OS_PYTHON_PACKAGES=(
    bzip2-libs
    gdbm
    libffi
    libuuid
    ncurses-libs
    openssl11-libs
    readline
    sqlite
    tzdata
    xz-libs
    zlib
)
OS_PYTHON_BUILD_PACKAGES=(
    binutils
    bzip2-devel
    gcc
    gdbm-devel
    glibc-devel
    libffi-devel
    libuuid-devel
    make
    ncurses-devel
    openssl11-devel
    pkgconfig
    readline-devel
    sqlite-devel
    tar
    xz
    xz-devel
    zlib-devel
)

# By itself yum waits for another yum without end.
yum_or_wait() {
    wait_for_locks yum --setopt=exit_on_lock=1 "$@"
}

os_upgrade() {
    yum_or_wait --assumeyes --quiet update
}

os_install() {
    yum_or_wait --assumeyes --quiet install "$@"
}

os_remove() {
    yum_or_wait --assumeyes --quiet remove "$@"
}

os_installed() {
    rpm --query --all --queryformat '%{NAME}.%{ARCH}\n' | grep -v '^gpg-pubkey'
}

os_versions() {
    yum_or_wait --quiet info "$@" | awk '$1 == "Name" { name = $3 } $1 == "Version" { version = $3 } $1 == "Release" { print name, version "-" $3 }'
}

# Python asks pkg-config for openssl, which is 1.0.2 here and too old for it; the newer one has another name.
os_python_settings() {
    mkdir -p pkgconfig
    cp /usr/lib64/pkgconfig/openssl11.pc pkgconfig/openssl.pc
    export PKG_CONFIG_PATH=$PWD/pkgconfig
}

os_clean_packages() {
    yum_or_wait --quiet clean all
    rm -rf /var/cache/yum /var/lib/yum/history/*
}

# The setuid and setgid files that the installed packages have, as rpm knows them.
os_setuid_files() {
    rpm --query --all --queryformat '[%{FILEMODES:octal} %{FILENAMES}\n]' | sed -n 's/^[0-7]*[2-7][0-7][0-7][0-7] //p'
}
