#!/usr/bin/env bash
# monitoring: makes a Debian 13 machine a monitoring server, or a node that one can ask.
#
#   bash -s -- apply  --role server [--grafana URL --grafana-key FINGERPRINT]
#   bash -s -- apply  --role node --certificate PATH --key PATH
#   bash -s -- remove --role server|node
#
# apply reads the files to write from its standard input, behind this text: lines `file MODE GROUP PATH BASE64`, then
# `end COUNT`. It writes only the paths that it knows, checks all of them with the tools of Prometheus before it
# replaces one, and restarts or reloads only what a change is for. If a check fails, everything stays as it was.
# A second run changes nothing and says nothing. remove stops what apply started; figures and packages stay.
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C

TOLD=/var/lib/hybrid-estate/monitoring
VENV=/opt/hybrid-estate/pve-exporter
PVE_EXPORTER=3.10.2
GRAFANA_KEYRING=/etc/apt/keyrings/hybrid-estate-grafana.asc
GRAFANA_LIST=/etc/apt/sources.list.d/hybrid-estate-grafana.list

SCRIPT=monitoring
source shared/prelude.sh
source shared/files.sh

# Files that a role may write; nothing else is ever written.
may_write() {
  case $1:$2 in
    server:/etc/prometheus/prometheus.yml | server:/etc/prometheus/rules/hybrid-estate.yml) ;;
    server:/etc/prometheus/alertmanager.yml | server:/etc/prometheus/blackbox.yml) ;;
    server:/etc/prometheus/pve.yml | server:/etc/prometheus/cluster-ca.pem) ;;
    server:/etc/default/prometheus | server:/etc/default/prometheus-alertmanager) ;;
    server:/etc/default/prometheus-blackbox-exporter) ;;
    server:/etc/systemd/system/prometheus-pve-exporter.service) ;;
    server:/etc/systemd/system/grafana-server.service.d/hybrid-estate.conf) ;;
    server:/etc/grafana/hybrid-estate-password) ;;
    server:/etc/grafana/provisioning/datasources/hybrid-estate.yml) ;;
    server:/etc/grafana/provisioning/dashboards/hybrid-estate.yml) ;;
    server:/etc/grafana/hybrid-estate-dashboards/cluster.json) ;;
    node:/etc/default/prometheus-node-exporter | node:/etc/prometheus/node-exporter-web.yml) ;;
    node:/etc/systemd/system/prometheus-node-exporter.service.d/hybrid-estate.conf) ;;
    node:/etc/systemd/system/hybrid-estate-metrics.service) ;;
    node:/etc/systemd/system/hybrid-estate-metrics.timer) ;;
    node:/usr/local/lib/hybrid-estate/metrics) ;;
    *) return 1 ;;
  esac
}

# A ping wants a raw socket. Debian's package asks whether its program may have one, and takes silence for no; an upgrade
# goes by the answer too. A program that was installed with the other answer gets it now.
allow_ping() {
  local package=prometheus-blackbox-exporter program=/usr/bin/prometheus-blackbox-exporter
  if is_installed "$package" && [[ $(getcap "$program") == *' cap_net_raw=ep' ]]; then return; fi
  debconf-set-selections <<<"$package $package/want_cap_net_raw boolean true"
  if is_installed "$package"; then
    rm -f -- "$TOLD/$package"
    setcap cap_net_raw=ep "$program"
    note "$package may ping"
  fi
}

# The exporter for Proxmox VE, which Debian does not have, on Debian's libraries where they are new
# enough; every file by its checksum (amd64, Python 3.13).
ensure_pve_exporter() {
  local have
  have=$("$VENV/bin/python" -c 'import importlib.metadata as m, pve_exporter.cli; print(m.version("prometheus-pve-exporter"))' 2>/dev/null) || have=''
  [[ $have != "$PVE_EXPORTER" ]] || return 0
  note "installing prometheus-pve-exporter $PVE_EXPORTER"
  rm -rf -- "$VENV"
  mkdir -p -- "${VENV%/*}"
  python3 -m venv --system-site-packages "$VENV"
  "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir --no-deps --require-hashes --only-binary :all: -r /dev/stdin <<END
prometheus-pve-exporter==$PVE_EXPORTER --hash=sha256:bc3d4b3571d5ae85c33dd753b79a96a5a942294d9f465c9576e4217cda679e26
prometheus_client==0.26.0 --hash=sha256:fa93d06737aa02bacd05794768508bb97d2fbee28cb3bca04eaae92f0ca953d6
wrapt==1.17.3 --hash=sha256:6fd1ad24dc235e4ab88cda009e19bf347aabb975e44fd5c2fb22a3f6e4141277
END
  rm -f -- "$TOLD/prometheus-pve-exporter"
}

