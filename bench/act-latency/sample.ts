/** Who answers the webhook: Mendflow, or the bot that deletes inside the request. */
export const contenders = ['mendflow', 'inline-delete'] as const;
export type Contender = (typeof contenders)[number];

/** One alert for one crash-looping pod of a workload that no other sample touches. */
export interface Sample {
  contender: Contender;
  /** Name of the Deployment. */
  workload: string;
  pod: string;
  isWarmUp: boolean;
}

/** A sample that was delivered; moments are milliseconds since 1970 with fractions. */
export interface Sent extends Sample {
  /** Just before the first byte. */
  sentAtMs: number;
  answeredAtMs: number;
  status: number;
  /** Share of the processors, 0 … 1, that was busy just before. */
  busyBefore: number;
}

/** Pairs of samples, one per contender, whose order alternates so that neither always goes first. */
export function pairs(warmUps: number, samples: number): Omit<Sample, 'pod'>[][] {
  return Array.from({ length: warmUps + samples }, (_, index) => {
    const order = index % 2 === 0 ? contenders : contenders.toReversed();
    return order.map((contender) => ({
      contender,
      workload: `${contender}-${String(index).padStart(4, '0')}`,
      isWarmUp: index < warmUps,
    }));
  });
}
