#!/usr/bin/env bash
# Files of users are their own: umask 077 and closed homes; the login user has what new users find.
source "$(dirname "$0")/../lib/configurator.sh"

# set_login_default NAME VALUE: a setting of login.defs, whether it stands there, as a comment, or not at all.
set_login_default() {
    sed -i -E "/^#?[[:space:]]*$1[[:space:]]/d" /etc/login.defs
    printf '%s\t%s\n' "$1" "$2" >> /etc/login.defs
}

set_login_default UMASK 077
# An older useradd goes by UMASK alone, and would complain of a setting that it does not know.
if grep --quiet HOME_MODE "$(command -v useradd)"; then
    set_login_default HOME_MODE 0700
fi
chmod 0700 "$LOGIN_HOME"
cp -R --no-clobber --no-preserve=ownership /etc/skel/. "$LOGIN_HOME/"
chown -R --no-dereference "$LAVA_LOGIN_USER:" "$LOGIN_HOME"/.[!.]*
