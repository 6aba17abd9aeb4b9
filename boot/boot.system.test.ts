import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { PretendedInstance } from './test/instance.ts';
import { type Metadata, ordinaryMetadata } from './test/metadata-service.ts';

vi.setConfig({ testTimeout: 60_000 });

let instance: PretendedInstance;
beforeAll(async () => {
  instance = await PretendedInstance.start();
  expect(instance.run('which', 'crontab').status, 'these tests need cron: apt-get install cron').toBe(0);
});
afterAll(() => instance.stop());
beforeEach(() => instance.reboot());

const boot = (...given: Parameters<PretendedInstance['boot']>) => instance.boot(...given);

/** Lines that one script logged, in their order; the shell's loggers may end a moment after it. */
async function linesOf(tag: string, last?: string): Promise<string[]> {
  for (let tries = 0; ; tries++) {
    const lines = instance.journal().filter(line => line.tag === tag);
    const messages = lines.map(({ priority, message }) => `${priority} ${message}`);
    if (last === undefined || messages.includes(last) || tries === 400) return messages;
    await sleep(50);
  }
}

/** A command of the instance's that waits for a file in its /run. */
const until = (name: string) => `until [ -e /run/${name} ]; do sleep 0.1; done`;

describe('the whole sequence', () => {
  it('does nothing without user data', async () => {
    const report = await boot(undefined);
    expect(report.scripts.map(({ name, status, did }) => [name, status, did.join()])).toEqual([
      ['00_aws_region', 'ok', 'region us-east-1'],
      ['05_shell0', 'ok', ''],
      ['10_userdata', 'ok', 'no user data'],
      ['20_swap', 'ok', ''],
      ['60_crontab', 'ok', ''],
      ['99_shell', 'ok', ''],
    ]);
    expect(instance.run('test', '-e', '/run/lava/motd').status).toBe(1);
    expect(instance.sh('cat /root/.aws/config')).toContain('region = us-east-1');
    expect(instance.run('lava-boot', 'status')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('nothing to do'),
    });
  });

  it('obeys every key at once and reports', async () => {
    const store = {
      objects: { 'bucket/root cron': '1 2 * * * true\n', 'bucket/ü=+': '3 4 * * * true\n' },
      troubles: {},
    };
    const report = await boot(
      {
        shell0: 'echo first > /root/order',
        shell: ['echo last >> /root/order', 'false', 'echo Hello world', 'echo to stderr >&2'],
        crontab: { root: 's3://bucket/root cron', daemon: 's3://bucket/ü=+', nobody: 's3://bucket/missing' },
        swap: { size: 1000 },
        shel: 'hunter2',
      },
      { store },
    );
    expect(report.scripts.map(({ name, status }) => [name, status])).toEqual([
      ['00_aws_region', 'ok'],
      ['05_shell0', 'ok'],
      ['10_userdata', 'ok'],
      ['20_swap', 'failed'],
      ['60_crontab', 'failed'],
      ['99_shell', 'failed'],
    ]);
    expect(instance.sh('cat /root/order')).toBe('first\nlast\n');
    expect(instance.sh('crontab -l -u root; crontab -l -u daemon')).toBe('1 2 * * * true\n3 4 * * * true\n');
    expect(instance.run('crontab', '-l', '-u', 'nobody').status).toBe(1);
    expect(instance.sh('cat /run/lava/motd')).toBe(
      '3 boot scripts failed: 20_swap, 60_crontab, 99_shell. See: lava-boot status\n',
    );
    expect(instance.run('lava-boot', 'status')).toMatchObject({ status: 1, stdout: expect.stringContaining('FAILED') });

    const shell = await linesOf('rclocal.shell', '3 to stderr');
    expect(shell).toContain('6 Hello world');
    expect(shell).toContain('3 command 2 of 4 ended with status 1');
    expect(shell).toContain('3 failed: command 2 of 4 (status 1)');
    expect(await linesOf('rclocal.userdata')).toEqual([
      '6 user data has shell0, shell, crontab, swap',
      '4 unknown keys: "shel" (nearest known: shell)',
    ]);
    expect(await linesOf('rclocal.swap')).toEqual([
      expect.stringMatching(/^3 1000 GiB of swap don't fit on the root volume/),
    ]);
    expect(await linesOf('rclocal.boot')).toEqual([
      expect.stringMatching(/^3 .* 00_aws_region ok .*; 99_shell failed/),
    ]);
    const journal = instance.journal();
    expect(journal.every(({ facility }) => facility === 16)).toBe(true);
    expect(JSON.stringify(journal)).not.toContain('hunter2');
    expect(instance.sh('cat /run/lava/boot.json')).not.toContain('hunter2');
  });

  it('changes nothing the second time', async () => {
    const store = { objects: { 'bucket/key': '5 6 * * * true\n' }, troubles: {} };
    await boot({ crontab: { root: 's3://bucket/key' } }, { store });
    const before = instance.sh('stat -c "%i %Y" /var/spool/cron/crontabs/root /usr/local/etc/aws/config');
    const report = await boot({ crontab: { root: 's3://bucket/key' } }, { store });
    expect(report.scripts[4]?.did).toEqual(['crontab of root unchanged']);
    expect(instance.sh('stat -c "%i %Y" /var/spool/cron/crontabs/root /usr/local/etc/aws/config')).toBe(before);
  });

  it('lets a script be run again by itself, and the report follow', async () => {
    await boot({ shell: 'test -e /root/mended' });
    expect(instance.sh('cat /run/lava/motd')).toContain('99_shell');
    instance.sh('touch /root/mended');
    expect(instance.script('99_shell').status).toBe(0);
    expect(instance.report().scripts[5]?.status).toBe('ok');
    expect(instance.run('test', '-e', '/run/lava/motd').status).toBe(1);
  });
});

