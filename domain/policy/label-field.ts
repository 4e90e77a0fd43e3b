import { z } from 'zod';

const namePart = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const prefixPart = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const mostLabels = 50;

/** True for a key that a Kubernetes label can have: a name, or a DNS name before a slash and a name. */
function isLabelKey(key: string): boolean {
  const [name = '', prefix, ...more] = key.split('/').reverse();
  return (
    namePart.test(name) &&
    more.length === 0 &&
    (prefix === undefined || (prefix.length <= 253 && prefixPart.test(prefix)))
  );
}

/** A field that takes labels; one that no object can carry is a fault, for it would never be found. */
export function labelsField() {
  return z.record(z.string(), z.string()).superRefine((labels, context) => {
    const fault = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    const entries = Object.entries(labels);
    if (entries.length > mostLabels) fault([], `must hold at most ${mostLabels} labels`);
    for (const [key, value] of entries) {
      if (!isLabelKey(key)) fault([key], 'is no label key of Kubernetes; write one such as example.com/team');
      else if (value !== '' && !namePart.test(value)) {
        fault(
          [key],
          `must be a label value of Kubernetes: at most 63 letters, digits, -, _ and ., is "${value.slice(0, 80)}"`,
        );
      }
    }
  });
}
