import { clean, cleanLines } from './clean.ts';

/** Tells people how far a command is. On a terminal one live line says what is happening; elsewhere plain lines. */
export interface Progress {
  /** True where there is a live line. */
  readonly isLive: boolean;
  /** What is being done now, with a clock beside it. */
  working(what: string): void;
  /** A line that stays. */
  line(text: string): void;
  /** Takes the live line away. */
  end(): void;
}

/** Progress on a stream, by default stderr: stdout is for results. Plain without a terminal, or with TERM=dumb. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY && process.env.TERM !== 'dumb' ? liveProgress(stream) : plainProgress(stream);
}

function plainProgress(stream: NodeJS.WriteStream): Progress {
  return {
    isLive: false,
    working: () => {},
    line: text => void stream.write(`${cleanLines(text)}\n`),
    end: () => {},
  };
}

function liveProgress(stream: NodeJS.WriteStream): Progress {
  let live: { (text: string): void; clear(): void } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let what = '';
  let since = Date.now();
  const clock = () => (Date.now() - since < 1000 ? '' : `  ${seconds(Date.now() - since)}`);
  const draw = () => what && live?.(clip(clean(what) + clock(), stream.columns || 80));
  /** What draws the line is loaded when there is one: many commands are done before. */
  const begin = async () => {
    const { createLogUpdate } = await import('log-update');
    live ??= createLogUpdate(stream, { showCursor: true });
    draw();
  };
  return {
    isLive: true,
    working(text) {
      if (text !== what) since = Date.now();
      what = text;
      timer ??= setInterval(draw, 200).unref();
      if (live) draw();
      else void begin();
    },
    line(text) {
      live?.clear();
      stream.write(`${cleanLines(text)}\n`);
      draw();
    },
    end() {
      clearInterval(timer);
      timer = undefined;
      live?.clear();
      what = '';
    },
  };
}

function clip(text: string, columns: number): string {
  return text.length < columns ? text : `${text.slice(0, columns - 2)}…`;
}

/** A duration for people: `0.8 s`, `42 s`, `12 min 5 s`. */
export function seconds(milliseconds: number): string {
  if (milliseconds < 9_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const total = Math.round(milliseconds / 1000);
  return total < 60 ? `${total} s` : `${Math.floor(total / 60)} min ${total % 60} s`;
}

/** A size for people: `812 bytes`, `1.5 kB`, `3.2 GB` (powers of 1000). */
export function bytes(size: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(size, 1)) / 3));
  return power === 0 ? `${size} bytes` : `${(size / 1000 ** power).toFixed(1)} ${units[power]}`;
}
