/** A layer of tests. */
export interface Layer {
  name: string;
  /** Of jest.config.js. */
  projects: readonly string[];
  /** Where one of them cannot be had, the whole layer is skipped. */
  servers: readonly string[];
  /** Where one of them cannot be had or does not start, the tests that need it are skipped (test/support/with-servers.ts). */
  optional: readonly string[];
  /** One file after the other, where the files start servers that need the machine for themselves. */
  isInBand: boolean;
}

const monitoring = ['prometheus', 'alertmanager'] as const;
const controlPlane = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'] as const;

/** Every layer, from the fastest to the slowest. */
export const layers: readonly Layer[] = [
  { name: 'unit', projects: ['unit'], servers: [], optional: [], isInBand: false },
  { name: 'replay', projects: ['replay'], servers: [], optional: [], isInBand: false },
  { name: 'workflows', projects: ['workflows'], servers: ['temporal-test-server'], optional: [], isInBand: false },
  // In band: the search over seeds uses all processors itself.
  {
    ...{ name: 'simulation', projects: ['simulation', 'workflows-simulated'], servers: [], optional: [] },
    isInBand: true,
  },
  {
    ...{ name: 'contract', projects: ['contract'], servers: controlPlane, isInBand: false },
    optional: [...monitoring, 'promtool', 'amtool'],
  },
  {
    ...{ name: 'integration', projects: ['integration'], servers: ['temporal', ...controlPlane], isInBand: false },
    optional: monitoring,
  },
  { name: 'hostile', projects: ['hostile'], servers: ['temporal', ...controlPlane], optional: [], isInBand: true },
  { name: 'chaos', projects: ['chaos'], servers: ['temporal', ...controlPlane], optional: [], isInBand: true },
];
