#!/usr/bin/env bash
# Builds the guest of the machine tests: a folder with root.img, vmlinuz, initrd.img, id_ed25519, known_hosts.
#
#   build.sh FOLDER
#
# The folder appears by one rename, when everything in it is complete. Of two builds at once the second waits, and
# finds the folder there.
# Debian 13, which Proxmox VE 9 is built on, with SSH, the NFS server and client, LVM, and ZFS compiled for its
# kernel. This file is the recipe: its checksum names the image in the cache. Lines `== text` on standard error are
# its steps. Needs root; it runs in namespaces of its own, so that no mount and no process outlives it.
set -euo pipefail

RELEASE=trixie
MIRROR=http://deb.debian.org/debian
PACKAGES=(
  linux-image-cloud-amd64 linux-headers-cloud-amd64 zfs-dkms zfsutils-linux
  openssh-server nfs-kernel-server nfs-common lvm2 fdisk e2fsprogs iproute2 procps zstd
)

step() {
  printf '== %s\n' "$*" >&2
}

in_guest() {
  chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive "$@"
}

bootstrap() {
  step "Debian $RELEASE base system"
  debootstrap --variant=minbase --components=main,contrib --include=systemd-sysv,udev,dbus,kmod,ca-certificates \
    "$RELEASE" "$root" "$MIRROR" >&2
  # Nobody reads manuals here, and a build that dies is started anew: no need to wait for the disk.
  printf '%s\n' force-unsafe-io 'path-exclude=/usr/share/doc/*' 'path-exclude=/usr/share/man/*' \
    >"$root/etc/dpkg/dpkg.cfg.d/machine"
  # The start of services belongs to the machine, not to the chroot.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 0755 "$root/usr/sbin/policy-rc.d"
  # An initrd with the drivers of one machine unpacks in a moment, even on an emulated processor.
  install -d "$root/etc/initramfs-tools/conf.d"
  echo 'MODULES=list' >"$root/etc/initramfs-tools/conf.d/machine"
  printf '%s\n' virtio_pci virtio_blk ext4 >"$root/etc/initramfs-tools/modules"
}

packages() {
  step "packages, and ZFS compiled for the kernel (the longest step)"
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys"
  in_guest apt-get -q update >&2
  in_guest apt-get -q install -y --no-install-recommends "${PACKAGES[@]}" >&2
  local kernel
  kernel=$(basename "$root"/lib/modules/*-cloud-amd64)
  in_guest modinfo -k "$kernel" zfs >/dev/null || {
    tail -n 20 "$root"/var/lib/dkms/zfs/*/build/make.log >&2 || true
    step 'ZFS did not compile'
    exit 1
  }
}

configure() {
  step 'configuration'
  echo '/dev/vda / ext4 rw,noatime 0 1' >"$root/etc/fstab"
  echo machine >"$root/etc/hostname"
  printf '127.0.0.1 localhost\n' >"$root/etc/hosts"
  # eth0 is the way in from the machine that runs the tests; eth1 is given its address by them.
  printf '[Match]\nName=eth0\n[Network]\nAddress=10.0.2.15/24\nIPv6AcceptRA=no\n' >"$root/etc/systemd/network/eth0.network"
  in_guest systemctl enable systemd-networkd ssh >&2
  # What no test needs, and takes an emulated processor seconds of every boot.
  in_guest systemctl mask systemd-networkd-wait-online.service systemd-pcrphase.service systemd-binfmt.service \
    systemd-logind.service lvm2-monitor.service blk-availability.service e2scrub_reap.service \
    modprobe@{drm,efi_pstore,fuse,configfs}.service getty@tty1.service serial-getty@ttyS0.service \
    {sys-kernel-tracing,sys-kernel-debug,dev-hugepages,dev-mqueue}.mount \
    {apt-daily,apt-daily-upgrade,dpkg-db-backup,e2scrub_all,fstrim}.timer >&2
  install -d -m 0700 "$root/root/.ssh"
  ssh-keygen -q -t ed25519 -N '' -C machine-tests -f "$out/id_ed25519"
  install -m 0600 "$out/id_ed25519.pub" "$root/root/.ssh/authorized_keys"
  printf 'machine %s\n' "$(cut -d ' ' -f 1,2 "$root/etc/ssh/ssh_host_ed25519_key.pub")" >"$out/known_hosts"
  rm -f "$root/usr/sbin/policy-rc.d"
  # Otherwise the first boot, which is every boot, does what the packages have just done.
  touch "$root/etc/.updated" "$root/var/.updated"
}

pack() {
  step 'disk image'
  cp "$root"/boot/vmlinuz-* "$out/vmlinuz"
  cp "$root"/boot/initrd.img-* "$out/initrd.img"
  umount "$root/proc" "$root/sys"
  rm -rf "$root"/var/lib/dkms/zfs/*/build "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
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
  bootstrap
  packages
  configure
  pack
  mv -T "$out" "$folder"
}

main "$@"
