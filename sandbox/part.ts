import type { Supervisor } from './process.ts';
import type { Progress } from './progress.ts';

/** Ports that a person can choose; free ones are taken for the others. */
export interface Ports {
  temporal?: number;
  temporalUi?: number;
  kubernetes?: number;
  prometheus?: number;
  alertmanager?: number;
}

/** What every part of the sandbox is started with. */
export interface PartContext {
  dataFolder: string;
  /** Name of the cluster, as alerts, kubeconfigs and task queues call it. */
  cluster: string;
  ports: Ports;
  audit: boolean;
  /** Names under which real nodes hold an image; they can pull none. */
  images: readonly string[];
  supervisor: Supervisor;
  progress: Progress;
}
