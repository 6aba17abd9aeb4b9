/** What a line of packer's output tells, as far as the build wants to know. */
export type PackerEvent =
  | { kind: 'phase'; text: string }
  | { kind: 'configurator'; name: string; number: number; of: number }
  | { kind: 'configurator-done'; name: string; seconds: number }
  | { kind: 'configurator-failed'; name: string; status: number; seconds: number }
  | { kind: 'configurator-not-run'; name: string; why: string }
  | { kind: 'role'; name: string }
  | { kind: 'instance'; id: string }
  | { kind: 'image'; id: string }
  | { kind: 'address'; host: string }
  | { kind: 'error'; text: string };

const UI_LINE = /^(?:\S+Z: )?(==>|-->| {3}) (?:amazon-ebs|null)\.lava: (.*)$/;

/** A line without what packer puts before it. */
export function withoutPrefix(line: string): string {
  return UI_LINE.exec(line)?.[2] ?? line;
}

/** Reads one line as packer prints it with -timestamp-ui; lines that tell nothing give nothing. */
export function readLine(line: string): PackerEvent | undefined {
  const [, mark, text = ''] = UI_LINE.exec(line) ?? [];
  if (mark === undefined) return undefined;
  if (mark === '-->') {
    // The summary at the end; what went well is listed there too, as `AMIs were created`.
    return text.startsWith('AMIs were created') ? undefined : { kind: 'error', text };
  }
  return readConfigurator(text) ?? readResource(text) ?? (mark === '==>' ? readPhase(text) : undefined);
}

/** The banners of ami/provision, which has them for sealers and the image's tests, too. */
function readConfigurator(text: string): PackerEvent | undefined {
  const started = /^==== (\S+) \((\d+) of (\d+)\) /.exec(text);
  if (started) {
    const [, name = '', number, of] = started;
    return { kind: 'configurator', name, number: Number(number), of: Number(of) };
  }
  const done = /^==== (\S+) done in ([\d.]+) s$/.exec(text);
  if (done) return { kind: 'configurator-done', name: done[1] ?? '', seconds: Number(done[2]) };
  const failed = /^==== (\S+) failed with status (\d+) after ([\d.]+) s$/.exec(text);
  if (failed) {
    const [, name = '', status, seconds] = failed;
    return { kind: 'configurator-failed', name, status: Number(status), seconds: Number(seconds) };
  }
  const [, name, why] = /^==== (\S+) not run: (.*)$/.exec(text) ?? [];
  return name && why ? { kind: 'configurator-not-run', name, why } : undefined;
}

/** The names of what packer creates, which are told nowhere else. */
function readResource(text: string): PackerEvent | undefined {
  const role = /^Creating temporary role for this instance: (\S+)$/.exec(text);
  if (role) return { kind: 'role', name: role[1] ?? '' };
  const instance = /^Instance ID: (i-[0-9a-f]+)$/.exec(text);
  if (instance) return { kind: 'instance', id: instance[1] ?? '' };
  // The first one, which is not encrypted and does not last; the finished image is never told this way.
  const image = /^AMI: (ami-[0-9a-f]+)$/.exec(text);
  if (image) return { kind: 'image', id: image[1] ?? '' };
  const address = /^Using ssh communicator to connect: (\S+)$/i.exec(text);
  return address ? { kind: 'address', host: address[1] ?? '' } : undefined;
}

function readPhase(text: string): PackerEvent | undefined {
  return text.startsWith('====') ? undefined : { kind: 'phase', text };
}
