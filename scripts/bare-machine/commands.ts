/** The commands of the first block of shell in the README, as a reader would type them: without comments. */
export function commandsOf(readme: string): string[] {
  const [, block = ''] = /^```sh\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  const lines = block.split('\n').map((line) => line.replace(/\s+#.*$/, '').trim());
  return lines.filter((line) => line !== '');
}