# Fingerprints of the keys in a file, not of their subkeys; nothing where it can't be read.
keys_in() {
  gpg --homedir "$stage" --batch --with-colons --show-keys "$1" 2>/dev/null |
    awk -F: '$1 == "pub" { pub = 1 } $1 == "fpr" && pub { print $10; pub = 0 }' || true
}

# Grafana from its own repository, whose key has to be the one that was declared.
ensure_grafana() {
  local url=$1 key=$2 line found
  line="deb [signed-by=$GRAFANA_KEYRING] $url stable main"
  ensure_packages gpg curl
  found=$(keys_in "$GRAFANA_KEYRING")
  if [[ $found != "$key" || ! -f $GRAFANA_LIST || $(<"$GRAFANA_LIST") != "$line" ]]; then
    curl -fsSL --proto '=https' --max-time 60 -o "$stage/key" -- "$url/gpg.key" || die "can't fetch $url/gpg.key: Grafana was not installed; everything else is as declared"
    found=$(keys_in "$stage/key")
    [[ $found == "$key" ]] || die "the key at $url/gpg.key is $(printf '%q' "${found//$'\n'/ }"), not $key: Grafana was not installed; everything else is as declared"
    install -d -m 0755 "${GRAFANA_KEYRING%/*}"
    replace 0644 root "$stage/key" "$GRAFANA_KEYRING"
    printf '%s\n' "$line" >"$stage/list"
    replace 0644 root "$stage/list" "$GRAFANA_LIST"
  fi
  ensure_packages grafana openssl
}

check_files() {
  local said
  if sent /etc/prometheus/prometheus.yml; then
    # The files that it names stand beside it, in the stage as later in /etc/prometheus.
    said=$(promtool check config "$stage/etc/prometheus/prometheus.yml" 2>&1) || refuse_config promtool "$said"
  fi
  if sent /etc/prometheus/alertmanager.yml; then
    # It may quote what it reads, and that holds secrets.
    amtool check-config "$stage/etc/prometheus/alertmanager.yml" >/dev/null 2>&1 || refuse_config amtool 'alertmanager.yml is not sound'
  fi
  if sent /etc/prometheus/blackbox.yml; then
    said=$(prometheus-blackbox-exporter --config.check --config.file="$stage/etc/prometheus/blackbox.yml" 2>&1) || refuse_config prometheus-blackbox-exporter "$said"
  fi
  if sent /etc/prometheus/pve.yml; then
    "$VENV/bin/python" - "$stage/etc/prometheus/pve.yml" <<'END' >/dev/null 2>&1 || refuse_config pve-exporter 'pve.yml is not sound'
import sys, yaml
from pve_exporter.config import config_from_yaml
sys.exit(0 if config_from_yaml(yaml.safe_load(open(sys.argv[1]))).valid else 1)
END
  fi
  if sent /etc/grafana/hybrid-estate-dashboards/cluster.json; then
    python3 -m json.tool "$stage/etc/grafana/hybrid-estate-dashboards/cluster.json" /dev/null 2>/dev/null || refuse_config python3 'the dashboard is no JSON'
  fi
}

apply_server() {
  local url=$1 key=$2
  allow_ping
  ensure_packages prometheus prometheus-alertmanager prometheus-blackbox-exporter python3-venv python3-proxmoxer \
    python3-requests python3-yaml python3-werkzeug gunicorn
  ensure_pve_exporter
  check_files
  write_files /etc/prometheus/
  write_files /etc/default/
  write_files /etc/systemd/system/prometheus-
  reload_units server /etc/systemd/system/prometheus-pve-exporter.service
  settle prometheus-blackbox-exporter /etc/default/prometheus-blackbox-exporter -- /etc/prometheus/blackbox.yml
  settle prometheus-pve-exporter /etc/systemd/system/prometheus-pve-exporter.service /etc/prometheus/pve.yml \
    /etc/prometheus/cluster-ca.pem -- /dev/null
  settle prometheus-alertmanager /etc/default/prometheus-alertmanager -- /etc/prometheus/alertmanager.yml
  settle prometheus /etc/default/prometheus -- /etc/prometheus/prometheus.yml /etc/prometheus/rules/hybrid-estate.yml \
    /etc/prometheus/cluster-ca.pem
  if [[ -n $url ]]; then apply_grafana "$url" "$key"; fi
}

apply_grafana() {
  local password fresh=''
  ensure_grafana "$1" "$2"
  ensure_certificate
  write_files /etc/grafana/
  write_files /etc/systemd/system/grafana-server
  reload_units grafana /etc/systemd/system/grafana-server.service.d/hybrid-estate.conf
  # It takes the password from its file when it makes its database, and never again.
  if [[ ! -f /var/lib/grafana/grafana.db ]]; then fresh=yes; fi
  settle grafana-server /etc/systemd/system/grafana-server.service.d/hybrid-estate.conf \
    /etc/grafana/provisioning/datasources/hybrid-estate.yml /etc/grafana/provisioning/dashboards/hybrid-estate.yml -- /dev/null
  password=$(digest /etc/grafana/hybrid-estate-password)
  if [[ ! -f $TOLD/grafana-password || $(<"$TOLD/grafana-password") != "$password" ]]; then
    if [[ -z $fresh ]]; then
      grafana-cli --homepath /usr/share/grafana admin reset-admin-password --password-from-stdin </etc/grafana/hybrid-estate-password >/dev/null 2>&1 ||
        die "can't set Grafana's password; everything else is as declared"
      note "Grafana's password set"
    fi
    tell grafana-password "$password"
  fi
}

# Nobody reads the dashboard or types a password over a plain connection. An operator may put a better one there.
ensure_certificate() {
  local certificate=/etc/grafana/hybrid-estate.crt key=/etc/grafana/hybrid-estate.key name
  [[ ! -s $certificate || ! -s $key ]] || return 0
  name=$(uname -n)
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=$name" \
    -addext "subjectAltName=DNS:$name" -keyout "$stage/tls.key" -out "$stage/tls.crt" 2>/dev/null
  replace 0640 grafana "$stage/tls.key" "$key"
  replace 0644 root "$stage/tls.crt" "$certificate"
  note "$certificate made"
}

apply_node() {
  local certificate=$1 key=$2
  [[ -r $certificate && -r $key ]] || die "there is no certificate at $certificate and $key; nothing was changed"
  ensure_packages prometheus-node-exporter
  write_files /
  reload_units node /etc/systemd/system/prometheus-node-exporter.service.d/hybrid-estate.conf \
    /etc/systemd/system/hybrid-estate-metrics.service /etc/systemd/system/hybrid-estate-metrics.timer
  settle prometheus-node-exporter /etc/default/prometheus-node-exporter /etc/prometheus/node-exporter-web.yml \
    /etc/systemd/system/prometheus-node-exporter.service.d/hybrid-estate.conf -- /dev/null
  settle hybrid-estate-metrics.timer /etc/systemd/system/hybrid-estate-metrics.timer \
    /etc/systemd/system/hybrid-estate-metrics.service /usr/local/lib/hybrid-estate/metrics -- /dev/null
}

remove() {
  local file
  case $1 in
    server) stop grafana-server prometheus prometheus-alertmanager prometheus-pve-exporter prometheus-blackbox-exporter ;;
    node)
      stop hybrid-estate-metrics.timer prometheus-node-exporter
      for file in /etc/systemd/system/prometheus-node-exporter.service.d/hybrid-estate.conf \
        /etc/systemd/system/hybrid-estate-metrics.service /etc/systemd/system/hybrid-estate-metrics.timer \
        /usr/local/lib/hybrid-estate/metrics /var/lib/prometheus/node-exporter/hybrid-estate.prom; do
        if [[ -e $file ]]; then rm -f -- "$file"; fi
      done
      if [[ -e $TOLD/units-node ]]; then
        systemctl daemon-reload
        rm -f -- "$TOLD/units-node"
      fi
      ;;
  esac
}

