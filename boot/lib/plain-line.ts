const LONGEST = 2_000;

/**
 * Text from elsewhere (a key, a file name, a program's complaint) made fit for one line of a log: control characters
 * and marks that turn the direction of writing are written as \u escapes, and the end is cut off beyond `longest` characters.
 */
export function plainLine(text: string, longest = LONGEST): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}...` : text;
  return cut.replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/gu, character =>
    character === '\t' ? ' ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
