const offset = 0xcbf29ce484222325n;
const prime = 0x100000001b3n;
const mask = 0xffffffffffffffffn;
const separator = 0xff;

/**
 * Fingerprint of a label set, 16 hex digits: FNV-1a 64 over the sorted names and values, the way Alertmanager computes
 * it, so that the same alert has one identity whichever way it arrives.
 */
export function fingerprintOf(labels: Record<string, string>): string {
  const encoder = new TextEncoder();
  let hash = offset;
  const add = (byte: number) => {
    hash = ((hash ^ BigInt(byte)) * prime) & mask;
  };
  for (const name of Object.keys(labels).sort()) {
    for (const part of [name, labels[name] ?? '']) {
      for (const byte of encoder.encode(part)) add(byte);
      add(separator);
    }
  }
  return hash.toString(16).padStart(16, '0');
}
