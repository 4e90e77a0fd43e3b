/** Who looks after the hopeless pod of each namespace. */
export const contenders = [
  { name: 'kubelet alone', namespace: 'rate-kubelet' },
  { name: 'mendflow', namespace: 'rate-mendflow' },
  { name: 'inline-delete', namespace: 'rate-inline' },
] as const;

export type Contender = (typeof contenders)[number];

export const namespaces = contenders.map(({ namespace }) => namespace);
