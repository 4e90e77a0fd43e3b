import { isWordCharacter } from './work.ts';

/** How many characters before a run of hexadecimal digits say what it is. */
export const hashContext = 48;

/** True for a digest, a commit, a trace or a container's id, as the text before it names it. */
export function isKnownHash(textBefore: string, length: number): boolean {
  const before = textBefore.toLowerCase();
  if (hashMarks.some((mark) => before.endsWith(mark))) return true;
  // registry.example/shop/checkout:<commit>
  if (length === 40 && before.endsWith(':')) return before.includes('/');
  // traceparent: 00-<trace>-<span>-01
  if (before.endsWith('00-')) return true;
  const key = wordBefore(before);
  // Ours: the digest of an action that is to be approved.
  if (length === 64 && key.endsWith('digest')) return true;
  return hashKeys.some((name) => key.endsWith(name));
}

const hashMarks = ['sha256:', 'sha512:', 'sha1:', 'md5:', 'containerd://', 'docker://', 'cri-o://'];
const hashKeys = [
  ...['traceid', 'spanid', 'parentid', 'requestid', 'correlationid', 'commit', 'revision', 'rev', 'sha', 'containerid'],
  ...['imageid', 'checksum', 'etag', 'uid', 'traceparent', 'hash', 'sha256', 'tree', 'sandbox', 'container', 'podid'],
];

/** The word before a separator: `trace_id="`, `commit `; written without `_` and `-`. */
function wordBefore(text: string): string {
  let end = text.length;
  while (end > 0 && !isWordCharacter(text[end - 1] ?? '')) end -= 1;
  let from = end;
  while (from > 0 && isWordCharacter(text[from - 1] ?? '')) from -= 1;
  return text.slice(from, end).replaceAll('_', '').replaceAll('-', '');
}
