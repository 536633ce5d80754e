#!/bin/sh
# Makes a test CA and server certificates below a directory, with the openssl command:
#   ca.pem            the CA's certificate, to be trusted by the client
#   other-ca.pem      a CA that has signed none of these but untrusted.pem
#   server.pem .key   valid; for localhost, 127.0.0.1, ::1 and the names given
#   wrong.pem .key    valid, for another name
#   expired.pem .key  for the right names, its time is over
#   future.pem .key   for the right names, its time has not begun
#   untrusted.pem .key  for the right names, from the other CA
#   self.pem .key     for the right names, signed by itself
#   old-ca.pem        a CA whose time is over
#   old.pem .key      for the right names, from that CA
#   middle-ca.pem     a CA that ca has signed
#   chained.pem .key  for the right names, from the CA in the middle; chain.pem holds both certificates
# usage: make_certificates.sh DIRECTORY [NAME…]
set -eu
unset OPENSSL_CONF
directory=$1
shift
mkdir -p "$directory"
cd "$directory"
umask 077

names=DNS:localhost,IP:127.0.0.1,IP:::1
for name in "$@"; do
    case $name in
        *[!0-9.]*) names=$names,DNS:$name ;;
        *) names=$names,IP:$name ;;
    esac
done

cat >ca.cnf <<END
[ca]
default_ca = test
[test]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
END
: >index.txt

key() {
    openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null ||
        openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"
}

# authority NAME
authority() {
    key "$1.key"
    openssl req -x509 -new -config ca.cnf -extensions authority -key "$1.key" -subj "/CN=agentpack test $1" -days 3650 \
        -out "$1.pem"
}

# issue NAME CA ALTERNATIVE-NAMES START END
issue() {
    key "$1.key"
    openssl req -new -config ca.cnf -key "$1.key" -subj "/CN=$1.test.invalid" -addext "subjectAltName=$3" -out "$1.csr"
    openssl ca -batch -notext -config ca.cnf -cert "$2.pem" -keyfile "$2.key" -startdate "$4" -enddate "$5" \
        -in "$1.csr" -out "$1.pem" 2>"$1.log" || { cat "$1.log" >&2; exit 1; }
}

authority ca
authority other-ca
issue server ca "$names" 20200101000000Z 20491231000000Z
issue wrong ca DNS:elsewhere.test.invalid 20200101000000Z 20491231000000Z
issue expired ca "$names" 20200101000000Z 20210101000000Z
issue future ca "$names" 20480101000000Z 20491231000000Z
issue untrusted other-ca "$names" 20200101000000Z 20491231000000Z
key self.key
openssl req -x509 -new -config ca.cnf -key self.key -subj /CN=self.test.invalid -addext "subjectAltName=$names" -days 3650 \
    -out self.pem
# signed_authority NAME END [CA]: by itself without CA
signed_authority() {
    key "$1.key"
    openssl req -new -config ca.cnf -key "$1.key" -subj "/CN=agentpack test $1" -out "$1.csr"
    if [ $# = 3 ]; then set -- "$1" "$2" -cert "$3.pem" -keyfile "$3.key"; else set -- "$1" "$2" -selfsign -keyfile "$1.key"; fi
    name=$1 end=$2
    shift 2
    openssl ca -batch -notext -config ca.cnf -extensions authority "$@" -startdate 20200101000000Z -enddate "$end" \
        -in "$name.csr" -out "$name.pem" 2>"$name.log" || { cat "$name.log" >&2; exit 1; }
}
signed_authority old-ca 20210101000000Z
issue old old-ca "$names" 20200101000000Z 20491231000000Z
signed_authority middle-ca 20491231000000Z ca
issue chained middle-ca "$names" 20200101000000Z 20491231000000Z
cat chained.pem middle-ca.pem >chain.pem
chmod 644 ./*.pem
rm -f ./*.csr ./*.log ./index.txt* ./[0-9A-F][0-9A-F][0-9A-F][0-9A-F]*.pem ca.cnf
