#!/usr/bin/env bash
# metrics: what node_exporter does not know of a Proxmox VE node, as a file for its textfile collector.
#
#   metrics [--backup-storage STORAGE]... [--certificate PATH]
#
# ZFS pools, the cluster's votes, and the newest backup of each guest on the storages that are named. What can't be
# asked says so in hybrid_estate_collector_success and is left out; the rest is written all the same. Also restarts
# node_exporter once its certificate was renewed.
set -euo pipefail
export LC_ALL=C

FOLDER=/var/lib/prometheus/node-exporter
LOADED=/run/credentials/prometheus-node-exporter.service/certificate

# A value for a label: backslashes, quotes and newlines as the text format writes them.
label() {
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"}
  printf '%s' "${text//$'\n'/\\n}"
}

head_of() {
  printf '# HELP %s %s\n# TYPE %s gauge\n' "$1" "$2" "$1"
}

zfs_pools() {
  local name size allocated health list
  command -v zpool >/dev/null || return 0
  list=$(timeout 60 zpool list -Hp -o name,size,allocated,health)
  head_of hybrid_estate_zfs_pool_healthy 'Whether the pool is ONLINE.'
  while IFS=$'\t' read -r name size allocated health; do
    [[ -n $name ]] || continue
    printf 'hybrid_estate_zfs_pool_healthy{pool="%s"} %d\n' "$(label "$name")" "$([[ $health == ONLINE ]] && echo 1 || echo 0)"
  done <<<"$list"
  head_of hybrid_estate_zfs_pool_size_bytes 'Size of the pool.'
  while IFS=$'\t' read -r name size allocated health; do
    [[ -n $name ]] || continue
    printf 'hybrid_estate_zfs_pool_size_bytes{pool="%s"} %s\n' "$(label "$name")" "$size"
  done <<<"$list"
  head_of hybrid_estate_zfs_pool_allocated_bytes 'Space that is taken.'
  while IFS=$'\t' read -r name size allocated health; do
    [[ -n $name ]] || continue
    printf 'hybrid_estate_zfs_pool_allocated_bytes{pool="%s"} %s\n' "$(label "$name")" "$allocated"
  done <<<"$list"
  head_of hybrid_estate_zfs_pool_devices_with_errors 'Devices with read, write or checksum errors.'
  while IFS=$'\t' read -r name size allocated health; do
    [[ -n $name ]] || continue
    printf 'hybrid_estate_zfs_pool_devices_with_errors{pool="%s"} %d\n' "$(label "$name")" "$(devices_with_errors "$name")"
  done <<<"$list"
}

# Leaves of the pool's tree with a count in READ, WRITE or CKSUM; vdevs above them repeat their sums.
devices_with_errors() {
  timeout 60 zpool status -p -- "$1" | awk '
    $1 == "NAME" && $2 == "STATE" { table = 1; next }
    table && NF == 0 { exit }
    table && $3 ~ /^[0-9]+$/ && $4 ~ /^[0-9]+$/ && $5 ~ /^[0-9]+$/ {
      match($0, /^[ \t]*/); depth = RLENGTH
      if (bad && depth <= last) count++
      bad = $3 + $4 + $5 > 0; last = depth
    }
    END { print count + (bad ? 1 : 0) }'
}

quorum() {
  local status
  [[ -e /etc/pve/corosync.conf ]] || return 0
  status=$(timeout 30 pvecm status)
  awk '
    function gauge(name, help, value) {
      if (value == "") { missing = 1; return }
      printf "# HELP hybrid_estate_quorum_%s %s\n# TYPE hybrid_estate_quorum_%s gauge\nhybrid_estate_quorum_%s %s\n", name, help, name, name, value
    }
    /^Quorate:/ { quorate = $2 == "Yes" ? 1 : 0 }
    /^Expected votes:/ { expected = $3 }
    /^Total votes:/ { votes = $3 }
    /^Quorum:/ { needed = $2 }
    END {
      gauge("quorate", "Whether this node is part of a majority.", quorate)
      gauge("votes_expected", "Votes of the whole cluster.", expected)
      gauge("votes", "Votes that are there.", votes)
      gauge("votes_needed", "Votes that make a majority.", needed)
      exit missing
    }' <<<"$status"
}

