#!/usr/bin/env bash
# pbs-access: lets a user back up into one place of a Proxmox Backup Server, or takes the user away.
#
#   bash -s -- apply  --user NAME@pbs --datastore NAME [--namespace NS]     the password follows on standard input
#   bash -s -- remove --user NAME@pbs
#
# The user may back up there and restore its own backups (role DatastoreBackup): not prune, not see anything else. What
# else it was granted is taken back. A second run changes nothing. A user that something else made is refused.
# `remove` leaves the backups as they are.
#
# proxmox-backup-manager takes passwords on its command line only, where every process of the host can read them. So
# the password's hash is written where the server keeps it, as it does itself: shadow.json, by name without realm,
# under the server's lock.
# The body is a function called on the last line, so that a connection lost half way runs nothing; `exit` keeps the
# shell from reading the password as a command.
set -euo pipefail
export LC_ALL=C

SCRIPT=pbs-access
LOCK=/run/hybrid-estate-pbs.lock
CONFIG=/etc/proxmox-backup
COMMENT='hybrid-estate: a storage of the cluster'
ROLE=DatastoreBackup
source shared/prelude.sh

check_user() {
  [[ $1 =~ ^[A-Za-z0-9_][A-Za-z0-9._-]{1,62}@pbs$ ]] || refuse user "$1" 'a user of the realm pbs, such as cluster@pbs'
}

check_datastore() {
  [[ $1 =~ ^[A-Za-z][A-Za-z0-9_-]{2,23}$ ]] || refuse datastore "$1" 'a letter, then letters, digits, - or _, 3 to 24 in all'
}

check_namespace() {
  local part='[A-Za-z0-9_][A-Za-z0-9._-]*'
  [[ ${#1} -le 256 && $1 =~ ^$part(/$part){0,6}$ ]] || refuse namespace "$1" 'names with / between, such as prod/web'
}

manager() {
  proxmox-backup-manager "$@"
}

# The user as the server has it; nothing where there is none.
find_user() {
  manager user list --output-format json | jq -c --arg user "$user" '.[] | select(.userid == $user)'
}

refuse_foreign() {
  [[ $(jq -r '.comment // ""' <<<"$1") == "$COMMENT" ]] ||
    die "there is a user $user already that is not ours; nothing was changed"
}

ensure_user() {
  local found
  found=$(find_user)
  if [[ -z $found ]]; then
    manager user create "$user" --comment "$COMMENT"
    note "user $user created"
    return
  fi
  refuse_foreign "$found"
  if [[ $(jq -r '.enable' <<<"$found") == false ]]; then
    manager user update "$user" --enable true
    note "user $user enabled"
  fi
}

# Paths and roles that the user has, a line each.
granted() {
  manager acl list --output-format json | jq -r --arg user "$user" '.[] | select(.ugid == $user) | "\(.path) \(.roleid)"'
}

# Leaves the user with one grant, or with none.
grant_only() {
  local wanted=$1 path role have
  have=$(granted)
  while read -r path role; do
    if [[ -n $path && "$path $role" != "$wanted $ROLE" ]]; then
      manager acl update "$path" "$role" --auth-id "$user" --delete true
      note "$role on $path taken from $user"
    fi
  done <<<"$have"
  if [[ -n $wanted && $'\n'$have$'\n' != *$'\n'"$wanted $ROLE"$'\n'* ]]; then
    manager acl update "$wanted" "$ROLE" --auth-id "$user"
    note "$ROLE on $wanted granted to $user"
  fi
}

# Whether a hash is that of the password; perl's crypt knows every kind that the server does. Both come on standard
# input, as the environment and the command line can be read by others.
matches() {
  printf '%s\n%s\n' "$password" "$1" | perl -e 'chomp(my ($p, $h) = <STDIN>); exit(defined crypt($p, $h) && crypt($p, $h) eq $h ? 0 : 1)'
}

hashed() {
  printf '%s\n' "$password" | perl -e '
    chomp(my $p = <STDIN>);
    open(my $random, "<:raw", "/dev/urandom") or die "no /dev/urandom\n";
    read($random, my $bytes, 16) == 16 or die "no random bytes\n";
    my @letters = (".", "/", 0 .. 9, "A" .. "Z", "a" .. "z");
    print crypt($p, "\$5\$" . join("", map { $letters[$_ % 64] } unpack("C*", $bytes)));'
}

ensure_password() {
  local name=${user%@pbs} file=$CONFIG/shadow.json lock=$CONFIG/shadow.json.lock have='' hash
  [[ -e $lock ]] || install -m 0660 -o backup -g backup /dev/null "$lock"
  exec {shadow}<>"$lock"
  flock -w 60 "$shadow" || die 'the server has kept its passwords locked for a minute'
  if [[ -f $file ]]; then have=$(jq -r --arg name "$name" '.[$name] // ""' "$file"); fi
  if [[ -z $have ]] || ! matches "$have"; then
    hash=$(hashed)
    [[ $hash == \$5\$* ]] || die 'this host has no SHA-256 for passwords'
    umask 077
    { if [[ -f $file ]]; then cat -- "$file"; else printf '{}'; fi; printf '"%s"' "$hash"; } |
      jq -s --arg name "$name" '.[0] + { ($name): .[1] }' >"$file.new"
    mv -f -- "$file.new" "$file"
    note "password of $user set"
  fi
  exec {shadow}>&-
}

apply() {
  local place=/datastore/$datastore${namespace:+/$namespace} password=''
  [[ -n $datastore ]] || die 'apply wants --datastore'
  IFS= read -r password || die 'the password is missing on standard input'
  [[ ${#password} -ge 8 && ${#password} -le 64 ]] || die 'refused the password: want 8 to 64 letters'
  [[ ! $password =~ [[:cntrl:]] ]] || die 'refused the password: want no control characters'
  manager datastore list --output-format json | jq -e --arg name "$datastore" 'any(.[]; .name == $name)' >/dev/null ||
    die "there is no datastore $datastore on this host"
  ensure_user
  grant_only "$place"
  ensure_password
}

remove() {
  local found
  command -v proxmox-backup-manager >/dev/null || return 0
  found=$(find_user)
  if [[ -z $found ]]; then
    note "there is no user $user; no change"
    return
  fi
  refuse_foreign "$found"
  grant_only ''
  manager user remove "$user"
  note "user $user removed; the backups are left as they are"
}

option() {
  case $1 in
    --user) check_user "$2" && user=$2 ;;
    --datastore) check_datastore "$2" && datastore=$2 ;;
    --namespace) check_namespace "$2" && namespace=$2 ;;
    *) unknown_option "$1" ;;
  esac
}

main() {
  local action=${1:-} user='' datastore='' namespace=''
  [[ $action == apply || $action == remove ]] || die "want apply or remove, got $(printf '%q' "$action")"
  shift
  each_option "$@"
  [[ -n $user ]] || die 'want --user'
  turn "$LOCK" 1200 'the backup server of this host'
  case $action in
    apply) apply ;;
    remove) remove ;;
  esac
}

main "$@"; exit
