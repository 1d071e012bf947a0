#!/usr/bin/env bash
# cluster-trust: lets one host log in on another by its key, both known to each other, before there is a cluster.
#
#   bash -s -- identity --node NAME --cluster CLUSTER [--member NAME]...   says who a Proxmox VE node is
#   bash -s -- host-keys                                                   says which keys a host answers with
#   bash -s -- allow                   < identity of who may log in here
#   bash -s -- know --address ADDRESS  < identity or host keys of who answers there
#
# What a host says goes to standard output and is another host's input: public keys only, no private key travels,
# and no host key is ever taken on trust. A second run changes nothing; entries are only ever added.
# --member names the declared nodes, so that a change of that list asks every node again.
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C

SSH=/root/.ssh
LOCK=/run/hybrid-estate-cluster-trust.lock

die() {
  printf 'cluster-trust: %s\n' "$*" >&2
  exit 1
}

note() {
  printf 'cluster-trust: %s\n' "$*" >&2
}

check_name() {
  [[ $2 =~ ^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$ ]] || die "refused $1 $(printf '%q' "$2"): want letters, digits and inner hyphens"
}

check_address() {
  local octet='(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])'
  [[ $1 =~ ^($octet\.){3}$octet$ ]] || die "refused address $(printf '%q' "$1"): want one such as 192.0.2.10"
}

check_key() {
  [[ $1 =~ ^(ssh-(rsa|ed25519)|ecdsa-sha2-nistp(256|384|521))$ && $2 =~ ^[A-Za-z0-9+/]+=*$ ]] ||
    die "refused key $(printf '%q %q' "$1" "$2"): want an OpenSSH public key"
}

# The key that root logs in elsewhere with; pvecm uses this one and no other.
own_key() {
  local key=$SSH/id_rsa
  if [[ ! -s $key ]]; then
    install -d -m 0700 "$SSH"
    ssh-keygen -q -t rsa -b 4096 -N '' -C "root@$1" -f "$key" >&2 </dev/null
    note "made $key"
  elif [[ ! -s $key.pub ]]; then
    ssh-keygen -y -f "$key" >"$key.pub.new" </dev/null
    mv -f -- "$key.pub.new" "$key.pub"
    note "made $key.pub"
  fi
  local type blob
  read -r type blob _ <"$key.pub" || true
  check_key "$type" "$blob"
  printf 'user-key %s %s root@%s\n' "$type" "$blob" "$1"
}

host_keys() {
  local file type blob found=''
  for file in /etc/ssh/ssh_host_{ed25519,ecdsa,rsa}_key.pub; do
    [[ -s $file ]] || continue
    # PVE has seen empty lines at the start of these files.
    while read -r type blob _; do
      [[ -n $type ]] || continue
      check_key "$type" "$blob"
      printf 'host-key %s %s\n' "$type" "$blob"
      found=1
    done <"$file"
  done
  [[ -n $found ]] || die 'there is no SSH host key below /etc/ssh'
}

# The name of the cluster that this node is in; nothing where it is in none.
own_cluster() {
  [[ -f /etc/pve/.members ]] || die 'the cluster file system is not mounted at /etc/pve; see systemctl status pve-cluster'
  [[ -f /etc/pve/corosync.conf ]] || return 0
  awk '$1 == "cluster_name:" { print $2; exit }' /etc/pve/corosync.conf
}

identity() {
  local called member
  check_name node "$node"
  check_name cluster "$cluster"
  for member in "${members[@]}"; do check_name member "$member"; done
  command -v pvecm >/dev/null || die 'there is no pvecm here: this is no Proxmox VE node'
  called=$(uname -n)
  called=${called%%.*}
  [[ $called == "$node" ]] || die "the host that answers here is called $(printf '%q' "$called"), not $node: addresses or names in the description are wrong"
  member=$(own_cluster)
  [[ -z $member || $member == "$cluster" ]] || die "$node is a member of another cluster, $(printf '%q' "$member"); nothing was changed"
  printf 'node %s %s\n' "$node" "${member:--}"
  own_key "$node"
  host_keys
}

# Adds a line to a file of root's that may lie in the cluster file system, where only whole writes are safe.
add_line() {
  local file=$1 line=$2
  if [[ ! -e $file ]]; then
    install -d -m 0700 "$SSH"
    (umask 077 && : >"$file")
  fi
  if [[ -s $file && -n $(tail -c 1 -- "$file") ]]; then line=$'\n'$line; fi
  printf '%s\n' "$line" >>"$file"
}

allow() {
  local kind type blob comment found=''
  while read -r kind type blob comment; do
    [[ $kind == user-key ]] || continue
    check_key "$type" "$blob"
    [[ $comment =~ ^[A-Za-z0-9@.-]*$ ]] || die "refused comment $(printf '%q' "$comment")"
    found=1
    # A line that was commented out is no entry.
    if [[ -f $SSH/authorized_keys ]] &&
      awk -v blob="$blob" '/^[ \t]*#/ { next } { for (i = 1; i <= NF; i++) if ($i == blob) found = 1 } END { exit !found }' "$SSH/authorized_keys"; then
      continue
    fi
    add_line "$SSH/authorized_keys" "$type $blob $comment"
    note "$comment may log in"
  done
  [[ -n $found ]] || die 'the input has no user-key'
}

know() {
  local kind type blob found=''
  check_address "$address"
  while read -r kind type blob _; do
    [[ $kind == host-key ]] || continue
    check_key "$type" "$blob"
    found=1
    if [[ -f $SSH/known_hosts ]] && grep -qxF -- "$address $type $blob" "$SSH/known_hosts"; then continue; fi
    add_line "$SSH/known_hosts" "$address $type $blob"
    note "$address is known by its $type key"
  done
  [[ -n $found ]] || die 'the input has no host-key'
}

main() {
  local action=${1:-} node='' cluster='' address='' lock
  local -a members=()
  case $action in
    identity | host-keys | allow | know) shift ;;
    *) die "want identity, host-keys, allow or know, got $(printf '%q' "$action")" ;;
  esac
  while [[ $# -gt 0 ]]; do
    [[ $# -ge 2 ]] || die "$(printf '%q' "$1") wants a value"
    case $1 in
      --node) node=$2 ;;
      --cluster) cluster=$2 ;;
      --member) members+=("$2") ;;
      --address) address=$2 ;;
      *) die "unknown option $(printf '%q' "$1")" ;;
    esac
    shift 2
  done
  [[ $(id -u) == 0 ]] || die 'wants root'
  # Several hosts are allowed and known at once.
  exec {lock}>"$LOCK"
  flock -w 600 "$lock" || die 'another run has been at work on the keys of this host for ten minutes'
  case $action in
    identity) identity ;;
    host-keys) host_keys ;;
    allow) allow ;;
    know) know ;;
  esac
}

main "$@"; exit
