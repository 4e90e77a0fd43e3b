/** Bytes of a text as JSON in UTF-8, the quotes left out. */
export function jsonBytes(text: string): number {
  let bytes = 0;
  for (const char of text) bytes += bytesOf(char);
  return bytes;
}

/** The beginning of a text that takes at most so many bytes as JSON; no character is cut in half. */
export function cutTo(text: string, bytes: number): string {
  let left = bytes;
  let length = 0;
  for (const char of text) {
    left -= bytesOf(char);
    if (left < 0) return text.slice(0, length);
    length += char.length;
  }
  return text;
}

function bytesOf(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  if (code === 0x22 || code === 0x5c) return 2;
  // Control characters, and halves of a pair, are written as an escape of six characters.
  if (code < 0x20 || (code >= 0xd800 && code <= 0xdfff)) return 6;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
