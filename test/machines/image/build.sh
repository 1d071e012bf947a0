#!/usr/bin/env bash
# Builds the guest of the machine tests: a folder with root.img, vmlinuz, initrd.img, id_ed25519, known_hosts.
#
#   build.sh FOLDER
#
# The folder appears by one rename, when everything in it is complete. Of two builds at once the second waits, and
# finds the folder there. Beside it stays what takes longest, the ZFS modules, by the versions of ZFS and the kernel:
# another recipe needs no second compilation.
# Debian 13, which Proxmox VE 9 is built on, with SSH, LVM, ZFS compiled for its kernel, the client of NFS, and what
# every node of Proxmox VE has (perl, python3, ...). What the host scripts install is not installed in it: its packages
# are in an archive that the machine's apt is pointed at, as reading all of Debian's lists takes an emulated processor
# a minute each time, and a mirror that does not answer would fail a test. This file is the recipe: its checksum names
# the image in the cache. Lines `== text` on standard error are its steps. Needs root; it runs in namespaces of its own, so that no
# mount and no process outlives it.
set -euo pipefail

RELEASE=trixie
MIRROR=http://deb.debian.org/debian
PACKAGES=(
  systemd-sysv udev dbus kmod ca-certificates linux-image-cloud-amd64 initramfs-tools zfsutils-linux
  openssh-server openssh-client nfs-common lvm2 thin-provisioning-tools fdisk e2fsprogs iproute2 procps zstd
)
# What every node of Proxmox VE has, or any server that somebody works on; unpacked here and not by an emulated processor.
EVERYWHERE=(perl openssl python3 curl jq iputils-ping)
# What the host scripts install, and the tests themselves: as the scripts do, without what Debian recommends; and with it.
INSTALLED=(
  prometheus prometheus-alertmanager prometheus-blackbox-exporter prometheus-node-exporter python3-venv python3-proxmoxer
  python3-requests python3-yaml python3-werkzeug gunicorn
  strongswan-swanctl charon-systemd libstrongswan-standard-plugins frr frr-pythontools keepalived tcpdump
  corosync rclone
)
INSTALLED_WITH_RECOMMENDS=(nfs-kernel-server nftables corosync-qnetd corosync-qdevice)
# Where the archive is in a machine.
ARCHIVE=/usr/local/share/debian
COMPILER=(linux-headers-cloud-amd64 gcc make libc6-dev)
# Nobody reads manuals here, and a build that dies is started anew: no need to wait for the disk.
DPKG_OPTIONS=(force-unsafe-io 'path-exclude=/usr/share/doc/*' 'path-exclude=/usr/share/man/*' 'path-exclude=/usr/share/locale/*')

step() {
  printf '== %s\n' "$*" >&2
}

in_guest() {
  local at=$1
  shift
  chroot "$at" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive "$@"
}

system() {
  step "Debian $RELEASE, the packages of a machine"
  local packages
  packages=$(IFS=, && printf '%s' "${PACKAGES[*]},${EVERYWHERE[*]}")
  # An initrd with the drivers of one machine unpacks in a moment, even on an emulated processor.
  # shellcheck disable=SC2016 # $1 is the hook's own
  mmdebstrap --mode=root --variant=minbase --components=main,contrib --include="$packages" \
    --aptopt='APT::Install-Recommends "false"' "${DPKG_OPTIONS[@]/#/--dpkgopt=}" --skip=cleanup/apt \
    --essential-hook='install -d "$1/etc/initramfs-tools/conf.d"' \
    --essential-hook='echo MODULES=list >"$1/etc/initramfs-tools/conf.d/machine"' \
    --essential-hook='printf "%s\n" virtio_pci virtio_blk ext4 >"$1/etc/initramfs-tools/modules"' \
    --format=directory "$RELEASE" "$root" "$MIRROR" >&2
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys"
}

# The modules as a tar file, made in a copy of the machine, so that no compiler is left in it.
modules() {
  local kernel=$1 zfs=$2 file=$3 build=$out/build
  step "ZFS $zfs for $kernel: compiler"
  cp -a --reflink=auto --one-file-system "$root" "$build"
  mount -t proc proc "$build/proc"
  cp -L /etc/resolv.conf "$build/etc/resolv.conf"
  in_guest "$build" apt-get -q install -y --no-install-recommends "${COMPILER[@]}" >&2
  in_guest "$build" sh -c "cd /tmp && apt-get -q download zfs-dkms=$zfs && dpkg-deb -x zfs-dkms_*.deb /" >&2
  [[ -d $build/lib/modules/$kernel/build ]] || {
    step "the mirror has no headers of $kernel"
    exit 1
  }
  step "ZFS $zfs for $kernel: configuration"
  in_guest "$build" sh -ec "cd /usr/src/zfs-*
    ./configure --quiet --disable-dependency-tracking --with-config=kernel \
      --with-linux=/lib/modules/$kernel/source --with-linux-obj=/lib/modules/$kernel/build" >&2
  step "ZFS $zfs for $kernel: compilation (the longest step)"
  # Without what a debugger reads: that is half of the work.
  in_guest "$build" KCFLAGS=-g0 sh -ec "cd /usr/src/zfs-*; make -s -j$(nproc) CONFIG_DEBUG_INFO_BTF_MODULES=" >&2
  umount "$build/proc"
  tar -C "$build"/usr/src/zfs-*/module -cf "$file.partial" zfs.ko spl.ko
  mv "$file.partial" "$file"
  rm -rf "$build"
}

