import { createPrometheus, type Prometheus } from '../../activities/prometheus.ts';

/** A real Prometheus; its client is loaded only where one is asked. */
export const openPrometheus = (url: string): Prometheus => createPrometheus({ url });
