#!/usr/bin/env bash
# pbs-server: makes a Debian 13 host a Proxmox Backup Server, and prints the fingerprint of its certificate.
#
#   bash -s -- apply
#
# The packages come from Proxmox's no-subscription repository, whose keyring is compared with its published checksum
# before APT trusts it. A second run changes nothing. A node of a Proxmox VE cluster is refused: a backup server goes
# with its host. There is no way to remove the server: its backups are for a person to judge.
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C

SCRIPT=pbs-server
LOCK=/run/hybrid-estate-pbs.lock
KEYRING=/etc/apt/keyrings/hybrid-estate-proxmox-trixie.gpg
KEYRING_URL=https://enterprise.proxmox.com/debian/proxmox-archive-keyring-trixie.gpg
# Published at https://pbs.proxmox.com/docs/installation.html
KEYRING_SHA256=136673be77aba35dcce385b28737689ad64fd785a797e57897589aed08db6e45
SOURCE=/etc/apt/sources.list.d/proxmox-backup.sources
# The package brings this one, which answers only to a subscription.
ENTERPRISE_SOURCE=/etc/apt/sources.list.d/pbs-enterprise.sources
source shared/prelude.sh

check_host() {
  local release
  release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  [[ $release == trixie ]] || die "this host has Debian ${release:-of no known release}; Proxmox Backup Server 4 wants trixie"
  [[ ! -d /etc/pve ]] || die 'this host is a node of a Proxmox VE cluster; its backups would be lost with it'
}

install_packages() {
  # Recommended packages would replace the network configuration of a cloud image.
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Options::=--force-confold install -y --no-install-recommends "$@" >/dev/null
}

has_checksum() {
  [[ -f $1 ]] && sha256sum --check --status <<<"$KEYRING_SHA256  $1"
}

ensure_keyring() {
  local download
  if has_checksum "$KEYRING"; then return; fi
  [[ ! -e $KEYRING ]] || die "$KEYRING is not Proxmox's keyring for trixie; nothing was changed"
  if ! command -v curl >/dev/null; then
    DEBIAN_FRONTEND=noninteractive apt-get -qq update
    install_packages ca-certificates curl
  fi
  download=$(mktemp)
  # shellcheck disable=SC2064
  trap "rm -f -- '$download'" EXIT
  curl --fail --silent --show-error --location --proto '=https' --output "$download" "$KEYRING_URL"
  has_checksum "$download" || die "the keyring at $KEYRING_URL has another checksum than the published one; nothing was changed"
  install -d -m 0755 "${KEYRING%/*}"
  install -m 0644 -- "$download" "$KEYRING"
}

ensure_source() {
  local text
  text="Types: deb
URIs: http://download.proxmox.com/debian/pbs
Suites: trixie
Components: pbs-no-subscription
Signed-By: $KEYRING"
  if [[ -f $SOURCE && $(<"$SOURCE") == "$text" ]]; then return; fi
  printf '%s\n' "$text" >"$SOURCE.new"
  mv -f -- "$SOURCE.new" "$SOURCE"
}

disable_enterprise_source() {
  if [[ -f $ENTERPRISE_SOURCE ]] && ! grep -qi '^Enabled: *\(no\|false\)' "$ENTERPRISE_SOURCE"; then
    sed -i '/^Enabled:/Id; 1i Enabled: false' "$ENTERPRISE_SOURCE"
    note 'the enterprise repository wants a subscription; switched off'
  fi
}

ensure_server() {
  if ! command -v proxmox-backup-manager >/dev/null || ! command -v jq >/dev/null; then
    note 'installing proxmox-backup-server'
    ensure_keyring
    ensure_source
    disable_enterprise_source
    DEBIAN_FRONTEND=noninteractive apt-get -qq update
    install_packages proxmox-backup-server jq
    note 'proxmox-backup-server installed'
  fi
  disable_enterprise_source
  for unit in proxmox-backup proxmox-backup-proxy; do
    systemctl is-enabled --quiet "$unit" || systemctl enable --quiet "$unit"
    systemctl is-active --quiet "$unit" || systemctl start "$unit"
  done
}

print_fingerprint() {
  local fingerprint
  # Makes a certificate where there is none yet.
  proxmox-backup-manager cert update >/dev/null
  fingerprint=$(proxmox-backup-manager cert info | sed -n 's/^Fingerprint (sha256): *//p')
  [[ $fingerprint =~ ^([0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}$ ]] || die 'proxmox-backup-manager cert info names no fingerprint'
  printf '%s\n' "${fingerprint,,}"
}

option() {
  unknown_option "$1"
}

main() {
  local action=${1:-}
  [[ $action == apply ]] || die "want apply, got $(printf '%q' "$action")"
  shift
  each_option "$@"
  check_host
  turn "$LOCK" 1200 'the backup server of this host'
  ensure_server
  print_fingerprint
}

main "$@"
