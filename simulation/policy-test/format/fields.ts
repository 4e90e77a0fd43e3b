import { z } from 'zod';
import { parseDuration } from '../../../domain/duration.ts';
import { isLabelName, isSubdomainName } from '../../../domain/names.ts';
import { type WorkloadKind, workloadKinds } from '../../../domain/target.ts';

/** A time of a test, as milliseconds from its beginning; `-5m` is before it. */
export const moment = () =>
  z
    .string()
    .max(32)
    .regex(/^-?(?:\d+(?:d|h|ms|m|s))+$/, 'must be a time such as 0s, 90s or 1h30m; -5m is before the beginning')
    .transform((text) => (text.startsWith('-') ? -1 : 1) * (parseDuration(text.replace(/^-/, '')) ?? 0));

/** A workload, or one of its pods counted from 0. */
export interface Place {
  namespace: string;
  /** Absent where only one workload of the namespace has the name. */
  kind?: WorkloadKind;
  workload: string;
  pod?: number;
}

const isKind = (text: string): text is WorkloadKind => (workloadKinds as readonly string[]).includes(text);

/** The place that a text names, or undefined where it names none. */
export function placeOf(text: string): Place | undefined {
  const [namespace = '', second = '', third, fourth] = text.split('/');
  const hasKind = isKind(second);
  const workload = hasKind ? (third ?? '') : second;
  const pod = hasKind ? fourth : third;
  if (!isLabelName(namespace) || !isSubdomainName(workload) || text.split('/').length > (hasKind ? 4 : 3))
    return undefined;
  if (pod !== undefined && !/^\d{1,4}$/.test(pod)) return undefined;
  return {
    namespace,
    ...(hasKind && { kind: second }),
    workload,
    ...(pod !== undefined && { pod: Number(pod) }),
  };
}

const place = (accepts: (place: Place) => boolean, message: string) =>
  z
    .string()
    .max(400)
    .refine((text) => {
      const found = placeOf(text);
      return found !== undefined && accepts(found);
    }, message)
    .transform((text): Place => placeOf(text) ?? { namespace: '', workload: '' });

const podWords = 'shop/checkout/0 for a pod';
const workloadWords = 'shop/checkout or shop/Deployment/checkout for a workload';

/** A pod by the place that it has among the pods of its workload, from 0; whoever replaces it gets the place. */
export const podPlace = () => place(({ pod }) => pod !== undefined, `must be written ${podWords}`);

/** A workload as a whole. */
export const workloadPlace = () => place(({ pod }) => pod === undefined, `must be written ${workloadWords}`);

/** Either of them. */
export const anyPlace = () => place(() => true, `must be written ${podWords}, ${workloadWords}`);

/** The place as it would be written. */
export const placeInWords = ({ namespace, kind, workload, pod }: Place): string =>
  [namespace, kind, workload, pod].filter((part) => part !== undefined).join('/');
