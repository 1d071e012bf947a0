#!/usr/bin/env bash
# cluster-qdevice: gives a cluster of an even number of nodes the vote of a host outside (corosync QDevice).
#
#   bash -s -- host                                        installs the daemon on the host outside
#   bash -s -- node                                        installs what a member needs
#   bash -s -- setup --cluster CLUSTER --address ADDRESS   on one member, once all of them and the host are ready
#
# The member's root has to be let in on the host before, and to know it (cluster-trust). A second run changes nothing.
# Another QDevice than the declared one is refused, and none is ever removed: that is for a person to do.
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C

CONF=/etc/pve/corosync.conf

die() {
  printf 'cluster-qdevice: %s\n' "$*" >&2
  exit 1
}

note() {
  printf 'cluster-qdevice: %s\n' "$*" >&2
}

ensure_package() {
  local found
  found=$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) || true
  [[ $found != installed ]] || return 0
  DEBIAN_FRONTEND=noninteractive apt-get -qq update >&2
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y "$1" >/dev/null
  note "$1 installed"
}

host() {
  ensure_package corosync-qnetd
  systemctl is-enabled --quiet corosync-qnetd || systemctl enable --quiet corosync-qnetd
  systemctl is-active --quiet corosync-qnetd || systemctl start corosync-qnetd
}

node() {
  [[ -f $CONF ]] || die 'this node is in no cluster'
  ensure_package corosync-qdevice
}

# The address of the QDevice that the cluster has; nothing where it has none.
configured() {
  awk '/^[ \t]*device[ \t]*\{/ { inside = 1 } inside && $1 == "host:" { print $2; exit }' "$CONF"
}

setup() {
  local found
  [[ -f $CONF ]] || die 'this node is in no cluster'
  found=$(awk '$1 == "cluster_name:" { print $2; exit }' "$CONF")
  [[ $found == "$cluster" ]] || die "this node is in the cluster $(printf '%q' "$found"), not in $cluster"
  found=$(configured)
  [[ $found != "$address" ]] || return 0
  [[ -z $found ]] || die "$cluster has the QDevice $(printf '%q' "$found") already; remove it by hand (pvecm qdevice remove) if $address is to take its place"
  pvecm qdevice setup "$address" >&2 </dev/null || die "pvecm qdevice setup failed, see above. Where it says that a certificate store is there already, an earlier run was cut off: move /etc/corosync/qdevice/net/nssdb away on every member and run this again"
  [[ $(configured) == "$address" ]] || die "pvecm qdevice setup has ended, but $CONF names no QDevice $address"
  note "$cluster has the vote of $address"
}

main() {
  local action=${1:-} cluster='' address='' lock octet='(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])'
  case $action in
    host | node | setup) shift ;;
    *) die "want host, node or setup, got $(printf '%q' "$action")" ;;
  esac
  while [[ $# -gt 0 ]]; do
    [[ $# -ge 2 ]] || die "$(printf '%q' "$1") wants a value"
    case $1 in
      --cluster) cluster=$2 ;;
      --address) address=$2 ;;
      *) die "unknown option $(printf '%q' "$1")" ;;
    esac
    shift 2
  done
  [[ $(id -u) == 0 ]] || die 'wants root'
  exec {lock}>/run/hybrid-estate-cluster-qdevice.lock
  flock -w 600 "$lock" || die 'another run has been at work on the QDevice for ten minutes'
  case $action in
    host) host ;;
    node) node ;;
    setup)
      [[ $cluster =~ ^[A-Za-z0-9]([A-Za-z0-9-]{0,13}[A-Za-z0-9])?$ ]] || die "refused cluster $(printf '%q' "$cluster"): want letters, digits and inner hyphens"
      [[ $address =~ ^($octet\.){3}$octet$ ]] || die "refused address $(printf '%q' "$address"): want one such as 192.0.2.10"
      setup
      ;;
  esac
}

main "$@"
