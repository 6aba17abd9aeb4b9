# What must not be on an image, as functions that print it. For the tests of the image and for the last sealer.
# shellcheck shell=bash

# Everything on the root volume but what programs make and remove as they run; containers have volumes of their own.
image_files() {
    find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /var/lib/docker -o -path /tmp \
        -o -path /var/tmp \) -prune -o "$@" -print
}

# Files with the setuid or setgid bit that the distribution does not have.
foreign_setuid_files() {
    comm -23 <(image_files -type f -perm /6000 | sort) <(os_setuid_files | sort)
}

# Files that everybody may write, and such folders, unless the sticky bit keeps people apart.
world_writable_files() {
    image_files \( -type f -perm -0002 -o -type d -perm -0002 ! -perm -1000 \)
}

# What belongs to the build alone: keys, histories, credentials.
remains_of_build() {
    local home
    for home in /root /home/*; do
        find "$home" -xdev \( -name authorized_keys -o -name 'authorized_keys[0-9]' -o -name '.*_history' \
            -o -name 'id_*' -path '*/.ssh/*' -o -path '*/.aws/credentials' -o -name .netrc \) 2> /dev/null
    done
    find /etc/ssh -name 'ssh_host_*'
    find /var/lib/cloud -mindepth 1
    find /tmp /var/tmp -mindepth 1 -maxdepth 1 ! -name 'systemd-private-*' ! -name 'script_*.sh' ! -name '.*-unix'
    files_with_secrets
}

# Files that hold a private key or AWS credentials. A line by itself: programs that know the words are no secrets.
files_with_secrets() {
    grep --recursive --binary-files=without-match --files-with-matches --no-messages --extended-regexp \
        '^-----BEGIN ([A-Z]+ )*PRIVATE KEY-----$|\b(AKIA|ASIA)[A-Z0-9]{16}\b' /root /home /etc /var/log /usr/local/etc || true
}
