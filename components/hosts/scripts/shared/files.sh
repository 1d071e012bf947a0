# shellcheck shell=bash
# Files that come on standard input, and the services that read them; `scriptText` puts it in the place of the line
# `source shared/files.sh`. A script has a function `may_write ROLE PATH`, and sets TOLD to the folder where it writes
# down what was last told to each service: a run that was cut off before that is finished by the next one. Its `main`
# has `stage`, a folder for nobody else's eyes, and the arrays `paths`, `modes` and `groups`.

# Unpacks standard input into $stage, whole or not at all; paths, modes and groups in $paths, $modes and $groups.
read_files() {
  local role=$1 kind mode group path data rest count=''
  while read -r kind mode group path data rest; do
    if [[ $kind == end ]]; then
      count=$mode
      break
    fi
    [[ $kind == file && -z $rest ]] || die 'the files on standard input are damaged; nothing was changed'
    may_write "$role" "$path" || die "refused file $(printf '%q' "$path"): not one of a $role's; nothing was changed"
    [[ $mode =~ ^0(600|640|644|755)$ ]] || die "refused mode $(printf '%q' "$mode") of $path; nothing was changed"
    [[ $group =~ ^(root|prometheus|grafana|frr)$ ]] || die "refused group $(printf '%q' "$group") of $path; nothing was changed"
    [[ ! -e $stage$path ]] || die "$path is there twice; nothing was changed"
    mkdir -p -- "$stage${path%/*}"
    base64 -d <<<"$data" >"$stage$path" 2>/dev/null || die "the content of $path is damaged; nothing was changed"
    paths+=("$path")
    modes[$path]=$mode
    groups[$path]=$group
  done
  [[ $count =~ ^[1-9][0-9]*$ && $count -eq ${#paths[@]} ]] || die 'the files on standard input are not complete; nothing was changed'
}

# Whether a file came.
sent() {
  [[ -e $stage$1 ]]
}

apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=300 "$@" >/dev/null
}

is_installed() {
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

ensure_packages() {
  local package
  local -a missing=()
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  note "installing ${missing[*]}"
  apt update
  apt install -y --no-install-recommends "${missing[@]}"
}

# Puts a file in another one's place in one step, so that nobody ever reads half of it.
replace() {
  local mode=$1 group=$2 from=$3 to=$4
  # One that is there keeps the mode that it has: a folder of keys is for nobody else's eyes.
  [[ -d ${to%/*} ]] || install -d -m 0755 -- "${to%/*}"
  install -m "$mode" -o root -g "$group" -- "$from" "$to.new"
  mv -fT -- "$to.new" "$to" || die "can't put $to in its place"
}

refuse_config() {
  die "$1 refuses the new configuration; the old one stays: ${2//$'\n'/; }"
}

# Writes the files whose paths begin so; one that is as declared is left alone, also its time.
write_files() {
  local below=$1 path
  for path in "${paths[@]}"; do
    [[ $path == "$below"* ]] || continue
    if [[ -f $path && ! -L $path && $(stat -c '0%a %U %G' -- "$path") == "${modes[$path]} root ${groups[$path]}" ]] && cmp -s -- "$stage$path" "$path"; then
      continue
    fi
    replace "${modes[$path]}" "${groups[$path]}" "$stage$path" "$path"
    note "$path written"
  done
}

digest() {
  local path
  for path in "$@"; do
    printf '%s ' "$path"
    if [[ -e $path ]]; then sha256sum <"$path"; else printf 'absent\n'; fi
  done | sha256sum | cut -d ' ' -f 1
}

# settle UNIT RESTART-FILES -- RELOAD-FILES: enabled, running, and told of its files as they are.
settle() {
  local unit=$1 restart reload told=''
  shift
  local -a first=()
  while [[ $1 != -- ]]; do
    first+=("$1")
    shift
  done
  shift
  restart=$(digest "${first[@]}")
  reload=$(digest "$@")
  if [[ -f $TOLD/$unit ]]; then told=$(<"$TOLD/$unit"); fi
  systemctl is-enabled --quiet "$unit" || systemctl enable --quiet "$unit"
  if ! systemctl is-active --quiet "$unit" || [[ ${told% *} != "$restart" ]]; then
    systemctl restart "$unit"
    note "$unit started"
  elif [[ ${told#* } != "$reload" ]]; then
    systemctl reload "$unit"
    note "$unit reloaded"
  else
    return 0
  fi
  wait_for "$unit"
  tell "$unit" "$restart $reload"
}

# A service that dies of its configuration does so in its first seconds.
wait_for() {
  local unit=$1 second
  for second in 1 2 3; do
    sleep "${HYBRID_ESTATE_PAUSE:-1}"
    systemctl is-active --quiet "$unit" || die "$unit does not stay up after $second s: see journalctl -u $unit"
  done
}

# Has systemd read unit files anew where one of them is not what it last read.
reload_units() {
  local group=units-$1 now
  shift
  now=$(digest "$@")
  if [[ ! -f $TOLD/$group || $(<"$TOLD/$group") != "$now" ]]; then
    systemctl daemon-reload
    tell "$group" "$now"
  fi
}

# Writes down what a service, or systemd, has been told.
tell() {
  install -d -m 0755 "$TOLD"
  printf '%s\n' "$2" >"$TOLD/$1.new"
  mv -f -- "$TOLD/$1.new" "$TOLD/$1"
}

stop() {
  local unit
  for unit in "$@"; do
    if systemctl is-enabled --quiet "$unit" 2>/dev/null || systemctl is-active --quiet "$unit" 2>/dev/null; then
      systemctl disable --quiet --now "$unit"
      note "$unit stopped"
    fi
    rm -f -- "$TOLD/$unit"
  done
}
