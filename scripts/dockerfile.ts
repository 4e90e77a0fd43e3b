/** One instruction of an image's build stage that does something. */
export type ImageStep =
  | { kind: 'copy'; from: string[]; to: string; text: string }
  | { kind: 'run'; command: string; text: string };

/** COPY and RUN of the first stage, in order; continuation lines are not used in our Dockerfile and are refused. */
export function buildSteps(dockerfile: string): ImageStep[] {
  const lines = dockerfile.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.some((line) => line.endsWith('\\'))) throw new Error('a line of the Dockerfile continues on the next one');
  const second = lines.findIndex((line, index) => index > 0 && line.startsWith('FROM '));
  return lines.slice(0, second).flatMap((text): ImageStep[] => {
    const [instruction, ...words] = text.split(' ');
    if (instruction === 'RUN') return [{ kind: 'run', command: words.join(' '), text }];
    if (instruction !== 'COPY') return [];
    return [{ kind: 'copy', from: words.slice(0, -1), to: words.at(-1) ?? '', text }];
  });
}
