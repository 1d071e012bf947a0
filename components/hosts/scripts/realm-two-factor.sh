#!/usr/bin/env bash
# realm-two-factor: makes a realm of a Proxmox VE cluster ask for a second factor (TOTP), or stops that. Runs on one
# node, as root.
#
#   bash -s -- apply  --realm REALM
#   bash -s -- remove --realm REALM
#
# Refused where it would lock somebody out: an enabled account of the realm that can log in and has no TOTP key. API
# tokens are never asked for a second factor. A realm that asks for one already is left as it is.
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C
SCRIPT='realm-two-factor'
source shared/prelude.sh

readonly SHADOW=/etc/pve/priv/shadow.cfg

# factor_of REALM: the kind of second factor that the realm asks for; empty where it asks for none
factor_of() {
  pvesh get "/access/domains/$1" --output-format json | perl -MJSON::PP -0777 -e '
    my $realm = decode_json(<STDIN>);
    my ($type) = ($realm->{tfa} // "") =~ /(?:^|,)type=(\w+)/;
    ($type) = ($realm->{tfa} // "") =~ /^(\w+)(?:,|$)/ if !defined $type;
    print(($realm->{type} // "") eq "openid" ? "its provider" : $type // "");'
}

# locked_out REALM: accounts that could not log in any more, one a line
locked_out() {
  local users factors
  users=$(pvesh get /access/users --output-format json)
  factors=$(pvesh get /access/tfa --output-format json)
  # The list of users holds keys: it goes through a pipe, neither by command line nor by environment.
  printf '{"users":%s,"factors":%s}' "$users" "$factors" | perl -MJSON::PP -0777 -e '
    my ($realm, $shadow) = @ARGV;
    my $found = decode_json(<STDIN>);
    my %password;
    if (open(my $file, "<", $shadow)) {
      local $/ = "\n";
      while (<$file>) { $password{$1} = 1 if /^([^:]+):[^:]/ }
    }
    my %key;
    for my $user (@{ $found->{factors} }) {
      $key{ $user->{userid} } = 1 if grep { $_->{type} eq "totp" } @{ $user->{entries} // [] };
    }
    for my $user (@{ $found->{users} }) {
      my ($name, $own) = $user->{userid} =~ /^(.*)\@([^@]*)$/;
      next if !defined $own || $own ne $realm;
      next if defined $user->{enable} && !$user->{enable};
      next if $user->{expire} && $user->{expire} < time;
      # An account without a password has nothing but tokens.
      next if $realm eq "pve" && !$password{$name};
      # Keys of the account itself, as it starts with: "x" says that there are others in the list of factors.
      next if ($user->{keys} // "") !~ /^(x(!.*)?)?$/;
      print "$user->{userid}\n" if !$key{ $user->{userid} };
    }' "$1" "$SHADOW"
}

apply() {
  local realm=$1 factor out
  factor=$(factor_of "$realm")
  [[ $factor != oath ]] || return 0
  [[ $factor != "its provider" ]] || die "realm $realm is an OpenID Connect realm, whose provider asks; nothing was changed"
  [[ -z $factor ]] || die "realm $realm asks for $factor already; nothing was changed"
  out=$(locked_out "$realm")
  [[ -z $out ]] || die "would lock out ${out//$'\n'/, }: no TOTP key. Add one, or disable the account; nothing was changed"
  pveum realm modify "$realm" --tfa type=oath
  note "realm $realm asks for a second factor"
}

remove() {
  local realm=$1
  [[ $(factor_of "$realm") == oath ]] || return 0
  pveum realm modify "$realm" --delete tfa
  note "realm $realm asks for no second factor any more"
}

main() {
  local action=${1:-} realm=''
  [[ $action == apply || $action == remove ]] || die "want apply or remove, got $(printf '%q' "$action")"
  shift
  while [[ $# -gt 0 ]]; do
    [[ $# -ge 2 ]] || die "$(printf '%q' "$1") wants a value"
    case $1 in
      --realm) realm=$2 ;;
      *) die "unknown option $(printf '%q' "$1")" ;;
    esac
    shift 2
  done
  [[ $realm =~ ^[A-Za-z][A-Za-z0-9._-]{1,31}$ ]] || die "refused realm $(printf '%q' "$realm"): want a letter, then letters, digits and . _ -"
  "$action" "$realm"
}

main "$@"
