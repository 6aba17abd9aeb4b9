#!/usr/bin/env bash
# Fetches from S3 what comes from outside the operating system's repositories, all at the same time, and verifies it.
source "$(dirname "$0")/../lib/configurator.sh"

main() {
    local path sha256 fetch fetches=() failed=0
    while IFS=$'\t' read -r _ _ path sha256; do
        fetch_resource "$path" "$sha256" &
        fetches+=("$!")
    done < "$PACKER_FOLDER/resources.tsv"
    for fetch in "${fetches[@]}"; do
        wait "$fetch" || failed=1
    done
    [ "$failed" -eq 0 ]
}

main
