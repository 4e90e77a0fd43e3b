import { startRollout } from '../cluster/controllers.ts';
import { fire, resolve } from './alerts.ts';
import { speak } from './answers.ts';
import type { EventFields, EventOf } from './format/events.ts';
import { type Stage, workloadAt } from './stage.ts';

type Happen<Kind extends EventFields['kind']> = (stage: Stage, event: EventOf<Kind>, field: string) => void;

const happenings: { [Kind in EventFields['kind']]: Happen<Kind> } = {
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
  reset(stage, { reset, who }) {
    stage.world.resetWorkload(workloadAt(stage, reset), who);
  },
  rollout(stage, { rollout, brings }) {
    const { store } = stage.world.cluster;
    const workload = workloadAt(stage, rollout);
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

/** Lets the event happen now; what keeps it from happening as it is written is noted as wrong. */
export function happen(stage: Stage, event: EventFields, field: string): void {
  (happenings[event.kind] as (stage: Stage, event: EventFields, field: string) => void)(stage, event, field);
}
