#!/usr/bin/env bash
# Process 1 of a pretended instance, in namespaces of its own: makes its file system (this machine's, with changes kept
# in memory), its network and its journal, says so, and stays until its input ends.
# Arguments: an empty folder to work in, the folder of bundles, the runtime, a certificate to trust.
set -euo pipefail

file_system() {
    local folder=$1 root=$1/root
    mount --make-rprivate /
    mount -t tmpfs -o size=400m,mode=700 tmpfs "$folder"
    mkdir "$root" "$folder/upper" "$folder/work"
    mount -t overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" overlay "$root"
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount -t tmpfs -o mode=755 tmpfs "$root/run"
    mount -t tmpfs -o mode=700 tmpfs "$root/root"
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    cp --archive /dev/{null,zero,full,random,urandom,tty,fd,stdin,stdout,stderr} "$root/dev"
    ln -s /run/systemd/journal/dev-log "$root/dev/log"
}

network() {
    ip link set lo up
    ip address add 169.254.169.254/32 dev lo
    printf '127.0.0.1 %s\n' localhost {,bucket.,mybucket.}s3.us-east-1.amazonaws.com > /etc/hosts
}

journal() {
    mkdir -p /run/systemd/journal /run/log/journal
    /lib/systemd/systemd-journald 2> /dev/null &
    until [ -S /run/systemd/journal/dev-log ]; do sleep 0.02; done
}

image() {
    local bundles=$1 runtime=$2
    mkdir -p /usr/local/lib/lava/bin /usr/local/etc/rc.d
    ln -s "$runtime" /usr/local/lib/lava/bin/node
    install -m 0755 "$bundles"/rc.d/* /usr/local/etc/rc.d/
    install -m 0755 "$bundles"/bin/* /usr/local/bin/
    echo '# /etc/fstab of a pretended instance' > /etc/fstab
}

if [ "$1" != inside ]; then
    certificate=$(cat "$4")
    file_system "$1"
    certificate=$certificate exec chroot "$1/root" "$BASH" "${BASH_SOURCE[0]}" inside "$2" "$3"
fi
network
journal
image "$2" "$3"
echo "$certificate" > /etc/ssl/certs/ca-certificates.crt
echo ready
exec cat > /dev/null