# One line a guest: pvesm says VOLID FORMAT TYPE SIZE VMID. Of two names of one form the later one sorts last.
backups() {
  local storage=$1 list vmid stamp time
  list=$(timeout 120 pvesm list "$storage" --content backup)
  # A backup without a size is still being made, or was never finished.
  list=$(awk 'NR > 1 && $NF ~ /^[0-9]+$/ && $(NF - 1) > 0 {
    if (match($1, /[0-9][0-9][0-9][0-9]_[0-9][0-9]_[0-9][0-9]-[0-9][0-9]_[0-9][0-9]_[0-9][0-9]/)) stamp = substr($1, RSTART, RLENGTH)
    else if (match($1, /[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z$/)) stamp = substr($1, RSTART, RLENGTH)
    else next
    if (stamp > newest[$NF]) newest[$NF] = stamp
  }
  END { for (vmid in newest) print vmid, newest[vmid] }' <<<"$list" | sort -n)
  while read -r vmid stamp; do
    [[ -n $vmid ]] || continue
    # vzdump names files by the local time, a Proxmox Backup Server by UTC.
    if [[ $stamp == *_* ]]; then
      time=$(date -d "${stamp:0:4}-${stamp:5:2}-${stamp:8:2} ${stamp:11:2}:${stamp:14:2}:${stamp:17:2}" +%s)
    else
      time=$(date -d "$stamp" +%s)
    fi
    printf 'hybrid_estate_backup_newest_timestamp_seconds{vmid="%s",storage="%s"} %s\n' "$vmid" "$(label "$storage")" "$time"
  done <<<"$list"
}

# Runs one part in a shell of its own, where any failure is one of the part, and notes how it went.
collect() {
  local name=$1 of=$2 function=$3 success=0 text
  set +e
  text=$(
    set -e
    "$function" "$of"
  )
  # shellcheck disable=SC2181 # a part that stands in a condition would run on behind its failures
  if [[ $? -eq 0 ]]; then success=1; fi
  set -e
  if [[ -n $text && $success -eq 1 ]]; then printf '%s\n' "$text"; fi
  outcomes+=("hybrid_estate_collector_success{collector=\"$name\",of=\"$(label "$of")\"} $success")
}

renew() {
  local certificate=$1
  [[ -n $certificate && -r $certificate && -r $LOADED ]] || return 0
  cmp -s -- "$certificate" "$LOADED" || systemctl try-restart prometheus-node-exporter
}

main() {
  local certificate='' storage
  local -a storages=() outcomes=()
  while [[ $# -gt 0 ]]; do
    case $1 in
      --backup-storage) storages+=("$2") ;;
      --certificate) certificate=$2 ;;
      *) printf 'metrics: unknown option %q\n' "$1" >&2 && exit 1 ;;
    esac
    shift 2
  done
  # Not local: the trap outlives this function.
  new=$(mktemp "$FOLDER/.hybrid-estate.XXXXXX")
  trap 'rm -f -- "$new"' EXIT
  {
    collect zfs '' zfs_pools
    collect quorum '' quorum
    head_of hybrid_estate_backup_newest_timestamp_seconds 'When the newest backup of a guest was begun.'
    for storage in "${storages[@]}"; do collect backup "$storage" backups; done
    head_of hybrid_estate_collector_success 'Whether a part of these figures could be had.'
    printf '%s\n' "${outcomes[@]}"
  } >"$new"
  chmod 0644 "$new"
  mv -f -- "$new" "$FOLDER/hybrid-estate.prom"
  renew "$certificate"
}

main "$@"
