/** Text as a heading: bold on a terminal that has colours and where NO_COLOR is not set. */
export function bold(text: string): string {
  return process.stdout.isTTY && process.stdout.hasColors() ? `\u001b[1m${text}\u001b[22m` : text;
}

/** Columns of a terminal; undefined for a file or a pipe. */
export function terminalWidth(stream: NodeJS.WriteStream): number | undefined {
  return stream.isTTY ? stream.columns || 80 : undefined;
}
