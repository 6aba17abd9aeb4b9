/** A pattern as AWS writes them: `*` is any text, `?` any one character, and a backslash takes their meaning away. */
export function wildcard(pattern: string): RegExp {
  const source = pattern.replace(/\\[\s\S]|[\s\S]/g, part => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    return part.slice(-1).replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}
