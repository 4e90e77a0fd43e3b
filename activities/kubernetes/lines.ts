import { MendflowError } from '../../domain/run/errors.ts';

/** The largest object that etcd takes is 1.5 MiB; a longer line is none of the API server's. */
const longestLine = 8 * 1_048_576;

/**
 * The lines of a stream of UTF-8, without their ends; a last one that was not ended is not given, since it was cut.
 * Holds one line at a time; throws CLUSTER_UNAVAILABLE when a line is longer than 8 MiB.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
    rest += first;
    for (const next of others) {
      yield rest;
      rest = next;
    }
    if (rest.length > longestLine) throw new MendflowError('CLUSTER_UNAVAILABLE', 'a line is longer than 8 MiB');
  }
}
