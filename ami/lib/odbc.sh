# Registers drivers with unixODBC.
# shellcheck shell=bash

# register_odbc_driver NAME LIBRARY DESCRIPTION: an entry of that name that is there already is replaced.
register_odbc_driver() {
    local name=$1 library=$2 description=$3
    if [ ! -e "$library" ]; then
        echo "error: the ODBC driver $name is not at $library" >&2
        return 1
    fi
    # The registry counts how often an entry was made, and an entry stays for as long as the count is not zero.
    while odbcinst -q -d -n "$name" > /dev/null 2>&1; do
        odbcinst -u -d -n "$name" > /dev/null
    done
    odbcinst -i -d -r > /dev/null << ENTRY
[$name]
Description=$description
Driver=$library
ENTRY
    # It makes the file with the rights of its own choice.
    chmod 0644 /etc/odbcinst.ini
}
