import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.parse>;

/** Lead to the IPv4 address in their last 32 bits: IPv4-mapped, and the well-known NAT64. */
const embedding = ['::ffff:0:0/96', '64:ff9b::/96'].map((network) => ipaddr.parseCIDR(network));
/** IPv4-compatible, which nobody uses any more. */
const compatible = ipaddr.parseCIDR('::/96');

/**
 * True for an address that is not on the public internet: loopback, link-local, private, reserved, multicast, tunnels, and
 * IPv4 of that kind inside IPv6. True for what is no address too.
 */
export function isPrivateAddress(address: string): boolean {
  const [plain = ''] = address.split('%', 1);
  const version = isIP(plain);
  // What is no address to Node may be one to the library, such as 127.1.
  return version === 0 || !isPublic(ipaddr.parse(version === 4 ? plain : withoutDots(plain)));
}

/** As URLs write it: the library takes ::8.8.8.8, with dots, for IPv4-mapped. */
const withoutDots = (address: string) => new URL(`http://[${address}]`).hostname.slice(1, -1);

function isPublic(address: Address): boolean {
  if (address.kind() === 'ipv4') return address.range() === 'unicast';
  if (embedding.some((network) => address.match(network))) {
    return isPublic(ipaddr.fromByteArray(address.toByteArray().slice(12)));
  }
  return address.range() === 'unicast' && !address.match(compatible);
}
