import { type PolicyMode, policyModes } from './mode.ts';

/** Annotation of a namespace or a workload: nothing is done to it until then (RFC 3339), or as long as it says anything else. */
export const pauseAnnotation = 'mendflow.dev/pause-until';
/** Annotation of a namespace: no policy does more here than this mode. */
export const modeAnnotation = 'mendflow.dev/mode';

type Annotations = Record<string, string>;

/** RFC 3339. Date.parse alone would take `INC-17` for a month of long ago. */
const timeShape = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})$/;

/** Why an annotation stops us, in words; one that is no time, and one that was never understood, stops for good. */
export function pausedByAnnotation(annotations: Annotations, where: string, nowMs: number): string | undefined {
  const until = annotations[pauseAnnotation];
  if (until === undefined) return undefined;
  const untilMs = timeShape.test(until) ? Date.parse(until) : Number.NaN;
  if (untilMs <= nowMs) return undefined;
  const how = Number.isNaN(untilMs) ? 'until the annotation is taken off' : `until ${new Date(untilMs).toISOString()}`;
  return `${where} is paused by its annotation ${pauseAnnotation}, ${how}`;
}

/** Why a ConfigMap stops us: its key `paused` holds a reason. A switch that is not there is a switch that is thrown. */
export function pausedByConfigMap(data: Record<string, string> | undefined, name: string): string | undefined {
  if (data === undefined) return `the ConfigMap ${name}, which can pause us, does not exist`;
  const paused = data.paused?.trim() ?? '';
  return paused === '' || paused === 'false' ? undefined : `the ConfigMap ${name} says paused: ${paused.slice(0, 200)}`;
}

/** The mode that a namespace allows at most; a word that is none allows nothing but to observe. */
export function modeAllowedIn(annotations: Annotations): PolicyMode {
  const word = annotations[modeAnnotation];
  if (word === undefined) return 'Auto';
  return policyModes.find((mode) => mode === word) ?? 'Observe';
}

/** The strictest of several modes. */
export function strictest(...modes: readonly PolicyMode[]): PolicyMode {
  return policyModes.find((mode) => modes.includes(mode)) ?? 'Observe';
}
