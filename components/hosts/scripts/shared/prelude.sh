# shellcheck shell=bash
# What host scripts share; `scriptText` puts it in the place of their line `source shared/prelude.sh`. A script sets
# SCRIPT to its name before that line, and has a function `option NAME VALUE` if it calls `each_option`.

die() {
  printf '%s: %s\n' "$SCRIPT" "$*" >&2
  exit 1
}

note() {
  printf '%s: %s\n' "$SCRIPT" "$*" >&2
}

# Refuses a value, shown so that it can't be mistaken for anything else, and says what is wanted.
refuse() {
  die "refused $1 $(printf '%q' "$2"): want $3"
}

# Hands every option with its value to the script's own function `option`.
each_option() {
  while [[ $# -gt 0 ]]; do
    [[ $# -ge 2 ]] || die "$(printf '%q' "$1") wants a value"
    option "$1" "$2"
    shift 2
  done
}

# What `option` says of an option that it does not know.
unknown_option() {
  die "unknown option $(printf '%q' "$1")"
}

# Waits its turn: several runs are started at once, and one whose connection was lost may still be at work.
turn() {
  local lock=$1 seconds=$2 what=$3
  exec {turn}>"$lock"
  flock -w "$seconds" "$turn" || die "another run has been at work on $what for $((seconds / 60)) minutes"
}

check_pool() {
  [[ $1 =~ ^[A-Za-z][A-Za-z0-9_.:-]*$ ]] || refuse pool "$1" 'a letter, then letters, digits and _ . : -'
}

check_client() {
  local octet='(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])'
  [[ $1 =~ ^($octet\.){3}$octet/(3[0-2]|[12]?[0-9])$ ]] || refuse client "$1" 'a network such as 192.168.1.0/24'
}

check_address() {
  local octet='(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])'
  [[ $1 =~ ^($octet\.){3}$octet$ ]] || refuse address "$1" 'an IPv4 address'
}

check_path() {
  [[ $1 =~ ^(/[A-Za-z0-9._+@-]+)+$ ]] || refuse path "$1" 'an absolute path of letters, digits and . _ + @ -'
  [[ $1/ != */../* && $1/ != */./* ]] || die "refused path $(printf '%q' "$1"): it has . or .. in it"
}