describe('lava-boot wait', () => {
  const WAIT = '(lava-boot wait 20 > /root/waited 2>&1; echo "status $?" >> /root/waited) &';

  /** What the waiting process left, once it ended. */
  async function waited(): Promise<string> {
    for (let tries = 0; ; tries++) {
      const text = instance.sh('cat /root/waited');
      if (text.includes('\nstatus ') || tries === 200) return text;
      await sleep(50);
    }
  }

  it.each([
    ['0', 'all went well', 'true'],
    ['1', 'a later command failed', 'false'],
  ])('gives %s from the background of the shell when %s', async (status, _, last) => {
    await boot({ shell: [WAIT, 'sleep 1', last] });
    const text = await waited();
    expect(text).toMatch(/^Boot scripts, started .*, took [0-9.]+ s\n/);
    expect(text).toContain(last === 'true' ? '99_shell       ok' : '99_shell       FAILED');
    expect(text).toMatch(new RegExp(`\nstatus ${status}\n$`));
  });

  it('gives 1 when the time is over, and says so', () => {
    expect(instance.run('lava-boot', 'wait', '1')).toEqual(
      expect.objectContaining({
        status: 1,
        stdout: 'The boot scripts did not run since this instance booted.\n',
        stderr: 'lava-boot: the boot scripts are not through after 1 s\n',
      }),
    );
  });

  it.each([['soon'], ['-1'], [''], ['1.5']])('does not take %j for a number of seconds', seconds => {
    expect(instance.run('lava-boot', 'wait', seconds)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('usage: lava-boot'),
    });
  });
});

describe('crontabs', () => {
  it.each([
    ['denied', { status: 403, code: 'AccessDenied' }, /role may not read it/],
    [
      'elsewhere',
      { status: 301, code: 'PermanentRedirect', region: 'eu-west-1' },
      /is in eu-west-1, the instance in us-east-1/,
    ],
  ])('keeps the old one when %s', async (_, trouble, words) => {
    instance.sh('echo "7 8 * * * old" | crontab -u daemon -');
    const store = { objects: { 'bucket/b': '9 9 * * * new\n' }, troubles: { 'bucket/a': trouble } };
    const report = await boot({ crontab: { daemon: 's3://bucket/a', root: 's3://bucket/b' } }, { store });
    expect(report.scripts[4]?.problems).toEqual([expect.stringMatching(words)]);
    expect(instance.sh('crontab -l -u daemon; crontab -l -u root')).toBe('7 8 * * * old\n9 9 * * * new\n');
  });

  it('keeps the old one when the new one is none, by the judgement of cron itself', async () => {
    instance.sh('echo "7 8 * * * old" | crontab -u daemon -');
    const store = { objects: { 'bucket/a': '* * * * * fine\n99 * * * * bad minute\n' }, troubles: {} };
    const report = await boot({ crontab: { daemon: 's3://bucket/a' } }, { store });
    expect(report.scripts[4]?.problems).toEqual([expect.stringMatching(/refused: .*bad minute/)]);
    expect(instance.sh('crontab -l -u daemon')).toBe('7 8 * * * old\n');
  });

  it('says that there is no role', async () => {
    const report = await boot(
      { crontab: { root: 's3://bucket/a' } },
      { metadata: { paths: { 'placement/region': 'us-east-1' } } },
    );
    expect(report.scripts[4]?.problems).toEqual([expect.stringContaining('this instance has no role')]);
  });
});

