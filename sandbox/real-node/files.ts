import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeKubeconfig } from '../credentials.ts';
import { cniPlugins } from './host.ts';
import { pauseImage } from './image.ts';

/** One node as it is set up; its names and addresses are its own. */
export interface NodePlan {
  name: string;
  /** Its end of the link on this machine; at most 15 characters. */
  link: string;
  cgroup: string;
  /** Of the node, as `InternalIP`. */
  address: string;
  /** Of this machine's end of the link. */
  gateway: string;
  /** Of its pods. */
  podCidr: string;
}

/** Port on which the kubelet answers at the node's address. */
export const kubeletPort = 10250;

/**
 * `restrict_oom_score_adj`: where the kernel grants no CAP_SYS_RESOURCE, no container starts without it. Everything else is
 * as containerd has it by itself.
 */
const containerdConfig = (cniFolder: string) => `version = 2
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper"]
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${cniPlugins}"
    conf_dir = "${cniFolder}"
`;

const cniConfig = ({ podCidr }: NodePlan) => ({
  ...{ cniVersion: '0.4.0', name: 'pods' },
  plugins: [
    {
      ...{ type: 'bridge', bridge: 'cni0', isGateway: true, ipMasq: false },
      ipam: { type: 'host-local', ranges: [[{ subnet: podCidr }]], routes: [{ dst: '0.0.0.0/0' }] },
    },
  ],
});

/**
 * The kubelet as it is by itself, but for what this machine cannot give it: no systemd, no cgroup v2 perhaps, swap perhaps.
 * It answers whoever reaches its address, which is on this machine only.
 */
const kubeletConfig = ({ cgroup, address }: NodePlan) => ({
  ...{ apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration' },
  ...{ address, port: kubeletPort, healthzPort: 0 },
  authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
  authorization: { mode: 'AlwaysAllow' },
  containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
  ...{ cgroupDriver: 'cgroupfs', cgroupRoot: `/${cgroup}`, failCgroupV1: false, enforceNodeAllocatable: [] },
  ...{ failSwapOn: false, resolvConf: '' },
  nodeStatusUpdateFrequency: '5s',
});

/** Writes what containerd and the kubelet of the node are started with into its folder. */
export function writeNodeFiles(
  folder: string,
  plan: NodePlan,
  access: { cluster: string; server: string; caFile: string; token: string },
): void {
  const cniFolder = join(folder, 'cni');
  mkdirSync(cniFolder, { recursive: true });
  writeFileSync(join(folder, 'containerd.toml'), containerdConfig(cniFolder));
  writeFileSync(join(cniFolder, 'pods.conflist'), JSON.stringify(cniConfig(plan)));
  writeFileSync(join(folder, 'kubelet.yaml'), stringify(kubeletConfig(plan)));
  const user = `system:node:${plan.name}`;
  writeKubeconfig(join(folder, 'kubeconfig'), { ...access, user, serverName: 'kubernetes.default' });
}
