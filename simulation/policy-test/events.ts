import { startRollout } from '../cluster/controllers.ts';
import { fire, resolve } from './alerts.ts';
import { speak } from './answers.ts';
import type { EventFields, EventOf } from './format/events.ts';
import { type Setup, workloadAt } from './setup.ts';

type Effect<Kind extends EventFields['kind']> = (setup: Setup, event: EventOf<Kind>, field: string) => void;

const effects: { [Kind in EventFields['kind']]: Effect<Kind> } = {
  alert: fire,
  resolved: resolve,
  approve: speak,
  reject: speak,
  acknowledge: speak,
  retry: speak,
  abort: speak,
  takeOver: speak,
  pause({ world, pauses }, { pause, who }) {
    const id = `pause-${pauses.size + 1}`;
    pauses.set(pause, id);
    world.pause({ id, who, why: pause });
  },
  resume({ world, pauses }, { resume, who }) {
    world.resume(pauses.get(resume) ?? resume, who);
  },
  reset(setup, { reset, who }) {
    setup.world.resetWorkload(workloadAt(setup, reset), who);
  },
  rollout(setup, { rollout, brings }) {
    const { store } = setup.world.cluster;
    const workload = workloadAt(setup, rollout);
    const record = store.workloads.get(workload);
    if (record === undefined) return;
    const fromTemplate = record.templates + 1;
    if (brings) store.faults.push({ shape: brings, in: { workload, fromTemplate }, fromMs: store.clock.nowMs });
    startRollout(store, record, fromTemplate);
  },
  join({ world }, { join }) {
    world.cluster.store.addNode(join);
  },
  edit({ world, policyCase }, { at }) {
    const edit = policyCase.edits.findLast(({ atMs }) => atMs <= at);
    if (edit !== undefined) world.policies = edit.policies;
  },
};

/** Applies the event now; what keeps it from being applied as it is written is noted as wrong. */
export function applyEvent(setup: Setup, event: EventFields, field: string): void {
  (effects[event.kind] as (setup: Setup, event: EventFields, field: string) => void)(setup, event, field);
}