option() {
  case $1 in
    --role) role=$2 ;;
    --certificate) certificate=$2 ;;
    --key) key=$2 ;;
    --grafana) grafana=$2 ;;
    --grafana-key) grafana_key=$2 ;;
    *) unknown_option "$1" ;;
  esac
}

main() {
  local action=${1:-} role='' certificate='' key='' grafana='' grafana_key=''
  [[ $action == apply || $action == remove ]] || die "want apply or remove, got $(printf '%q' "$action")"
  shift
  each_option "$@"
  [[ $role == server || $role == node ]] || refuse role "$role" 'server or node'
  if [[ $action == remove ]]; then
    turn /run/hybrid-estate-monitoring.lock 900 'the monitoring of this host'
    remove "$role"
    return
  fi
  if [[ $role == node ]]; then
    check_path "$certificate"
    check_path "$key"
  fi
  if [[ -n $grafana ]]; then
    [[ $grafana =~ ^https://[A-Za-z0-9:/._~-]+$ ]] || refuse repository "$grafana" 'an https URL'
    [[ $grafana_key =~ ^[0-9A-F]{40}$ ]] || refuse key "$grafana_key" '40 hex digits in capitals'
  fi
  turn /run/hybrid-estate-monitoring.lock 900 'the monitoring of this host'
  local -a paths=()
  local -A modes=() groups=()
  # What a run that was killed left behind holds secrets; nobody else is at work now.
  rm -rf -- /run/hybrid-estate-monitoring.??????
  # Not local: the trap outlives this function.
  stage=$(mktemp -d /run/hybrid-estate-monitoring.XXXXXX)
  trap 'rm -rf -- "$stage"' EXIT
  umask 077
  read_files "$role"
  umask 022
  if [[ $role == server ]]; then apply_server "$grafana" "$grafana_key"; else apply_node "$certificate" "$key"; fi
}

main "$@"; exit
