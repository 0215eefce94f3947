# Debian's packages of programs that we did not write and that the tests let judge what we make, one a line.
# Sourced: `. scripts/lib/verifiers.sh`, then "${VERIFIERS[@]}".

VERIFIERS=(
    faketime
    golang-golang-x-mod-dev
    golang-go
    openssl
    softhsm2
)
