#!/usr/bin/env bash
# cluster-member: makes a Proxmox VE node the first of a cluster, or has it join one.
#
#   bash -s -- create --node NAME --cluster CLUSTER --link ADDRESS... --timeout SECONDS  < identities of all nodes
#   bash -s -- join   --node NAME --cluster CLUSTER --link ADDRESS... --timeout SECONDS --first ADDRESS
#
# The n-th --link is corosync's link n. A node that is a member already is left alone, and has to be as declared. Joining
# is refused for a node that holds guests, is in another cluster, or has the rest of one. Nothing leaves a cluster here:
# that is for a person to do (pvecm(1), "Remove a Cluster Node").
# pvecm goes on when the connection is lost; the next run waits for it.
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C

CONF=/etc/pve/corosync.conf
LOG=/run/hybrid-estate-pvecm.log
LOCK=/run/hybrid-estate-cluster-member.lock

die() {
  printf 'cluster-member: %s\n' "$*" >&2
  exit 1
}

note() {
  printf 'cluster-member: %s\n' "$*" >&2
}

check_name() {
  [[ $2 =~ ^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$ ]] || die "refused $1 $(printf '%q' "$2"): want letters, digits and inner hyphens"
}

check_address() {
  local octet='(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])'
  [[ $2 =~ ^($octet\.){3}$octet$ ]] || die "refused $1 $(printf '%q' "$2"): want an address such as 192.0.2.10"
}

