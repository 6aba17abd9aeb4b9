import { createInterface } from 'node:readline';

/** Asks people. */
export interface Questions {
  /** A line typed in answer, without spaces around it; undefined when nothing more will come. */
  ask(question: string): Promise<string | undefined>;
  close(): void;
}

/** Questions on a terminal, which itself lets people edit what they type; no escape codes are written. */
export function createQuestions(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  signal: AbortSignal,
): Questions {
  const reader = createInterface({ input, terminal: false });
  const typed: string[] = [];
  let isOver = false;
  let wake = () => {};
  reader.on('line', line => {
    typed.push(line.trim());
    wake();
  });
  reader.on('close', () => {
    isOver = true;
    wake();
  });
  const onAbort = () => wake();
  signal.addEventListener('abort', onAbort);
  return {
    async ask(question) {
      output.write(question);
      while (typed.length === 0 && !isOver && !signal.aborted) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
      if (typed.length === 0) output.write('\n'); // nobody pressed Return
      signal.throwIfAborted();
      return typed.shift();
    },
    close() {
      signal.removeEventListener('abort', onAbort);
      reader.close();
    },
  };
}
