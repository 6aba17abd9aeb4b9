import { decode, encode, type RecordType } from 'dns-packet';
import { expect, it } from 'vitest';
import { answerTo } from './dns.ts';

async function ask(name: string, type: RecordType = 'A') {
  const answer = decode(await answerTo(encode({ type: 'query', id: 4711, questions: [{ type, name }] })));
  const addresses = answer.answers?.map(record => ('data' in record ? record.data : ''));
  // biome-ignore lint/suspicious/noExplicitAny: the types of dns-packet leave out the code that it decodes
  return { id: answer.id, code: (answer as any).rcode, addresses };
}

it.each(['ip-10-77-0-12', 'ip-10-77-0-12.ec2.internal', 'IP-10-77-0-12.EC2.INTERNAL'])(
  '%s leads to the machine',
  async name => expect(await ask(name)).toEqual({ id: 4711, code: 'NOERROR', addresses: ['10.77.0.12'] }),
);

it.each(['localhost', 'ec2.us-east-1.amazonaws.com', 'bucket.s3.amazonaws.com'])(
  '%s leads to the gateway',
  async name => expect(await ask(name)).toMatchObject({ code: 'NOERROR', addresses: ['10.77.0.1'] }),
);

it.each(['no-such-host.invalid', 'amazonaws.com.invalid', '10.0.77.10.in-addr.arpa'])('%s does not exist', async name =>
  expect(await ask(name)).toMatchObject({ code: 'NXDOMAIN', addresses: [] }),
);

it('there is a name but no IPv6 address', async () => {
  expect(await ask('localhost', 'AAAA')).toMatchObject({ code: 'NOERROR', addresses: [] });
});

it('refuses what is no question', async () => {
  await expect(answerTo(Buffer.from('?'))).rejects.toThrow();
});