# A corosync.conf on standard input as lines of a path and a value, such as "/nodelist/node2/ring0_addr 192.0.2.12".
flatten() {
  awk '
    { sub(/#.*/, ""); gsub(/^[ \t]+|[ \t\r]+$/, "") }
    /\{$/ { name = $1; sub(/\{$/, "", name); if (name == "node") name = name (++nodes); path = path "/" name; next }
    $0 == "}" { sub(/\/[^\/]*$/, "", path); next }
    /:/ { key = $0; sub(/[ \t]*:.*/, "", key); value = $0; sub(/^[^:]*:[ \t]*/, "", value); print path "/" key, value }'
}

value_of() {
  awk -v path="$1" '$1 == path { print $2; exit }' <<<"$2"
}

# The path of a node's section, such as /nodelist/node2.
section_of() {
  awk -v node="$1" '$1 ~ /^\/nodelist\/node[0-9]+\/name$/ && $2 == node { sub(/\/name$/, "", $1); print $1; exit }' <<<"$2"
}

# Whether the links that a configuration has for this node are the declared ones. Old clusters have names there.
check_links() {
  local conf=$1 section=$2 where=$3 index found
  for index in {0..7}; do
    found=$(value_of "$section/ring${index}_addr" "$conf")
    if [[ -n $found && ! $found =~ ^[0-9.]+$ ]]; then found=$(address_of "$found"); fi
    [[ $found == "${links[index]:-}" ]] ||
      die "link $index of $node is ${found:-not there} $where, and ${links[index]:-none} is declared. The links of a running cluster are not changed from here: describe them as they are, or edit corosync.conf by hand (pvecm(1), \"Edit corosync.conf\")"
  done
}

address_of() {
  { getent ahostsv4 "$1" || true; } | awk '{ print $1; exit }'
}

has_address() {
  [[ -n $(ip -4 -o address show to "$1/32") ]]
}

check_host() {
  local called resolved index
  [[ $(id -u) == 0 ]] || die 'wants root'
  command -v pvecm >/dev/null || die 'there is no pvecm here: this is no Proxmox VE node'
  called=$(uname -n)
  called=${called%%.*}
  [[ $called == "$node" ]] || die "the host that answers here is called $(printf '%q' "$called"), not $node"
  [[ -f /etc/pve/.members ]] || die 'the cluster file system is not mounted at /etc/pve; see systemctl status pve-cluster'
  resolved=$(address_of "$node")
  if [[ -z $resolved || $resolved == 127.* ]] || ! has_address "$resolved"; then
    die "$node resolves to ${resolved:-nothing}, where the other nodes would not find it: mend its /etc/hosts"
  fi
  for index in "${!links[@]}"; do
    has_address "${links[index]}" || die "$node has no address ${links[index]}, which is to be its link $index: set it up on the node first"
  done
}

# Whether this node is in the cluster already; refuses another cluster and other links.
is_member() {
  local conf found section
  [[ -f $CONF ]] || return 1
  conf=$(flatten <"$CONF")
  found=$(value_of /totem/cluster_name "$conf")
  [[ $found == "$cluster" ]] || die "$node is a member of another cluster, $(printf '%q' "$found"); nothing was changed"
  section=$(section_of "$node" "$conf")
  [[ -n $section ]] || die "$CONF on $node does not list $node itself; nothing was changed"
  check_links "$conf" "$section" 'in its cluster'
}

# Runs pvecm in a session of its own, so that it is not cut off with this one: half a join is hard to mend.
run_pvecm() {
  local pid waited=0 code=0
  setsid pvecm "$@" >"$LOG" 2>&1 </dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    ((waited++ < timeout * 5)) || {
      tail -n 20 -- "$LOG" >&2
      die "pvecm $1 is still at work after $timeout seconds and was left running; its log is $LOG on $node"
    }
    sleep 0.2
  done
  wait "$pid" || code=$?
  # Its exit code does not always tell that its task failed.
  if [[ $code != 0 || ! -f $CONF ]]; then
    tail -n 40 -- "$LOG" >&2
    die "pvecm $1 failed on $node (exit code $code)"
  fi
}

is_quorate() {
  { pvecm status 2>/dev/null || true; } | grep -q '^Quorate: *Yes'
}

wait_for_quorum() {
  local waited=0
  until is_quorate; do
    ((waited++ < timeout * 5)) || die "$node has no quorum after $timeout seconds; see pvecm status on it"
    sleep 0.2
  done
}

link_options() {
  local index
  for index in "${!links[@]}"; do printf '%s\n' "--link$index" "${links[index]}"; done
}

create() {
  local kind name member
  local -a options
  if is_member; then
    # A create that was cut off before its last step; with others in the list this would be no such thing.
    if ! systemctl is-active --quiet corosync && [[ $(flatten <"$CONF" | grep -c '/name ') == 1 ]]; then
      systemctl restart corosync pve-cluster
      note "corosync started on $node"
      wait_for_quorum
    fi
    return 0
  fi
  while read -r kind name member _; do
    [[ $kind == node && $name != "$node" && $member == "$cluster" ]] || continue
    die "$name is a member of $cluster already and $node is not: a second cluster of that name would be made. Set cluster.firstNode to $name"
  done
  [[ ! -e /etc/corosync/corosync.conf ]] || die "$node has /etc/corosync/corosync.conf, the rest of another cluster; remove it by hand if that cluster is gone"
  mapfile -t options < <(link_options)
  run_pvecm create "$cluster" "${options[@]}" --votes 1
  wait_for_quorum
  note "$cluster created on $node"
}

refuse_guests() {
  local -a guests
  shopt -s nullglob
  guests=(/etc/pve/nodes/*/qemu-server/*.conf /etc/pve/nodes/*/lxc/*.conf)
  shopt -u nullglob
  [[ ${#guests[@]} -eq 0 ]] || die "$node holds guests (${guests[*]##*/}), whose ids may be taken in the cluster, and joining replaces all of its /etc/pve: back them up, remove them, and restore them after it has joined"
}

on_first() {
  ssh -o BatchMode=yes -o StrictHostKeyChecking=yes "root@$first" -- "$@" </dev/null
}

# A join that was cut off after the first node had listed this one leaves the first without quorum: one vote of two.
# This node is known not to run, so that the first may go on alone.
restore_quorum() {
  local conf=$1
  [[ $(grep -c '/name ' <<<"$conf") == 2 ]] || return 0
  if { on_first pvecm status 2>/dev/null || true; } | grep -q '^Quorate: *Yes'; then return 0; fi
  on_first pvecm expected 1 >&2
  note "the cluster had waited for $node since a join that was cut off; it goes on"
}

join() {
  local conf found section
  local -a options
  if is_member; then
    finish_join
    return 0
  fi
  for found in /etc/corosync/corosync.conf /etc/corosync/authkey; do
    [[ ! -e $found ]] || die "$node has $found, the rest of another cluster or of a join that was cut off; if it is in no cluster, remove it by hand (pvecm(1), \"Separate a Node Without Reinstalling\")"
  done
  refuse_guests
  conf=$(on_first cat "$CONF") || die "$node can't log in on $first as root, or there is no cluster there; nothing was changed"
  conf=$(flatten <<<"$conf")
  found=$(value_of /totem/cluster_name "$conf")
  [[ $found == "$cluster" ]] || die "$first is in the cluster $(printf '%q' "$found"), not in $cluster; nothing was changed"
  section=$(section_of "$node" "$conf")
  if [[ -n $section ]]; then
    check_links "$conf" "$section" "in the list of $first"
    restore_quorum "$conf"
  fi
  mapfile -t options < <(link_options)
  run_pvecm add "$first" --use_ssh 1 "${options[@]}" --votes 1
  is_member || die "pvecm add has ended, but $node is in no cluster; its log is $LOG on $node"
  wait_for_quorum
  note "$node joined $cluster"
}

# A join that was cut off after the node had become a member has left it with the certificate of before.
finish_join() {
  [[ ! -f /etc/pve/nodes/$node/pve-ssl.pem ]] || return 0
  wait_for_quorum
  pvecm updatecerts >&2
  systemctl reload-or-restart pvedaemon pveproxy
  note "$node has its certificate"
}

main() {
  local action=${1:-} node='' cluster='' first='' timeout='' link lock
  local -a links=()
  [[ $action == create || $action == join ]] || die "want create or join, got $(printf '%q' "$action")"
  shift
  while [[ $# -gt 0 ]]; do
    [[ $# -ge 2 ]] || die "$(printf '%q' "$1") wants a value"
    case $1 in
      --node) node=$2 ;;
      --cluster) cluster=$2 ;;
      --link) links+=("$2") ;;
      --first) first=$2 ;;
      --timeout) timeout=$2 ;;
      *) die "unknown option $(printf '%q' "$1")" ;;
    esac
    shift 2
  done
  check_name node "$node"
  check_name cluster "$cluster"
  [[ ${#cluster} -le 15 ]] || die "refused cluster $cluster: corosync takes 15 characters"
  [[ ${#links[@]} -ge 1 && ${#links[@]} -le 8 ]] || die 'want 1 to 8 times --link'
  for link in "${links[@]}"; do check_address link "$link"; done
  [[ $timeout =~ ^[1-9][0-9]{0,3}$ ]] || die "refused timeout $(printf '%q' "$timeout"): want seconds"
  if [[ $action == join ]]; then check_address first "$first"; fi
  check_host
  # pvecm of a run whose connection was lost may still be at work: it has inherited the lock.
  exec {lock}>"$LOCK"
  flock -w "$timeout" "$lock" || die "another run has been at work on the membership of $node for $timeout seconds"
  case $action in
    create) create ;;
    join) join ;;
  esac
}

main "$@"; exit