describe('the shell', () => {
  it('logs long lines, binary and odd line ends without losing what follows', async () => {
    await boot({
      shell: [
        'head -c 20000 /dev/zero | tr "\\0" x; echo',
        'printf "a\\0b\\r\\nc\\n"',
        'head -c 100000 /dev/urandom',
        'echo; echo "<3>not a priority"; echo ünï; echo still here',
      ],
    });
    const lines = await linesOf('rclocal.shell', '6 still here');
    expect(lines).toContain('6 still here');
    expect(lines).toContain('6 <3>not a priority');
    expect(lines).toContain('6 ünï');
    expect(lines).toContain('6 a b');
    expect(
      lines
        .filter(line => /^6 x+$/.test(line))
        .join('')
        .replaceAll('6 ', ''),
    ).toHaveLength(20_000);
  });

  it('logs lines as they come, from the background too, which does not hold the boot', async () => {
    const background = `(${until('booted')}; echo from the background; echo x > /dev/stderr) &`;
    await boot({ shell: [background, 'echo at once'] });
    expect(await linesOf('rclocal.shell', '6 at once')).not.toContain('6 from the background');
    instance.sh('touch /run/booted');
    expect(await linesOf('rclocal.shell', '6 from the background')).toContain('6 from the background');

    await instance.set({ metadata: ordinaryMetadata(JSON.stringify({ shell: ['echo begun', until('looked')] })) });
    const script = instance.start('/usr/local/etc/rc.d/99_shell');
    const ended = once(script, 'exit');
    expect(await linesOf('rclocal.shell', '6 begun')).toContain('6 begun');
    expect(script.exitCode).toBe(null);
    instance.sh('touch /run/looked');
    await ended;
  });

  it('leaves nothing of its commands on disk or in the list of processes', async () => {
    await instance.set({
      metadata: ordinaryMetadata(
        JSON.stringify({
          shell: [`x=hunter2; touch /run/begun; ${until('searched')}`, 'ps ax -ww | grep -c [h]unter2'],
        }),
      ),
    });
    const script = instance.start('/usr/local/etc/rc.d/99_shell');
    const ended = once(script, 'exit');
    await vi.waitFor(() => instance.sh('test -e /run/begun'), { timeout: 20_000 });
    expect(instance.sh('ps ax -ww')).not.toContain('hunter2');
    expect(instance.run('grep', '-r', 'hunter2', '/run', '/root', '/var/spool').status).toBe(1);
    instance.sh('touch /run/searched');
    await ended;
    expect(await linesOf('rclocal.shell', '6 0')).toContain('6 0');
  });
});

describe('IMDS', () => {
  it('may be late', async () => {
    const report = await boot({ shell: 'echo obeyed > /root/late' }, { imdsLate: 8 });
    expect(report.scripts.every(({ status }) => status === 'ok')).toBe(true);
    expect(report.scripts[0]?.durationMs).toBeGreaterThan(7_000);
    expect(instance.sh('cat /root/late')).toBe('obeyed\n');
  });

  it('may be in trouble', async () => {
    const troubles: Metadata['troubles'] = [
      { kind: 'drop' },
      { kind: 'status', status: 503 },
      { kind: 'status', status: 429 },
      { kind: 'expire' },
      { kind: 'truncate' },
      { kind: 'slow', milliseconds: 800 },
      { kind: 'status', status: 500 },
    ];
    const report = await boot({ shell0: 'true', shell: 'true' }, { metadata: { troubles } });
    expect(report.scripts.every(({ status }) => status === 'ok')).toBe(true);
  });

  it('may be turned off, which is said once', async () => {
    const report = await boot({}, { metadata: { disabled: true } });
    expect(report.scripts.map(({ status }) => status)).toEqual(Array(6).fill('ok'));
    const lines = instance.journal().filter(({ tag, message }) => tag !== 'rclocal.boot' && message.includes('IMDS'));
    expect(lines).toEqual([expect.objectContaining({ tag: 'rclocal.aws_region', priority: 5 })]);
  });
});

describe('swap', () => {
  it('is given up without a trace where the kernel does not allow it', async () => {
    const before = instance.sh('cat /etc/fstab; ls -A /');
    const report = await boot({ swap: { size: 0.03, file: '/swap_till_you_drop' } });
    expect(report.scripts[3]?.problems).toEqual([
      expect.stringMatching(/^swapon ended with status \d+: .*not permitted/),
    ]);
    expect(instance.sh('cat /etc/fstab; ls -A /')).toBe(before);
  });
});
