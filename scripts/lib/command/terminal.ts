/** Text as a heading: bold on a terminal that has colours and where NO_COLOR is not set. */
export function bold(text: string): string {
  return process.stdout.isTTY && process.stdout.hasColors() ? `\u001b[1m${text}\u001b[22m` : text;
}
