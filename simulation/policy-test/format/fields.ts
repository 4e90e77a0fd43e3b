import { z } from 'zod';
import { type SubjectKind, subjectKinds, workloadKinds } from '../../../domain/target/target.ts';
import { parseDuration } from '../../../domain/text/duration.ts';
import { isLabelName, isSubdomainName } from '../../../domain/text/names.ts';

/** A time of a test, as milliseconds from its beginning; `-5m` is before it. */
export const moment = () =>
  z
    .string()
    .max(32)
    .regex(/^-?(?:\d+(?:d|h|ms|m|s))+$/, 'must be a time such as 0s, 90s or 1h30m; -5m is before the beginning')
    .transform((text) => (text.startsWith('-') ? -1 : 1) * (parseDuration(text.replace(/^-/, '')) ?? 0));

const factors = { '': 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, k: 1e3, M: 1e6, G: 1e9 } as const;

/** An amount of memory as Kubernetes writes it, as bytes. */
export const memory = () =>
  z
    .string()
    .max(20)
    .regex(/^\d+(?:Ki|Mi|Gi|k|M|G)?$/, 'must be an amount of memory such as 256Mi')
    .transform((text) => Number.parseInt(text, 10) * (factors[text.replace(/\d+/, '') as keyof typeof factors] ?? 1));

/** A workload, or one of its pods counted from 0; or a Job or a node in the workload's place. */
export interface Place {
  /** Empty for a node. */
  namespace: string;
  /** Absent where only one workload or Job of the namespace has the name. */
  kind?: SubjectKind;
  workload: string;
  pod?: number;
}

const isKind = (text: string): text is SubjectKind => (subjectKinds as readonly string[]).includes(text);
const nodeShape = /^Node\/([^/]+)$/;

/** The place that a text names, or undefined where it names none. */
export function placeOf(text: string): Place | undefined {
  const [, node] = nodeShape.exec(text) ?? [];
  if (node !== undefined) return isSubdomainName(node) ? { namespace: '', kind: 'Node', workload: node } : undefined;
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

const nodeWords = 'Node/n1 for a node';
const isPodOf = ({ kind, pod }: Place) => pod !== undefined && kind !== 'Job';
const isOfKind =
  (...kinds: readonly (SubjectKind | undefined)[]) =>
  (place: Place) =>
    place.pod === undefined && kinds.includes(place.kind);

/** A pod by the place that it has among the pods of its workload, from 0; whoever replaces it gets the place. */
export const podPlace = () => place(isPodOf, `must be written ${podWords}`);

/** A workload as a whole. */
export const workloadPlace = () => place(isOfKind(...workloadKinds, undefined), `must be written ${workloadWords}`);

/** A Job, with or without its kind. */
export const jobPlace = () => place(isOfKind('Job', undefined), 'must be written shop/import for a Job');

/** Whatever a run can be about. */
export const anyPlace = () => place(() => true, `must be written ${podWords}, ${workloadWords}, ${nodeWords}`);

/** The place as it would be written. */
export const placeInWords = ({ namespace, kind, workload, pod }: Place): string =>
  [namespace || undefined, kind, workload, pod].filter((part) => part !== undefined).join('/');
