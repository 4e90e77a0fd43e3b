import { describe, expect, it } from '@jest/globals';
import { isPrivateAddress } from '../../../activities/notifiers/private-address.ts';

describe('an address that is not on the public internet', () => {
  it.each([
    ['unspecified', ['0.0.0.0', '0.1.2.3', '::', '0:0:0:0:0:0:0:0']],
    ['loopback', ['127.0.0.1', '127.255.255.254', '::1']],
    ['private', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', 'fc00::1', 'fdff::1']],
    ['link-local and site-local', ['169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'fec0::1', 'feff::1']],
    ['of a protocol or a benchmark', ['192.0.0.1', '192.88.99.1', '198.18.0.1', '198.19.255.255', '100::1']],
    ['of documentation', ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1']],
    ['multicast, reserved or broadcast', ['224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255', 'ff02::1']],
    ['a tunnel', ['2002:7f00:1::', '2002:808:808::1', '2001::1', '2001:0:4136:e378::']],
    ['NAT64 of the operator', ['64:ff9b:1::1', '64:ff9b:1:ffff::a00:1']],
    ['NAT64 of a private one', ['64:ff9b::127.0.0.1', '64:ff9b::a00:1', '64:ff9b::a9fe:a9fe', '64:ff9b::']],
    ['IPv4-mapped', ['::ffff:127.0.0.1', '::ffff:7f00:1', '::FFFF:A9FE:A9FE', '0:0:0:0:0:ffff:10.0.0.1', '::ffff:0:0']],
    ['IPv4-compatible or translated', ['::127.0.0.1', '::8.8.8.8', '::808:808', '::ffff:0:7f00:1', '::ffff:0:8.8.8.8']],
    ['of a special service', ['192.31.196.1', '192.52.193.1', '192.175.48.1', '2620:4f:8000::1', '5f00::1']],
    ['no address', ['', 'localhost', '127.1', '1.2.3.4.5', '::g']],
  ])('is one that is %s', (_what, addresses) => {
    expect(addresses.filter((address) => !isPrivateAddress(address))).toEqual([]);
  });

  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '100.63.255.255',
    '100.128.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '192.0.1.1',
    '198.17.0.1',
    '198.20.0.1',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00:1450::1',
    '64:ff9b::808:808',
    '64:ff9b::8.8.8.8',
    '::ffff:8.8.8.8',
    '::ffff:808:808',
  ])('is not %s', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});
