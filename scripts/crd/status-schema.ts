import type { Structural } from './json-schema.ts';

const wholeNumber = (description: string): Structural => ({
  description,
  type: 'integer',
  format: 'int64',
  minimum: 0,
});
const time = (description: string): Structural => ({ description, type: 'string', format: 'date-time' });

/** metav1.Condition, as every Kubernetes tool knows it. */
const condition: Structural = {
  type: 'object',
  required: ['type', 'status', 'reason', 'message', 'lastTransitionTime'],
  properties: {
    type: { description: 'Accepted, Ready or Paused.', type: 'string', maxLength: 316 },
    status: { description: 'True, False or Unknown.', type: 'string', enum: ['True', 'False', 'Unknown'] },
    observedGeneration: wholeNumber('The metadata.generation that the condition speaks of.'),
    lastTransitionTime: time('When the status last changed.'),
    reason: { description: 'Why, as one word.', type: 'string', minLength: 1, maxLength: 1_024 },
    message: { description: 'Why, for a person; every fault of a refused policy.', type: 'string', maxLength: 32_768 },
  },
};

/** What Mendflow writes back; activities/kubernetes/policy-resources.ts has the same as a type. */
export const statusSchema: Structural = {
  description: 'How Mendflow sees the policy. Written by Mendflow only.',
  type: 'object',
  properties: {
    observedGeneration: wholeNumber('The newest metadata.generation that was read.'),
    conditions: {
      description:
        'Accepted: this generation has no fault. Ready: this generation drives runs. Paused: nothing acts, whatever the policy says.',
      type: 'array',
      items: condition,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
    },
    inForce: {
      description: 'The last generation without a fault: it stays in force while a newer one is refused.',
      type: 'object',
      required: ['generation', 'spec'],
      properties: {
        generation: wholeNumber('Its metadata.generation.'),
        spec: { description: 'Its spec.', type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
    matched: wholeNumber('Runs that the policy drove, about: counted anew where a write was lost.'),
    acted: wholeNumber('Acts that were carried out under it, about.'),
    lastMatchedAt: time('When it last drove a run.'),
  },
};
