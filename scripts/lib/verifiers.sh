# Debian's packages of programs that we did not write and that the tests let judge what we make, one a line.
# Sourced: `. scripts/lib/verifiers.sh`, then "${VERIFIERS[@]}".

VERIFIERS=(
    faketime
    golang-go
    golang-golang-x-mod-dev
    libnss3-tools
    libreoffice-writer-nogui
    openssl
    poppler-utils
    qpdf
    softhsm2
    zbar-tools
)
