/**
 * The probability that at least `count` of `total` independent draws have something that a share of all have; `share` is
 * from 0 to 1.
 */
export function chanceOfAtLeast(count: number, total: number, share: number): number {
  if (count <= 0 || share >= 1) return 1;
  if (share <= 0 || count > total) return 0;
  const odds = share / (1 - share);
  // The first term as a logarithm: its factors are too small and too large to be multiplied.
  let log = total * Math.log(1 - share);
  for (let drawn = 1; drawn <= count; drawn += 1) log += Math.log(((total - drawn + 1) / drawn) * odds);
  let term = Math.exp(log);
  let sum = term;
  for (let drawn = count + 1; drawn <= total; drawn += 1) {
    term *= ((total - drawn + 1) / drawn) * odds;
    sum += term;
  }
  return Math.min(1, sum);
}
