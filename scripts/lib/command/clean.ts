// Names, keys, tags, consoles, and the words of AWS and of packer are written by others. What would steer a terminal, or
// change the order in which its reader sees a line, never reaches it.

/** Controls, marks and overrides of direction, ends of lines and paragraphs, halves of surrogate pairs. */
const STEERING = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/gu;
const RUNS = new RegExp(`(?:${STEERING.source})+`, 'gu');

/** Text of one line, with a space for each run of characters that would steer a terminal. */
export function clean(text: string): string {
  return text.replaceAll(RUNS, ' ');
}

/** Text of several lines: only its newlines stay, and tabs. */
export function cleanLines(text: string): string {
  return text.replaceAll(STEERING, character => (character === '\n' || character === '\t' ? character : ' '));
}

/** Text between quotes, in which such a character shows as what it is: `"a\u001b[31m"`. */
export function quote(text: string): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replaceAll(STEERING, escaped);
}

/** A word as a shell reads it back: as it is where it is plain, else between single quotes. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
