import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBoot } from '../../boot/build.ts';
import { PATH } from '../../boot/lib/search-path.ts';
import { PretendedInstance } from '../../boot/test/instance.ts';
import { ordinaryMetadata, ROLE_CREDENTIALS } from '../../boot/test/metadata-service.ts';
import { newCertificate } from '../../boot/test/object-store.ts';
import type { Settings } from './boot-store.ts';

/** Who does the work: the product, or the shell scripts beside this file. */
export type Side = 'ours' | 'shell';

const FOLDER = import.meta.dirname;
const COMMANDS: Record<Side, string> = { ours: 'lava-boot run', shell: join(FOLDER, 'boot-by-shell/run') };
const BUCKET = 'mybucket.s3.us-east-1.amazonaws.com';
const STORE = '127.0.0.2';

/** What S3 has, by user. */
const CRONTABS = { 'ec2-user': '1 2 * * * true\n', root: '3 4 * * * true\n' };

const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

/** Nearly no environment, as systemd runs rc.local; without AWS_CA_BUNDLE, Debian's AWS CLI trusts its own list only. */
const BARE = ['env', '--ignore-environment', `PATH=${PATH}`, `AWS_CA_BUNDLE=${AUTHORITIES}`];

/** A pretended instance on which both sides can boot, as often as one likes. Needs root. */
export class BootInstance {
  readonly #instance: PretendedInstance;
  readonly #store: ChildProcess;
  readonly #folder: string;
  #expected = '';

  private constructor(instance: PretendedInstance, store: ChildProcess, folder: string) {
    this.#instance = instance;
    this.#store = store;
    this.#folder = folder;
  }

  /** The scripts are built for it; BOOT_RUNTIME, an absolute path, may name another Node than this one. */
  static async start(): Promise<BootInstance> {
    const folder = mkdtempSync(join(tmpdir(), 'lava-boot-bench-'));
    const runtime = join(folder, 'node'); // a copy, since what this process itself has mapped never leaves the page cache
    copyFileSync(process.env.BOOT_RUNTIME ?? process.execPath, runtime);
    await buildBoot(join(folder, 'boot'));
    const instance = await PretendedInstance.start(join(folder, 'boot'), runtime);
    const { key, cert } = newCertificate();
    instance.sh(`for tool in aws crontab ec2-metadata jq time; do
        which $tool > /dev/null || { echo "the benchmark of booting needs $tool" >&2; exit 1; }
      done
      useradd --create-home ec2-user
      sed -i '/ ${BUCKET}$/d' /etc/hosts
      echo '${STORE} ${BUCKET}' >> /etc/hosts
      echo '${cert}' > ${AUTHORITIES}
      printf '#!/bin/sh\\nfor file; do :; done; echo "$file" > /run/swapon\\n' > /usr/local/bin/swapon
      chmod +x /usr/local/bin/swapon
      cp /etc/fstab /run/fstab`);
    const objects = Object.entries(CRONTABS).map(([user, text]) => [`${BUCKET}/ec2config/latest/${user}.cron`, text]);
    const settings: Settings = { address: STORE, key: `${key}`, cert: `${cert}`, objects: Object.fromEntries(objects) };
    const store = instance.start(process.execPath, join(FOLDER, 'boot-store.ts'), JSON.stringify(settings));
    instance.sh(`until (: < /dev/tcp/${STORE}/443) 2> /dev/null; do sleep 0.05; done`);
    return new BootInstance(instance, store, folder);
  }

  /** What IMDS tells from now on, and with it what every boot must lead to. */
  async setUserData(userData: { swap: { file: string; size: number }; crontab?: object }): Promise<void> {
    const metadata = ordinaryMetadata(JSON.stringify(userData));
    const credentials = { Code: 'Success', ...ROLE_CREDENTIALS, Expiration: new Date(Date.now() + 3_600_000) };
    metadata.paths['iam/security-credentials/worker'] = JSON.stringify(credentials);
    await this.#instance.set({ metadata });
    const { swap, crontab = {} } = userData;
    const crontabs = Object.entries(CRONTABS).map(([user, text]) => (user in crontab ? text : ''));
    this.#expected = `${crontabs.join('')}Resistance is futile
region = us-east-1
${swap.size * 2 ** 30} 600 SWAPSPACE2
${swap.file} none swap sw
${swap.file}
`;
  }

  /** Boots by one side, checks that everything was done, and gives the milliseconds it took. */
  boot(side: Side, cold: boolean): number {
    this.#reset();
    if (cold) dropPageCache();
    const clock = `start=$EPOCHREALTIME; ${COMMANDS[side]} >&2; end=$EPOCHREALTIME; echo $((\${end/.} - \${start/.}))`;
    const { stdout, stderr } = this.#instance.run(...BARE, 'bash', '-c', clock);
    this.#check(side, stderr);
    return Number(stdout) / 1000;
  }

  /** The most memory, in MiB, that lava-boot and each script by itself had resident, what they start included. */
  weighScripts(): [string, number][] {
    const scripts = readdirSync(join(this.#folder, 'boot/rc.d')).sort();
    this.#reset();
    const whole = this.#weigh('lava-boot', 'run');
    this.#reset();
    const each = scripts.map((name): [string, number] => [name, this.#weigh(`/usr/local/etc/rc.d/${name}`)]);
    this.#check('ours', '');
    return [['lava-boot', whole], ...each];
  }

  async stop(): Promise<void> {
    this.#store.kill();
    await this.#instance.stop();
    rmSync(this.#folder, { recursive: true });
  }

  #weigh(...command: string[]): number {
    const { status, stderr } = this.#instance.run(...BARE, 'time', '--format=%M', ...command);
    assert.equal(status, 0, `${command.join(' ')}: ${stderr}`);
    return Number(stderr) / 1024;
  }

  #reset(): void {
    this.#instance.reboot();
    this.#instance.sh(`crontab -r -u root 2> /dev/null || true
      crontab -r -u ec2-user 2> /dev/null || true
      rm -rf /root/.aws /usr/local/etc/aws /tmp/borg /swap_till_you_drop /run/swapon
      cp /run/fstab /etc/fstab`);
  }

  #check(side: Side, complaints: string): void {
    const found = this.#instance.sh(`crontab -l -u ec2-user 2> /dev/null || true
      crontab -l -u root 2> /dev/null || true
      cat /tmp/borg
      grep '^region' /root/.aws/config
      stat --format='%s %a' /swap_till_you_drop | tr '\\n' ' '
      head -c 4096 /swap_till_you_drop | tail -c 10; echo
      grep --only-matching '/swap_till_you_drop none swap sw' /etc/fstab
      cat /run/swapon`);
    assert.equal(found, this.#expected, `booting by ${side} left something else: ${complaints}`);
    for (let tries = 0; ; tries++) {
      const lines = this.#instance.journal().filter(({ tag }) => tag === 'rclocal.shell');
      if (lines.some(({ message, priority }) => message === 'Hello world' && priority === 6)) return;
      assert(tries < 50, `booting by ${side} did not log what a command said: ${complaints}`);
    }
  }
}

function dropPageCache(): void {
  execFileSync('sync');
  writeFileSync('/proc/sys/vm/drop_caches', '3\n');
}
