import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { carry } from './carry.ts';
import { GATEWAY, IMDS } from './network.ts';

// Runs inside the VPC's network namespace, where there is nothing but machines, and carries bytes between them and the
// endpoint process outside: unix sockets are not bound to network namespaces. It decides nothing.

const folder = process.argv[2] ?? '';
const socketOf = (name: string) => join(folder, `${name}.sock`);

/** What machines connect to, each carried to a socket outside, with the machine's address on a line of its own. */
const INWARD = [
  { host: IMDS, port: 80, to: 'imds' },
  { host: GATEWAY, port: 80, to: 'http' },
  { host: GATEWAY, port: 443, to: 'tls' },
];

const listening = INWARD.map(({ host, port, to }) => {
  const server = createServer(machine => {
    const outside = connect(socketOf(to));
    outside.write(`${machine.remoteAddress}\n`);
    carry(machine, outside);
  });
  return new Promise<void>(resolve => server.listen(port, host, resolve));
});

/** DNS questions go out framed as DNS over TCP frames them (RFC 1035, 4.2.2), each on a connection of its own. */
const dns = createSocket('udp4');
dns.on('message', (question, machine) => {
  const outside = connect(socketOf('dns'), () => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(question.length);
    outside.write(Buffer.concat([length, question]));
  });
  const answer: Buffer[] = [];
  outside.on('data', data => answer.push(data));
  outside.on('end', () => {
    if (answer.length > 0) dns.send(Buffer.concat(answer).subarray(2), machine.port, machine.address);
  });
  outside.on('error', () => {}); // the machine asks again
});
listening.push(new Promise(resolve => dns.bind(53, GATEWAY, resolve)));

/** Connections from outside say on their first line where to: `10.77.0.10 22`. */
const outward = createServer(outside => {
  outside.once('data', data => {
    const end = data.indexOf('\n');
    const [host = '', port = ''] = data.subarray(0, end).toString().split(' ');
    const machine = connect(Number(port), host);
    machine.write(data.subarray(end + 1));
    carry(outside, machine);
  });
  outside.on('error', () => {});
});
listening.push(new Promise(resolve => outward.listen(socketOf('dial'), resolve)));

await Promise.all(listening);
process.stdout.write('ready\n');
// The endpoint process holds our standard input: when it ends, however, so do we.
process.stdin.on('end', () => process.exit(0)).resume();
