const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];
const decimal: Readonly<Record<string, number>> = { m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 };
/** As Kubernetes writes them; without the exponent that nobody writes for memory. */
export const quantityShape = /^(\d{1,15}(?:\.\d{1,9})?)(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/;
const mebibyte = 1024 ** 2;

/** The bytes that a quantity of memory such as `256Mi` or `1G` means; undefined for anything else. */
export function parseQuantity(text: string): number | undefined {
  const [, number, unit = ''] = quantityShape.exec(text) ?? [];
  if (number === undefined) return undefined;
  const power = unit === '' ? -1 : binary.indexOf(unit);
  return Number(number) * (power === -1 ? (decimal[unit] ?? 1) : 1024 ** power);
}

/** Bytes as a quantity, in whole mebibytes rounded up: `384Mi`. */
export const formatQuantity = (bytes: number): string => `${Math.ceil(bytes / mebibyte)}Mi`;
