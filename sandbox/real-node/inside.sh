# Runs as the first process inside the namespaces of a node: inside.sh FOLDER NAME ADDRESS GATEWAY. See node.sh.
set -eu
folder=$1 name=$2 address=$3 gateway=$4
trap 'exit 0' TERM INT HUP

# Where containerd and the kubelet write by themselves, this node has folders of its own.
mkdir -p "$folder/lib" "$folder/log" "$folder/sys"
mount --bind "$folder/lib" /var/lib
mount --bind "$folder/log" /var/log
mount -t tmpfs tmpfs /run
mkdir -p /run/lock
# The kubelet sets these for the whole machine; here it writes to files that stand in their places.
for setting in vm/overcommit_memory:1 vm/panic_on_oom:0 kernel/panic:10 kernel/panic_on_oops:1 \
  kernel/keys/root_maxkeys:1000000 kernel/keys/root_maxbytes:25000000; do
  file=$folder/sys/$(echo "${setting%%:*}" | tr / .)
  echo "${setting##*:}" >"$file"
  mount --bind "$file" "/proc/sys/${setting%%:*}"
done

until ip link show eth0 >/dev/null 2>&1; do sleep 0.05; done
ip link set lo up
ip address add "$address/30" dev eth0
ip link set eth0 up
ip route add default via "$gateway"

containerd --config "$folder/containerd.toml" >"$folder/containerd.log" 2>&1 &
until ctr version >/dev/null 2>&1; do sleep 0.1; done
ctr -n k8s.io images import "$folder/../images.tar" >/dev/null
"$MENDFLOW_KUBELET" --config="$folder/kubelet.yaml" --kubeconfig="$folder/kubeconfig" --hostname-override="$name" \
  --node-ip="$address" --v=2 &
# Not exec: the first process must stay a shell, which buries orphans. The node ends with its kubelet.
wait $!
