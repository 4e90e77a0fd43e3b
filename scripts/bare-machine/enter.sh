# Runs a command on the bare machine: enter.sh ROOT UPPER WORK MOUNTS UID FOLDER COMMAND, in mount and process namespaces of
# its own, so that every mount and every process ends with it. MOUNTS has a line for each: ro|rw FROM TO, tabs between.
set -eu
lower=$1 upper=$2 work=$3 mounts=$4 uid=$5 folder=$6 command=$7

root=$work/root
mkdir -p "$upper" "$work/overlay" "$root"
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$upper,workdir=$work/overlay" "$root"

mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
while read -r name minor; do
  mknod -m 666 "$root/dev/$name" c "${minor%%:*}" "${minor##*:}"
done <<'DEVICES'
null 1:3
zero 1:5
full 1:7
random 1:8
urandom 1:9
tty 5:0
DEVICES
ln -s /proc/self/fd "$root/dev/fd"
for stream in 0:stdin 1:stdout 2:stderr; do
  ln -s "/proc/self/fd/${stream%%:*}" "$root/dev/${stream##*:}"
done
mkdir -m 1777 "$root/dev/shm"

as_user="setpriv --reuid=$uid --regid=$uid --clear-groups"
tab=$(printf '\t')
while IFS=$tab read -r access from to; do
  if [ "$access" = rw ]; then chroot "$root" $as_user mkdir -p "$to"
  elif [ -d "$from" ]; then mkdir -p "$root$to"
  else mkdir -p "$(dirname "$root$to")" && touch "$root$to"; fi
  mount --bind "$from" "$root$to"
  mount -o "remount,bind,$access" "$root$to"
done <"$mounts"
for name in npm npx; do
  ln -sf "../lib/node_modules/npm/bin/$name-cli.js" "$root/usr/local/bin/$name"
done

# Not exec: the first process of the namespace must stay a shell, which buries orphans.
chroot "$root" $as_user /bin/sh -c "cd '$folder' && $command"