zfs() {
  local kernel version file
  kernel=$(basename "$root"/lib/modules/*-cloud-amd64)
  # shellcheck disable=SC2016 # the ${} is dpkg-query's own
  version=$(in_guest "$root" dpkg-query -W -f '${source:Version}' zfsutils-linux)
  file=$(dirname "$out")/zfs-$version-$kernel.tar
  [[ -f $file ]] || modules "$kernel" "$version" "$file"
  install -d "$root/lib/modules/$kernel/extra"
  tar -C "$root/lib/modules/$kernel/extra" -xf "$file"
  in_guest "$root" depmod "$kernel"
  in_guest "$root" modinfo -k "$kernel" zfs >/dev/null
}

# The archive: packages of Debian's as they are, and an index of them.
archive() {
  step 'packages that the scripts install'
  local at=$root$ARCHIVE file
  install -d "$at"
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  in_guest "$root" apt-get -q install -y --download-only --no-install-recommends "${INSTALLED[@]}" >&2
  in_guest "$root" apt-get -q install -y --download-only -o APT::Install-Recommends=true "${INSTALLED_WITH_RECOMMENDS[@]}" >&2
  mv "$root"/var/cache/apt/archives/*.deb "$at/"
  for file in "$at"/*.deb; do
    in_guest "$root" dpkg-deb -f "$ARCHIVE/${file##*/}"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "${file##*/}" "$(stat -c %s "$file")" "$(sha256sum <"$file" | cut -d ' ' -f 1)"
  done >"$at/Packages"
  rm -f "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/* "$root"/var/lib/apt/lists/*debian*
  printf 'deb [trusted=yes] file:%s ./\n' "$ARCHIVE" >"$root/etc/apt/sources.list"
  # It has no translated descriptions to look for.
  echo 'Acquire::Languages "none";' >"$root/etc/apt/apt.conf.d/archive"
  in_guest "$root" apt-get -q update >&2
}

configure() {
  step 'configuration'
  echo '/dev/vda / ext4 rw,noatime 0 1' >"$root/etc/fstab"
  echo machine >"$root/etc/hostname"
  printf '127.0.0.1 localhost\n' >"$root/etc/hosts"
  # eth0 is the way in from the machine that runs the tests, and out to the packages' mirror; eth1 is given its
  # address by the tests.
  printf '%s\n' '[Match]' 'Name=eth0' '[Network]' 'Address=10.0.2.15/24' 'Gateway=10.0.2.2' 'IPv6AcceptRA=no' \
    >"$root/etc/systemd/network/eth0.network"
  echo 'nameserver 10.0.2.3' >"$root/etc/resolv.conf"
  in_guest "$root" systemctl enable systemd-networkd ssh >&2
  # It asks for VSOCK, which these machines have not, and says so at every boot.
  install -d "$root/etc/systemd/system-generators"
  ln -s /dev/null "$root/etc/systemd/system-generators/systemd-ssh-generator"
  # What no test needs, and takes an emulated processor seconds of every boot.
  in_guest "$root" systemctl mask systemd-networkd-wait-online.service systemd-pcrphase.service systemd-binfmt.service \
    systemd-logind.service lvm2-monitor.service blk-availability.service e2scrub_reap.service \
    modprobe@{drm,efi_pstore,fuse,configfs}.service getty@tty1.service serial-getty@ttyS0.service \
    {sys-kernel-tracing,sys-kernel-debug,dev-hugepages,dev-mqueue}.mount \
    {apt-daily,apt-daily-upgrade,dpkg-db-backup,e2scrub_all,fstrim}.timer >&2
  install -d -m 0700 "$root/root/.ssh"
  ssh-keygen -q -t ed25519 -N '' -C machine-tests -f "$out/id_ed25519"
  install -m 0600 "$out/id_ed25519.pub" "$root/root/.ssh/authorized_keys"
  printf 'machine %s\n' "$(cut -d ' ' -f 1,2 "$root/etc/ssh/ssh_host_ed25519_key.pub")" >"$out/known_hosts"
  # Where this machine's way out has an authority of its own, theirs has it too.
  if compgen -G '/usr/local/share/ca-certificates/*.crt' >/dev/null; then
    install -m 0644 /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/"
    in_guest "$root" update-ca-certificates >&2
  fi
  # The lists stay, as on any machine that has been updated once.
  rm -f "$root"/var/cache/apt/archives/*.deb
  # From here on apt is as a person's: with what packages recommend.
  rm -f "$root/etc/apt/apt.conf.d/99mmdebstrap"
  in_guest "$root" apt-cache gencaches >&2
  # Otherwise the first boot, which is every boot, does what the packages have just done.
  touch "$root/etc/.updated" "$root/var/.updated"
}

pack() {
  step 'disk image'
  cp "$root"/boot/vmlinuz-* "$out/vmlinuz"
  cp "$root"/boot/initrd.img-* "$out/initrd.img"
  umount "$root/proc" "$root/sys"
  truncate -s 4G "$out/root.img"
  mke2fs -q -t ext4 -E lazy_itable_init=1 -O ^has_journal -d "$root" "$out/root.img"
  rm -rf "$root"
}

main() {
  if [[ -z ${MACHINE_NAMESPACE:-} ]]; then
    MACHINE_NAMESPACE=1 exec unshare --mount --pid --fork --kill-child "$0" "$@"
  fi
  local folder=$1
  install -d "$(dirname "$folder")"
  exec {lock}>"$folder.lock"
  flock -n "$lock" || {
    step 'waiting for another build of the same image'
    flock "$lock"
  }
  if [[ -d $folder ]]; then return; fi
  out=$folder.partial
  root=$out/root
  # What a build that was killed left behind.
  rm -rf "$out"
  install -d -m 0700 "$out" "$root"
  chmod 0755 "$root"
  system
  zfs
  archive
  configure
  pack
  mv -T "$out" "$folder"
}

main "$@"
