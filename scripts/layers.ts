/** A layer of tests: the jest projects it runs, the servers it cannot do without, and whether its files share them. */
export interface Layer {
  name: string;
  projects: readonly string[];
  servers: readonly string[];
  /** One file after the other, where the files start servers that need the machine for themselves. */
  isInBand: boolean;
}

const controlPlane = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'] as const;

/** Every layer, from the fastest to the slowest. */
export const layers: readonly Layer[] = [
  { name: 'unit', projects: ['unit'], servers: [], isInBand: false },
  { name: 'workflows', projects: ['workflows'], servers: ['temporal-test-server'], isInBand: false },
  // In band: the search over seeds uses all processors itself.
  { name: 'simulation', projects: ['simulation'], servers: [], isInBand: true },
  { name: 'contract', projects: ['contract'], servers: controlPlane, isInBand: false },
  { name: 'integration', projects: ['integration'], servers: ['temporal', ...controlPlane], isInBand: false },
  { name: 'chaos', projects: ['chaos'], servers: ['temporal', ...controlPlane], isInBand: true },
];
