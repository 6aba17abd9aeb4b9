/** Work that outlives the call that asked for it. What concerns the same key runs in the order in which it was asked. */
export class Background {
  readonly #tails = new Map<string, Promise<void>>();
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** Starts a task once those of the same key have ended. Nobody waits for it, so its failure goes to the log. */
  run(key: string, what: string, task: () => Promise<void>): void {
    const tail = (this.#tails.get(key) ?? Promise.resolve())
      .then(task)
      .catch(error => this.#log(`${what} failed: ${error instanceof Error ? error.stack : error}`))
      .finally(() => {
        if (this.#tails.get(key) === tail) this.#tails.delete(key);
      });
    this.#tails.set(key, tail);
  }

  /** Whether something is going on, or about to. */
  get isBusy(): boolean {
    return this.#tails.size > 0;
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    while (this.isBusy) await Promise.all(this.#tails.values());
  }
}
