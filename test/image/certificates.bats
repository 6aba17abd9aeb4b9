#!/usr/bin/env bats
# The certificates of RDS and Redshift are where programs expect them.

load image

setup() {
    load_libraries
}

@test "every certificate of every bundle can be read" {
    for file in /usr/local/lib/rds/*.pem /usr/local/lib/redshift/*.crt; do
        run openssl crl2pkcs7 -nocrl -certfile "$file"
        assert_success
        announced=$(grep --count 'BEGIN CERTIFICATE' "$file")
        assert_equal "$(openssl pkcs7 -print_certs -noout <<< "$output" | grep --count '^subject')" "$announced"
    done
}

@test "there is the bundle for all regions" {
    assert [ -s /usr/local/lib/rds/global-bundle.pem ]
}

@test "Postgres clients of new users and of the login user trust Redshift" {
    home=$(getent passwd "$LAVA_LOGIN_USER" | cut -d : -f 6)
    cmp /usr/local/lib/redshift/amazon-trust-ca-bundle.crt /etc/skel/.postgresql/root.crt
    cmp /usr/local/lib/redshift/amazon-trust-ca-bundle.crt "$home/.postgresql/root.crt"
    run as_login_user 'cat ~/.postgresql/root.crt'
    assert_success
}
