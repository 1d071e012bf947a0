#!/usr/bin/env bash
# nfs-export: exports a folder of a Debian host over NFS, or stops exporting it.
#
#   bash -s -- apply  --path PATH (--client CIDR --options OPTIONS)...
#   bash -s -- remove --path PATH
#
# One file below /etc/exports.d belongs to each path. A second run changes nothing. An export of the same path in
# a file that is not ours is refused, as two files would fight over it. `remove` never touches the folder.
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C

SCRIPT=nfs-export
EXPORTS_DIR=/etc/exports.d
LOCK=/run/hybrid-estate-nfs-export.lock
source shared/prelude.sh

check_options() {
  local option='[a-z_]+(=[A-Za-z0-9:._/-]+)?'
  [[ $1 =~ ^$option(,$option)*$ ]] || refuse options "$1" 'options of exports(5), such as rw,sync'
}

# The file of a path: slashes become hyphens, and a checksum keeps /a-b apart from /a/b.
file_of() {
  local name=${1#/} sum
  sum=$(printf '%s' "$1" | sha256sum)
  printf '%s/hybrid-estate-%s-%s.exports' "$EXPORTS_DIR" "${name//\//-}" "${sum:0:8}"
}

refuse_foreign_export() {
  local path=$1 own=$2 file
  for file in /etc/exports "$EXPORTS_DIR"/*.exports; do
    [[ -f $file && $file != "$own" ]] || continue
    # Written with quotes or a slash at its end it is the same folder.
    if awk -v path="$path" '{ gsub(/"/, "", $1); sub(/\/+$/, "", $1) } $1 == path { found = 1 } END { exit !found }' "$file"; then
      die "$path is already exported by $file; remove it there first, so that one file decides"
    fi
  done
}

ensure_server() {
  if ! command -v exportfs >/dev/null; then
    note 'installing nfs-kernel-server'
    DEBIAN_FRONTEND=noninteractive apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y nfs-kernel-server >/dev/null
  fi
  systemctl is-enabled --quiet nfs-server || systemctl enable --quiet nfs-server
  systemctl is-active --quiet nfs-server || systemctl start nfs-server
}

# Nodes come as root. Where the server takes root for nobody, a new folder has to be nobody's to be of use to them.
make_folder() {
  if [[ ${options[*]} == *no_root_squash* ]]; then
    install -d -m 0755 -- "$1"
  else
    install -d -m 0755 -o nobody -g nogroup -- "$1"
  fi
}

apply() {
  local path=$1 line=$1 file index
  file=$(file_of "$path")
  [[ ${#clients[@]} -gt 0 ]] || die 'apply wants at least one --client with its --options'
  [[ ${#clients[@]} -eq ${#options[@]} ]] || die 'every --client wants --options of its own'
  for index in "${!clients[@]}"; do
    check_client "${clients[index]}"
    check_options "${options[index]}"
    line+=" ${clients[index]}(${options[index]})"
  done
  refuse_foreign_export "$path" "$file"
  ensure_server
  [[ -d $path ]] || make_folder "$path"
  if [[ -f $file && $(<"$file") == "$line" ]]; then
    note "$path is exported as declared; no change"
  else
    install -d -m 0755 "$EXPORTS_DIR"
    printf '%s\n' "$line" >"$file.new"
    mv -f -- "$file.new" "$file"
    note "$path exported"
  fi
  # Also after no change: a run that was cut off between the file and this line is finished here.
  exportfs -ra
}

remove() {
  local path=$1 file
  file=$(file_of "$path")
  if [[ -e $file ]]; then
    rm -f -- "$file"
    note "$path is no longer exported; the folder is left as it is"
  else
    note "$path is not exported by us; no change"
  fi
  # Also after no change: a run that was cut off between the file and this line is finished here.
  if command -v exportfs >/dev/null; then exportfs -ra; fi
}

option() {
  case $1 in
    --path) path=$2 ;;
    --client) clients+=("$2") ;;
    --options) options+=("$2") ;;
    *) unknown_option "$1" ;;
  esac
}

main() {
  local action=${1:-} path=''
  local -a clients=() options=()
  [[ $action == apply || $action == remove ]] || die "want apply or remove, got $(printf '%q' "$action")"
  shift
  each_option "$@"
  check_path "$path"
  turn "$LOCK" 600 'the exports of this host'
  "$action" "$path"
}

main "$@"
