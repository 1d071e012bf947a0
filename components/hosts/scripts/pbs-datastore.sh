#!/usr/bin/env bash
# pbs-datastore: makes a datastore of a Proxmox Backup Server, or adopts the one that is there, with its jobs.
#
#   bash -s -- apply --name NAME --path PATH [--device DISK] --garbage-collection EVENT
#                    --prune EVENT --keep PERIOD=COUNT... --verify EVENT --outdated-after DAYS [--namespace NS]...
#
# A second run changes nothing. A disk gets a file system if there is nothing at all on it; the one that this script
# made for the datastore is mounted, and any other is refused untouched. A folder with a datastore in it is adopted
# with its backups, one with other things is refused. There is no way to remove a datastore or a namespace: that is for
# a person to do.
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C

SCRIPT=pbs-datastore
LOCK=/run/hybrid-estate-pbs.lock
PERIODS=(last hourly daily weekly monthly yearly)
source shared/prelude.sh
source shared/disks.sh

check_name() {
  [[ $1 =~ ^[A-Za-z][A-Za-z0-9_-]{2,23}$ ]] || refuse name "$1" 'a letter, then letters, digits, - or _, 3 to 24 in all'
}

check_event() {
  local event='^[A-Za-z0-9*][A-Za-z0-9*:/,. -]{0,127}$'
  [[ $1 =~ $event ]] || refuse schedule "$1" 'a calendar event, such as daily or sat 12:00'
}

check_keep() {
  [[ $1 =~ ^(last|hourly|daily|weekly|monthly|yearly)=[1-9][0-9]{0,5}$ ]] || refuse keep "$1" 'a period and a count, such as daily=7'
}

