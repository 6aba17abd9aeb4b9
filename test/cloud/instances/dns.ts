import { lookup } from 'node:dns/promises';
import { createServer, type Server } from 'node:net';
import { AUTHORITATIVE_ANSWER, decode, encode, RECURSION_AVAILABLE } from 'dns-packet';
import { isAwsHost } from '../endpoint/aws-hosts.ts';
import { GATEWAY } from './network.ts';

const OWN_NAME = /^ip-(\d+)-(\d+)-(\d+)-(\d+)(\.ec2\.internal)?$/i;
const NXDOMAIN = 3;
const TTL = 30;

/** Serves DNS over a unix socket, framed as over TCP, for the machines of a cloud. */
export function createDns(): Server {
  return createServer({ allowHalfOpen: true }, socket => {
    socket.on('error', () => {});
    socket.once('data', async frame => {
      const answer = await answerTo(frame.subarray(2)).catch(() => undefined);
      // What is no question gets no answer.
      if (!answer) return socket.destroy();
      const length = Buffer.alloc(2);
      length.writeUInt16BE(answer.length);
      socket.end(Buffer.concat([length, answer]));
    });
  });
}

/**
 * Machines' own names lead to them; every other name that this host can resolve leads to the gateway, which carries
 * connections on; what the host can't resolve does not exist. There are only IPv4 addresses.
 */
export async function answerTo(question: Buffer): Promise<Buffer> {
  const { id = 0, questions = [] } = decode(question);
  const [asked] = questions;
  const address = asked && (await addressOf(asked.name));
  const answers =
    asked?.type === 'A' && address ? [{ type: 'A' as const, name: asked.name, ttl: TTL, data: address }] : [];
  const flags = RECURSION_AVAILABLE | AUTHORITATIVE_ANSWER | (address ? 0 : NXDOMAIN);
  return encode({ type: 'response', id, flags, questions, answers });
}

async function addressOf(name: string): Promise<string | undefined> {
  const own = OWN_NAME.exec(name);
  if (own) return own.slice(1, 5).join('.');
  if (isAwsHost(name)) return GATEWAY;
  try {
    await lookup(name, { family: 4 });
    return GATEWAY;
  } catch {
    return undefined;
  }
}
