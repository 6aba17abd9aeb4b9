import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BootReport } from '../lib/report.ts';
import type { Settings } from './instance-services.ts';
import { type Metadata, ordinaryMetadata } from './metadata-service.ts';
import { newCertificate, type Store } from './object-store.ts';

const FOLDER = dirname(fileURLToPath(import.meta.url));
const BUNDLES = join(FOLDER, '../dist');
/** The Node of the image: BOOT_RUNTIME, an absolute path, or the one that runs this. */
const RUNTIME = process.env.BOOT_RUNTIME ?? process.execPath;

/** Namespaces don't hold everything in: what would reach this machine's kernel is refused, as in a container. */
const WITHOUT_POWERS = ['setpriv', '--bounding-set', '-sys_admin,-sys_boot,-sys_module,-sys_time'];

/** A line of the journal. Priority 3 is an error, 5 a notice, 6 information; facility 16 is local0. */
export interface JournalLine {
  tag: string;
  priority: number;
  facility: number;
  message: string;
}

/**
 * What a boot script sees of an instance, made of namespaces on this machine (root needed): IMDS and S3 at their own
 * addresses, a journal, empty /run, /root and /var, changes to /etc and /usr that nobody else sees, and a process 1 that
 * has just started. The real bundles run there, unchanged. `runtime` is the Node that the image would have.
 */
export class PretendedInstance {
  readonly #folder = mkdtempSync(join(tmpdir(), 'lava-boot-instance-'));
  readonly #certificate = newCertificate();
  readonly #holder: ChildProcess;
  #services: ChildProcess | undefined;
  /** Where the journal was at the last reboot. */
  #bootedAt = '';

  private constructor(bundles: string, runtime: string) {
    const certificate = join(this.#folder, 'cert.pem');
    writeFileSync(certificate, this.#certificate.cert);
    const root = join(this.#folder, 'root');
    mkdirSync(root);
    const namespaces = ['--mount', '--net', '--pid', '--uts', '--fork', '--kill-child', '--mount-proc'];
    this.#holder = spawn(
      'unshare',
      [...namespaces, 'bash', join(FOLDER, 'pretend-instance.sh'), root, bundles, runtime, certificate],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
  }

  static async start(bundles = BUNDLES, runtime = RUNTIME): Promise<PretendedInstance> {
    const instance = new PretendedInstance(bundles, runtime);
    const [said] = await Promise.race([once(instance.#holder.stdout!, 'data'), once(instance.#holder, 'exit')]);
    if (String(said) !== 'ready\n')
      throw new Error('the pretended instance did not start (it needs root, util-linux, iproute2)');
    const [program, ...args] = instance.#enter([], process.execPath, join(FOLDER, 'instance-services.ts'));
    instance.#services = spawn(program!, args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    await instance.#tell(instance.#certificate);
    await instance.set({});
    return instance;
  }

  /** Changes what IMDS and S3 answer, from now on. */
  async set({ metadata = ordinaryMetadata(), store = { objects: {}, troubles: {} }, imdsLate = 0 }: Partial<Settings>) {
    await this.#tell({ metadata, store, imdsLate });
  }

  /** Runs a program there and waits for its end. */
  run(...command: string[]): { status: number | null; stdout: string; stderr: string } {
    const [program, ...args] = this.#enter(WITHOUT_POWERS, ...command);
    return spawnSync(program!, args, { encoding: 'utf8', input: '' });
  }

  /** The same without waiting. */
  start(...command: string[]): ChildProcess {
    const [program, ...args] = this.#enter(WITHOUT_POWERS, ...command);
    return spawn(program!, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  /** Runs shell commands there and gives what they print; throws when they fail. */
  sh(commands: string): string {
    const { status, stdout, stderr } = this.run('bash', '-euc', commands);
    if (status !== 0) throw new Error(`${commands}: status ${status}: ${stderr}`);
    return stdout;
  }

  /** Runs all boot scripts with some user data, an object as JSON, and gives their report. */
  async boot(userData: unknown, more: { metadata?: Partial<Metadata>; store?: Store; imdsLate?: number } = {}) {
    const document = typeof userData === 'object' && !Buffer.isBuffer(userData) ? JSON.stringify(userData) : userData;
    const metadata = { ...ordinaryMetadata(document as string | Buffer | undefined), ...more.metadata };
    await this.set({ metadata, ...(more.store && { store: more.store }), imdsLate: more.imdsLate ?? 0 });
    const { status, stderr } = this.run('lava-boot', 'run');
    if (status !== 0 || stderr) throw new Error(`lava-boot run: status ${status}: ${stderr}`);
    return this.report();
  }

  script(name: string) {
    return this.run(`/usr/local/etc/rc.d/${name}`);
  }

  report(): BootReport {
    return JSON.parse(this.sh('cat /run/lava/boot.json'));
  }

  /** What the boot scripts have logged so far. */
  journal(): JournalLine[] {
    const since = this.#bootedAt === '' ? '' : `--after-cursor='${this.#bootedAt}'`;
    const lines = this.sh(`journalctl --output=json --all --no-pager --quiet ${since}`);
    return lines
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line))
      .filter(({ SYSLOG_IDENTIFIER: tag }) => String(tag).startsWith('rclocal.'))
      .map(entry => ({
        tag: entry.SYSLOG_IDENTIFIER,
        priority: Number(entry.PRIORITY),
        facility: Number(entry.SYSLOG_FACILITY),
        message: typeof entry.MESSAGE === 'string' ? entry.MESSAGE : Buffer.from(entry.MESSAGE).toString('latin1'),
      }));
  }

  /** Like a restart, as far as it matters: nothing in /run that the scripts left, and a journal that starts here. */
  reboot(): void {
    this.sh('rm -rf /run/lava');
    this.#bootedAt = this.sh('journalctl --lines=0 --show-cursor --quiet || true')
      .replace(/^-- cursor: /, '')
      .trim();
  }

  async stop(): Promise<void> {
    this.#services?.disconnect();
    this.#holder.stdin?.end();
    await once(this.#holder, 'exit');
    rmSync(this.#folder, { recursive: true });
  }

  /** Sends the services a message and waits until they have obeyed. */
  async #tell(message: object): Promise<void> {
    this.#services!.send(message);
    await once(this.#services!, 'message');
  }

  #enter(wrapper: string[], ...command: string[]): string[] {
    const child = execFileSync('pgrep', ['--parent', String(this.#holder.pid)], { encoding: 'utf8' }).trim();
    return [
      'nsenter',
      '--target',
      child,
      '--mount',
      '--root',
      '--wd',
      '--net',
      '--pid',
      '--uts',
      ...wrapper,
      ...command,
    ];
  }
}
