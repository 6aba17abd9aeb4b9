# Bundles of certificates in PEM.
# shellcheck shell=bash

# install_bundle FILE TARGET: refused if any certificate in it can't be parsed, or if there is none.
install_bundle() {
    local file=$1 target=$2 announced parsed
    announced=$(grep --count 'BEGIN CERTIFICATE' "$file" || true)
    parsed=$(certificate_subjects "$file" | wc -l)
    if [ "$announced" -eq 0 ] || [ "$parsed" -ne "$announced" ]; then
        echo "error: $file is no bundle of certificates: $parsed of the $announced in it can be read" >&2
        return 1
    fi
    install -D -m 0644 "$file" "$target"
}

# The subject of each certificate of a bundle, one a line; by way of PKCS 7, which OpenSSL reads as a whole since 1.0.
certificate_subjects() {
    { openssl crl2pkcs7 -nocrl -certfile "$1" 2> /dev/null | openssl pkcs7 -print_certs -noout 2> /dev/null || true; } |
        sed -n '/^subject/p'
}
