#!/usr/bin/env bash
# cluster-quorum: waits until a cluster has the declared members and all of their votes.
#
#   bash -s -- apply --cluster CLUSTER --member NAME... --qdevice yes|no --timeout SECONDS
#
# Every member has one vote, and so has a QDevice. Changes nothing: members are neither added nor removed here.
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C

CONF=/etc/pve/corosync.conf

die() {
  printf 'cluster-quorum: %s\n' "$*" >&2
  exit 1
}

check_name() {
  [[ $2 =~ ^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$ ]] || die "refused $1 $(printf '%q' "$2"): want letters, digits and inner hyphens"
}

# Names of the members that corosync.conf lists, one a line.
listed() {
  awk '/^[ \t]*node[ \t]*\{/ { inside = 1 } /\}/ { inside = 0 } inside && $1 == "name:" { print $2 }' "$CONF"
}

check_members() {
  local name found
  found=$(awk '$1 == "cluster_name:" { print $2; exit }' "$CONF")
  [[ $found == "$cluster" ]] || die "this node is in the cluster $(printf '%q' "$found"), not in $cluster"
  for name in "${members[@]}"; do
    grep -qxF -- "$name" <<<"$(listed)" || die "$name is declared, but is no member of $cluster"
  done
  while read -r name; do
    grep -qxF -- "$name" <(printf '%s\n' "${members[@]}") ||
      die "$(printf '%q' "$name") is a member of $cluster, but is not declared. A node is never removed from here: power it off for good and run pvecm delnode on another one (pvecm(1), \"Remove a Cluster Node\"), or declare it again"
  done < <(listed)
}

# A number of `pvecm status`, such as "Total votes:      3".
number() {
  awk -v label="$1" 'index($0, label ":") == 1 { print $NF; exit }' <<<"$2"
}

apply() {
  local want=${#members[@]} waited=0 status expected total
  [[ $qdevice == no ]] || want=$((want + 1))
  [[ -f $CONF ]] || die 'this node is in no cluster'
  check_members
  while true; do
    # Without quorum its exit code is not 0.
    status=$(pvecm status 2>&1) || true
    expected=$(number 'Expected votes' "$status")
    total=$(number 'Total votes' "$status")
    if [[ $expected == "$want" && $total == "$want" ]] && grep -q '^Quorate: *Yes' <<<"$status"; then return 0; fi
    if ((waited++ >= timeout * 5)); then
      printf '%s\n' "$status" >&2
      die "$cluster has ${total:-no} of ${expected:-no} expected votes after $timeout seconds; $want are declared. A member that is down or out of reach is missing above"
    fi
    sleep 0.2
  done
}

main() {
  local action=${1:-} cluster='' qdevice='' timeout='' name
  local -a members=()
  [[ $action == apply ]] || die "want apply, got $(printf '%q' "$action")"
  shift
  while [[ $# -gt 0 ]]; do
    [[ $# -ge 2 ]] || die "$(printf '%q' "$1") wants a value"
    case $1 in
      --cluster) cluster=$2 ;;
      --member) members+=("$2") ;;
      --qdevice) qdevice=$2 ;;
      --timeout) timeout=$2 ;;
      *) die "unknown option $(printf '%q' "$1")" ;;
    esac
    shift 2
  done
  check_name cluster "$cluster"
  [[ ${#members[@]} -ge 1 ]] || die 'want at least one --member'
  for name in "${members[@]}"; do check_name member "$name"; done
  [[ $qdevice == yes || $qdevice == no ]] || die "refused qdevice $(printf '%q' "$qdevice"): want yes or no"
  [[ $timeout =~ ^[1-9][0-9]{0,3}$ ]] || die "refused timeout $(printf '%q' "$timeout"): want seconds"
  apply
}

main "$@"
