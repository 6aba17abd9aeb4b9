import { isTemporaryRole } from '../cleanup/roles.ts';
import { clean } from '../command/clean.ts';

/**
 * What a line of packer's output tells, as far as the build wants to know. `role`, `launch` and `instance`
 * are packer's own words, from before anything could be printed on the instance; the rest only says what to show.
 * `image` says that packer may have made one; which, EC2 is to be asked.
 */
export type PackerEvent =
  | { kind: 'phase'; text: string }
  | { kind: 'configurator'; name: string; number: number; of: number }
  | { kind: 'configurator-done'; name: string; seconds: number }
  | { kind: 'configurator-failed'; name: string; status: number; seconds: number }
  | { kind: 'configurator-not-run'; name: string; why: string }
  | { kind: 'role'; name: string }
  | { kind: 'launch'; text: string }
  | { kind: 'instance'; id: string }
  | { kind: 'image' }
  | { kind: 'error'; text: string };

/** What packer says as it launches the build instance. */
const LAUNCHING = 'Launching a source AWS instance...';

const UI_LINE = /^(?:\S+Z: )?(==>|-->| {3}) (?:amazon-ebs|null)\.lava:(?: (.*))?$/s;

/** From here on the instance may have its say, in lines that look like packer's own. */
const INSTANCE_SPEAKS = /^(Using \S+ communicator|Waiting for SSH|Connected to|Provisioning with|Uploading|====)/i;

/** A line without what packer puts before it, and without what would steer a terminal. */
export function withoutPrefix(line: string): string {
  const [, mark, text = ''] = UI_LINE.exec(line) ?? [];
  return clean(mark === undefined ? line : text);
}

/**
 * Reads one run of packer, line after line, as it prints with -timestamp-ui; lines that tell nothing give nothing.
 * `mark` stands in the banners of ami/provision: without it, a banner is a line that somebody printed. Old packers put
 * `==>` before what they say themselves, and before stderr; since 1.7 it stands before every line.
 */
export function packerReader(mark: string): (line: string) => PackerEvent | undefined {
  let isPackerAlone = true;
  let isConfiguring = false;
  const told = new Set<string>();
  return line => {
    const [, arrow, raw = ''] = UI_LINE.exec(line) ?? [];
    if (arrow === undefined) return undefined;
    const text = clean(raw);
    if (arrow === '-->') {
      // The summary at the end; what went well is listed there too, as `AMIs were created`.
      return text.startsWith('AMIs were created') ? undefined : { kind: 'error', text };
    }
    if (INSTANCE_SPEAKS.test(text)) isPackerAlone = false;
    const banner = readBanner(text, mark);
    if (banner) {
      isConfiguring = banner.kind === 'configurator';
      return banner;
    }
    if (isPackerAlone) {
      const fact = readFact(text);
      const isFirst = fact && !told.has(fact.kind);
      if (fact) told.add(fact.kind);
      if (fact) return isFirst ? fact : undefined;
    }
    // After the last provisioner; what looks like it before makes somebody ask EC2, and no more.
    if (!isPackerAlone && !isConfiguring && /^AMI: ami-/.test(text)) return { kind: 'image' };
    const isPhase = arrow === '==>' && !isConfiguring && text !== '' && !text.startsWith('====');
    return isPhase ? { kind: 'phase', text } : undefined;
  };
}

/** The banners of ami/provision, which has them for sealers and the image's tests, too. */
function readBanner(text: string, mark: string): PackerEvent | undefined {
  const start = `==== ${mark} `;
  if (mark === '' || !text.startsWith(start)) return undefined;
  const said = text.slice(start.length);
  const started = /^(\S+) \((\d+) of (\d+)\) /.exec(said);
  if (started) {
    const [, name = '', number, of] = started;
    return { kind: 'configurator', name, number: Number(number), of: Number(of) };
  }
  const done = /^(\S+) done in ([\d.]+) s$/.exec(said);
  if (done) return { kind: 'configurator-done', name: done[1] ?? '', seconds: Number(done[2]) };
  const failed = /^(\S+) failed with status (\d+) after ([\d.]+) s$/.exec(said);
  if (failed) {
    const [, name = '', status, seconds] = failed;
    return { kind: 'configurator-failed', name, status: Number(status), seconds: Number(seconds) };
  }
  const [, name, why] = /^(\S+) not run: (.*)$/.exec(said) ?? [];
  return name && why ? { kind: 'configurator-not-run', name, why } : undefined;
}

/** What packer creates, by names of the one form that they have. */
function readFact(text: string): PackerEvent | undefined {
  if (text === LAUNCHING) return { kind: 'launch', text };
  const [, role] = /^Creating temporary role for this instance: (\S+)$/.exec(text) ?? [];
  if (role && isTemporaryRole(role)) return { kind: 'role', name: role };
  const [, instance] = /^Instance ID: (i-(?:[\da-f]{17}|[\da-f]{8}))$/.exec(text) ?? [];
  return instance ? { kind: 'instance', id: instance } : undefined;
}
