# One real node: node.sh FOLDER NAME LINK CGROUP ADDRESS GATEWAY. Containerd and the kubelet run in mount, process and network
# namespaces of their own, which end with this script, and with them every mount, process and link. What the kernel keeps
# beyond that, the cgroups, is removed here. FOLDER has the files that files.ts wrote.
set -eu
folder=$1 name=$2 link=$3 cgroup=$4 address=$5 gateway=$6
inside=$(dirname "$0")/inside.sh

remove_cgroups() {
  for _ in $(seq 100); do
    find /sys/fs/cgroup -depth -type d -path "*/$cgroup*" -exec rmdir {} + 2>/dev/null || true
    [ -n "$(find /sys/fs/cgroup -maxdepth 2 -type d -name "$cgroup")" ] || return 0
    sleep 0.1
  done
  echo "cgroups of $cgroup are left" >&2
}

for controllers in /sys/fs/cgroup /sys/fs/cgroup/*; do
  [ -e "$controllers/cgroup.procs" ] && mkdir -p "$controllers/$cgroup"
done
trap remove_cgroups EXIT
# The group of processes is asked to end: the namespaces end first, then this script goes on.
trap : TERM INT HUP

unshare --mount --pid --net --fork --kill-child --mount-proc --propagation private \
  /bin/sh "$inside" "$folder" "$name" "$address" "$gateway" &
namespaces=$!
until first=$(cat "/proc/$namespaces/task/$namespaces/children" 2>/dev/null) && [ -n "$first" ]; do sleep 0.05; done
ip link add "$link" type veth peer name eth0 netns "${first%% *}"
ip address add "$gateway/30" dev "$link"
ip link set "$link" up
until ! kill -0 "$namespaces" 2>/dev/null; do wait "$namespaces" || true; done