check_namespace() {
  local part='[A-Za-z0-9_][A-Za-z0-9._-]*'
  [[ ${#1} -le 256 && $1 =~ ^$part(/$part){0,6}$ ]] || refuse namespace "$1" 'names with / between, such as prod/web'
}

check_days() {
  [[ $1 =~ ^[1-9][0-9]{0,3}$ ]] || refuse outdated-after "$1" 'a number of days'
}

# The label of the file system that belongs to a datastore: 16 letters are all that ext4 has.
label_for() {
  local sum
  sum=$(printf '%s' "$1" | sha256sum)
  printf 'pbs-%s' "${sum:0:12}"
}

# A unit of systemd's own kind, so that the proxy can be told to wait for it.
mount_unit() {
  printf '%s\n' "# $1, for the datastore $2 (hybrid-estate)" '[Unit]' 'Before=proxmox-backup.service' '[Mount]' \
    "What=/dev/disk/by-uuid/$3" "Where=$4" 'Type=ext4' 'Options=defaults,noatime,nofail' '[Install]' 'WantedBy=multi-user.target'
}

ensure_mounted() {
  local name=$1 path=$2 device=$3 disk label mounted unit file uuid text
  local -a devices=("$device") disks=()
  resolve_devices disk
  disk=${disks[0]}
  label=$(label_for "$name")
  mounted=$(findmnt -nro SOURCE --mountpoint "$path" || true)
  if [[ -n $mounted && $(readlink -e -- "$mounted" || true) != "$disk" ]]; then
    die "refused $path: $mounted is mounted there, not $device; nothing was changed"
  fi
  if [[ $(blkid -p -o value -s LABEL -- "$disk" || true) != "$label" ]]; then
    [[ -z $mounted ]] || die "refused $device: it is mounted at $path, but was not made for the datastore $name; nothing was changed"
    check_free "$device" "$disk" "$(label_of "$disk")"
    if [[ -d $path && -n $(ls -A -- "$path") ]]; then die "refused $path: there are files in it, which $device would hide; nothing was changed"; fi
    mkfs.ext4 -q -m 0 -L "$label" -- "$disk"
    note "$device formatted for the datastore $name"
  fi
  uuid=$(blkid -p -o value -s UUID -- "$disk")
  unit=$(systemd-escape --path --suffix=mount -- "$path")
  file=/etc/systemd/system/$unit
  text=$(mount_unit "$device" "$name" "$uuid" "$path")
  if [[ ! -f $file || $(<"$file") != "$text" ]]; then
    printf '%s\n' "$text" >"$file.new"
    mv -f -- "$file.new" "$file"
    systemctl daemon-reload
  fi
  [[ -d $path ]] || install -d -m 0750 -- "$path"
  systemctl is-enabled --quiet "$unit" || systemctl enable --quiet "$unit"
  if [[ -z $mounted ]]; then
    systemctl start "$unit"
    note "$device mounted at $path"
  fi
}

manager() {
  proxmox-backup-manager "$@"
}

ensure_datastore() {
  local name=$1 path=$2 known owner
  known=$(manager datastore list --output-format json | jq -r --arg name "$name" '.[] | select(.name == $name) | .path')
  if [[ -n $known ]]; then
    [[ $known == "$path" ]] || die "there is a datastore $name already, at $known; nothing was changed"
    return
  fi
  owner=$(manager datastore list --output-format json | jq -r --arg path "$path" '.[] | select(.path == $path) | .name')
  [[ -z $owner ]] || die "$path is the datastore $owner already; nothing was changed"
  if [[ -d $path/.chunks ]]; then
    manager datastore create "$name" "$path" --reuse-datastore true >/dev/null
    note "$path adopted as the datastore $name, with the backups in it"
    return
  fi
  if [[ -d $path && -n $(find "$path" -mindepth 1 -maxdepth 1 -not -name lost+found -print -quit) ]]; then
    die "refused $path: there are files in it that are no datastore; nothing was changed"
  fi
  install -d -m 0750 -o backup -g backup -- "$path"
  manager datastore create "$name" "$path" >/dev/null
  note "datastore $name created"
}

ensure_garbage_collection() {
  local name=$1 event=$2 have
  have=$(manager datastore show "$name" --output-format json | jq -r '."gc-schedule" // ""')
  if [[ $have != "$event" ]]; then
    manager datastore update "$name" --gc-schedule "$event"
    note "$name: garbage collection at $event"
  fi
}

# Makes a job's settings those of `want`; what is not in it is taken out of the job.
ensure_job() {
  local kind=$1 id=$2 have key
  shift 2
  local -a settings=()
  local -A removable=()
  for key in "$@"; do removable[$key]=1; done
  have=$(manager "$kind" list --output-format json | jq -c --arg id "$id" '.[] | select(.id == $id)')
  for key in $(printf '%s\n' "${!want[@]}" | sort); do
    if [[ -z $have || $(jq -r --arg key "$key" '.[$key] | if . == null then "" else tostring end' <<<"$have") != "${want[$key]}" ]]; then
      settings+=("--$key" "${want[$key]}")
    fi
    unset "removable[$key]"
  done
  for key in $(printf '%s\n' "${!removable[@]}" | sort); do
    if [[ -n $have && $(jq --arg key "$key" 'has($key)' <<<"$have") == true ]]; then settings+=(--delete "$key"); fi
  done
  [[ ${#settings[@]} -gt 0 ]] || return 0
  if [[ -z $have ]]; then
    manager "$kind" create "$id" "${settings[@]}"
  else
    manager "$kind" update "$id" "${settings[@]}"
  fi
  note "$kind $id set"
}

ensure_jobs() {
  local name=$1 setting
  local -A want=([store]=$name [schedule]=$prune)
  for setting in "${keeps[@]}"; do want["keep-${setting%%=*}"]=${setting#*=}; done
  ensure_job prune-job "prune-$name" "${PERIODS[@]/#/keep-}"
  # The next job's settings; `ensure_job` reads them.
  # shellcheck disable=SC2034
  want=([store]=$name [schedule]=$verify [ignore-verified]=true [outdated-after]=$outdated)
  ensure_job verify-job "verify-$name"
}

# Namespaces have no command of their own; the server's API makes them, called as root on the host itself.
ensure_namespaces() {
  local name=$1 namespace known part parent
  [[ ${#namespaces[@]} -gt 0 ]] || return 0
  known=$'\n'$(proxmox-backup-debug api get "/admin/datastore/$name/namespace" --output-format json | jq -r '.[].ns')$'\n'
  for namespace in "${namespaces[@]}"; do
    parent=''
    for part in ${namespace//\// }; do
      if [[ $known != *$'\n'"${parent:+$parent/}$part"$'\n'* ]]; then
        proxmox-backup-debug api create "/admin/datastore/$name/namespace" --name "$part" ${parent:+--parent "$parent"} >/dev/null
        known+="${parent:+$parent/}$part"$'\n'
        note "$name: namespace ${parent:+$parent/}$part created"
      fi
      parent=${parent:+$parent/}$part
    done
  done
}

option() {
  case $1 in
    --name) check_name "$2" && name=$2 ;;
    --path) check_path "$2" && path=$2 ;;
    --device) check_device "$2" && device=$2 ;;
    --garbage-collection) check_event "$2" && collection=$2 ;;
    --prune) check_event "$2" && prune=$2 ;;
    --verify) check_event "$2" && verify=$2 ;;
    --keep) check_keep "$2" && keeps+=("$2") ;;
    --outdated-after) check_days "$2" && outdated=$2 ;;
    --namespace) check_namespace "$2" && namespaces+=("$2") ;;
    *) unknown_option "$1" ;;
  esac
}

main() {
  local action=${1:-} name='' path='' device='' collection='' prune='' verify='' outdated=''
  local -a keeps=() namespaces=()
  [[ $action == apply ]] || die "want apply, got $(printf '%q' "$action")"
  shift
  each_option "$@"
  [[ -n $name && -n $path && -n $collection && -n $prune && -n $verify && -n $outdated ]] ||
    die 'want --name, --path, --garbage-collection, --prune, --verify and --outdated-after'
  [[ ${#keeps[@]} -gt 0 ]] || die 'want at least one --keep: a prune job that keeps nothing is refused'
  turn "$LOCK" 1200 'the backup server of this host'
  if [[ -n $device ]]; then ensure_mounted "$name" "$path" "$device"; fi
  ensure_datastore "$name" "$path"
  ensure_garbage_collection "$name" "$collection"
  ensure_jobs "$name"
  ensure_namespaces "$name"
}

main "$@"
