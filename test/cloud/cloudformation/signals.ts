import { Fault } from '../service.ts';

type Status = 'SUCCESS' | 'FAILURE';

interface Mailbox {
  /** By the sender's unique id, in the order in which they came. */
  signals: Map<string, { status: Status; counted: boolean }>;
  wake(): void;
}

/** Signals that resources of stacks wait for. They are taken while a resource is being made or changed, and then only. */
export class Signals {
  readonly #mailboxes = new Map<string, Mailbox>();

  /** From now on signals to this resource are taken. */
  open(stackId: string, logicalId: string): void {
    this.#mailboxes.set(key(stackId, logicalId), { signals: new Map(), wake() {} });
  }

  close(stackId: string, logicalId: string): void {
    this.#mailboxes.delete(key(stackId, logicalId));
  }

  /** Takes a signal; false when the resource takes none now. Throws ValidationError for one that came before. */
  send(stackId: string, logicalId: string, uniqueId: string, status: Status): boolean {
    const mailbox = this.#mailboxes.get(key(stackId, logicalId));
    if (!mailbox) return false;
    if (mailbox.signals.has(uniqueId) && status === 'SUCCESS') {
      const message = `Signal with ID ${uniqueId} for resource ${logicalId} already exists.`;
      throw new Fault('ValidationError', `${message} Signals may only be updated with a FAILURE status.`);
    }
    mailbox.signals.set(uniqueId, { status, counted: false });
    mailbox.wake();
    return true;
  }

  /**
   * Waits for `count` signals that were not counted before, until there are too many failures for `least` successes,
   * or the time in milliseconds is over. Throws the reason when `stop` is aborted.
   */
  async wait(
    stackId: string,
    logicalId: string,
    { count, least, timeout, stop }: { count: number; least: number; timeout: number; stop: AbortSignal },
  ): Promise<{ successes: number; failures: number }> {
    const mailbox = this.#mailboxes.get(key(stackId, logicalId))!;
    const end = Date.now() + timeout;
    const received = { successes: 0, failures: 0 };
    for (;;) {
      stop.throwIfAborted();
      for (const signal of mailbox.signals.values()) {
        if (signal.counted || received.successes + received.failures === count) continue;
        signal.counted = true;
        received[signal.status === 'SUCCESS' ? 'successes' : 'failures'] += 1;
      }
      const { successes, failures } = received;
      const left = end - Date.now();
      if (successes + failures >= count || count - failures < least || left <= 0) return received;
      await untilWoken(mailbox, left, stop);
    }
  }
}

function untilWoken(mailbox: Mailbox, milliseconds: number, stop: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(milliseconds, 2 ** 31 - 1));
    stop.addEventListener('abort', done);
    mailbox.wake = done;
  });
}

function key(stackId: string, logicalId: string): string {
  return `${stackId} ${logicalId}`;
}
