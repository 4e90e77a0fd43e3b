import { BlockList, isIP } from 'node:net';

/** Everything that is not the public internet: IANA's special-purpose registries, and what only looks like it. */
const special = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  // Shared by the customers of a provider.
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local, the metadata services of clouds among them.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  // Documentation.
  ['192.0.2.0', 24],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // Relays of 6to4.
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  // Benchmarks.
  ['198.18.0.0', 15],
  // Multicast, reserved, and broadcast.
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  special.addSubnet(network, bits, 'ipv4');
}
for (const [network, bits] of [
  // Unspecified, loopback, and IPv4-compatible.
  ['::', 96],
  // IPv4-translated.
  ['::ffff:0:0:0', 96],
  // NAT64 of the operator's own: what is behind it cannot be told from the address.
  ['64:ff9b:1::', 48],
  // Discard only.
  ['100::', 64],
  // Teredo and other tunnels.
  ['2001::', 23],
  // Documentation.
  ['2001:db8::', 32],
  ['3fff::', 20],
  // 6to4.
  ['2002::', 16],
  // Unique local, link-local, site-local, multicast.
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  special.addSubnet(network, bits, 'ipv6');
}

/** IPv4-mapped addresses, and those of the well-known NAT64, lead to the IPv4 address in their last 32 bits. */
const embedding = new BlockList();
embedding.addSubnet('::ffff:0:0', 96, 'ipv6');
embedding.addSubnet('64:ff9b::', 96, 'ipv6');

/**
 * True for an address that is not on the public internet: loopback, link-local, private, reserved, multicast, tunnels, and
 * IPv4 of that kind inside IPv6. True for what is no address too.
 */
export function isPrivateAddress(address: string): boolean {
  const [plain = ''] = address.split('%', 1);
  const version = isIP(plain);
  if (version === 4) return special.check(plain, 'ipv4');
  if (version !== 6) return true;
  // Node's own list takes ::ffff:a.b.c.d for IPv4, so these are told first.
  const isEmbedding = embedding.check(plain, 'ipv6') || /^::ffff:/i.test(canonical(plain));
  return isEmbedding ? special.check(embeddedIn(plain), 'ipv4') : special.check(plain, 'ipv6');
}

/** As URLs write it: lower case, shortest, no dotted part. */
const canonical = (address: string) => new URL(`http://[${address}]`).hostname.slice(1, -1);

function embeddedIn(address: string): string {
  const [high = 0, low = 0] = canonical(address)
    .replace(/::$/, ':0:0')
    .replace('::', ':0:')
    .split(':')
    .slice(-2)
    .map((group) => Number.parseInt(group || '0', 16));
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}
